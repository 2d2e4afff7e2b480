/** Commands are also called by links, lenses, key bindings and other extensions: their arguments may be anything. */
import * as vscode from 'vscode';
import type { RunEntry } from '../../runner/open-run';

export function uriOf(value: unknown): vscode.Uri | undefined {
  if (value instanceof vscode.Uri) return value;
  return typeof value === 'string' && value !== '' ? vscode.Uri.parse(value) : undefined;
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
