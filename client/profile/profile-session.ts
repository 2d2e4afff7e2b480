/** One profile and the answers to what a page asks of it. It runs in a worker, so that nothing of it holds up the editor. */
import {
  timeBoxes,
  timeline,
  treeBoxes,
  type Boxes,
  type Stretch,
  type Timeline,
} from '../../core/profile/boxes';
import { callTree, type CallTree } from '../../core/profile/call-tree';
import { compareProfiles, type Delta } from '../../core/profile/compare-profiles';
import { functionTable, type FunctionTable } from '../../core/profile/function-table';
import { groupCosts, noGroup, weighStacks, type StackWeights } from '../../core/profile/group-costs';
import { isLibraryFile, isWaiting } from '../../core/profile/origin';
import { frameFile, frameName, type Profile } from '../../core/profile/profile';
import { topFunctions, type FunctionCost, type TopFunctions } from '../../core/profile/top-functions';
import {
  profileLimits,
  profileVersion,
  type ProfileAnswer,
  type ProfileDelta,
  type ProfileNamed,
  type ProfileOpened,
  type ProfileQuestion,
  type ProfileRow,
} from '../../protocol/profile';

type Ask<Kind> = Extract<ProfileQuestion, { kind: Kind }>;
type Answer<Kind> = Extract<ProfileAnswer, { kind: Kind }>;

/** A place in a file that the profile names. */
export interface SourcePlace {
  readonly name: string;
  readonly file: string;
  /** From 1; 0 where it is unknown. */
  readonly line: number;
}

/** Files are told apart by their names: what tools write inside is often the same in all. */
export interface NamedProfile {
  readonly profile: Profile;
  readonly fileName: string;
}

export class ProfileSession {
  readonly #profile: Profile;
  readonly #table: FunctionTable;
  readonly #idOf = new Map<string, number>();
  readonly #tops = new Map<number | null, TopFunctions>();
  readonly #trees = new Map<number | null, CallTree>();
  readonly #lines = new Map<number, Timeline | undefined>();
  readonly #fileName: string;
  #before: NamedProfile | undefined;

  constructor(profile: Profile, fileName: string) {
    this.#profile = profile;
    this.#fileName = fileName;
    this.#table = functionTable(profile);
    for (const fn of this.#table.frame.keys()) {
      const { name, file } = this.#named(fn);
      this.#idOf.set(keyOf(name, file), fn);
    }
  }

  /** @param before to compare with; none ends the comparison. */
  compareWith(before: NamedProfile | undefined): void {
    this.#before = before;
  }

  opened(format: string): ProfileOpened {
    const { producer, unit, samples, threads, calls } = this.#profile;
    const weights = new Float64Array(threads.length);
    for (const [i, thread] of samples.thread.entries())
      weights[thread] = (weights[thread] ?? 0) + (samples.weight[i] ?? 0);
    return {
      kind: 'opened',
      version: profileVersion,
      name: cut(this.#fileName),
      producer: cut(producer),
      format,
      unit,
      whole: this.#weigh(null).whole,
      samples: samples.stack.length,
      functions: this.#table.frame.length,
      threads: threads
        .map((thread, id) => ({ id, name: cut(thread), weight: weights[id] ?? 0 }))
        .sort((a, b) => b.weight - a.weight)
        .slice(0, profileLimits.threads),
      hasStacks: calls === null,
      hasOrder: calls === null && samples.timeMs !== null,
      comparedWith: this.#before === undefined ? null : cut(this.#before.fileName),
    };
  }

  answer(question: ProfileQuestion): ProfileAnswer {
    switch (question.kind) {
      case 'layout':
        return this.#layout(question);
      case 'functions':
        return this.#functions(question);
      case 'neighbours':
        return this.#neighbours(question);
      case 'changes':
        return this.#changes(question);
    }
  }

  place(fn: number): SourcePlace | undefined {
    if (this.#table.frame[fn] === undefined) return undefined;
    const { name, file } = this.#named(fn);
    return { name, file, line: this.#table.line[fn] ?? 0 };
  }

  #layout({ request, order, thread, window, pixels }: Ask<'layout'>): Answer<'layout'> {
    const drawn =
      order === 'time' ? this.#byTime(thread ?? 0, window, pixels) : this.#byWeight(thread, window, pixels);
    const seen = [...new Set(drawn.boxes.fn)];
    return {
      kind: 'layout',
      version: profileVersion,
      request,
      axisFrom: drawn.axis.from,
      axisTo: drawn.axis.to,
      from: window?.from ?? drawn.axis.from,
      to: window?.to ?? drawn.axis.to,
      maxDepth: drawn.maxDepth,
      ...drawn.boxes,
      named: seen.map((fn) => this.#named(fn)),
    };
  }

  #byWeight(thread: number | null, window: Stretch | null, pixels: number): Drawn {
    let tree = this.#trees.get(thread);
    if (tree === undefined) {
      tree = callTree(this.#profile, this.#table, this.#weigh(thread).self);
      this.#trees.set(thread, tree);
    }
    const axis = { from: 0, to: tree.whole };
    return { axis, maxDepth: tree.maxDepth, boxes: treeBoxes(tree, window ?? axis, pixels) };
  }

  #byTime(thread: number, window: Stretch | null, pixels: number): Drawn {
    if (!this.#lines.has(thread)) this.#lines.set(thread, timeline(this.#profile, thread));
    const line = this.#lines.get(thread);
    const axis = { from: line?.startMs[0] ?? 0, to: line?.endMs ?? 0 };
    if (line === undefined) return { axis, maxDepth: 0, boxes: noBoxes };
    const boxes = timeBoxes(this.#profile, this.#table, line, window ?? axis, pixels);
    return { axis, maxDepth: line.maxDepth, boxes };
  }

  #functions(ask: Ask<'functions'>): Answer<'functions'> {
    const all = this.#rows(ask).filter(chosenBy(ask));
    const rows = all.sort(sorters[ask.sort]).slice(0, profileLimits.rows);
    const matched =
      ask.query === '' && ask.origin === 'all' ? this.#weigh(ask.thread).whole : this.#matched(ask, all);
    return {
      kind: 'functions',
      version: profileVersion,
      request: ask.request,
      rows,
      count: all.length,
      matched,
    };
  }

  #rows({ thread, group }: Ask<'functions'>): ProfileRow[] {
    const { functions, modules } = this.#top(thread);
    if (group === 'function') return functions.map((cost) => this.#row(cost));
    return modules.map(({ module, isOwn, self, total }, id) => ({
      id,
      name: cut(module),
      file: '',
      line: 0,
      module: cut(module),
      isOwn,
      self,
      total,
      calls: null,
    }));
  }

  #row({ name, file, line, module, isOwn, self, total, calls }: FunctionCost): ProfileRow {
    const id = this.#idOf.get(keyOf(name, file)) ?? 0;
    return { id, name: cut(name), file: cut(file), line, module: cut(module), isOwn, self, total, calls };
  }

  /** Samples that have any of the rows in their stack, each once. */
  #matched({ thread, group }: Ask<'functions'>, rows: readonly ProfileRow[]): number {
    const { calls } = this.#profile;
    if (calls !== null || group === 'module') return rows.reduce((sum, { self }) => sum + self, 0);
    const ids = new Set(rows.map(({ id }) => id));
    const groupOf = this.#table.ofFrame.map((fn) => (ids.has(fn) ? 0 : noGroup));
    return groupCosts(this.#profile, this.#weigh(thread), groupOf, 1).total[0] ?? 0;
  }

  #neighbours({ request, thread, of }: Ask<'neighbours'>): Answer<'neighbours'> {
    const { functions } = this.#top(thread);
    const place = this.place(of);
    const found = functions.find(({ name, file }) => name === place?.name && file === place.file);
    const list = (neighbours: FunctionCost['callers'] = []): Answer<'neighbours'>['callers'] =>
      neighbours.flatMap(({ index, weight }) => {
        const fn = functions[index];
        return fn === undefined ? [] : [{ ...this.#row(fn), weight }];
      });
    const [callers, callees] = [list(found?.callers), list(found?.callees)];
    return { kind: 'neighbours', version: profileVersion, request, of, callers, callees };
  }

  #changes({ request, query }: Ask<'changes'>): Answer<'changes'> {
    const head = { kind: 'changes', version: profileVersion, request } as const;
    if (this.#before === undefined) return { ...head, notes: [], rows: [] };
    const { functions, notes } = compareProfiles(
      { recordings: [this.#before.profile] },
      { recordings: [this.#profile] },
    );
    const fits = matcher(query);
    const rows = functions
      .filter(({ name, file }) => fits(name, file))
      .slice(0, profileLimits.rows)
      .map(({ name, file, self, total, selfPerRequest }) => ({
        // A function that is gone has no number here.
        id: this.#idOf.get(keyOf(name, file)) ?? this.#table.frame.length,
        name: cut(name),
        file: cut(file),
        isOwn: !isLibraryFile(file),
        self: deltaOf(self),
        total: deltaOf(total),
        selfPerRequest: selfPerRequest === null ? null : deltaOf(selfPerRequest),
      }));
    return { ...head, notes: [...notes], rows };
  }

  #top(thread: number | null): TopFunctions {
    let top = this.#tops.get(thread);
    if (top === undefined) {
      top = topFunctions(this.#profile, thread === null ? {} : { thread });
      this.#tops.set(thread, top);
    }
    return top;
  }

  #weigh(thread: number | null): StackWeights {
    return weighStacks(this.#profile, {
      leaveOut: (frame) => isWaiting(frameName(this.#profile, frame)),
      ...(thread !== null && { thread }),
    });
  }

  #named(fn: number): ProfileNamed {
    const frame = this.#table.frame[fn] ?? 0;
    const file = frameFile(this.#profile, frame);
    return {
      id: fn,
      name: cut(frameName(this.#profile, frame)),
      file: cut(file),
      isOwn: !isLibraryFile(file),
    };
  }
}

interface Drawn {
  readonly axis: Stretch;
  readonly maxDepth: number;
  readonly boxes: Boxes;
}

const noBoxes: Boxes = {
  left: new Float64Array(),
  right: new Float64Array(),
  depth: new Uint32Array(),
  fn: new Uint32Array(),
  self: new Float64Array(),
};

const sorters: Readonly<Record<Ask<'functions'>['sort'], (a: ProfileRow, b: ProfileRow) => number>> = {
  self: (a, b) => b.self - a.self || b.total - a.total,
  total: (a, b) => b.total - a.total || b.self - a.self,
  calls: (a, b) => (b.calls ?? 0) - (a.calls ?? 0),
  name: (a, b) => (a.name < b.name ? -1 : 1),
};

function chosenBy({ origin, query }: Ask<'functions'>): (row: ProfileRow) => boolean {
  const fits = matcher(query);
  return ({ name, file, isOwn }) => (origin === 'all' || isOwn === (origin === 'own')) && fits(name, file);
}

/** Every word must be in the name or the path. */
function matcher(query: string): (name: string, file: string) => boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return (name, file) => {
    const text = `${name} ${file}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
}

function deltaOf({ before, after, difference, interval, verdict }: Delta): ProfileDelta {
  return { before, after, difference, low: interval?.low ?? null, high: interval?.high ?? null, verdict };
}

function keyOf(name: string, file: string): string {
  return `${file}\n${name}`;
}

/** Names come from the file and may be of any length. */
function cut(text: string): string {
  return text.length <= 1000 ? text : `${text.slice(0, 999)}…`;
}
