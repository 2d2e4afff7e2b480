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
