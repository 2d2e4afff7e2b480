/** An hour of load through everything that reads it, in the process that calls this: what it keeps is told, not judged. */
import path from 'node:path';
import { LiveRun } from '../../client/live/live-run';
import { judgePhase } from '../../core/measure/judge-phase';
import { PhaseTotals } from '../../core/measure/phase-totals';
import { normal, seededRandom } from '../../core/measure/random';
import type { StreamRecord } from '../../core/measure/record';
import { analysePlan } from '../../core/plan/analyse';
import { isLoadPhase, measuredWindow } from '../../core/plan/load';
import { realDisk } from '../../engines/host/disk';
import { openAppendLog } from '../../engines/host/file-host';
import { encodeRecord } from '../../protocol/stream';
import type { RunEntry } from '../../runner/open-run';
import { createProgressMeter } from '../../runner/progress';
import { createStreamRecorder } from '../../runner/record-stream';
import { requests, simulatedPhase } from '../kit/simulated-stream';

export interface MemoryUsed {
  readonly seconds: number;
  readonly requests: number;
  readonly verdict: string;
  readonly streamBytes: number;
  /** Resident, before the first record and at its highest since the process began. */
  readonly beforeBytes: number;
  readonly peakBytes: number;
  /** Held on the heap after a collection: at a tenth of the time and at its end. */
  readonly heapEarlyBytes: number;
  readonly heapLateBytes: number;
}

const stepNames = ['status', 'execute', 'submit', 'report'] as const;

const planText = (seconds: number): string => `version: 1
name: An hour
targets: { web: { url: 'http://127.0.0.1:1' } }
scenarios:
  mixed: { steps: [${stepNames.map((name) => `{ get: /a, name: ${name} }`).join(', ')}] }
phases: { load: { scenarios: [mixed], rate: 250/s, for: ${seconds}s } }
goals: [ 'p99(mixed) in load < 10s', 'errors(mixed) in load < 5%' ]
`;

/**
 * @param collect the garbage collector, of a process with `--expose-gc`.
 * @returns what reading `seconds` of 1,000 requests a second keeps in memory.
 */
export async function readAnHour(folder: string, seconds: number, collect: () => void): Promise<MemoryUsed> {
  const { plan, problems } = analysePlan(planText(seconds));
  const load = plan?.phases['load'];
  if (plan === undefined || load === undefined || !isLoadPhase(load))
    throw new Error(JSON.stringify(problems));
  const log = await openAppendLog(realDisk, path.join(folder, 'stream.ndjson'), () => performance.now());
  const totals = new PhaseTotals('load', measuredWindow(load), { cpus: 2 });
  const meter = createProgressMeter('load', seconds * 1000);
  const live = new LiveRun(entryOf(folder, seconds));
  const recorder = createStreamRecorder(
    log,
    (text) => text,
    (record) => {
      totals.add(record);
      meter.add(record);
      live.add([record]);
    },
  );
  collect();
  const before = process.memoryUsage();
  let heapEarlyBytes = 0;
  let streamBytes = 0;
  let second = 0;
  for (const record of hour(seconds)) {
    const line = Buffer.from(`${encodeRecord(record)}\n`);
    streamBytes += line.length;
    recorder.add(line);
    meter.now();
    live.source(record.timeMs, null);
    second += 1;
    // The log writes while the loop waits, as it does between two records of k6.
    await new Promise((resolve) => setImmediate(resolve));
    if (second === Math.round(seconds / 10)) heapEarlyBytes = heapOf(collect);
  }
  recorder.end();
  await log.close();
  if (log.failure !== undefined) throw log.failure;
  if (recorder.damaged > 0) throw new Error(`${recorder.damaged} records were not read`);
  const { verdict, requests: measured } = judgePhase(load, {
    ...{ plan, phase: 'load', totals, exit: { kind: 'clean' }, isDeadlineHit: false, isCoLocated: true },
    points: meter.points(),
  });
  return {
    ...{ seconds, requests: measured, verdict, streamBytes, beforeBytes: before.rss, heapEarlyBytes },
    peakBytes: process.resourceUsage().maxRSS * 1024,
    // After the judgement, while everything is still held.
    heapLateBytes: heapOf(collect) + 0 * live.source(Date.now(), null).phases.length,
  };
}

function heapOf(collect: () => void): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function* hour(seconds: number): Generator<StreamRecord> {
  const random = seededRandom(1);
  const times = (): number[] =>
    Array.from({ length: 250 }, () => Math.round(20_000 * Math.exp(0.6 * normal(random))) / 1000);
  yield* simulatedPhase({
    seconds,
    tick: (at) => ({
      iterations: 250,
      requests: stepNames.map((step) => requests(at, times(), { scenario: 'mixed', step })),
    }),
  });
}

function entryOf(folder: string, seconds: number): RunEntry {
  const timeMs = seconds * 1000;
  return {
    ...{ dir: folder, id: 'hour', state: 'running', problems: [] },
    runner: {
      ...{ version: 1, id: 'hour', pid: 1, processStarted: '', startedMs: 0, environment: null, targets: [] },
      plan: { name: 'An hour', file: 'hour.bench.yaml', sha256: '' },
      phases: [{ name: 'load', plannedMs: timeMs, drainMs: 5000, windowFromMs: 0, windowToMs: timeMs }],
    },
  };
}

export { isMet, printClaims } from '../kit/claims';
