import { expect, test } from 'vitest';
import type { GeneratorChange, StreamRecord } from '../core/measure/record';
import type { GeneratorEnd } from './conduct-generators';
import { conductWorkers } from './conduct-workers';

const clean: GeneratorEnd = { exit: { kind: 'clean' }, isDeadlineHit: false, findings: [] };
const killed: GeneratorEnd = { ...clean, exit: { kind: 'killed', message: 'Locust was killed' } };
const base = { source: 'locust', phase: 'load', seq: 0, timeMs: 0 };
const start: StreamRecord = { ...base, kind: 'start', pid: 1, port: 4711 };
const clock: StreamRecord = { ...base, kind: 'clock' };

function tick(generators: number, ...changes: readonly GeneratorChange[]): StreamRecord {
  return {
    ...base,
    kind: 'tick',
    ...{ durationMs: 1000, users: 0, usersMax: 0, iterations: 0, dropped: 0 },
    ...{ bytesSent: 0, bytesReceived: 0, requests: [], metrics: [], log: [] },
    ...{ generators, changes },
  };
}

/** Workers and a master that end when told, or when they are made to. */
function crewOf(onLost: 'continue' | 'stop', isHere = true) {
  const told: string[] = [];
  const ends = new Map<number, (end: GeneratorEnd) => void>();
  let endMaster: (end: GeneratorEnd) => void = () => undefined;
  const crew = conductWorkers({
    count: 3,
    onLost,
    runMaster: (stop) =>
      new Promise((resolve) => {
        endMaster = resolve;
        stop.addEventListener('abort', () => {
          resolve(clean);
        });
      }),
    ...(isHere && {
      runWorker: (number, port, stop) =>
        new Promise((resolve) => {
          told.push(`worker ${number} joins at ${port}`);
          ends.set(number, resolve);
          stop.addEventListener('abort', () => {
            resolve(clean);
          });
        }),
    }),
    onListening: () => told.push('listening'),
    onLoss: ({ number, why }) => told.push(`${number} lost: ${why}`),
    onJoin: (number) => told.push(`${number} joined`),
  });
  return {
    ...{ crew, told, ended: crew.run() },
    endWorker: (number: number, end: GeneratorEnd) => ends.get(number)?.(end),
    endMaster: (end: GeneratorEnd) => {
      endMaster(end);
    },
  };
}

test('workers of this machine join the master once it listens, and end with it', async () => {
  const { crew, told, ended, endMaster } = crewOf('continue');
  crew.hear(start);
  expect(told).toEqual(['listening', ...[1, 2, 3].map((number) => `worker ${number} joins at 4711`)]);
  crew.hear(clock);
  endMaster(killed);
  expect(await ended).toMatchObject({ exit: killed.exit, generators: { count: 3, lost: [], joined: [] } });
});

test('of a lost worker is told why, and for how long its share was missing', async () => {
  const { crew, told, ended, endWorker, endMaster } = crewOf('continue');
  for (const record of [start, clock]) crew.hear(record);
  endWorker(2, killed);
  await Promise.resolve();
  crew.hear(tick(2, { number: 2, what: 'lost', atMs: 4000, untilMs: 8000 }));
  crew.hear(tick(3, { number: 4, what: 'joined', atMs: 9000 }));
  endMaster(clean);
  const { exit, generators } = await ended;
  expect(exit.kind).toBe('clean');
  expect(generators).toMatchObject({
    count: 4,
    lost: [{ number: 2, atMs: 4000, untilMs: 8000, why: 'Locust was killed' }],
    joined: [{ number: 4, atMs: 9000 }],
  });
  expect(told.slice(4)).toEqual(['2 lost: Locust was killed', '4 joined']);
});

test('the loss of one ends the load where the plan says so, and that of all in any case', async () => {
  const strict = crewOf('stop', false);
  for (const record of [start, clock]) strict.crew.hear(record);
  strict.crew.hear(tick(2, { number: 1, what: 'lost', atMs: 0, untilMs: 4000 }));
  expect((await strict.ended).exit).toEqual({
    kind: 'killed',
    message: 'generator 1 of 3 was lost: nothing is heard of it any more',
  });
  const lenient = crewOf('continue', false);
  for (const record of [start, clock]) lenient.crew.hear(record);
  for (const number of [1, 2, 3]) lenient.crew.hear(tick(3 - number, { number, what: 'lost', atMs: 0 }));
  lenient.endMaster(clean);
  expect((await lenient.ended).exit).toMatchObject({
    kind: 'killed',
    message: expect.stringContaining('all generators were lost: generator 1') as string,
  });
});

test('a worker that ends before the load is not waited for', async () => {
  const { crew, ended, endWorker } = crewOf('continue');
  crew.hear(start);
  endWorker(3, { ...clean, exit: { kind: 'error', message: 'Locust ended with the exit code 1' } });
  expect((await ended).exit).toEqual({
    kind: 'error',
    message: 'generator 3 of 3 ended before the load: Locust ended with the exit code 1',
  });
});
