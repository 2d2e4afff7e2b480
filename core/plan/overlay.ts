/**
 * An environment laid over a plan, on the level of trees: the result is a plan like any other, and each of its
 * values still knows where it was written.
 */
import { t } from '@vscode/l10n';
import type { Problem } from '../problems';
import { kindWord } from './kind-words';
import { planProblem } from './problem-catalogue';
import { didYouMean } from './similar';
import { childOf, entriesOf, entryOf, type MapEntry, type MapNode, type PlanNode } from './tree';

export interface OverlayResult {
  readonly root: PlanNode;
  readonly problems: readonly Problem[];
}

const overlaidSections = { targets: 'target', data: 'data', phases: 'phase' } as const;

const wholeKeys = ['goals', 'kubernetes'] as const;

/** A phase has one load model, so an environment that sets one of these keys puts away the others. */
const loadModelKeys = ['users', 'rate', 'stages', 'shape'];

/**
 * The plan as it is with an environment. A named target, data feed or phase keeps its keys apart from those that the
 * environment gives, which replace them whole; `goals` and `kubernetes` are replaced whole. `environments` is left out of
 * the result.
 */
export function overlay(root: PlanNode, environment: PlanNode): OverlayResult {
  if (root.kind !== 'map') return { root, problems: [] };
  const problems: Problem[] = [];
  const entries: MapEntry[] = [];
  for (const entry of root.entries) {
    if (entry.key === 'environments') continue;
    const change = entryOf(environment, entry.key);
    if (change === undefined) entries.push(entry);
    else if (isWhole(entry.key)) entries.push(change);
    else if (isSection(entry.key))
      entries.push({ ...entry, value: overlaySection(entry.key, entry.value, change.value, problems) });
    else entries.push(entry);
  }
  for (const key of wholeKeys) {
    const added = entryOf(environment, key);
    if (added !== undefined && entryOf(root, key) === undefined) entries.push(added);
  }
  for (const section of ['targets', 'data', 'phases'] as const) {
    if (entryOf(root, section) === undefined)
      reportUnknown(section, [], childOf(environment, section), problems);
  }
  return { root: { ...root, entries }, problems };
}

function isWhole(key: string): boolean {
  return wholeKeys.some((each) => each === key);
}

type Section = keyof typeof overlaidSections;

function isSection(key: string): key is Section {
  return Object.hasOwn(overlaidSections, key);
}

function overlaySection(section: Section, base: PlanNode, change: PlanNode, problems: Problem[]): PlanNode {
  if (base.kind !== 'map' || change.kind !== 'map') return base;
  reportUnknown(
    section,
    base.entries.map((entry) => entry.key),
    change,
    problems,
  );
  const changes = new Map(change.entries.map((entry) => [entry.key, entry]));
  const entries = base.entries.map((entry) => {
    const changed = changes.get(entry.key);
    if (changed === undefined || changed.value.kind !== 'map' || entry.value.kind !== 'map') return entry;
    return { ...entry, value: replaceKeys(entry.value, changed.value, section === 'phases') };
  });
  return { ...base, entries };
}

function replaceKeys(base: MapNode, change: MapNode, isPhase: boolean): MapNode {
  const replaced = new Set(change.entries.map((entry) => entry.key));
  if (isPhase && loadModelKeys.some((key) => replaced.has(key))) {
    for (const key of loadModelKeys) replaced.add(key);
    // Stages bring their own durations, which a `for` of the plan would contradict.
    if (entryOf(change, 'stages') !== undefined) replaced.add('for');
  }
  const kept = base.entries.filter((entry) => !replaced.has(entry.key));
  return { ...base, entries: [...kept, ...change.entries] };
}

function reportUnknown(
  section: Section,
  known: readonly string[],
  change: PlanNode | undefined,
  problems: Problem[],
): void {
  const names = new Set(known);
  const word = overlaidSections[section];
  for (const entry of entriesOf(change)) {
    if (names.has(entry.key)) continue;
    const hint = didYouMean(entry.key, known, entry.keyRange);
    const message = t`The plan has no ${kindWord(word)} \`${entry.key}\` that an environment could change${hint.text}`;
    problems.push(planProblem(`unknown-${word}`, message, entry.keyRange, hint.fixes));
  }
}
