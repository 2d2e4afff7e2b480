/** Who loads what: phases run scenarios, or the load of other phases again; the steps of scenarios go to targets. */
import {
  SymbolKind,
  type CallHierarchyIncomingCall,
  type CallHierarchyItem,
  type CallHierarchyOutgoingCall,
} from 'vscode-languageserver-types';
import { kindWord } from '../../core/plan/kind-words';
import { definitionOf, nameAt, type Definition, type NameKind } from '../../core/plan/names';
import type { TextRange } from '../../core/problems';
import { toLocation, type PlanDocument } from './plan-document';

const kinds = {
  phase: SymbolKind.Event,
  scenario: SymbolKind.Class,
  target: SymbolKind.Interface,
} as const satisfies Partial<Record<NameKind, SymbolKind>>;

type Caller = keyof typeof kinds;

/** What `prepareCalls` leaves in an item: the document that was asked, and what the item is. */
export interface CallPlace {
  readonly uri: string;
  readonly kind: Caller;
  readonly name: string;
}

export function callPlaceOf({ data }: CallHierarchyItem): CallPlace | undefined {
  const { uri, kind, name } = (data ?? {}) as Partial<CallPlace>;
  const isWhole = typeof uri === 'string' && typeof name === 'string' && isCaller(kind);
  return isWhole ? { uri, kind, name } : undefined;
}

function isCaller(kind: string | undefined): kind is Caller {
  return kind !== undefined && Object.hasOwn(kinds, kind);
}

export function prepareCalls(plan: PlanDocument, offset: number): CallHierarchyItem[] | null {
  const name = nameAt(plan.analysis.names, offset);
  const definition = name && definitionOf(plan.analysis.names, name);
  const item = definition && itemOf(plan, definition);
  return item === undefined ? null : [item];
}

export function incomingCalls(plan: PlanDocument, to: CallPlace): CallHierarchyIncomingCall[] {
  const own = callsOf(plan).filter((call) => call.to.kind === to.kind && call.to.name === to.name);
  return [...byEnd(own, 'from').values()].flatMap((calls) => {
    const from = calls[0] && itemOf(plan, calls[0].from);
    return from === undefined ? [] : [{ from, fromRanges: rangesOf(plan, calls) }];
  });
}

export function outgoingCalls(plan: PlanDocument, from: CallPlace): CallHierarchyOutgoingCall[] {
  const own = callsOf(plan).filter((call) => call.from.kind === from.kind && call.from.name === from.name);
  return [...byEnd(own, 'to').values()].flatMap((calls) => {
    const to = calls[0] && itemOf(plan, calls[0].to);
    return to === undefined ? [] : [{ to, fromRanges: rangesOf(plan, calls) }];
  });
}

interface Call {
  readonly from: Definition;
  readonly to: Definition;
  readonly range: TextRange;
}

/** In the order of the text; environments call as the plan does. */
function callsOf(plan: PlanDocument): Call[] {
  const { names } = plan.analysis;
  const calls = names.references.flatMap((reference): Call[] => {
    const path = reference.path[0] === 'environments' ? reference.path.slice(2) : reference.path;
    const [section, name, key] = path;
    const kind = section === 'phases' ? 'phase' : section === 'scenarios' ? 'scenario' : undefined;
    const isCall = reference.kind === 'scenario' || reference.kind === 'target' || key === 'rerun';
    if (kind === undefined || typeof name !== 'string' || path.length < 3 || !isCall) return [];
    const from = names.definitions.find((one) => one.kind === kind && one.name === name);
    const to = definitionOf(names, reference);
    return from === undefined || to === undefined ? [] : [{ from, to, range: reference.range }];
  });
  return [...calls, ...impliedCalls(plan, calls)];
}

/** A plan with one target uses it without saying so. */
function impliedCalls(plan: PlanDocument, said: readonly Call[]): Call[] {
  const { definitions } = plan.analysis.names;
  const [target, ...others] = definitions.filter(({ kind }) => kind === 'target');
  if (target === undefined || others.length > 0) return [];
  const telling = new Set(said.filter(({ to }) => to === target).map(({ from }) => from));
  return definitions
    .filter((one) => one.kind === 'scenario' && !telling.has(one))
    .map((from) => ({ from, to: target, range: from.range }));
}

function byEnd(calls: readonly Call[], end: 'from' | 'to'): Map<Definition, Call[]> {
  const found = new Map<Definition, Call[]>();
  for (const call of calls) found.set(call[end], [...(found.get(call[end]) ?? []), call]);
  return found;
}

function rangesOf(plan: PlanDocument, calls: readonly Call[]) {
  return calls.map(({ range }) => toLocation(plan, range).range);
}

function itemOf(plan: PlanDocument, definition: Definition): CallHierarchyItem | undefined {
  const { kind, name, range, valueRange } = definition;
  if (!isCaller(kind)) return undefined;
  const whole = toLocation(plan, { start: range.start, end: Math.max(range.end, valueRange.end) });
  return {
    name,
    kind: kinds[kind],
    detail: kindWord(kind),
    uri: whole.uri,
    range: whole.range,
    selectionRange: toLocation(plan, range).range,
    data: { uri: plan.uri, kind, name } satisfies CallPlace,
  };
}
