/** Talks to the hook in a Python process (hook/benchwright_profile.py): one line of JSON each way. */
import { stat } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { parseJson } from '../../core/parse-json';

const refusal = z.object({ ok: z.literal(false), message: z.string() });
const looked = z.object({
  ok: z.literal(true),
  python: z.string(),
  sees: z.enum(['main-thread', 'all-threads']),
});
const written = z.object({ ok: z.literal(true), calls: z.number(), seconds: z.number() });

export type Looked = z.output<typeof looked>;
export type Written = z.output<typeof written>;
type Refused = z.output<typeof refusal>;

/** A process that listens. Closing it ends what it counts. */
export interface Hook {
  readonly pid: number;
  look(): Promise<Looked | Refused>;
  start(): Promise<Looked | Refused>;
  /** Writes what was counted so far to a file, as a whole. @param file absolute path, as the process sees it. */
  dump(file: string): Promise<Written | Refused>;
  /** And counts no longer. */
  stop(file: string): Promise<Written | Refused>;
  close(): void;
}

/** Writing the counts of a large program takes a second or two; the program answers users meanwhile. */
const answerMs = 10_000;

/** @returns `undefined` where the process does not listen. */
export async function connectHook(
  pid: number,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<Hook | undefined> {
  for (const file of await socketFiles(pid, variables)) {
    const socket = await open(file);
    if (socket !== undefined) return hookOf(pid, socket);
  }
  return undefined;
}

/** The process may have another folder for temporary files than we have. */
async function socketFiles(
  pid: number,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[]> {
  const uid = await stat(`/proc/${pid}`).then(
    (found) => found.uid,
    () => process.getuid?.() ?? 0,
  );
  const bases = [variables['XDG_RUNTIME_DIR'], `/run/user/${uid}`, variables['TMPDIR'], os.tmpdir(), '/tmp'];
  const known = new Set(bases.filter((base) => base !== undefined));
  return [...known].map((base) => path.join(base, `benchwright-${uid}`, 'python', `${pid}.sock`));
}

function open(file: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(file);
    socket.once('connect', () => {
      resolve(socket);
    });
    socket.once('error', () => {
      resolve(undefined);
    });
  });
}

function hookOf(pid: number, socket: Socket): Hook {
  const waiting: ((line: string | undefined) => void)[] = [];
  createInterface({ input: socket }).on('line', (line) => waiting.shift()?.(line));
  const endAll = (): void => {
    for (const answer of waiting.splice(0)) answer(undefined);
  };
  socket.on('error', endAll);
  socket.on('close', endAll);
  const ask = async <T>(order: object, shape: z.ZodType<T>): Promise<T | Refused> => {
    const line = await new Promise<string | undefined>((resolve) => {
      if (socket.destroyed) {
        resolve(undefined);
        return;
      }
      const timer = setTimeout(() => {
        socket.destroy();
      }, answerMs);
      waiting.push((answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      socket.write(`${JSON.stringify(order)}\n`);
    });
    if (line === undefined) return { ok: false, message: `process ${pid} gave no answer` };
    const read = z.union([shape, refusal]).safeParse(parseJson(line));
    return read.success ? read.data : { ok: false, message: `process ${pid} gave no sensible answer` };
  };
  return {
    pid,
    look: () => ask({ do: 'look' }, looked),
    start: () => ask({ do: 'start' }, looked),
    dump: (file) => ask({ do: 'dump', file }, written),
    stop: (file) => ask({ do: 'stop', file }, written),
    close: () => {
      socket.destroy();
    },
  };
}
