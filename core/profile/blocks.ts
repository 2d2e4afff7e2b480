/** Cuts recordings into stretches, so that what varies within them can be told from what changed between them. */
import { functionTable, type FunctionTable } from './function-table';
import { countedSamples, groupCosts, weighStacks } from './group-costs';
import { frameFile, frameName, type Profile } from './profile';

/** Enough to see how much a share varies. */
const mostBlocks = 10;
/** Fewer do not show how much it varies. */
export const leastBlocks = 3;
/** Fewer, and a block has no share to speak of. */
const samplesPerBlock = 20;
/** Of a recording that is cut. */
export const leastSamples = leastBlocks * samplesPerBlock;
/** So many recordings say more of how much they vary than stretches of one. */
const enoughRecordings = 3;

export interface Cost {
  self: number;
  total: number;
}

export interface Block {
  /** By key of the function. */
  readonly costs: ReadonlyMap<string, Cost>;
  readonly whole: number;
  readonly samples: number;
  /** This block's part of its recording: requests are taken to be spread evenly. */
  readonly part: number;
  /** Index of the recording. */
  readonly recording: number;
}

function functionKey(name: string, file: string): string {
  return `${file}\n${name}`;
}

/** One block per recording where there are enough, else stretches of each; one where a recording cannot be cut. */
export function blocksOf(recordings: readonly Profile[]): Block[] {
  return recordings.flatMap((profile, recording) => {
    const isCut =
      recordings.length < enoughRecordings &&
      profile.samples.timeMs !== null &&
      profile.samples.stack.length >= leastSamples;
    const { length } = profile.samples.stack;
    const count = isCut ? Math.min(mostBlocks, Math.floor(length / samplesPerBlock)) : 1;
    const blockOf = isCut ? cut(profile, profile.samples.timeMs, count) : undefined;
    const table = functionTable(profile);
    return Array.from({ length: count }, (_, block) => ({
      ...costsOf(profile, table, blockOf === undefined ? undefined : (i) => blockOf[i] === block),
      part: 1 / count,
      recording,
    })).filter(({ whole }) => whole > 0);
  });
}

/**
 * Every thread is cut into stretches of its own, since several tools begin the clock of each thread at zero and leave
 * out its idle moments.
 */
function cut({ samples, threads }: Profile, timeMs: Float64Array, count: number): Uint8Array {
  const from = new Float64Array(threads.length).fill(Infinity);
  const to = new Float64Array(threads.length).fill(-Infinity);
  for (const [i, thread] of samples.thread.entries()) {
    from[thread] = Math.min(from[thread] ?? 0, timeMs[i] ?? 0);
    to[thread] = Math.max(to[thread] ?? 0, timeMs[i] ?? 0);
  }
  return Uint8Array.from(samples.thread, (thread, i) => {
    const start = from[thread] ?? 0;
    const length = (to[thread] ?? 0) - start;
    if (length === 0) return i % count;
    return Math.min(count - 1, Math.floor((count * ((timeMs[i] ?? 0) - start)) / length));
  });
}

function costsOf(
  profile: Profile,
  table: FunctionTable,
  only: ((sample: number) => boolean) | undefined,
): { costs: Map<string, Cost>; whole: number; samples: number } {
  const weights = weighStacks(profile, {
    ...countedSamples(profile),
    ...(only !== undefined && { only }),
  });
  const { self, total } = groupCosts(profile, weights, table.ofFrame, table.frame.length);
  const costs = new Map<string, Cost>();
  for (const [fn, frame] of table.frame.entries()) {
    if (total[fn] === 0) continue;
    const key = functionKey(frameName(profile, frame), frameFile(profile, frame));
    costs.set(key, { self: self[fn] ?? 0, total: total[fn] ?? 0 });
  }
  return { costs, whole: weights.whole, samples: weights.samples };
}
