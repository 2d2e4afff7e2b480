/** Sees a master of Locust and its workers through: who of them is lost or joins, and how their load ended. */
import type { GeneratorFate, LostGenerator } from '../core/measure/lost-generators';
import type { GeneratorChange, StreamRecord } from '../core/measure/record';
import type { ToolExit } from '../core/measure/verdict';
import type { GeneratorEnd, GeneratorsEnd } from './conduct-generators';

export interface WorkersOrder {
  readonly count: number;
  readonly onLost: 'continue' | 'stop';
  /** Sees the master through. `stop` ends it because of what became of a worker; it then ended cleanly. */
  readonly runMaster: (stop: AbortSignal) => Promise<GeneratorEnd>;
  /** Sees a worker of this machine through, numbered from 1; absent where they come from elsewhere. */
  readonly runWorker?: (number: number, port: number, stop: AbortSignal) => Promise<GeneratorEnd>;
  /** The master listens. */
  readonly onListening?: () => void;
  readonly onLoss: (lost: LostGenerator) => void;
  readonly onJoin: (number: number) => void;
}

export interface WorkersConduct {
  /** Takes each record of the master. */
  hear(record: StreamRecord): void;
  run(): Promise<GeneratorsEnd>;
}

/** Once the master has ended, workers that it told to end are given so long before they are made to. */
const leaveMs = 3000;

export function conductWorkers(order: WorkersOrder): WorkersConduct {
  return new Crew(order);
}

class Crew implements WorkersConduct {
  readonly #order: WorkersOrder;
  readonly #master = new AbortController();
  readonly #workers = new AbortController();
  readonly #running: Promise<void>[] = [];
  /** Why workers of this machine ended, by their number. */
  readonly #exits = new Map<number, string>();
  readonly #lost = new Map<number, LostGenerator>();
  readonly #joined: { readonly number: number; readonly atMs: number }[] = [];
  #present: number;
  #hasBegun = false;
  /** What ends the load, where it is not the master. */
  #ended: ToolExit | undefined;
  #fault: { readonly error: unknown } | undefined;

  constructor(order: WorkersOrder) {
    this.#order = order;
    this.#present = order.count;
  }

  hear(record: StreamRecord): void {
    if (record.kind === 'start' && record.port !== undefined) this.#startWorkers(record.port);
    if (record.kind === 'clock') this.#hasBegun = true;
    if (record.kind !== 'tick' || !this.#hasBegun) return;
    this.#present = record.generators ?? this.#present;
    for (const change of record.changes ?? []) this.#take(change);
  }

  async run(): Promise<GeneratorsEnd> {
    const end = await this.#order.runMaster(this.#master.signal);
    const leave = setTimeout(
      () => {
        this.#workers.abort();
      },
      end.exit.kind === 'clean' && !this.#master.signal.aborted ? leaveMs : 0,
    );
    await Promise.all(this.#running);
    clearTimeout(leave);
    if (this.#fault !== undefined) throw this.#fault.error;
    return { ...end, exit: this.#ended ?? this.#whyNoneIsLeft() ?? end.exit, generators: this.#fate() };
  }

  #startWorkers(port: number): void {
    const { runWorker, count, onListening } = this.#order;
    onListening?.();
    if (runWorker === undefined) return;
    for (let number = 1; number <= count; number += 1)
      this.#running.push(this.#seeThrough(number, runWorker(number, port, this.#workers.signal)));
  }

  async #seeThrough(number: number, worker: Promise<GeneratorEnd>): Promise<void> {
    let exit: ToolExit;
    try {
      exit = (await worker).exit;
    } catch (error) {
      // The disk, and so no matter of this load alone: it is thrown once the others have ended.
      this.#fault ??= { error };
      this.#master.abort();
      return;
    }
    const why = exit.kind === 'clean' ? 'it ended by itself' : exit.message;
    this.#exits.set(number, why);
    if (this.#hasBegun || this.#workers.signal.aborted) return;
    // The master would wait for it in vain.
    this.#end({
      kind: 'error',
      message: `generator ${number} of ${this.#order.count} ended before the load: ${why}`,
    });
  }

  #take({ number, what, atMs, untilMs }: GeneratorChange): void {
    if (what === 'joined') {
      this.#joined.push({ number, atMs });
      this.#order.onJoin(number);
      return;
    }
    const why = this.#exits.get(number) ?? 'nothing is heard of it any more';
    const loss = { number, atMs, ...(untilMs !== undefined && { untilMs }), why };
    this.#lost.set(number, loss);
    this.#order.onLoss(loss);
    if (this.#order.onLost === 'stop')
      this.#end({ kind: 'killed', message: `generator ${number} of ${this.#order.count} was lost: ${why}` });
  }

  #end(exit: ToolExit): void {
    this.#ended ??= exit;
    this.#master.abort();
  }

  #whyNoneIsLeft(): ToolExit | undefined {
    const [first] = this.#lost.values();
    if (first === undefined || this.#present > 0) return undefined;
    return { kind: 'killed', message: `all generators were lost: generator ${first.number}: ${first.why}` };
  }

  #fate(): GeneratorFate {
    const numbers = [...this.#lost.keys(), ...this.#joined.map(({ number }) => number)];
    return {
      count: Math.max(this.#order.count, ...numbers),
      lost: [...this.#lost.values()],
      joined: this.#joined,
      startSpreadMs: 0,
    };
  }
}
