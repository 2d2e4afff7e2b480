/** One of the profiles that a panel shows, with what was found out about it so far. */
import {
  timeBoxes,
  timeline,
  treeBoxes,
  type Boxes,
  type Stretch,
  type Timeline,
} from '../../core/profile/boxes';
import { callTree, type CallTree } from '../../core/profile/call-tree';
import { functionTable, type FunctionTable } from '../../core/profile/function-table';
import { countedSamples, weighStacks, type StackWeights } from '../../core/profile/group-costs';
import { isLibraryFile } from '../../core/profile/origin';
import { frameFile, frameName, type Profile } from '../../core/profile/profile';
import { topFunctions, type TopFunctions } from '../../core/profile/top-functions';

export interface Drawn {
  readonly axis: Stretch;
  readonly maxDepth: number;
  readonly boxes: Boxes;
}

/** Files are told apart by their names: what tools write inside is often the same in all. */
export interface NamedProfile {
  readonly profile: Profile;
  readonly fileName: string;
  /** Nanoseconds of the target's processor for one request; `null` where that is not known. */
  readonly cpuNsPerRequest: number | null;
  readonly isOfRun: boolean;
}

export class ProfileSide {
  readonly profile: Profile;
  readonly fileName: string;
  readonly cpuNsPerRequest: number | null;
  readonly isOfRun: boolean;
  readonly table: FunctionTable;
  readonly #tops = new Map<number | null, TopFunctions>();
  readonly #trees = new Map<number | null, CallTree>();
  readonly #lines = new Map<number, Timeline | undefined>();

  constructor({ profile, fileName, cpuNsPerRequest, isOfRun }: NamedProfile) {
    this.profile = profile;
    this.fileName = fileName;
    this.cpuNsPerRequest = cpuNsPerRequest;
    this.isOfRun = isOfRun;
    this.table = functionTable(profile);
  }

  /** @returns the name, the file and the first line of a function of the table. */
  named(fn: number): { name: string; file: string; line: number; isOwn: boolean } {
    const frame = this.table.frame[fn] ?? 0;
    const file = frameFile(this.profile, frame);
    const line = this.table.line[fn] ?? 0;
    return { name: cut(frameName(this.profile, frame)), file: cut(file), line, isOwn: !isLibraryFile(file) };
  }

  byWeight(thread: number | null, window: Stretch | null, pixels: number): Drawn {
    let tree = this.#trees.get(thread);
    if (tree === undefined) {
      tree = callTree(this.profile, this.table, this.weigh(thread).self);
      this.#trees.set(thread, tree);
    }
    const axis = { from: 0, to: tree.whole };
    return { axis, maxDepth: tree.maxDepth, boxes: treeBoxes(tree, window ?? axis, pixels) };
  }

  byTime(thread: number, window: Stretch | null, pixels: number): Drawn {
    if (!this.#lines.has(thread)) this.#lines.set(thread, timeline(this.profile, thread));
    const line = this.#lines.get(thread);
    const axis = { from: line?.startMs[0] ?? 0, to: line?.endMs ?? 0 };
    if (line === undefined) return { axis, maxDepth: 0, boxes: noBoxes };
    const boxes = timeBoxes(this.profile, this.table, line, window ?? axis, pixels);
    return { axis, maxDepth: line.maxDepth, boxes };
  }

  top(thread: number | null): TopFunctions {
    let top = this.#tops.get(thread);
    if (top === undefined) {
      top = topFunctions(this.profile, thread === null ? {} : { thread });
      this.#tops.set(thread, top);
    }
    return top;
  }

  weigh(thread: number | null): StackWeights {
    return weighStacks(this.profile, {
      ...countedSamples(this.profile),
      ...(thread !== null && { thread }),
    });
  }
}

const noBoxes: Boxes = {
  left: new Float64Array(),
  right: new Float64Array(),
  depth: new Uint32Array(),
  fn: new Uint32Array(),
  self: new Float64Array(),
};

/** Names come from the file and may be of any length. */
export function cut(text: string): string {
  return text.length <= 1000 ? text : `${text.slice(0, 999)}…`;
}
