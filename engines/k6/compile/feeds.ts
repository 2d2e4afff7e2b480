/** Data feeds: rows are read once per user when the script starts, and each iteration takes one. */
import type { Plan } from '../../../core/plan/schema';
import { quote } from './code';
import { call, type Draft } from './draft';
import { referencesOf } from './references';

/** A feed of the phase: where its rows come from, and where the script looks for them. */
export interface CompiledFeed {
  readonly name: string;
  /** The file as the plan names it, relative to the plan. */
  readonly file: string;
  /** The JSON file with the rows, relative to the script. */
  readonly scriptFile: string;
  readonly pick: 'unique' | 'sequential' | 'random';
  /** The columns that the phase reads. */
  readonly columns: readonly string[];
}

/** Above this size each user's own copy of the rows costs more than looking rows up in a shared one. */
const sharedAboveBytes = 1_000_000;

/** The feeds that scenarios read, with the columns they read. */
export function usedFeeds(plan: Plan, scenarios: readonly string[]): CompiledFeed[] {
  const references = scenarios.flatMap((scenario) => referencesOf(plan.scenarios[scenario]));
  return Object.entries(plan.data ?? {}).flatMap(([name, { file, pick }]) => {
    const own = references.filter(([root]) => root === name);
    if (own.length === 0) return [];
    const columns = new Set(own.flatMap(([, column]) => (column === undefined ? [] : [column])));
    return [{ name, file, scriptFile: `data/${name}.json`, pick, columns: [...columns] }];
  });
}

/** Writes the constants with the rows; gives their names. `bytes` is the size of the rows as JSON. */
export function feedConstants(
  draft: Draft,
  feeds: readonly CompiledFeed[],
  bytes: Readonly<Record<string, number>>,
): ReadonlyMap<string, string> {
  return new Map(
    feeds.map(({ name, scriptFile }) => {
      const identifier = draft.identifiers.give(`${name}-rows`);
      const rows = `${call(draft, 'rowsOf')}(${quote(`./${scriptFile}`)})`;
      const isShared = (bytes[name] ?? 0) > sharedAboveBytes;
      if (isShared) draft.imports.add('SharedArray');
      const value = isShared ? `new SharedArray(${quote(name)}, () => ${rows})` : rows;
      draft.constants.push(`const ${identifier} = ${value};`);
      return [name, identifier];
    }),
  );
}

/** The part of the rows of a feed that falls to one scenario, where several read it. */
export interface RowShare {
  /** Rows of this scenario in each round of `of` rows, and the first of them. */
  readonly width: number;
  readonly offset: number;
  readonly of: number;
}

/**
 * Shares the rows of a feed between the scenarios that read it, by weight, so that no two of them take the same row.
 * With weights 80 and 20, every round of five rows gives four to the first and one to the second.
 */
export function rowShares(weights: Readonly<Record<string, number>>): ReadonlyMap<string, RowShare> {
  const whole = wholeNumbers(Object.values(weights));
  const of = whole.reduce((sum, width) => sum + width, 0);
  let offset = 0;
  return new Map(
    Object.keys(weights).map((name, index) => {
      const width = whole[index] ?? 1;
      const share = { width, offset, of };
      offset += width;
      return [name, share];
    }),
  );
}

/** The smallest whole numbers in this proportion; where it takes large ones, about this proportion. None is 0. */
function wholeNumbers(weights: readonly number[]): number[] {
  const least = Math.min(...weights);
  for (let scale = 1; scale <= 100; scale += 1) {
    const scaled = weights.map((weight) => (weight / least) * scale);
    if (scaled.every((value) => Math.abs(value - Math.round(value)) < 1e-6)) return scaled.map(Math.round);
  }
  return weights.map((weight) => Math.round(weight / least));
}

/** The statement that takes the row of an iteration. */
export function rowStatement(
  draft: Draft,
  feed: CompiledFeed,
  names: { readonly row: string; readonly rows: string },
  share: RowShare,
): string {
  const { row, rows } = names;
  if (feed.pick === 'random') return `  const ${row} = ${call(draft, 'randomRow')}(${rows});`;
  const position = positionCode(draft, share);
  if (feed.pick === 'unique') {
    draft.imports.add('exec');
    return `  const ${row} = ${call(draft, 'uniqueRow')}(${rows}, ${position}, ${quote(feed.name)});`;
  }
  const index = share.width === share.of ? position : `(${position})`;
  return `  const ${row} = ${rows}[${index} % ${rows}.length];`;
}

function positionCode(draft: Draft, { width, offset, of }: RowShare): string {
  draft.imports.add('exec');
  const turn = `${call(draft, 'turn')}()`;
  if (width === of) return turn;
  const round = width === 1 ? turn : `Math.floor(${turn} / ${width})`;
  const within = width === 1 ? '' : ` + (${turn} % ${width})`;
  const first = offset === 0 ? '' : ` + ${offset}`;
  return `${round} * ${of}${first}${within}`;
}
