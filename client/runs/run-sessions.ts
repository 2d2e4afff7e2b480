/** Runs that are being followed: each is read once, however many views show it. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { fileNames } from '../../runner/layout';
import { renewLease, requestStop } from '../../runner/lease';
import type { RunEntry } from '../../runner/open-run';
import { tailRun } from '../../runner/tail-run';
import { LiveRun } from '../live/live-run';
import { noPlanFacts, readPlanFacts, type PlanFacts } from '../live/plan-facts';

/** The runner gives up after 60 s without a renewal. */
const renewEveryMs = 10_000;

export interface RunSession {
  readonly run: LiveRun;
  readonly onDidChange: vscode.Event<void>;
}

interface HeldSession extends RunSession {
  readonly end: () => void;
}

export class RunSessions implements vscode.Disposable {
  readonly #sessions = new Map<string, Promise<HeldSession>>();
  readonly #changed = new vscode.EventEmitter<RunEntry>();
  readonly #ended = new vscode.EventEmitter<RunEntry>();
  readonly #log: vscode.LogOutputChannel;

  /** A followed run has something new. */
  readonly onDidChange = this.#changed.event;

  /** A followed run is over. */
  readonly onDidEnd = this.#ended.event;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
  }

  /** Follows a run until it is over; what it had until then stays. */
  follow(entry: RunEntry): Promise<RunSession> {
    const known = this.#sessions.get(entry.dir);
    if (known !== undefined) return known;
    const session = this.#begin(entry);
    this.#sessions.set(entry.dir, session);
    session.catch(() => this.#sessions.delete(entry.dir));
    return session;
  }

  /** Lets go of a run that no view shows any more, unless it is under way. */
  async release(dir: string): Promise<void> {
    const session = await this.#sessions.get(dir);
    if (session === undefined || session.run.entry.state === 'running') return;
    session.end();
    this.#sessions.delete(dir);
  }

  /** Tells the runner to stop the load. It writes its result, and that is how the views learn of the end. */
  async stop(entry: RunEntry): Promise<void> {
    await requestStop(entry.dir);
    const session = await this.#sessions.get(entry.dir);
    session?.run.markStopping();
    this.#changed.fire(entry);
  }

  dispose(): void {
    for (const session of this.#sessions.values()) {
      session.then(
        ({ end }) => {
          end();
        },
        () => undefined,
      );
    }
    this.#changed.dispose();
    this.#ended.dispose();
  }

  async #begin(entry: RunEntry): Promise<HeldSession> {
    const run = new LiveRun(entry, await this.#factsOf(entry));
    const abort = new AbortController();
    const changed = new vscode.EventEmitter<void>();
    const tell = (): void => {
      changed.fire();
      this.#changed.fire(run.entry);
    };
    const lease = this.#holdLease(entry);
    const end = (): void => {
      clearInterval(lease);
      abort.abort();
    };
    void this.#follow(run, entry, abort.signal, tell).finally(() => {
      clearInterval(lease);
    });
    return { run, onDidChange: changed.event, end };
  }

  async #follow(run: LiveRun, entry: RunEntry, signal: AbortSignal, tell: () => void): Promise<void> {
    try {
      const last = await tailRun(
        entry.dir,
        (records) => {
          run.add(records);
          tell();
        },
        signal,
      );
      run.update(last);
      tell();
      if (!signal.aborted && entry.state === 'running') this.#ended.fire(last);
    } catch (cause) {
      this.#log.error(`the run ${entry.id} cannot be followed: ${String(cause)}`);
    }
  }

  #holdLease(entry: RunEntry): NodeJS.Timeout | undefined {
    if (entry.state !== 'running') return undefined;
    const renew = (): void => {
      renewIfLeased(entry.dir).catch((cause: unknown) => {
        this.#log.warn(`the lease of ${entry.id} could not be renewed: ${String(cause)}`);
      });
    };
    renew();
    return setInterval(renew, renewEveryMs);
  }

  async #factsOf(entry: RunEntry): Promise<PlanFacts> {
    try {
      return await readPlanFacts(entry.dir);
    } catch (cause) {
      this.#log.warn(`the plan of ${entry.id} cannot be read: ${String(cause)}`);
      return noPlanFacts;
    }
  }
}

/** Only a run that was started with a lease has one; it is written shortly after the folder appears. */
async function renewIfLeased(dir: string): Promise<void> {
  try {
    await stat(path.join(dir, fileNames.lease));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await renewLease(dir);
}
