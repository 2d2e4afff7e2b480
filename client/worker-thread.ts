/** A thread of our own that answers each message once, by the number that it came with. */
import { Worker } from 'node:worker_threads';

interface Waiting<Answer> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (cause: Error) => void;
}

type Unnumbered<T> = T extends unknown ? Omit<T, 'number'> : never;

export class WorkerThread<
  Asked extends { readonly number: number },
  Answer extends { readonly number: number },
> {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting<Answer>>();
  #asked = 0;
  #failure: Error | undefined;

  /** @param script the bundle of the thread. @param heapMegabytes more, and the thread ends rather than the editor. */
  constructor(script: string, heapMegabytes: number) {
    this.#worker = new Worker(script, { resourceLimits: { maxOldGenerationSizeMb: heapMegabytes } });
    this.#worker.on('message', (answer: Answer) => {
      const waiting = this.#waiting.get(answer.number);
      this.#waiting.delete(answer.number);
      waiting?.resolve(answer);
    });
    this.#worker.on('error', (cause: Error) => {
      this.#fail(cause);
    });
    this.#worker.on('exit', () => {
      this.#fail(new Error('the thread that was asked has ended'));
    });
  }

  ask(asked: Unnumbered<Asked>): Promise<Answer> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const number = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      this.#worker.postMessage({ ...asked, number });
    });
  }

  dispose(): void {
    void this.#worker.terminate();
  }

  #fail(cause: Error): void {
    this.#failure ??= cause;
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}
