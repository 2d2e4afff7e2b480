/** What the page knows, as one value; every message makes a new one. */
import { liveColumns, liveLimits, noPoints, type LivePoints, type ToLiveView } from '../../protocol/live';
import type {
  LiveGoal,
  LiveHeader,
  LivePhase,
  LiveStep,
  LiveSummary,
  LiveValidity,
} from '../../protocol/live';

export interface RunView {
  readonly seq: number;
  readonly header: LiveHeader;
  readonly summary: LiveSummary;
  readonly phases: readonly LivePhase[];
  readonly steps: readonly LiveStep[];
  readonly goals: readonly LiveGoal[];
  readonly validity: LiveValidity | null;
  readonly binS: number;
  readonly selected: string | null;
  readonly points: LivePoints;
}

export type ViewState =
  | { readonly kind: 'empty' }
  | { readonly kind: 'unavailable'; readonly message: string }
  | { readonly kind: 'run'; readonly run: RunView };

/** `stale`: a message was missed, and a snapshot must be asked for. */
export interface Received {
  readonly state: ViewState;
  readonly stale: boolean;
}

export function receive(state: ViewState, message: ToLiveView): Received {
  switch (message.kind) {
    case 'unavailable':
      return { state: { kind: 'unavailable', message: message.message }, stale: false };
    case 'snapshot':
      return { state: { kind: 'run', run: { ...message } }, stale: false };
    case 'delta': {
      if (state.kind !== 'run' || message.seq !== state.run.seq + 1) return { state, stale: true };
      const points = replaceTail(state.run.points, message.fromS, message.points);
      return { state: { kind: 'run', run: { ...state.run, ...message, points } }, stale: false };
    }
  }
}

/** Keeps the points before `fromS`, appends the new ones, and lets go of the oldest beyond the limit. */
export function replaceTail(points: LivePoints, fromS: number, tail: LivePoints): LivePoints {
  const found = points.t.findIndex((t) => t >= fromS);
  const kept = found === -1 ? points.t.length : found;
  const first = Math.max(0, kept + tail.t.length - liveLimits.points);
  const next: LivePoints = { ...noPoints, t: [...points.t.slice(0, kept), ...tail.t].slice(first) };
  for (const name of liveColumns) {
    next[name] = [...points[name].slice(0, kept), ...tail[name]].slice(first);
  }
  return next;
}
