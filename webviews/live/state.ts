/** What the page knows, as one value; every message makes a new one. */
import { liveColumns, liveLimits, noPoints, type LivePoints, type ToLiveView } from '../../protocol/live';
import type {
  LiveDelta,
  LiveGoal,
  LiveHeader,
  LivePhase,
  LiveResource,
  LiveResourceGap,
  LiveSaturation,
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
  readonly saturation: readonly LiveSaturation[];
  readonly resourceGaps: readonly LiveResourceGap[];
  /** Their values go with the points. */
  readonly resources: readonly LiveResource[];
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
      const { run } = state;
      const points = replaceTail(run.points, message.fromS, message.points);
      const resources = replaceValues(run, message);
      return { state: { kind: 'run', run: { ...run, ...message, points, resources } }, stale: false };
    }
  }
}

/** How many points stay before `fromS`, and how many of the oldest then go because there is no room for all. */
function cutOf(points: LivePoints, fromS: number, tail: LivePoints): { kept: number; first: number } {
  const found = points.t.findIndex((t) => t >= fromS);
  const kept = found === -1 ? points.t.length : found;
  return { kept, first: Math.max(0, kept + tail.t.length - liveLimits.points) };
}

/** Keeps the points before `fromS`, appends the new ones, and lets go of the oldest beyond the limit. */
export function replaceTail(points: LivePoints, fromS: number, tail: LivePoints): LivePoints {
  const { kept, first } = cutOf(points, fromS, tail);
  const next: LivePoints = { ...noPoints, t: [...points.t.slice(0, kept), ...tail.t].slice(first) };
  for (const name of liveColumns) {
    next[name] = [...points[name].slice(0, kept), ...tail[name]].slice(first);
  }
  return next;
}

function replaceValues(run: RunView, { fromS, points, resources }: LiveDelta): LiveResource[] {
  const { kept, first } = cutOf(run.points, fromS, points);
  return resources.map((resource, index) => {
    const before = run.resources[index]?.values ?? [];
    return { ...resource, values: [...before.slice(0, kept), ...resource.values].slice(first) };
  });
}
