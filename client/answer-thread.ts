/** The inner end of a thread of our own: see worker-thread.ts. */
import { parentPort } from 'node:worker_threads';

/** Answers each message once, with the number that it came with. What fails is an error of the thread. */
export function answering<Asked extends { readonly number: number }>(
  answer: (asked: Asked) => Promise<object>,
): (asked: Asked) => void {
  return (asked) => {
    answer(asked).then(
      (answered) => parentPort?.postMessage({ ...answered, number: asked.number }),
      (cause: unknown) => {
        // The editor's thread hears of it as an error of the worker.
        queueMicrotask(() => {
          throw cause;
        });
      },
    );
  };
}
