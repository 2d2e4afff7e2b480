/** The pieces of one recording as one profile, one after the other in time. */
import { ProfileBuilder } from './builder';
import { ImportFailure, type ImportProblem } from './import-problem';
import { frameFile, frameName, noParent, type Profile } from './profile';

export type Joined =
  { readonly ok: true; readonly profile: Profile } | { readonly ok: false; readonly problem: ImportProblem };

/** @param pieces of one tool and one target, at least one. Together they may be too large for the limits. */
export function joinProfiles(pieces: readonly [Profile, ...Profile[]]): Joined {
  const [first] = pieces;
  if (pieces.length === 1) return { ok: true, profile: first };
  try {
    return { ok: true, profile: join(first, pieces) };
  } catch (cause) {
    if (cause instanceof ImportFailure) return { ok: false, problem: cause.problem };
    throw cause;
  }
}

/** What a tracing profiler counted in several processes stays apart: it has no stacks to put side by side. */
function join(first: Profile, pieces: readonly Profile[]): Profile {
  if (pieces.some(({ calls }) => calls !== null))
    throw new ImportFailure(
      'not-supported',
      'calls that were counted in several processes cannot be shown as one',
      'open the file of one process by its name',
    );
  const builder = new ProfileBuilder();
  let startMs = 0;
  for (const piece of pieces) startMs += addPiece(builder, piece, startMs);
  const isInOrder = pieces.every(({ samples }) => samples.timeMs !== null);
  return builder.finish({ name: first.name, producer: first.producer, unit: first.unit, isInOrder });
}

/** @returns how long the piece is, in milliseconds. */
function addPiece(builder: ProfileBuilder, piece: Profile, startMs: number): number {
  const { samples, threads, unit } = piece;
  const stackOf = addStacks(builder, piece);
  const threadOf = threads.map((name) => builder.thread(name));
  let lengthMs = 0;
  for (const [i, stack] of samples.stack.entries()) {
    const weight = samples.weight[i] ?? 0;
    const timeMs = samples.timeMs?.[i] ?? 0;
    lengthMs = Math.max(lengthMs, timeMs + (unit === 'ns' ? weight / 1e6 : 1));
    const thread = threadOf[samples.thread[i] ?? 0] ?? 0;
    builder.sample(stackOf[stack] ?? 0, weight, { timeMs: startMs + timeMs, thread });
  }
  return lengthMs;
}

/** @returns the stack in the whole, by stack of the piece. */
function addStacks(builder: ProfileBuilder, piece: Profile): Int32Array {
  const { frames, stacks } = piece;
  const frameOf = Uint32Array.from(frames.name.keys(), (frame) =>
    builder.frame({
      name: frameName(piece, frame),
      file: frameFile(piece, frame),
      line: frames.line[frame] ?? 0,
      definedAt: frames.definedAt[frame] ?? 0,
    }),
  );
  const stackOf = new Int32Array(stacks.frame.length);
  for (const [stack, frame] of stacks.frame.entries()) {
    const parent = stacks.parent[stack] ?? noParent;
    const below = parent === noParent ? noParent : (stackOf[parent] ?? noParent);
    stackOf[stack] = builder.stack(below, frameOf[frame] ?? 0);
  }
  return stackOf;
}
