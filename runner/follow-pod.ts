/** Sees one pod through: waits until it runs, reads its log for as long as it lives, and tells how it ended. */
import { openBoundedLog, type BoundedLog } from '../engines/host/bounded-log';
import type { Disk } from '../engines/host/disk';
import { startTool } from '../engines/host/process-host';
import { kubectlCommand, type Kubectl } from '../engines/kubernetes/kubectl';
import { readPodLog, type PodLog } from '../engines/kubernetes/pod-log';
import type { Pods, PodState } from '../engines/kubernetes/pods';
import type { Redactor } from '../core/run/redact';
import { watchSilence, type Patience } from './conduct-tool';
import { maxRecordLength } from './read-stream';
import type { StreamRecorder } from './record-stream';
import type { PodWatch } from './watch-pods';

export interface PodOrder {
  readonly kubectl: Kubectl;
  readonly supervisorFile: string;
  readonly watch: PodWatch;
  /** Of the generator, from 0. */
  readonly index: number;
  readonly recorder: StreamRecorder;
  readonly disk: Disk;
  readonly logFile: string;
  readonly redact: Redactor;
  /** How long its load should take, drain included. */
  readonly expectedMs: number;
  readonly patience: Patience;
  /** Ends it before its time. */
  readonly stop: AbortSignal;
  /** Ends all pods of the load. */
  readonly endAll: () => Promise<void>;
  readonly onStalled: (silentMs: number) => void;
}

export interface PodConduct {
  readonly end: PodEnd;
  readonly isDeadlineHit: boolean;
  /** The longest time without a record, where it was a stall; else 0. */
  readonly worstSilenceMs: number;
}

/** `never`: its load did not begin. `unheard`: it may go on, but nothing can be read of it. */
export type PodEnd =
  | { readonly kind: 'never'; readonly message: string }
  | { readonly kind: 'unheard'; readonly message: string }
  | {
      readonly kind: 'ended';
      readonly state: PodState;
      readonly hasEnded: boolean;
      readonly lastLines: readonly string[];
    };

/** Nodes may have to be made, and images to be brought there. */
const startWithinMs = 600_000;

/** A pod that is silent for so many stalls is given up: k6 tells of every second, even before its load. */
const unheardStalls = 4;

/**
 * A log that is silent for longer is read anew: k6 tells of every second, and kubectl falls silent for good where a node
 * begins a new file of it, or where a connection is dead without knowing it.
 */
const quietMs = 5000;

/** How often it is looked whether a log has fallen silent. */
const lookEveryMs = 250;

/** What Kubernetes gives a pod that is told to end. */
const graceMs = 30_000;

/** A pod that told its end is over soon after. */
const exitWithinMs = 10_000;

/** @throws the error of the disk where the log cannot be opened. */
export async function followPod(order: PodOrder): Promise<PodConduct> {
  const { disk, logFile, redact, recorder } = order;
  const log = await openBoundedLog(disk, logFile, () => performance.now(), redact);
  const follower = new Follower(order, log);
  try {
    return await follower.run();
  } finally {
    recorder.end();
    await log.close();
  }
}

class Follower {
  readonly #order: PodOrder;
  readonly #log: BoundedLog;
  readonly #podLog: PodLog;
  /** Nothing is waited for any more. */
  readonly #giveUp = new AbortController();
  #heardMs = performance.now();
  #isDeadlineHit = false;
  #isNeverBegun = false;
  #isLoadTimed = false;
  #isEnding = false;
  #deadline: NodeJS.Timeout | undefined;
  #breakOff: (() => void) | undefined;

  constructor(order: PodOrder, log: BoundedLog) {
    this.#order = order;
    this.#log = log;
    this.#podLog = readPodLog(
      {
        onRecord: (line, isNew) => {
          if (isNew) this.#heardMs = performance.now();
          order.recorder.add(Buffer.from(`${line}\n`));
        },
        onText: (line) => {
          log.add(Buffer.from(`${line}\n`));
        },
      },
      maxRecordLength,
    );
  }

  async run(): Promise<PodConduct> {
    const { stop } = this.#order;
    const onStop = (): void => {
      void this.#end();
    };
    stop.addEventListener('abort', onStop);
    if (stop.aborted) onStop();
    try {
      const early = await this.#start();
      if (early !== undefined) return { end: early, isDeadlineHit: false, worstSilenceMs: 0 };
      const silence = watchSilence(
        () => performance.now() - this.#heardMs,
        this.#order.patience.stallMs,
        this.#order.onStalled,
      );
      const end = await this.#follow().finally(() => silence.end());
      return {
        end: this.#isNeverBegun ? { kind: 'never', message: 'k6-operator did not let it begin' } : end,
        isDeadlineHit: this.#isDeadlineHit,
        worstSilenceMs: silence.end(),
      };
    } finally {
      stop.removeEventListener('abort', onStop);
      clearTimeout(this.#deadline);
    }
  }

  /** Whatever is not over by then is left to itself. */
  async #end(): Promise<void> {
    const { patience, endAll } = this.#order;
    if (this.#isEnding) return;
    this.#isEnding = true;
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => {
      this.#giveUp.abort();
      this.#breakOff?.();
    }, graceMs + patience.stopMs);
    await endAll();
  }

  /** @returns why it never ran. */
  async #start(): Promise<PodEnd | undefined> {
    const { index, watch, stop } = this.#order;
    const deadlineMs = performance.now() + startWithinMs;
    for (;;) {
      if (stop.aborted) return this.#ended({ kind: 'absent' });
      const reading = await watch.look();
      const state = reading.ok ? reading.pods.runner(index) : undefined;
      if (state?.kind === 'running' || state?.kind === 'ended') return undefined;
      const fault = reading.ok ? await this.#whyNever(reading.pods) : undefined;
      if (fault !== undefined) return this.#never(fault);
      if (performance.now() > deadlineMs) {
        const known = reading.ok ? whyWaiting(reading.pods, index) : reading.message;
        return this.#never(`not within ${startWithinMs / 60_000} min: ${known}`);
      }
    }
  }

  async #whyNever({ runner, initializer }: Pods): Promise<string | undefined> {
    return (
      faultOf(runner(this.#order.index)) ?? faultOf(initializer) ?? (await this.#whyNotPrepared(initializer))
    );
  }

  /** The operator has the script packed first, and goes no further where that fails. */
  async #whyNotPrepared(state: PodState): Promise<string | undefined> {
    if (state.kind !== 'ended' || state.code === 0) return undefined;
    await this.#stream(state.pod, { isLast: true });
    const words = this.#log.lastLines(3).join('; ');
    return `the script could not be prepared in the cluster${words === '' ? '' : `: ${words}`}`;
  }

  #never(message: string): PodEnd {
    return { kind: 'never', message };
  }

  async #follow(): Promise<PodEnd> {
    const { index, watch } = this.#order;
    this.#heardMs = performance.now();
    this.#setDeadline(startWithinMs);
    let isLast = false;
    let words = '';
    for (;;) {
      const reading = await watch.look();
      if (this.#giveUp.signal.aborted) return this.#unheard('it did not end when it was told to');
      if (this.#podLog.hasEnded) return await this.#whenOver();
      const state = reading.ok ? reading.pods.runner(index) : undefined;
      if (state !== undefined && isOver(state, isLast)) return this.#ended(state);
      isLast = state?.kind === 'ended';
      words = (reading.ok ? await this.#readOn(state, isLast) : reading.message) ?? words;
      const silence = this.#whyGivenUp();
      if (silence !== undefined) return this.#unheard(words || silence);
    }
  }

  #whyGivenUp(): string | undefined {
    const silentMs = performance.now() - this.#heardMs;
    return silentMs > unheardStalls * this.#order.patience.stallMs
      ? `nothing was heard of it for ${Math.round(silentMs / 1000)} s`
      : undefined;
  }

  async #readOn(state: PodState | undefined, isLast: boolean): Promise<string | undefined> {
    return state?.kind === 'running' || state?.kind === 'ended'
      ? await this.#stream(state.pod, { isLast })
      : undefined;
  }

  /** It told its end: what is left to know is its exit. */
  async #whenOver(): Promise<PodEnd> {
    const { index, watch } = this.#order;
    const untilMs = performance.now() + exitWithinMs;
    while (performance.now() < untilMs) {
      const reading = await watch.look();
      const state = reading.ok ? reading.pods.runner(index) : undefined;
      if (state?.kind === 'ended' || state?.kind === 'absent') return this.#ended(state);
    }
    return this.#ended({ kind: 'absent' });
  }

  /** Reads its log until that breaks off or ends. @returns what kubectl complained of last. */
  async #stream(pod: string, { isLast }: { readonly isLast: boolean }): Promise<string | undefined> {
    const { kubectl, supervisorFile, patience } = this.#order;
    const since = this.#podLog.since();
    const args = [
      'logs',
      pod,
      '--container=k6',
      ...(isLast ? [] : ['--follow']),
      ...(since === undefined ? [] : [`--since-time=${since}`]),
    ];
    let complaint: string | undefined;
    const started = await startTool(kubectlCommand(kubectl, args), supervisorFile, {
      onOutput: (chunk) => {
        this.#podLog.add(chunk);
        this.#startDeadline();
      },
      onError: (chunk) => {
        complaint = chunk.toString('utf8').trim().split('\n').at(-1);
        this.#log.add(chunk);
      },
    });
    if (!started.ok) return started.message;
    this.#breakOff = () => {
      started.process.send('kill');
    };
    if (this.#giveUp.signal.aborted) this.#breakOff();
    const beganMs = performance.now();
    const look = setInterval(() => {
      const silentMs = performance.now() - Math.max(this.#heardMs, beganMs);
      if (silentMs > Math.min(quietMs, patience.stallMs)) this.#breakOff?.();
    }, lookEveryMs);
    await started.process.ended;
    clearInterval(look);
    this.#breakOff = undefined;
    this.#podLog.breakOff();
    return complaint;
  }

  /** From the beginning of its load on it is known how long that takes; before, others may have to be waited for. */
  #startDeadline(): void {
    if (!this.#podLog.hasBegun || this.#isLoadTimed || this.#isEnding) return;
    const { expectedMs, patience } = this.#order;
    this.#isLoadTimed = true;
    this.#setDeadline(expectedMs + patience.overdueMs);
  }

  #setDeadline(ms: number): void {
    if (this.#isEnding) return;
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => {
      if (this.#podLog.hasBegun) this.#isDeadlineHit = true;
      else this.#isNeverBegun = true;
      void this.#end();
    }, ms);
  }

  #unheard(message: string): PodEnd {
    return { kind: 'unheard', message };
  }

  #ended(state: PodState): PodEnd {
    return {
      kind: 'ended',
      state,
      hasEnded: this.#podLog.hasEnded,
      lastLines: this.#log.lastLines(5),
    };
  }
}

/** @param isRead whether its log was read to the end since it ended. */
function isOver({ kind }: PodState, isRead: boolean): boolean {
  return kind === 'absent' || (kind === 'ended' && isRead);
}

function faultOf(state: PodState): string | undefined {
  return state.kind === 'waiting' ? state.fault : undefined;
}

function whyWaiting({ runner, initializer }: Pods, index: number): string {
  for (const state of [runner(index), initializer]) {
    if (state.kind === 'waiting') return [`the pod ${state.pod} waits`, state.why].filter(Boolean).join(': ');
    if (state.kind === 'running') return `the pod ${state.pod} prepares the script`;
  }
  return 'nothing in the cluster took up the TestRun: is k6-operator running?';
}
