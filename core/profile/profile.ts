/**
 * One flat model for the profiles of all tools: columns of numbers, so that a million samples are a few megabytes and
 * can be handed to another thread as they are.
 */

/** What a weight counts. Times are whole nanoseconds, so that sums stay exact. */
export type WeightUnit = 'ns' | 'samples' | 'bytes' | 'count';

/**
 * A frame is a function at a line. `name` and `file` are indices of `strings`. Lines count from 1; 0 is unknown.
 */
export interface FrameTable {
  readonly name: Uint32Array;
  readonly file: Uint32Array;
  /** The line that was being executed. */
  readonly line: Uint32Array;
  /** The line where the function is defined. */
  readonly definedAt: Uint32Array;
}

/** The parent of a stack that has none. */
export const noParent = -1;

/**
 * A stack is its innermost frame below the stack of its caller. A parent always comes before its children, so that
 * one pass from the end adds children to their parents.
 */
export interface StackTable {
  readonly parent: Int32Array;
  readonly frame: Uint32Array;
}

export interface SampleTable {
  readonly stack: Uint32Array;
  readonly weight: Float64Array;
  /**
   * Milliseconds from the start of the profile, in rising order per thread; `null` where the format keeps no order.
   * Some tools leave out idle moments, so that this is not always the time on a wall clock.
   */
  readonly timeMs: Float64Array | null;
  /** Indices of `threads`. */
  readonly thread: Uint32Array;
}

/**
 * What a tracing profiler counted exactly: figures per function and per pair of caller and callee. It has no stacks;
 * `samples` then holds the own time of each function as a stack of one frame.
 */
export interface CallTable {
  /** One row per function, given as a frame. `calls` has recursive calls in it, `outerCalls` has not. */
  readonly functions: {
    readonly frame: Uint32Array;
    readonly calls: Float64Array;
    readonly outerCalls: Float64Array;
    readonly self: Float64Array;
    readonly total: Float64Array;
  };
  /** One row per pair, both given as frames; `total` is the callee's time on behalf of this caller. */
  readonly edges: {
    readonly caller: Uint32Array;
    readonly callee: Uint32Array;
    readonly calls: Float64Array;
    readonly total: Float64Array;
  };
}

export interface Profile {
  /** What the file says of itself, or its name. */
  readonly name: string;
  /** The tool and version that wrote it, such as `py-spy@0.4.3`; empty where the file does not say. */
  readonly producer: string;
  readonly unit: WeightUnit;
  readonly strings: readonly string[];
  readonly threads: readonly string[];
  readonly frames: FrameTable;
  readonly stacks: StackTable;
  readonly samples: SampleTable;
  readonly calls: CallTable | null;
}

export function frameName(profile: Profile, frame: number): string {
  return profile.strings[profile.frames.name[frame] ?? 0] ?? '';
}

export function frameFile(profile: Profile, frame: number): string {
  return profile.strings[profile.frames.file[frame] ?? 0] ?? '';
}
