import { t } from '@vscode/l10n';
import { InlayHintKind, type InlayHint } from 'vscode-languageserver-types';
import { loadSize, type LoadSize } from '../../core/plan/load-size';
import { visitMeant } from '../../core/plan/schema-nodes';
import { metaOf, optionsOf } from '../../core/plan/schema-walk';
import { entriesOf, entryOf, type MapEntry, type ScalarNode } from '../../core/plan/tree';
import { formatDuration, parseDuration, parseRate } from '../../core/plan/units';
import type { TextRange } from '../../core/problems';
import { ownRange, type PlanDocument } from './plan-document';

/** What the author would have to work out: what phases come to, and quantities in the unit that results are told in. */
export function inlayHints(plan: PlanDocument, within: TextRange): InlayHint[] {
  return [...loadHints(plan), ...unitHints(plan, within)]
    .filter(({ at }) => within.start <= at && at <= within.end)
    .map(({ at, label, tooltip }) => ({
      position: plan.lines.positionAt(at),
      label,
      kind: InlayHintKind.Parameter,
      paddingLeft: true,
      ...(tooltip !== undefined && { tooltip }),
    }));
}

interface Hint {
  readonly at: number;
  readonly label: string;
  readonly tooltip?: string;
}

function loadHints(plan: PlanDocument): Hint[] {
  const section = entryOf(plan.analysis.tree.root, 'phases');
  const entries = entriesOf(section?.value);
  const sized = entries.flatMap((entry) => {
    const phase = plan.analysis.phases[entry.key];
    const size = phase && loadSize(phase, plan.analysis.scenarios);
    return size === undefined ? [] : [{ entry, size }];
  });
  const own = sized.map(({ entry, size }) => loadHint(plan, entry, size));
  if (section === undefined || sized.length < 2) return own;
  // What a phase takes that repeats the load of another, or that is wrong, is not known.
  const isWhole = sized.length === entries.length;
  return [loadHint(plan, section, total(sized.map(({ size }) => size)), isWhole), ...own];
}

function total(sizes: readonly LoadSize[]): LoadSize {
  return {
    durationMs: sizes.reduce((sum, { durationMs }) => sum + durationMs, 0),
    requests: sizes.reduce<number | undefined>(
      (sum, { requests }) => (sum === undefined || requests === undefined ? undefined : sum + requests),
      0,
    ),
    isAtMost: sizes.some(({ isAtMost }) => isAtMost),
  };
}

function loadHint(plan: PlanDocument, entry: MapEntry, size: LoadSize, isWhole = true): Hint {
  return { at: endOfHead(plan, entry), label: sizeWords(size, isWhole), tooltip: sizeTooltip(size) };
}

/** Of a quarter of an hour the seconds tell nothing. */
const minuteFromMs = 15 * 60_000;

function sizeWords({ durationMs, requests, isAtMost }: LoadSize, isWhole: boolean): string {
  const unitMs = durationMs < minuteFromMs ? 1000 : 60_000;
  const rounded = (isWhole ? Math.round : Math.floor)(durationMs / unitMs) * unitMs || durationMs;
  const time = `${isWhole ? '≈' : '>'} ${formatDuration(rounded)}`;
  if (requests === undefined || !isWhole) return time;
  return `${time} · ${requestWords(requests, isAtMost)}`;
}

function requestWords(requests: number, isAtMost: boolean): string {
  const count = Math.round(requests).toLocaleString('en');
  return isAtMost ? t`at most ${count} requests` : t`${count} requests`;
}

function sizeTooltip({ requests }: LoadSize): string {
  return requests === undefined
    ? t('How many requests it makes depends on how fast the target answers.')
    : t('Without repeated polls and redirects.');
}

/** Behind the key, or behind a value that stands in the same line. */
function endOfHead(plan: PlanDocument, { keyRange, valueRange }: MapEntry): number {
  const lineEnd = plan.text.indexOf('\n', keyRange.end);
  const end = lineEnd < 0 ? plan.text.length : lineEnd;
  if (valueRange.start >= keyRange.end && valueRange.end <= end) return valueRange.end;
  return plan.text.charAt(keyRange.end) === ':' ? keyRange.end + 1 : keyRange.end;
}

function unitHints(plan: PlanDocument, within: TextRange): Hint[] {
  const hints: Hint[] = [];
  visitMeant(plan.analysis.tree.root, within, ({ node, schema }) => {
    if (node.kind !== 'scalar' || typeof node.value !== 'string' || !ownRange(plan, node.range)) return;
    const label = optionsOf(schema)
      .map((option) => converted(metaOf(option, 'title') ?? metaOf(schema, 'title'), node))
      .find((text) => text !== undefined);
    if (label !== undefined) hints.push({ at: node.range.end, label: `= ${label}` });
  });
  return hints;
}

/** The value in the unit of results; `undefined` where it is written in that already. */
function converted(title: unknown, { value }: ScalarNode): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (title === 'duration') {
    const ms = parseDuration(value);
    const text = ms === undefined ? value : formatDuration(ms);
    return text === value || ms === 0 ? undefined : text;
  }
  return title === 'rate' ? perSecond(value) : undefined;
}

/** `300/m` as `5/s`, and so the two ends of a ramp. */
function perSecond(value: string): string | undefined {
  const unit = /\/[mh]$/.exec(value)?.[0];
  if (unit === undefined) return undefined;
  const rates = value
    .slice(0, -unit.length)
    .split(/ *-> */)
    .map((amount) => parseRate(`${amount}${unit}`));
  if (rates.includes(undefined)) return undefined;
  return `${rates.map((rate) => Number(rate?.toPrecision(3))).join(' -> ')}/s`;
}
