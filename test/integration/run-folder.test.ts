import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StreamRecord } from '../../core/measure/record';
import type { Run } from '../../core/run/run';
import { realDisk, type Disk, type OpenFile } from '../../engines/host/disk';
import { writeWhole } from '../../engines/host/file-host';
import { identifyProcess } from '../../engines/host/process-identity';
import { encodeRecord } from '../../protocol/stream';
import { listRuns, openRun } from '../../runner/open-run';
import { createRunFolder, type RunFolder } from '../../runner/run-folder';
import { tailRun } from '../../runner/tail-run';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'run-folder-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const dead = { isAlive: () => Promise.resolve(false) };
const alive = { isAlive: () => Promise.resolve(true) };

function recordAt(seq: number): StreamRecord {
  return {
    kind: 'tick',
    source: 'k6',
    phase: 'smoke',
    seq,
    timeMs: 1_000 * seq,
    durationMs: 1000,
    users: 1,
    usersMax: 1,
    iterations: seq,
    dropped: 0,
    bytesSent: 10,
    bytesReceived: 10,
    requests: [],
    metrics: [],
    log: [],
  };
}

const lines = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `${encodeRecord(recordAt(from + index))}\n`);

function resultWith(records: number, id: string): Run {
  return {
    version: 1,
    id,
    plan: { name: 'Plan', file: 'plan.bench.yaml', sha256: '' },
    environment: null,
    startedMs: 0,
    endedMs: 1,
    verdict: 'pass',
    reason: 'all goals held',
    validity: { state: 'valid', evidence: [] },
    phases: [],
    tools: {},
    machine: { platform: 'linux', arch: 'x64', cpus: 1, memoryBytes: 1 },
    records,
  };
}

async function createFolder(disk: Disk, id = 'a-run', pid = process.pid): Promise<RunFolder> {
  return createRunFolder({
    disk,
    root,
    id,
    now: () => performance.now(),
    runner: {
      version: 1,
      pid,
      processStarted: (await identifyProcess(pid)).started,
      startedMs: 1,
      plan: { name: 'Plan', file: 'plan.bench.yaml', sha256: '' },
      environment: null,
      targets: ['127.0.0.1:8000'],
      phases: [],
    },
  });
}

/** The life of a run folder, as the runner leads it. */
async function keepRun(disk: Disk, id: string): Promise<Run> {
  const folder = await createFolder(disk, id);
  try {
    await folder.write('resolved.json', '{}\n');
    for (const line of lines(0, 5)) folder.stream.append(Buffer.from(line));
  } finally {
    await folder.stream.close();
  }
  if (folder.stream.failure !== undefined) throw folder.stream.failure;
  const run = resultWith(5, id);
  await folder.finish(run);
  return run;
}

describe('a run folder', () => {
  it('is running while its runner lives, finished with its result, and interrupted without', async () => {
    const folder = await createFolder(realDisk);
    expect((await openRun(folder.dir)).state).toBe('running');
    expect((await openRun(folder.dir, dead)).state).toBe('interrupted');
    for (const line of lines(0, 3)) folder.stream.append(Buffer.from(line));
    await folder.stream.close();
    await folder.finish(resultWith(3, folder.id));
    const opened = await openRun(folder.dir, dead);
    expect(opened).toMatchObject({ state: 'finished', problems: [], run: { verdict: 'pass' } });
    expect(opened.records.map(({ seq }) => seq)).toEqual([0, 1, 2]);
  });

  it('does not take another process with the same pid for the runner', async () => {
    const folder = await createFolder(realDisk);
    const file = path.join(folder.dir, 'runner.json');
    const runner = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...runner, processStarted: 'another boot/1' }));
    await folder.stream.close();
    expect((await openRun(folder.dir)).state).toBe('interrupted');
  });

  it('gets a name of its own where two runs start within a second', async () => {
    const first = await createFolder(realDisk);
    const second = await createFolder(realDisk);
    expect([first.id, second.id]).toEqual(['a-run', 'a-run-2']);
    await Promise.all([first.stream.close(), second.stream.close()]);
    expect((await listRuns(root)).map(({ id }) => id)).toEqual(['a-run-2', 'a-run']);
  });

  it('of a newer version is finished but not read', async () => {
    await keepRun(realDisk, 'newer');
    await writeFile(path.join(root, 'newer', 'run.json'), '{"version":2}');
    const opened = await openRun(path.join(root, 'newer'), dead);
    expect(opened.state).toBe('finished');
    expect(opened.run).toBeUndefined();
    expect(opened.problems).toMatchObject([{ code: 'newer' }]);
  });

  it('that is none at all is an interrupted run', async () => {
    expect(await openRun(path.join(root, 'nothing'))).toMatchObject({ state: 'interrupted', records: [] });
    expect(await listRuns(path.join(root, 'nowhere'))).toEqual([]);
  });
});

describe('a damaged stream', () => {
  type Damage = (file: string, text: string) => Promise<void>;
  const damages: Readonly<Record<string, { damage: Damage; kept: number; codes: string[] }>> = {
    'is cut within its last line': {
      damage: (file, text) => truncate(file, text.length - 20),
      kept: 4,
      codes: ['damaged', 'cut'],
    },
    'lost its last line': {
      damage: (file, text) => truncate(file, text.lastIndexOf('\n', text.length - 2) + 1),
      kept: 4,
      codes: ['cut'],
    },
    'has a changed digit': {
      damage: (file, text) => writeFile(file, text.replace('"seq":2', '"seq":7')),
      kept: 4,
      codes: ['damaged', 'cut'],
    },
    'holds a line twice': {
      damage: (file) => appendFile(file, lines(3, 4).join('')),
      kept: 5,
      codes: ['repeated'],
    },
    'ends in zeros': {
      damage: (file) => appendFile(file, Buffer.alloc(5000)),
      kept: 5,
      codes: ['damaged'],
    },
    'is empty': { damage: (file) => writeFile(file, ''), kept: 0, codes: ['cut'] },
    'is not there': { damage: (file) => rm(file), kept: 0, codes: ['cut'] },
    'is no text': {
      damage: (file) =>
        writeFile(
          file,
          Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7) % 256).filter((byte) => byte !== 10)),
        ),
      kept: 0,
      codes: ['damaged', 'cut'],
    },
  };
  for (const [name, { damage, kept, codes }] of Object.entries(damages)) {
    it(`that ${name} keeps ${kept} of 5 records`, async () => {
      await keepRun(realDisk, 'run');
      const file = path.join(root, 'run', 'stream.ndjson');
      await damage(file, await readFile(file, 'utf8'));
      const opened = await openRun(path.join(root, 'run'), dead);
      expect(opened.records).toHaveLength(kept);
      expect(opened.problems.map(({ code }) => code)).toEqual(codes);
    });
  }

  it('never makes the reader throw, whichever byte is wrong', async () => {
    await keepRun(realDisk, 'run');
    const file = path.join(root, 'run', 'stream.ndjson');
    const good = await readFile(file);
    for (let at = 0; at < good.length; at += 3) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ (1 << (at % 8));
      await writeFile(file, bad);
      const opened = await openRun(path.join(root, 'run'), dead);
      expect(opened.records.length, `byte ${at}`).toBeGreaterThanOrEqual(3);
      expect(opened.problems.length, `byte ${at}`).toBeGreaterThan(0);
    }
  });
});

describe('following a run', () => {
  it('hands over each record once, waits for the rest of a line, and ends with the run', async () => {
    const folder = await createFolder(realDisk);
    await folder.stream.close();
    const file = path.join(folder.dir, 'stream.ndjson');
    const seen: number[] = [];
    let arrived: () => void = () => undefined;
    const waitFor = async (count: number): Promise<void> => {
      while (seen.length < count) await new Promise<void>((resolve) => (arrived = resolve));
    };
    const followed = tailRun(
      folder.dir,
      (records) => {
        seen.push(...records.map(({ seq }) => seq));
        arrived();
      },
      new AbortController().signal,
      alive,
    );
    const [first = '', second = '', third = ''] = lines(0, 3);
    await appendFile(file, first + second.slice(0, 40));
    await waitFor(1);
    expect(seen).toEqual([0]);
    await appendFile(file, second.slice(40));
    await waitFor(2);
    await appendFile(file, third);
    await folder.finish(resultWith(3, folder.id));
    const entry = await followed;
    expect(seen).toEqual([0, 1, 2]);
    expect(entry).toMatchObject({ state: 'finished', run: { records: 3 } });
  });

  it('ends when it is told to', async () => {
    const folder = await createFolder(realDisk);
    const controller = new AbortController();
    const followed = tailRun(folder.dir, () => undefined, controller.signal, alive);
    controller.abort();
    expect((await followed).state).toBe('running');
    await folder.stream.close();
  });
});

type Fault = 'ENOSPC' | 'EIO' | 'short write' | 'crash';

interface FaultyDisk {
  readonly disk: Disk;
  /** Operations so far. */
  readonly operations: () => number;
  readonly trace: readonly string[];
}

/** The real disk, of which the n-th operation fails; after a crash, all that follow. */
function failAt(n: number, fault: Fault): FaultyDisk {
  let count = 0;
  const trace: string[] = [];
  const step = (name: string): void => {
    count += 1;
    trace.push(name);
    if (count === n || (fault === 'crash' && count > n)) {
      throw Object.assign(new Error(fault), { code: fault === 'short write' ? 'EIO' : fault });
    }
  };
  const wrapFile = (file: OpenFile, name: string): OpenFile => ({
    write: async (bytes, offset) => {
      if (count + 1 === n && fault !== 'ENOSPC') {
        // What a crash, a full disk or an error leaves behind is a part of the bytes.
        await file.write(bytes.subarray(0, offset + Math.floor((bytes.length - offset) / 2)), offset);
      }
      step(`write ${name}`);
      return file.write(bytes, offset);
    },
    sync: () => {
      step(`sync ${name}`);
      return file.sync();
    },
    truncate: (length) => {
      step(`truncate ${name}`);
      return file.truncate(length);
    },
    size: () => {
      step(`size ${name}`);
      return file.size();
    },
    close: async () => {
      await file.close();
      step(`close ${name}`);
    },
  });
  const disk: Disk = {
    open: async (file, how) => {
      const name = path.basename(file);
      step(`open ${name}`);
      return wrapFile(await realDisk.open(file, how), name);
    },
    rename: async (from, to) => {
      step(`rename ${path.basename(to)}`);
      await realDisk.rename(from, to);
    },
    syncFolder: async (folder) => {
      step(`sync folder ${path.basename(folder)}`);
      await realDisk.syncFolder(folder);
    },
    makeFolder: async (folder) => {
      step('make folder');
      await realDisk.makeFolder(folder);
    },
    remove: async (file) => {
      step(`remove ${path.basename(file)}`);
      await realDisk.remove(file);
    },
    read: (file) => realDisk.read(file),
    freeBytes: (folder) => realDisk.freeBytes(folder),
  };
  return { disk, operations: () => count, trace };
}

describe('a fault of the disk', () => {
  for (const fault of ['ENOSPC', 'EIO', 'short write', 'crash'] as const) {
    it(`(${fault}) at any operation costs no other run and never makes a result`, async () => {
      const before = await keepRun(realDisk, 'before');
      for (let n = 1; ; n += 1) {
        const faulty = failAt(n, fault);
        const id = `run-${n}`;
        const outcome = await keepRun(faulty.disk, id).then(
          () => 'kept',
          () => 'failed',
        );
        const opened = await openRun(path.join(root, id), dead);
        // After the rename, only the folder's own sync is left to fail: the result is there and whole.
        const isInPlace = faulty.trace.lastIndexOf('rename run.json') >= 0 && opened.run !== undefined;
        expect(opened.state, `${id} ${faulty.trace.at(-1) ?? ''}`).toBe(
          outcome === 'kept' || isInPlace ? 'finished' : 'interrupted',
        );
        if (opened.state === 'finished') expect(opened.records).toHaveLength(5);
        expect(opened.records.map(({ seq }) => seq)).toEqual(opened.records.map((_, index) => index));
        expect((await openRun(path.join(root, 'before'), dead)).run).toEqual(before);
        if (faulty.operations() < n) {
          expect(outcome).toBe('kept');
          expect(n).toBeGreaterThan(15);
          return;
        }
      }
    });
  }

  it('cannot hit a file between its bytes and its name: both are synced, in this order', async () => {
    const { disk, trace } = failAt(0, 'EIO');
    await writeWhole(disk, path.join(root, 'file'), 'text');
    expect(trace).toEqual([
      'open file.part',
      'write file.part',
      'sync file.part',
      'close file.part',
      'rename file',
      `sync folder ${path.basename(root)}`,
    ]);
  });
});
