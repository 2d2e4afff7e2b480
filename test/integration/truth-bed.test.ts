/** The service with known laws is itself what it says: in time, countable, and gone when it should be. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMarkovQueue } from '../bed/queue.mjs';
import { startBed, type Bed } from '../bed/start-bed';

let bed: Bed;

beforeAll(async () => {
  bed = await startBed();
});

afterAll(() => bed.stop());

async function ask(path: string, init?: RequestInit): Promise<{ status: number; body: unknown }> {
  const response = await fetch(bed.url + path, init);
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
}

it('answers with the times of its law in order, and never before they have passed', async () => {
  const law = { arrivalRate: 0.02, serviceRate: 0.05, servers: 1, seed: 4 };
  const next = createMarkovQueue(law);
  const expected = Array.from({ length: 10 }, next);
  for (let n = 0; n < 10; n++) await ask('/markov/order?lambda=20&mu=50&seed=4');
  const samples = await bed.samples('order');
  samples.forEach(({ drawn }, index) => {
    expect(drawn).toBeCloseTo(expected[index]!, 9);
  });
  for (const { took, drawn } of samples) expect(took).toBeGreaterThanOrEqual(drawn!);
});

it('counts what it received by name, second, status and mark', async () => {
  const paths = Array.from({ length: 20 }, () => '/outcome/counted?share=0.5&seed=1');
  const answers = await Promise.all(paths.map((path) => ask(path)));
  const errors = answers.filter(({ body }) => (body as { outcome: string }).outcome === 'error').length;
  const { counted } = await bed.counts();
  expect(errors).toBeGreaterThan(0);
  expect(counted).toMatchObject({ received: 20, answered: 20, statuses: { '200': 20 } });
  expect(counted?.marks).toEqual({ error: errors, success: 20 - errors });
  expect(Object.values(counted?.seconds ?? {}).reduce((sum, count) => sum + count, 0)).toBe(20);
});

it('refuses beyond its rate, and delivers an event after the other', async () => {
  const path = '/limit/one?rate=0.01';
  expect([await ask(path), await ask(path)].map(({ status }) => status)).toEqual([200, 429]);
  const { body } = await ask('/drip/one?first=20&gap=20&events=3');
  expect(body).toBe('data: 3\n\ndata: 2\n\ndata: 1\n\n');
  const [sample] = (await bed.samples('one')).slice(-1);
  expect(sample?.took).toBeGreaterThanOrEqual(60);
});

it('ends jobs when they are due, and some never', async () => {
  const submit = async (name: string, stuck: number) => {
    const { body } = await ask(`/jobs/${name}?shortest=30&longest=30&stuck=${stuck}`, { method: 'POST' });
    const { id } = body as { id: string };
    return async () => ((await ask(`/jobs/${name}/${id}`)).body as { state: string }).state;
  };
  const stateOfStuck = await submit('stuck', 1);
  const state = await submit('due', 0);
  await expect.poll(state, { timeout: 10_000 }).toBe('done');
  expect(await stateOfStuck()).toBe('running');
});

it('knows no law that nobody described, and none that lacks a number', async () => {
  expect((await ask('/magic/x')).status).toBe(404);
  expect(await ask('/worker/x?servers=2')).toMatchObject({
    status: 400,
    body: { error: 'the law needs a number: service' },
  });
});

it('ends when its input does', async () => {
  const other = await startBed();
  await other.stop();
  await expect(fetch(other.url)).rejects.toThrow();
});
