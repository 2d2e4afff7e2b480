/** The log of a traced script as the events of its iteration, each at its place in the plan. */
import { StringDecoder } from 'node:string_decoder';
import { z } from 'zod';
import { parseJson } from '../core/parse-json';
import type { PlanAnalysis } from '../core/plan/analyse';
import type { Plan } from '../core/plan/schema';
import { placeIn } from '../core/plan/sources';
import { allSteps } from '../core/plan/steps';
import { keyRangeAt, nodeAt, valueRangeAt, type PlanPath } from '../core/plan/tree';
import type { TextRange } from '../core/problems';
import { traceMark, type Excerpt, type IterationEvent, type SourcePlace } from '../core/run/iteration';
import { redactJson, type Redactor } from '../core/run/redact';
import { tracedSchema, type Traced } from '../protocol/iteration';

/** Of a body, or of a value: as much as somebody reads beside a line. */
const shownCharacters = 4000;
const shownMessage = 500;

/** A line that is no line of a log is not kept in memory for ever. */
const longestLine = 4 * 1024 * 1024;

export interface TraceSource {
  readonly plan: Plan;
  readonly analysis: PlanAnalysis;
  readonly scenario: string;
  readonly redact: Redactor;
}

export interface TraceListener {
  readonly onEvent: (event: IterationEvent) => void;
  /** @param isWhole whether every step was taken. */
  readonly onEnd: (isWhole: boolean) => void;
}

export interface TraceReader {
  add(chunk: Uint8Array): void;
  end(): void;
}

export function createTraceReader(source: TraceSource, listener: TraceListener): TraceReader {
  const decoder = new StringDecoder('utf8');
  const placer = new Placer(source);
  let pending = '';
  const read = (line: string): void => {
    const entry = readLine(line, source.redact);
    if (entry === undefined) return;
    if (entry.traced === undefined) {
      listener.onEvent({ kind: 'log', level: entry.level, message: entry.message.slice(0, shownMessage) });
    } else if (entry.traced.kind === 'end') listener.onEnd(entry.traced.isWhole);
    else for (const event of placer.place(entry.traced)) listener.onEvent(event);
  };
  return {
    add: (chunk) => {
      const lines = (pending + decoder.write(Buffer.from(chunk))).split('\n');
      pending = (lines.pop() ?? '').slice(-longestLine);
      for (const line of lines) read(line);
    },
    end: () => {
      read(pending);
      pending = '';
    },
  };
}

const logLine = z.object({ level: z.string(), msg: z.string(), error: z.string().optional() });

interface LogEntry {
  readonly level: string;
  readonly message: string;
  readonly traced: Traced | undefined;
}

/** Secrets go before anything else is done: half a secret would no longer be found. */
function readLine(line: string, redact: Redactor): LogEntry | undefined {
  const parsed = logLine.safeParse(parseJson(redact(line)));
  if (!parsed.success) return undefined;
  const { level, msg, error } = parsed.data;
  if (!msg.startsWith(traceMark)) {
    const isTold = level === 'error' || level === 'warning' || level === 'info';
    const message = redact(error === undefined ? msg : `${msg}: ${error}`);
    return isTold ? { level, message, traced: undefined } : undefined;
  }
  const traced = tracedSchema.safeParse(redactJson(parseJson(msg.slice(traceMark.length)), redact));
  return traced.success ? { level, message: '', traced: traced.data } : undefined;
}

type Placed = Exclude<Traced, { readonly kind: 'end' }>;

class Placer {
  readonly #analysis: PlanAnalysis;
  readonly #steps: readonly { readonly name: string; readonly path: PlanPath }[];

  constructor({ plan, analysis, scenario }: TraceSource) {
    this.#analysis = analysis;
    this.#steps = allSteps(plan.scenarios[scenario]).map(({ step, name, path }) => ({
      name: name ?? ('script' in step ? `script ${step.script}` : (Object.keys(step)[0] ?? '')),
      path: ['scenarios', scenario, 'steps', ...path],
    }));
  }

  place(traced: Placed): IterationEvent[] {
    const at = this.#steps[traced.step];
    if (at === undefined) return [];
    const { name: step, path } = at;
    const stepPlace = this.#at(this.#stepRange(path));
    switch (traced.kind) {
      case 'answer':
        return [{ ...traced, ...answerOf(traced), step, place: stepPlace }];
      case 'captured':
        return traced.values.map(({ name, value }) => {
          const place = this.#at(this.#captureRange([...path, 'capture'], name));
          return { kind: 'captured', step, place, stepPlace, name, value: excerpt(value) };
        });
      case 'condition': {
        const { keys, text, held } = traced;
        const range = keys.length === 0 ? undefined : valueRangeAt(this.#analysis.root, [...path, ...keys]);
        const place = range === undefined ? stepPlace : this.#at(range);
        const values = traced.values.map(({ name, value }) => ({ name, value: excerpt(value) }));
        return [{ kind: 'condition', step, place, stepPlace, key: keys.join('.'), text, held, values }];
      }
      case 'left-out':
        return [{ kind: 'left-out', step, place: stepPlace, count: traced.count }];
    }
  }

  /** The first line of the step: its keys have ranges, the step as a whole begins with them. */
  #stepRange(path: PlanPath): TextRange {
    return keyRangeAt(this.#analysis.root, path);
  }

  /** Captures of a script are a list of names. */
  #captureRange(path: PlanPath, name: string): TextRange {
    const { root } = this.#analysis;
    const captures = nodeAt(root, path);
    if (captures?.kind !== 'seq') return keyRangeAt(root, [...path, name]);
    const item = captures.items.find((each) => each.kind === 'scalar' && each.value === name);
    return item?.range ?? captures.range;
  }

  #at(range: TextRange): SourcePlace {
    const found = placeIn(this.#analysis.files, range);
    const text = found?.file.text ?? '';
    return {
      file: found?.file.id ?? '',
      start: positionIn(text, found?.range.start ?? 0),
      end: positionIn(text, found?.range.end ?? 0),
    };
  }
}

function positionIn(text: string, offset: number): { line: number; character: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length - 1, character: offset - (before.lastIndexOf('\n') + 1) };
}

function answerOf({ request, headers, body }: Extract<Traced, { readonly kind: 'answer' }>) {
  return {
    request: { ...request, headers: plainHeaders(request.headers), body: excerpt(request.body) },
    headers: plainHeaders(headers),
    body: excerpt(body),
  };
}

function plainHeaders(
  headers: Readonly<Record<string, string | number | readonly string[]>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, [value].flat().join(', ').slice(0, shownMessage)]),
  );
}

function excerpt(value: Excerpt | null): Excerpt | null {
  return value === null ? null : { ...value, text: value.text.slice(0, shownCharacters) };
}
