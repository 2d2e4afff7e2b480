import { expect, it, vi } from 'vitest';
import { askWhenReady, isReady } from './client-ready';

const question = { textDocument: { uri: 'file:///shop.bench.yaml' }, environment: null };

/** A client as the library's is while it starts: it says that it runs before it has told of the documents. */
function starting() {
  const told: string[] = [];
  let settle = { done: (): void => undefined, fail: (_cause: Error): void => undefined };
  const start = new Promise<void>((done, fail) => {
    settle = { done, fail };
  });
  return {
    told,
    open: () => {
      told.push('documents');
      settle.done();
    },
    fail: () => {
      settle.fail(new Error('no such program'));
    },
    client: {
      needsStop: vi.fn(() => true),
      start: vi.fn(() => start),
      isRunning: vi.fn(() => true),
      sendRequest: vi.fn((method: string) => {
        told.push(method);
        return Promise.resolve(method === 'nothing' ? null : 'answer');
      }) as never,
    },
  };
}

it('asks while the server starts only once it knows the documents that are open', async () => {
  const { client, open, told } = starting();
  const answer = askWhenReady(client, 'expanded', question);
  // Whatever it would do before is done by then.
  await new Promise(setImmediate);
  expect(told).toEqual([]);
  open();
  expect(await answer).toBe('answer');
  expect(told).toEqual(['documents', 'expanded']);
});

it('has no answer where the server has none', async () => {
  const { client, open } = starting();
  open();
  expect(await askWhenReady(client, 'nothing', question)).toBeUndefined();
});

it('neither asks nor starts a server that was stopped', async () => {
  const { client } = starting();
  client.needsStop.mockReturnValue(false);
  expect(await askWhenReady(client, 'expanded', question)).toBeUndefined();
  expect(client.start).not.toHaveBeenCalled();
  expect(client.sendRequest).not.toHaveBeenCalled();
});

it('asks nothing of a server that did not start, or has ended meanwhile', async () => {
  const failed = starting();
  failed.fail();
  expect(await isReady(failed.client)).toBe(false);
  const ended = starting();
  ended.open();
  ended.client.isRunning.mockReturnValue(false);
  expect(await askWhenReady(ended.client, 'expanded', question)).toBeUndefined();
  expect(ended.told).toEqual(['documents']);
});
