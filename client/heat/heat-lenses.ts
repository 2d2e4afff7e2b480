/** What each hot function costs, above its first line. */
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { commandIds, settings } from '../contributions';
import { filesOf } from '../../runner/recordings';
import { isOn } from '../settings';
import { findDefinition, isPartOfAnother } from './find-definition';
import { leastShare, lensWords } from './heat-words';
import type { MarkedFile } from './marked-file';
import type { HotFunctionHere } from './run-heat';

export class HeatLenses implements vscode.CodeLensProvider {
  readonly #fileOf: (path: string) => MarkedFile | undefined;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(fileOf: (path: string) => MarkedFile | undefined) {
    this.#fileOf = fileOf;
  }

  refresh(): void {
    this.#changed.fire();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const marked = this.#fileOf(document.uri.fsPath);
    if (marked === undefined || !isOn(settings.heatLenses)) return [];
    const lines = document.getText().split(/\r\n|\r|\n/);
    const lenses = new Map<number, vscode.CodeLens>();
    // The most expensive comes first, and stays where two are defined in one line.
    for (const fn of marked.here.functions) {
      const at = lineOf(marked, lines, fn);
      if (at !== undefined && !lenses.has(at)) lenses.set(at, lensOf(marked, fn, at));
    }
    return [...lenses.values()];
  }
}

/** @returns from 0. */
function lineOf(marked: MarkedFile, lines: readonly string[], fn: HotFunctionHere): number | undefined {
  if (fn.total < leastShare || isPartOfAnother(fn.name)) return undefined;
  const seen = marked.lineNow(fn.line);
  if (seen === undefined) return undefined;
  const at = findDefinition(lines, fn.name, seen) - 1;
  return at < lines.length ? at : undefined;
}

function lensOf({ here, hasChanged }: MarkedFile, fn: HotFunctionHere, at: number): vscode.CodeLens {
  const { phase, profile } = here.recording;
  const title = lensWords({
    total: fn.total,
    isCounted: profile.tool === 'cProfile',
    level: phase.level,
    before: fn.before,
    hasChanged,
  });
  const [file = ''] = filesOf(here.recording);
  return new vscode.CodeLens(new vscode.Range(at, 0, at, 0), {
    title,
    tooltip: t`By ${profile.tool} on ${profile.target} in ${phase.name}. Open the profile.`,
    command: commandIds.openProfile,
    arguments: [vscode.Uri.file(file)],
  });
}
