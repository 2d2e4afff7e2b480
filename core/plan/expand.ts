/**
 * A plan as it is run: what it includes joined, an environment laid over it, aliases and defaults written out. Every
 * line knows where it comes from. References such as `${secret.NAME}` stay as they are written: this is a text to show.
 */
import type { TextRange } from '../problems';
import type { PlanAnalysis } from './analyse';
import { defaultOf } from './describe';
import { writeScalar, type ScalarText } from './expand-scalar';
import { overlay } from './overlay';
import { planSchema } from './schema';
import { chooseOption, optionsOf, schemaBelow, shapeOf, tellingKeys } from './schema-walk';
import { valueBelow } from './value-below';
import { joinTexts, placeIn } from './sources';
import { childOf, entryOf, toValue, type MapNode, type PlanNode, type SeqNode } from './tree';

type Schema = Parameters<typeof schemaBelow>[0];

export interface ExpandedLine {
  readonly text: string;
  /** What in the files of the plan the line stands for; of a default, the map that lacks it. */
  readonly origin: TextRange | undefined;
}

/** Keys that are used up by the expansion. */
const usedUp: ReadonlySet<string> = new Set(['include', 'environments']);

/** @param environment laid over the plan where it is one of its own; the plan as it is written otherwise. */
export function expandPlan(
  analysis: PlanAnalysis,
  environment: string | undefined,
  planId: string,
): readonly ExpandedLine[] {
  const { root } = analysis;
  if (root?.kind !== 'map') return [];
  const change = environment === undefined ? undefined : childOf(childOf(root, 'environments'), environment);
  const laid = change === undefined ? root : overlay(root, change).root;
  if (laid.kind !== 'map') return [];
  const shown = { ...laid, entries: inOrder(laid.entries.filter(({ key }) => !usedUp.has(key))) };
  const notes = new Origins(analysis, planId, change === undefined ? undefined : { environment, change });
  const writer = new Writer(joinTexts(analysis.files), notes);
  const lines = writer.map(shown, { schema: planSchema, value: toValue(shown), origin: undefined });
  return [{ text: `# ${titleOf(notes.nameOf(planId), change && environment)}`, origin: undefined }, ...lines];
}

/** Sections in the order of the format, whichever file they are from. */
function inOrder(entries: MapNode['entries']): MapNode['entries'] {
  const order = Object.keys(shapeOf(planSchema) ?? {});
  const positionOf = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);
  return [...entries].sort((a, b) => positionOf(a.key) - positionOf(b.key));
}

function titleOf(name: string, environment: string | undefined): string {
  const own = name === '' ? 'The plan' : name;
  const chosen = environment === undefined ? '' : ` with the environment ${environment}`;
  return `${own} as it is run${chosen}: includes joined, defaults filled in.`;
}

/** Says of a line where it comes from, where that is not where the lines around it come from. */
class Origins {
  readonly #analysis: PlanAnalysis;
  readonly #folder: string;
  readonly #planId: string;
  readonly #environment: { readonly name: string; readonly range: TextRange } | undefined;

  constructor(
    analysis: PlanAnalysis,
    planId: string,
    laid: { readonly environment: string | undefined; readonly change: PlanNode } | undefined,
  ) {
    this.#analysis = analysis;
    this.#planId = planId;
    this.#folder = planId.slice(0, planId.lastIndexOf('/') + 1);
    this.#environment = laid && { name: laid.environment ?? '', range: laid.change.range };
  }

  /** A file by its path from the plan's folder. */
  nameOf(id: string): string {
    return decoded(id.startsWith(this.#folder) ? id.slice(this.#folder.length) : id);
  }

  noteOf({ start, end }: TextRange): string {
    const environment = this.#environment;
    if (environment !== undefined && environment.range.start <= start && end <= environment.range.end)
      return `environment ${environment.name}`;
    const id = placeIn(this.#analysis.files, { start, end })?.file.id;
    return id === undefined || id === this.#planId ? '' : this.nameOf(id);
  }
}

function decoded(id: string): string {
  try {
    return decodeURI(id);
  } catch (error) {
    if (error instanceof URIError) return id;
    throw error;
  }
}

interface Place {
  readonly schema: Schema | undefined;
  /** The plain value there, by which the schema chooses among its options. */
  readonly value: unknown;
  readonly origin: TextRange | undefined;
  /** What has been said of the lines around. */
  readonly note?: string;
}

class Writer {
  readonly #text: string;
  readonly #origins: Origins;

  constructor(text: string, origins: Origins) {
    this.#text = text;
    this.#origins = origins;
  }

  map(node: MapNode, place: Place): ExpandedLine[] {
    const { schema, value } = place;
    const written = node.entries.flatMap(({ key, keyRange, value: below }) => {
      const note = this.#origins.noteOf(keyRange);
      const head = `${this.#keyText(key, keyRange)}:`;
      const inner = {
        schema: schema && schemaBelow(schema, key, value),
        value: valueBelow(value, key),
        origin: keyRange,
        note,
      };
      const [first, ...more] = this.#below(head, below, inner);
      if (first === undefined) return [];
      return [noted(first, note === (place.note ?? '') ? '' : note), ...more];
    });
    const defaults = defaultsOf(schema, node, value).map(([key, text]) => ({
      text: `${key}: ${text} # default`,
      origin: place.origin,
    }));
    return [...written, ...defaults];
  }

  /** A value after its key or its dash. */
  #below(head: string, node: PlanNode, place: Place): ExpandedLine[] {
    const { origin } = place;
    if (node.kind === 'scalar') return attach(head, writeScalar(this.#text, node), origin);
    const inline = node.kind === 'seq' ? this.#inline(node) : undefined;
    if (inline !== undefined) return [{ text: `${head} ${inline}`, origin }];
    const lines = node.kind === 'map' ? this.map(node, place) : this.#items(node, place);
    if (lines.length === 0) return [{ text: `${head} ${node.kind === 'map' ? '{}' : '[]'}`, origin }];
    return [{ text: head, origin }, ...indented(lines)];
  }

  #items(node: SeqNode, { schema, value, origin, note = '' }: Place): ExpandedLine[] {
    return node.items.flatMap((item, index) => {
      const range = item.range.end > item.range.start ? item.range : origin;
      const own = range === undefined ? '' : this.#origins.noteOf(range);
      const place: Place = {
        schema: schema && schemaBelow(schema, index, value),
        value: valueBelow(value, index),
        origin: range,
        note: own,
      };
      const [first, ...more] = this.#item(item, place);
      return first === undefined ? [] : [noted(first, own === note ? '' : own), ...more];
    });
  }

  #item(item: PlanNode, place: Place): ExpandedLine[] {
    if (item.kind === 'scalar') return attach('-', writeScalar(this.#text, item), place.origin);
    const inline = item.kind === 'seq' ? this.#inline(item) : undefined;
    if (inline !== undefined) return [{ text: `- ${inline}`, origin: place.origin }];
    const lines = item.kind === 'map' ? this.map(item, place) : this.#items(item, place);
    if (lines.length === 0) return [{ text: `- ${item.kind === 'map' ? '{}' : '[]'}`, origin: place.origin }];
    const [first, ...more] = lines;
    return first === undefined ? [] : [{ ...first, text: `- ${first.text}` }, ...indented(more)];
  }

  /** A short list that was written in brackets stays in them. */
  #inline({ items, isFlow }: SeqNode): string | undefined {
    if (!isFlow) return undefined;
    const texts = items.map((item) => (item.kind === 'scalar' ? writeScalar(this.#text, item) : undefined));
    if (texts.some((text) => text === undefined || text.more.length > 0)) return undefined;
    const text = `[${texts.map((each) => each?.first ?? '').join(', ')}]`;
    return text.length <= longestList ? text : undefined;
  }

  #keyText(key: string, { start, end }: TextRange): string {
    const written = this.#text.slice(start, end);
    return written !== '' && !written.includes('\n') ? written : JSON.stringify(key);
  }
}

const longestList = 80;

function attach(head: string, { first, more }: ScalarText, origin: TextRange | undefined): ExpandedLine[] {
  return [{ text: `${head} ${first}`, origin }, ...indented(more.map((text) => ({ text, origin })))];
}

function indented(lines: readonly ExpandedLine[]): ExpandedLine[] {
  return lines.map(({ text, origin }) => ({ text: text === '' ? '' : `  ${text}`, origin }));
}

function noted(line: ExpandedLine, note: string): ExpandedLine {
  return note === '' ? line : { ...line, text: `${line.text} # ${note}` };
}

/** Keys that the map lacks, with what the schema puts in their place. */
function defaultsOf(
  schema: Schema | undefined,
  node: MapNode,
  value: unknown,
): readonly (readonly [key: string, text: string])[] {
  const shape = schema && shapeOf(meantOption(schema, value) ?? schema);
  if (shape === undefined) return [];
  return Object.entries(shape).flatMap(([key, inner]) => {
    const text = entryOf(node, key) === undefined ? defaultOf(inner) : undefined;
    return text === undefined || text === '[]' || text === '{}' ? [] : [[key, text] as const];
  });
}

/** A map that does not say which option it is gets no defaults of any. */
function meantOption(schema: Schema, value: unknown): Schema | undefined {
  const options = optionsOf(schema);
  const index = chooseOption(options, value);
  const option = index === undefined ? undefined : options[index];
  if (option === undefined || options.length === 1) return option;
  const telling = tellingKeys(options, option);
  return telling.length === 0 || telling.some((key) => valueBelow(value, key) !== undefined)
    ? option
    : undefined;
}
