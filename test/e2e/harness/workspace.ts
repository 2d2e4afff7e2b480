import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';

const examples = path.resolve(import.meta.dirname, '../../../examples');

/** A copy of an example's folder that a test may change. */
export interface Workspace {
  readonly folder: string;
  /** The plan inside it, as a path relative to the folder. */
  readonly plan: string;
  readPlan(): Promise<string>;
  /** The names of the run folders, oldest first. */
  runs(): Promise<readonly string[]>;
  runFile(run: string, name: string): string;
  /** Ends runs that are still under way, then removes the folder. */
  remove(): Promise<void>;
}

/**
 * Copies examples/agents, with the demo system's ports 8000 to 8004 moved to `portBase`, and with smoke goals
 * that hold on a busy machine too: these tests are about the editor, not about the speed of the demo.
 * The quick smoke phase is long enough to reload a window in the middle of it.
 */
export async function copyAgentsExample(portBase: number): Promise<Workspace> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'benchwright-workspace-'));
  await cp(path.join(examples, 'agents'), folder, {
    recursive: true,
    filter: (source) => !/__pycache__|\.benchwright|\.venv/.test(source),
  });
  const plan = 'agents.bench.yaml';
  const file = path.join(folder, plan);
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text
      .replace(/\b800([0-4])\b/g, (_, digit) => String(portBase + Number(digit)))
      .replace(/ in smoke < \d+ms/g, ' in smoke < 20s')
      .replace('smoke: { for: 10s,', 'smoke: { for: 25s,'),
  );
  const runsFolder = path.join(folder, '.benchwright/runs');
  return {
    folder,
    plan,
    readPlan: () => readFile(file, 'utf8'),
    runs: () => namesIn(runsFolder),
    runFile: (run, name) => path.join(runsFolder, run, name),
    remove: async () => {
      await stopRuns(runsFolder);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** A runner that still works ends within moments of a file named `stop`; one that is dead reads it no more. */
async function stopRuns(runsFolder: string): Promise<void> {
  for (const run of await namesIn(runsFolder)) {
    const files = await namesIn(path.join(runsFolder, run));
    if (!files.includes('run.json')) await writeFile(path.join(runsFolder, run, 'stop'), '');
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The first of `count` neighbouring ports on loopback that nobody listens on, out of those of this worker of vitest. */
export async function freePortBase(count = 5): Promise<number> {
  const worker = Number(process.env['VITEST_POOL_ID'] ?? 1) % 4;
  for (let attempt = 0; attempt < 50; attempt++) {
    // Below 32768, so that the kernel does not hand them out to clients meanwhile.
    const base = 20_000 + 3000 * worker + Math.floor(Math.random() * (3000 - count));
    const ports = Array.from({ length: count }, (_, index) => base + index);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return base;
  }
  throw new Error(`no ${count} neighbouring ports are free`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
