/** Commands are also called by links, lenses, key bindings and other extensions: their arguments may be anything. */
import * as vscode from 'vscode';
import type { RunEntry } from '../../runner/open-run';
import { pickPlan } from '../plan/pick-plan';

export function uriOf(value: unknown): vscode.Uri | undefined {
  if (value instanceof vscode.Uri) return value;
  return typeof value === 'string' && value !== '' ? vscode.Uri.parse(value) : undefined;
}

/** The plan that a command was told of; otherwise the one in front, or one that is asked for. */
export async function planFor(value: unknown): Promise<vscode.Uri | undefined> {
  return uriOf(value) ?? (await pickPlan());
}

/** The run of a node of the tree. */
export function entryOf(node: unknown): RunEntry | undefined {
  if (typeof node !== 'object' || node === null || !('entry' in node)) return undefined;
  const { entry } = node;
  const isEntry = typeof entry === 'object' && entry !== null && 'dir' in entry && 'state' in entry;
  return isEntry ? (entry as RunEntry) : undefined;
}

/** The runs of the nodes that are selected in the tree, of which one was clicked. */
export function entriesOf(node: unknown, selected: unknown): readonly RunEntry[] {
  const clicked = entryOf(node);
  if (clicked === undefined) return [];
  const entries = (Array.isArray(selected) ? selected : []).map(entryOf);
  const others = entries.filter((entry) => entry !== undefined && entry.dir !== clicked.dir);
  return [clicked, ...others.filter((entry) => entry !== undefined)];
}
