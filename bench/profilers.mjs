/**
 * What a profiler costs a loaded service: answers per second of a uvicorn with each profiler attached, as ratios to the
 * same uvicorn without one. The defaults of `profile:` rest on it.
 *
 *     node bench/profilers.mjs [--rounds 5] [--seconds 3] [--only 'py-spy 100/s,cProfile']
 *
 * Eight users who never pause ask one process of FastAPI for three answers of a coroutine and one of a plain function in
 * turn, so that the threads of plain functions stay alive. Between any two profilers there is a stretch without one; a
 * ratio is of a profiler to the mean of the stretches before and after it, and each round has another order. Printed are
 * medians over the rounds, and 95 % intervals of Student's t on the logarithms of the ratios.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { createServer, connect } from 'node:net';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { root } from '../scripts/constants.mjs';
import { demoRequirements, ensurePython, toolRequirements } from '../scripts/python-env.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    only: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const windowMs = Number(values.seconds) * 1000;
const users = 8;
/** Of Student's t for 97.5 %, by degrees of freedom. */
const quantiles = [NaN, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];
/** A profiler has attached, and what it did then is over. */
const settleMs = 700;

const app = `
from fastapi import FastAPI
app = FastAPI()

def work(n):
    return sum(len(str(i)) for i in range(n))

@app.get("/async")
async def run():
    return {"sum": work(2500)}

@app.get("/sync")
def run_in_a_thread():
    return {"sum": work(2500)}
`;

const pySpy = (...args) => ({ args });
/** By what the plan says. */
const profilers = {
  'py-spy 100/s': pySpy('--rate', '100', '--nonblocking'),
  'py-spy 100/s, blocking': pySpy('--rate', '100'),
  'py-spy 20/s': pySpy('--rate', '20', '--nonblocking'),
  'py-spy 20/s, blocking': pySpy('--rate', '20'),
  'py-spy 250/s': pySpy('--rate', '250', '--nonblocking'),
  'py-spy 100/s, gil': pySpy('--rate', '100', '--nonblocking', '--gil'),
  'py-spy 100/s, idle': pySpy('--rate', '100', '--nonblocking', '--idle'),
  'py-spy 100/s, native, blocking': pySpy('--rate', '100', '--native'),
  'py-spy 20/s, native, blocking': pySpy('--rate', '20', '--native'),
  cProfile: { isInside: true },
};
const names = values.only === undefined ? Object.keys(profilers) : values.only.split(/,(?! )/);

const python = await ensurePython([demoRequirements]);
const pySpyFile = path.join(path.dirname(await ensurePython([toolRequirements])), 'py-spy');
const folder = await mkdtemp(path.join(tmpdir(), 'benchwright-profilers-'));
const service = await startService();
const load = startLoad(service.port);
try {
  const loadBefore = loadavg()[0];
  await pause(2000);
  const table = [];
  let plain = await load.rate();
  for (let round = 0; round < rounds; round++) {
    const row = {};
    for (const name of turned(names, round)) {
      const before = plain;
      const { rate, ...told } = await withProfiler(name);
      await pause(settleMs);
      plain = await load.rate();
      row[name] = { ratio: rate / ((before + plain) / 2), plain: (before + plain) / 2, ...told };
    }
    table.push(row);
    console.error(`round ${round + 1} of ${rounds}`);
  }
  print(table, loadBefore);
} finally {
  load.stop();
  service.process.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
}

async function startService() {
  await writeFile(path.join(folder, 'app.py'), app);
  const port = await freePort();
  const args = [
    '-m',
    'uvicorn',
    'app:app',
    '--port',
    String(port),
    '--log-level',
    'error',
    '--no-access-log',
  ];
  const child = spawn(python, args, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      PYTHONPATH: path.join(root, 'engines/cprofile/hook'),
      PYTHONDONTWRITEBYTECODE: '1',
      XDG_RUNTIME_DIR: folder,
    },
  });
  while (!(await isAnswering(port))) {
    if (child.exitCode !== null) throw new Error('uvicorn did not start');
    await pause(50);
  }
  return { process: child, port };
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function isAnswering(port) {
  return fetch(`http://127.0.0.1:${port}/async`).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** Users who ask again as soon as they are answered. */
function startLoad(port) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: users });
  let answers = 0;
  let isOver = false;
  const ask = (turn) => {
    if (isOver) return;
    const request = http.get(
      { agent, port, host: '127.0.0.1', path: turn % 4 === 3 ? '/sync' : '/async' },
      (response) => {
        if (response.statusCode === 200) answers += 1;
        response.resume().once('end', () => ask(turn + 1));
      },
    );
    request.once('error', (error) => {
      if (!isOver) throw error;
    });
  };
  for (let user = 0; user < users; user++) ask(user);
  return {
    /** Answers per second over one window. */
    rate: async () => {
      const [from, startedMs] = [answers, performance.now()];
      await pause(windowMs);
      return ((answers - from) / (performance.now() - startedMs)) * 1000;
    },
    stop: () => {
      isOver = true;
      agent.destroy();
    },
  };
}

function withProfiler(name) {
  const profiler = profilers[name];
  if (profiler === undefined) throw new Error(`there is no profiler ${name}`);
  return profiler.isInside ? withCProfile() : withPySpy(profiler.args);
}

async function withPySpy(args) {
  const output = path.join(folder, 'profile.json');
  const pid = String(service.process.pid);
  const fixed = ['record', '--pid', pid, '--format', 'speedscope', '--full-filenames'];
  const recorder = spawn(pySpyFile, [...fixed, '--output', output, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [recorder.stdout, recorder.stderr]) stream.on('data', (chunk) => (said += chunk));
  const closed = once(recorder, 'close');
  const early = closed.then(() => {
    throw new Error(`py-spy ended early: ${said}`);
  });
  await Promise.race([once(recorder.stdout, 'data'), early]);
  early.catch(() => undefined);
  const attachedMs = performance.now();
  await pause(settleMs);
  const rate = await load.rate();
  const seconds = (performance.now() - attachedMs) / 1000;
  recorder.kill('SIGINT');
  await closed;
  const [, samples, errors] = /Samples: (\d+) Errors: (\d+)/.exec(said) ?? [];
  return {
    rate,
    samples: Number(samples ?? 0) / seconds,
    torn: Number(errors ?? 0) / (Number(samples) + Number(errors)),
  };
}

async function withCProfile() {
  const file = path.join(folder, `benchwright-${process.getuid()}`, 'python', `${service.process.pid}.sock`);
  const socket = connect(file);
  const answers = createInterface({ input: socket })[Symbol.asyncIterator]();
  const order = async (what) => {
    socket.write(`${JSON.stringify(what)}\n`);
    const answer = JSON.parse((await answers.next()).value);
    if (!answer.ok) throw new Error(answer.message);
  };
  await order({ do: 'start' });
  await pause(settleMs);
  const rate = await load.rate();
  await order({ do: 'stop', file: path.join(folder, 'profile.pstats') });
  socket.destroy();
  return { rate };
}

/** Another first one each time, and every second time the other way round. */
function turned(all, round) {
  const by = (round * 4) % all.length;
  const order = [...all.slice(by), ...all.slice(0, by)];
  return round % 2 === 0 ? order : order.reverse();
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function interval(ratios) {
  const logs = ratios.map(Math.log);
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (logs.length - 1);
  const t = quantiles[logs.length - 1] ?? 2;
  const half = t * Math.sqrt(variance / logs.length);
  return `[${Math.exp(mean - half).toFixed(3)}..${Math.exp(mean + half).toFixed(3)}]`;
}

function print(table, loadBefore) {
  const model = cpus()[0]?.model ?? 'unknown';
  const plain = median(table.flatMap((row) => names.map((name) => row[name].plain)));
  console.log(`${rounds} rounds of ${windowMs / 1000} s, ${cpus().length} CPUs (${model}), ${users} users`);
  console.log(
    `load average ${loadBefore.toFixed(1)} before, ${loadavg()[0].toFixed(1)} after (with what is measured)`,
  );
  console.log(`without a profiler: ${plain.toFixed(0)} answers/s`);
  console.log('profiler                       answers: ratio  95 % interval     stacks/s   torn');
  for (const name of names) {
    const of = (figure) => table.map((row) => row[name][figure]);
    const ratios = of('ratio');
    const sampled = of('samples').every((value) => value !== undefined);
    console.log(
      [
        name.padEnd(30),
        median(ratios).toFixed(3).padStart(14),
        '',
        interval(ratios),
        sampled ? median(of('samples')).toFixed(0).padStart(10) : ''.padStart(10),
        sampled ? `${(median(of('torn')) * 100).toFixed(1)} %`.padStart(6) : '',
      ]
        .join(' ')
        .trimEnd(),
    );
  }
}
