/** A profile in a thread of its own, as the editor's thread sees it. */
import { Worker } from 'node:worker_threads';
import type { ProfileQuestion, ToProfileView } from '../../protocol/profile';
import type { SourcePlace } from './profile-session';
import type { FromWorker, ToWorker } from './profile-worker';

/** Room for the largest file that is read, as text and as what JSON makes of it. */
const heapMegabytes = 6144;

type Unnumbered<T> = T extends unknown ? Omit<T, 'number'> : never;

interface Waiting {
  readonly resolve: (answer: FromWorker) => void;
  readonly reject: (cause: Error) => void;
}

export class ProfileThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #failure: Error | undefined;

  /** @param script the bundle of `profile-worker.ts`. */
  constructor(script: string) {
    this.#worker = new Worker(script, { resourceLimits: { maxOldGenerationSizeMb: heapMegabytes } });
    this.#worker.on('message', (answer: FromWorker) => {
      const waiting = this.#waiting.get(answer.number);
      this.#waiting.delete(answer.number);
      waiting?.resolve(answer);
    });
    this.#worker.on('error', (cause: Error) => {
      this.#fail(cause);
    });
    this.#worker.on('exit', () => {
      this.#fail(new Error('the thread that held the profile has ended'));
    });
  }

  async open(file: string): Promise<ToProfileView | undefined> {
    return (await this.#send({ kind: 'open', file })).message;
  }

  async compare(file: string | null): Promise<ToProfileView | undefined> {
    return (await this.#send({ kind: 'compare', file })).message;
  }

  async ask(question: ProfileQuestion): Promise<ToProfileView | undefined> {
    return (await this.#send({ kind: 'ask', question })).message;
  }

  async place(fn: number): Promise<SourcePlace | undefined> {
    return (await this.#send({ kind: 'place', fn })).place;
  }

  dispose(): void {
    void this.#worker.terminate();
  }

  #send(asked: Unnumbered<ToWorker>): Promise<FromWorker> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const number = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      this.#worker.postMessage({ ...asked, number });
    });
  }

  #fail(cause: Error): void {
    this.#failure ??= cause;
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}
