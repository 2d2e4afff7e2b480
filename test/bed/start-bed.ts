/** Starts the service with known laws as a process of its own, so that it does not share an event loop with a test. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** What the service received under one name. */
export interface BedCounts {
  readonly received: number;
  /** Those of them that were answered in full. */
  readonly answered: number;
  /** By whole seconds since the service began. */
  readonly seconds: Readonly<Record<string, number>>;
  readonly statuses: Readonly<Record<string, number>>;
  /** What a law calls its requests: `success` and `error`, `job`, `stuck` and `poll`. */
  readonly marks: Readonly<Record<string, number>>;
}

/** One request as the service saw it, in milliseconds. */
export interface BedSample {
  readonly arrival: number;
  readonly took: number;
  readonly status: number;
  readonly mark?: string;
  /** What the law drew: the response time, or the length of a job. */
  readonly drawn?: number;
}

export interface Bed {
  readonly url: string;
  counts(): Promise<Readonly<Record<string, BedCounts>>>;
  samples(name: string): Promise<readonly BedSample[]>;
  stop(): Promise<void>;
}

/** @param folder where `service.mjs` is; it differs where this module was bundled elsewhere. */
export async function startBed(folder = import.meta.dirname): Promise<Bed> {
  const child = spawn(process.execPath, [path.join(folder, 'service.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([once(lines, 'line'), ended])) as [unknown];
  if (typeof line !== 'string') throw new Error('the service with known laws did not start');
  const { port } = JSON.parse(line) as { port: number };
  const url = `http://127.0.0.1:${port}`;
  const read = async (below: string): Promise<unknown> => (await fetch(url + below)).json();
  return {
    url,
    counts: async () => (await read('/ledger')) as Record<string, BedCounts>,
    samples: async (name) => (await read(`/ledger/${name}`)) as BedSample[],
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
