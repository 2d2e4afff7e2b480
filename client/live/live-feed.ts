/** Sends one view what it needs: a snapshot when it asks or is shown, then changes, seldom enough to stay cheap. */
import { liveVersion, noPoints, type ToLiveView } from '../../protocol/live';
import { hasSameResources, pointsChange, type Drawn } from './live-points';
import type { LiveRun } from './live-run';

/** At most four changes a second. */
export const sendEveryMs = 250;

export interface FeedTarget {
  readonly post: (message: ToLiveView) => void;
  /** A hidden view gets nothing. */
  readonly isVisible: () => boolean;
}

export class LiveFeed {
  readonly #run: LiveRun;
  readonly #target: FeedTarget;
  #selected: string | null = null;
  #seq = 0;
  #sent: Drawn = { points: noPoints, resources: [] };
  #isReady = false;
  #isSynced = false;
  #isDirty = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(run: LiveRun, target: FeedTarget) {
    this.#run = run;
    this.#target = target;
  }

  /** The view is set up, or has lost track. */
  ready(): void {
    this.#isReady = true;
    this.#isSynced = false;
    this.#send();
  }

  /** The view was hidden or shown again; what was sent meanwhile is lost. */
  visibilityChanged(): void {
    this.#isSynced = false;
    if (this.#target.isVisible()) this.#send();
  }

  select(step: string | null): void {
    this.#selected = step;
    this.#isSynced = false;
    this.#send();
  }

  /** There is something new. */
  changed(): void {
    this.#isDirty = true;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#isDirty) this.#send();
    }, sendEveryMs);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#isReady = false;
  }

  #send(): void {
    this.#isDirty = false;
    if (!this.#isReady || !this.#target.isVisible()) return;
    const { points, resources, ...rest } = this.#run.source(Date.now(), this.#selected);
    const version = liveVersion;
    const drawn = { points, resources };
    if (this.#isSynced && hasSameResources(this.#sent, drawn)) {
      this.#seq += 1;
      const change = pointsChange(this.#sent, drawn);
      this.#target.post({ kind: 'delta', version, seq: this.#seq, ...rest, ...change });
    } else {
      this.#isSynced = true;
      this.#seq = 0;
      this.#target.post({ kind: 'snapshot', version, seq: 0, ...rest, points, resources });
    }
    this.#sent = drawn;
  }
}
