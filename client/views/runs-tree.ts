/** The tree of runs: newest first, by plan where there are several, each with its phases. */
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { PhaseResult } from '../../core/run/run';
import type { RunEntry } from '../../runner/open-run';
import { commandIds, dashboardSuffix, itemKinds } from '../contributions';
import { isProfiled } from '../../runner/recordings';
import type { RunCatalogue } from '../runs/run-catalogue';
import {
  dashboardOf,
  describePhase,
  environmentOf,
  lookOfRun,
  lookOfVerdict,
  phaseNamesOf,
  planNameOf,
  startedOf,
  type RunLook,
} from './run-words';

export type RunNode =
  | { readonly kind: 'plan'; readonly name: string; readonly runs: readonly RunEntry[] }
  | { readonly kind: 'run'; readonly entry: RunEntry }
  | { readonly kind: 'phase'; readonly phase: PhaseResult; readonly entry: RunEntry };

export class RunsTree implements vscode.TreeDataProvider<RunNode> {
  readonly #catalogue: RunCatalogue;
  readonly #changed = new vscode.EventEmitter<RunNode | undefined>();

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(catalogue: RunCatalogue) {
    this.#catalogue = catalogue;
  }

  refresh(): void {
    this.#changed.fire(undefined);
  }

  getChildren(node?: RunNode): RunNode[] {
    if (node === undefined) return rootNodes(this.#catalogue.entries);
    if (node.kind === 'plan') return node.runs.map((entry) => ({ kind: 'run', entry }));
    if (node.kind === 'phase') return [];
    const { entry } = node;
    return (entry.run?.phases ?? []).map((phase) => ({ kind: 'phase', phase, entry }));
  }

  getTreeItem(node: RunNode): vscode.TreeItem {
    switch (node.kind) {
      case 'plan':
        return planItem(node.name, node.runs.length);
      case 'run':
        return runItem(node.entry, this.#catalogue.isPinned(node.entry));
      case 'phase':
        return phaseItem(node.phase, node.entry);
    }
  }
}

function rootNodes(entries: readonly RunEntry[]): RunNode[] {
  const plans = new Map<string, RunEntry[]>();
  for (const entry of entries) {
    const name = planNameOf(entry);
    plans.set(name, [...(plans.get(name) ?? []), entry]);
  }
  if (plans.size > 1) return [...plans].map(([name, runs]) => ({ kind: 'plan', name, runs }));
  return entries.map((entry) => ({ kind: 'run', entry }));
}

function planItem(name: string, count: number): vscode.TreeItem {
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = `plan:${name}`;
  item.description = `${count} ${count === 1 ? 'run' : 'runs'}`;
  item.contextValue = itemKinds.plan;
  item.iconPath = new vscode.ThemeIcon('file');
  return item;
}

function runItem(entry: RunEntry, isPinned: boolean): vscode.TreeItem {
  const look = lookOfRun(entry);
  const hasPhases = (entry.run?.phases.length ?? 0) > 0;
  const { None, Collapsed } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(phaseNamesOf(entry), hasPhases ? Collapsed : None);
  const environment = environmentOf(entry);
  const started = startedOf(entry);
  item.id = entry.dir;
  item.description = [
    ...(isPinned ? ['baseline'] : []),
    look.words,
    ...(started === undefined ? [] : [started]),
    ...(environment === null ? [] : [environment]),
  ].join(' · ');
  item.tooltip = tooltipOf(entry, look);
  item.iconPath = iconOf(look);
  item.contextValue = kindOf(entry, isPinned);
  item.accessibilityInformation = {
    label: `${planNameOf(entry)}, ${phaseNamesOf(entry)}: ${item.description}`,
  };
  item.command = { command: commandIds.openRun, title: t('Open Run'), arguments: [{ kind: 'run', entry }] };
  return item;
}

function kindOf(entry: RunEntry, isPinned: boolean): string {
  const kind = entry.state === 'running' ? itemKinds.running : kindOfOver(entry, isPinned);
  return dashboardOf(entry) === undefined ? kind : `${kind}${dashboardSuffix}`;
}

function kindOfOver(entry: RunEntry, isPinned: boolean): string {
  const hasProfile = isProfiled(entry);
  if (isPinned) return hasProfile ? itemKinds.pinnedProfiled : itemKinds.pinned;
  return hasProfile ? itemKinds.overProfiled : itemKinds.over;
}

/** Plain text: what a plan or a tool has put into a reason must not become markup. */
function tooltipOf(entry: RunEntry, look: RunLook): string {
  const { run, problems } = entry;
  const lines = [`${planNameOf(entry)}: ${look.words}`];
  if (run !== undefined) {
    lines.push(run.reason, `The measurement is ${run.validity.state}.`);
    lines.push(...run.validity.evidence.map(({ message }) => `– ${message}`));
  }
  if (entry.state === 'interrupted') lines.push('The runner ended without a result.');
  lines.push(...problems.map(({ message }) => message), entry.id);
  return lines.join('\n');
}

function phaseItem(phase: PhaseResult, entry: RunEntry): vscode.TreeItem {
  const item = new vscode.TreeItem(phase.name, vscode.TreeItemCollapsibleState.None);
  const goals = phase.goals.map(({ text, state, reason }) => {
    const words = state === 'no-data' ? 'no answer' : state;
    return `– ${text}: ${words}${reason === undefined ? '' : ` (${reason})`}`;
  });
  item.id = `${entry.dir}#${phase.name}`;
  item.description = describePhase(phase);
  item.tooltip = [phase.reason, ...goals].join('\n');
  item.iconPath = iconOf(lookOfVerdict(phase.verdict));
  item.contextValue = itemKinds.phase;
  item.accessibilityInformation = { label: `${phase.name}: ${item.description}` };
  return item;
}

function iconOf({ icon, color }: RunLook): vscode.ThemeIcon {
  return new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
}
