/** Starts and stops the demo system: five Python processes on loopback. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { root } from './constants.mjs';
import { ensurePython } from './python-env.mjs';
import { StepFailure, tail } from './steps.mjs';

const services = [
  { name: 'gateway', module: 'services.unified_agents' },
  { name: 'agents', module: 'services.core_services' },
  { name: 'summarizer', module: 'services.engines.summarizer' },
  { name: 'researcher', module: 'services.engines.researcher' },
  { name: 'externalAi', module: 'services.external_ai' },
];
const startDeadlineMs = 30_000;
const stopDeadlineMs = 4_000;
const logCharsMax = 20_000;

/**
 * Starts the five processes at `portBase` and the four ports after it, and waits until each answers.
 * Answers `{urls, pids, stop, ended}`, by the names gateway, agents, summarizer, researcher and externalAi;
 * `ended` resolves with a StepFailure once a process has ended that was not told to.
 * Throws a StepFailure with the end of the log of the process that did not start; none is then left.
 */
export async function startDemo({ portBase = 8000, env = {} } = {}) {
  const python = await ensurePython();
  const children = services.map((service, index) => launch(python, service, portBase + index, portBase, env));
  let isStopping = false;
  const stop = async () => {
    isStopping = true;
    await Promise.all(children.map(end));
  };
  try {
    await Promise.all(children.map(untilReady));
  } catch (failure) {
    await stop();
    throw failure;
  }
  return {
    urls: Object.fromEntries(children.map(({ name, url }) => [name, url])),
    pids: Object.fromEntries(children.map(({ name, process: { pid } }) => [name, pid])),
    stop,
    ended: new Promise((resolve) => {
      for (const child of children) void child.closed.then(() => isStopping || resolve(endFailure(child)));
    }),
  };
}

function launch(python, { name, module }, port, portBase, env) {
  const child = spawn(python, ['-m', module], {
    cwd: path.join(root, 'examples/agents'),
    // The open pipe to stdin is what ties a service to this process, even if this one is killed.
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PYTHONUNBUFFERED: '1',
      // With it Benchwright can count the calls of a service from inside; until it asks, nothing is counted.
      PYTHONPATH: path.join(root, 'engines/cprofile/hook'),
      PYTHONDONTWRITEBYTECODE: '1',
      AGENTS_PORT_BASE: String(portBase),
      AGENTS_EXIT_WITH_STDIN: '1',
      ...env,
    },
  });
  const started = { name, url: `http://127.0.0.1:${port}`, process: child, log: '', failure: undefined };
  const keep = (text) => {
    started.log = (started.log + text).slice(-logCharsMax);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  child.once('error', (error) => {
    started.failure = error;
  });
  started.closed = new Promise((resolve) => child.once('close', resolve));
  return started;
}

const hasEnded = ({ process: child, failure }) =>
  failure !== undefined || child.exitCode !== null || child.signalCode !== null;

/** Polls until the service answers with the pid of our process: another instance may hold the port. */
async function untilReady(service) {
  const deadline = Date.now() + startDeadlineMs;
  while (!(await answers(service))) {
    if (hasEnded(service)) {
      await service.closed;
      const how =
        service.failure?.message ?? service.process.signalCode ?? `code ${service.process.exitCode}`;
      throw new StepFailure(
        `the demo's ${service.name} at ${service.url} ended with ${how}`,
        'free the port, or choose others with AGENTS_PORT_BASE',
        service.log,
      );
    }
    if (Date.now() > deadline)
      throw new StepFailure(
        `the demo's ${service.name} at ${service.url} did not answer within ${startDeadlineMs / 1000} s`,
        undefined,
        tail(service.log, 20),
      );
    await pause(50);
  }
}

function endFailure({ name, url, failure, process: child, log }) {
  const how = failure?.message ?? child.signalCode ?? `code ${child.exitCode}`;
  const remedy = log.includes('address already in use')
    ? 'free the port, or choose others with AGENTS_PORT_BASE'
    : undefined;
  return new StepFailure(`the demo's ${name} at ${url} ended with ${how}`, remedy, tail(log, 20));
}

async function answers({ url, process: child }) {
  try {
    const response = await fetch(`${url}/status`, { signal: AbortSignal.timeout(2_000) });
    return (await response.json()).pid === child.pid;
  } catch {
    // Not listening yet, or not ours: the caller's deadline decides.
    return false;
  }
}

async function end(service) {
  const { process: child, closed } = service;
  if (!hasEnded(service)) child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), stopDeadlineMs);
  await closed;
  clearTimeout(killer);
}

/** Runs the demo until a signal, or until one of its processes ends. */
async function main() {
  const portBase = Number(process.env.AGENTS_PORT_BASE ?? 8000);
  const stopped = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve(undefined));
  });
  const demo = await startDemo({ portBase });
  for (const [name, url] of Object.entries(demo.urls))
    console.log(`${name.padEnd(11)} ${url}  pid ${demo.pids[name]}`);
  console.log('The demo system is up. Ctrl-C stops it.');
  const failure = await Promise.race([stopped, demo.ended]);
  await demo.stop();
  if (failure !== undefined) throw failure;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await main();
  } catch (failure) {
    console.error(failure.message);
    if (failure.output) console.error(failure.output.trimEnd());
    if (failure.remedy) console.error(`→ ${failure.remedy}`);
    process.exitCode = 1;
  }
}
