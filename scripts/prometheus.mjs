/** Finds, installs and starts the Prometheus server that the demo system and the tests use. */
import { spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { must, onPath, StepFailure, tail } from './steps.mjs';

const remedy =
  'install Prometheus (Debian: apt-get install prometheus), or name one: PROMETHEUS=/path/to/prometheus';
const startDeadlineMs = 30_000;
const stopDeadlineMs = 4_000;

/** The server: $PROMETHEUS, else one on PATH; undefined when there is none. */
export function findPrometheus() {
  return process.env.PROMETHEUS || onPath('prometheus');
}

/** Makes sure that there is a server; installs Debian's where that is allowed. */
export async function ensurePrometheus() {
  const found = findPrometheus();
  if (found !== undefined) return found;
  if (process.getuid?.() !== 0 || onPath('apt-get') === undefined)
    throw new StepFailure('no Prometheus on PATH', remedy);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  await must('apt-get', ['update', '-qq'], { env }, remedy);
  await must('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'prometheus'], { env }, remedy);
  return findPrometheus();
}

/**
 * Starts a server on loopback that scrapes `jobs` (address lists by job) and takes remote write.
 * Answers `{url, pid, stop, ended}`; throws a StepFailure with the end of its log where it does not start.
 */
export async function startPrometheus({ folder, jobs, port = 0, scrapeInterval = '1s' }) {
  const program = await ensurePrometheus();
  const chosen = port === 0 ? await freePort() : port;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const config = path.join(folder, 'prometheus.yml');
  await writeFile(config, configOf(jobs, scrapeInterval));
  const url = `http://127.0.0.1:${chosen}`;
  const child = spawn(
    program,
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${path.join(folder, 'data')}`,
      '--storage.tsdb.retention.time=2d',
      `--web.listen-address=127.0.0.1:${chosen}`,
      '--web.enable-remote-write-receiver',
      '--enable-feature=native-histograms',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    log = (log + text).slice(-20_000);
  });
  let failure;
  child.once('error', (error) => {
    failure = error;
  });
  const closed = new Promise((resolve) => child.once('close', resolve));
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    const killer = setTimeout(() => child.kill('SIGKILL'), stopDeadlineMs);
    await closed;
    clearTimeout(killer);
  };
  const deadline = Date.now() + startDeadlineMs;
  const count = Object.values(jobs).flat().length;
  while (!(await isReady(url, count))) {
    if (failure !== undefined || child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new StepFailure(failure?.message ?? 'Prometheus did not start', 'free its port', tail(log, 20));
    }
    await pause(100);
  }
  return { url, pid: child.pid, stop, ended: closed };
}

/** It is ready some seconds before it knows what it scrapes, and has scraped it. */
async function isReady(url, targets) {
  try {
    const signal = AbortSignal.timeout(2_000);
    const answer = await fetch(`${url}/api/v1/targets?state=active`, { signal });
    const { data } = await answer.json();
    return data.activeTargets.filter(({ health }) => health !== 'unknown').length >= targets;
  } catch {
    // Not listening yet: the caller's deadline decides.
    return false;
  }
}

function configOf(jobs, scrapeInterval) {
  const lines = [
    `global: { scrape_interval: ${scrapeInterval}, scrape_timeout: ${scrapeInterval} }`,
    'scrape_configs:',
  ];
  for (const [job, addresses] of Object.entries(jobs))
    lines.push(
      `  - { job_name: ${JSON.stringify(job)}, static_configs: [{ targets: ${JSON.stringify(addresses)} }] }`,
    );
  return `${lines.join('\n')}\n`;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
