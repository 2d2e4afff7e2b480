/** One profile and the answers to what a page asks of it. It runs in a worker, so that nothing of it holds up the editor. */
import { compareProfiles, type Delta, type Side } from '../../core/profile/compare-profiles';
import { groupCosts, noGroup } from '../../core/profile/group-costs';
import { isLibraryFile } from '../../core/profile/origin';
import type { FunctionCost } from '../../core/profile/top-functions';
import { weighedSide } from '../../core/profile/weighed-side';
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
import { cut, ProfileSide, type NamedProfile } from './profile-side';

type Ask<Kind> = Extract<ProfileQuestion, { kind: Kind }>;
type Answer<Kind> = Extract<ProfileAnswer, { kind: Kind }>;

/** A place in a file that the profile names. */
export interface SourcePlace {
  readonly name: string;
  readonly file: string;
  /** From 1; 0 where it is unknown. */
  readonly line: number;
}

export class ProfileSession {
  readonly #after: ProfileSide;
  /** Numbers of functions, which are those of the profile; what only the other side has comes behind them. */
  readonly #idOf = new Map<string, number>();
  #before: ProfileSide | undefined;
  /** By number of a function on the other side. */
  #idsBefore: readonly number[] = [];
  /** Functions that are gone, by number less how many there are now. */
  #gone: readonly number[] = [];

  constructor(profile: NamedProfile) {
    this.#after = new ProfileSide(profile);
    for (const fn of this.#after.table.frame.keys()) {
      const { name, file } = this.#after.named(fn);
      this.#idOf.set(keyOf(name, file), fn);
    }
  }

  /** @param before to compare with; none ends the comparison. */
  compareWith(before: NamedProfile | undefined): void {
    const side = before === undefined ? undefined : new ProfileSide(before);
    const gone: number[] = [];
    this.#before = side;
    this.#idsBefore = (side?.table.frame ?? []).map((_, fn) => {
      const { name, file } = side?.named(fn) ?? { name: '', file: '' };
      return this.#idOf.get(keyOf(name, file)) ?? this.#count + gone.push(fn) - 1;
    });
    this.#gone = gone;
  }

  get #count(): number {
    return this.#after.table.frame.length;
  }

  opened(format: string): ProfileOpened {
    const { producer, unit, samples, threads, calls } = this.#after.profile;
    const weights = new Float64Array(threads.length);
    for (const [i, thread] of samples.thread.entries())
      weights[thread] = (weights[thread] ?? 0) + (samples.weight[i] ?? 0);
    return {
      kind: 'opened',
      version: profileVersion,
      name: cut(this.#after.fileName),
      producer: cut(producer),
      format,
      unit,
      whole: this.#after.weigh(null).whole,
      samples: samples.stack.length,
      functions: this.#count,
      threads: threads
        .map((thread, id) => ({ id, name: cut(thread), weight: weights[id] ?? 0 }))
        .sort((a, b) => b.weight - a.weight)
        .slice(0, profileLimits.threads),
      hasStacks: calls === null,
      hasOrder: calls === null && samples.timeMs !== null,
      comparedWith: this.#before === undefined ? null : cut(this.#before.fileName),
      wholeBefore: this.#before?.weigh(null).whole ?? null,
      isOfRun: this.#after.isOfRun,
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
    const known = this.#find(fn);
    if (known === undefined) return undefined;
    const { name, file, line } = known.side.named(known.fn);
    return { name, file, line };
  }

  #layout({ request, order, side, thread, window, pixels }: Ask<'layout'>): Answer<'layout'> {
    const before = side === 'before' ? this.#before : undefined;
    const isByTime = order === 'time' && before === undefined;
    // Threads have other numbers on the other side.
    const drawn = isByTime
      ? this.#after.byTime(thread ?? 0, window, pixels)
      : (before ?? this.#after).byWeight(before === undefined ? thread : null, window, pixels);
    const { boxes } = drawn;
    const fn = before !== undefined ? boxes.fn.map((each) => this.#idsBefore[each] ?? 0) : boxes.fn;
    return {
      kind: 'layout',
      version: profileVersion,
      request,
      axisFrom: drawn.axis.from,
      axisTo: drawn.axis.to,
      from: window?.from ?? drawn.axis.from,
      to: window?.to ?? drawn.axis.to,
      maxDepth: drawn.maxDepth,
      ...boxes,
      fn,
      named: [...new Set(fn)].map((id) => this.#named(id)),
    };
  }

  #functions(ask: Ask<'functions'>): Answer<'functions'> {
    const all = this.#rows(ask).filter(chosenBy(ask));
    const rows = all.sort(sorters[ask.sort]).slice(0, profileLimits.rows);
    const matched =
      ask.query === '' && ask.origin === 'all'
        ? this.#after.weigh(ask.thread).whole
        : this.#matched(ask, all);
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
    const { functions, modules } = this.#after.top(thread);
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
    const { profile, table } = this.#after;
    const { calls } = profile;
    if (calls !== null || group === 'module') return rows.reduce((sum, { self }) => sum + self, 0);
    const ids = new Set(rows.map(({ id }) => id));
    const groupOf = table.ofFrame.map((fn) => (ids.has(fn) ? 0 : noGroup));
    return groupCosts(profile, this.#after.weigh(thread), groupOf, 1).total[0] ?? 0;
  }

  #neighbours({ request, thread, of }: Ask<'neighbours'>): Answer<'neighbours'> {
    const { functions } = this.#after.top(thread);
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
    const sideOf = ({ profile, cpuNsPerRequest }: ProfileSide): Side =>
      weighedSide([profile], cpuNsPerRequest);
    const { functions, notes } = compareProfiles(sideOf(this.#before), sideOf(this.#after));
    const fits = matcher(query);
    const rows = functions
      .filter(({ name, file }) => fits(name, file))
      .slice(0, profileLimits.rows)
      .map(({ name, file, self, total, totalPerRequest }) => ({
        id: this.#idOf.get(keyOf(name, file)) ?? this.#goneId(name, file),
        name: cut(name),
        file: cut(file),
        isOwn: !isLibraryFile(file),
        self: deltaOf(self),
        total: deltaOf(total),
        totalPerRequest: totalPerRequest === null ? null : deltaOf(totalPerRequest),
      }));
    return { ...head, notes: [...notes], rows };
  }

  #goneId(name: string, file: string): number {
    const at = this.#gone.findIndex((fn) => {
      const gone = this.#before?.named(fn);
      return gone?.name === name && gone.file === file;
    });
    return this.#count + Math.max(0, at);
  }

  #find(id: number): { side: ProfileSide; fn: number } | undefined {
    if (id < this.#count) return { side: this.#after, fn: id };
    const fn = this.#gone[id - this.#count];
    return fn === undefined || this.#before === undefined ? undefined : { side: this.#before, fn };
  }

  #named(id: number): ProfileNamed {
    const { side, fn } = this.#find(id) ?? { side: this.#after, fn: id };
    const { name, file, isOwn } = side.named(fn);
    return { id, name, file, isOwn };
  }
}

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
