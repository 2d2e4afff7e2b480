/** cProfile in a target that loads our hook: it counts every call, and slows the target down while it does. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Finding } from '../core/measure/validity';
import type { Profiler } from '../core/plan/schema';
import { connectHook, type Hook, type Looked, type Written } from '../engines/cprofile/talk';
import type { FoundTarget } from './find-target';
import { keepProfile } from './keep-profile';
import { profilesFolder } from './layout';
import { pause } from './pause';
import type { Readiness, Recording } from './profiler';
import type { RunContext } from './run-context';

/** What was counted is written so often, so that little is lost with the target. */
const pieceMs = 10_000;

export async function prepareCProfile(
  context: RunContext,
  phase: string,
  wish: Profiler,
  target: FoundTarget,
): Promise<Readiness> {
  const { options } = context;
  const looked: Looked[] = [];
  const pids: number[] = [];
  for (const pid of target.tree) {
    const hook = await connectHook(pid, options.variables);
    const answer = await hook?.look();
    hook?.close();
    if (answer?.ok !== true) continue;
    looked.push(answer);
    pids.push(pid);
  }
  const [first] = looked;
  if (first === undefined && target.container !== undefined)
    return {
      ok: false,
      problem: {
        code: 'no-hook',
        message: `cProfile is asked for over a socket that does not lead into the container ${target.container}`,
        remedy: 'profile it by py-spy, which looks from outside',
      },
    };
  if (first === undefined) {
    const hookFolder = path.join(path.dirname(options.supervisorFile), 'python-hook');
    return {
      ok: false,
      problem: {
        code: 'no-hook',
        message: `process ${target.pid} does not let itself be profiled from inside`,
        remedy: `start it with PYTHONPATH=${hookFolder} in its environment`,
      },
    };
  }
  const record = (stop: AbortSignal): Promise<Recording> => recordAll(context, phase, wish, pids, stop);
  return {
    ok: true,
    profiler: {
      version: `of Python ${first.python}`,
      rateHz: null,
      options: [],
      withWaiting: false,
      record,
    },
  };
}

async function recordAll(
  context: RunContext,
  phase: string,
  wish: Profiler,
  pids: readonly number[],
  stop: AbortSignal,
): Promise<Recording> {
  const all = await Promise.all(
    pids.map((pid, index) =>
      recordOne(context, wish, pid, `${wish.target}-cProfile-${index + 1}`, phase, stop),
    ),
  );
  // A process that only waits, as the one beside the workers of a server does, has nothing that could be lost.
  const isIdle = ({ findings }: Recording): boolean => findings.some(({ code }) => code === idleCode);
  const working = all.filter((recording) => !isIdle(recording));
  const recordings = working.length > 0 ? working : all;
  return {
    files: recordings.flatMap(({ files }) => files),
    profiles: recordings.flatMap(({ profiles }) => profiles),
    samples: recordings.reduce((sum, { samples }) => sum + samples, 0),
    // They count side by side.
    seconds: Math.max(0, ...recordings.map(({ seconds }) => seconds)),
    findings: [
      ...new Map(recordings.flatMap(({ findings }) => findings.map((each) => [each.code, each]))).values(),
    ],
  };
}

async function recordOne(
  context: RunContext,
  { for: lengthMs }: Profiler,
  pid: number,
  name: string,
  phase: string,
  stop: AbortSignal,
): Promise<Recording> {
  const below = profilesFolder(phase);
  const raw = path.join(context.folder.dir, below, `${name}.part`);
  const hook = await connectHook(pid, context.options.variables);
  if (hook === undefined) return nothing(`process ${pid} is gone`);
  try {
    const started = await hook.start();
    if (!started.ok) return nothing(started.message, idleSign.test(started.message) ? idleCode : undefined);
    const { last, problem } = await count(hook, raw, lengthMs, stop);
    if (last === undefined) return nothing(problem ?? 'nothing was written');
    const file = path.posix.join(below, `${name}.pstats`);
    const kept = await keepProfile(context, raw, file);
    if (!kept.ok) return nothing(kept.message);
    return {
      files: [file],
      profiles: kept.profile === undefined ? [] : [kept.profile],
      samples: last.calls,
      seconds: last.seconds,
      findings: [...lostFinding(problem, last), blindSpots(started)],
    };
  } finally {
    // Closing ends the counting, whatever happened here.
    hook.close();
    await rm(raw, { force: true });
  }
}

/** Writes over what it wrote before, which is a part of it. */
async function count(
  hook: Hook,
  raw: string,
  lengthMs: number,
  stop: AbortSignal,
): Promise<{ last: Written | undefined; problem: string | undefined }> {
  let last: Written | undefined;
  for (let leftMs = lengthMs; ; leftMs -= pieceMs) {
    await pause(Math.min(leftMs, pieceMs), stop);
    const isLast = leftMs <= pieceMs || stop.aborted;
    const answer = await (isLast ? hook.stop(raw) : hook.dump(raw));
    if (!answer.ok) return { last, problem: answer.message };
    last = answer;
    if (isLast) return { last, problem: undefined };
  }
}

const idleCode = 'main-thread-idle';
/** What the hook says of a process whose main thread ran no instruction of Python for seconds. */
const idleSign = /the main thread did nothing/;

function nothing(message: string, code = 'lost-piece'): Recording {
  const finding: Finding = { code, weight: 'suspect', message };
  return { files: [], profiles: [], samples: 0, seconds: 0, findings: [finding] };
}

function lostFinding(problem: string | undefined, { seconds }: Written): Finding[] {
  if (problem === undefined) return [];
  const message = `only the first ${seconds.toFixed(1)} s were counted: ${problem}`;
  return [{ code: 'lost-piece', weight: 'suspect', message }];
}

function blindSpots({ sees }: Looked): Finding {
  const threads =
    sees === 'all-threads'
      ? ''
      : '; before Python 3.12 it does not see threads that were there before, such as those that run plain functions as handlers';
  return {
    code: 'counts-calls',
    weight: 'info',
    message: `cProfile makes functions that are called often look dearer than they are, and counts each resumption of a coroutine as a call${threads}`,
  };
}
