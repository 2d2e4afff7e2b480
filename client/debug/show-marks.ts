/** Draws an iteration beside the lines of its plan, until it is taken away or a line is edited. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { SourcePlace } from '../../core/run/iteration';
import { DisposableStore } from '../disposables';
import type { Detail, IterationMarks, LineMark } from './iteration-marks';

const beside = (color: string): vscode.DecorationRenderOptions => ({
  after: { margin: '0 0 0 2.5em', color: new vscode.ThemeColor(color), fontStyle: 'italic' },
  rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
});

const longestLabel = 160;

export class ShownMarks {
  readonly #store = new DisposableStore();
  readonly #good = this.#store.add(
    vscode.window.createTextEditorDecorationType(beside('editorCodeLens.foreground')),
  );
  readonly #bad = this.#store.add(
    vscode.window.createTextEditorDecorationType(beside('editorError.foreground')),
  );
  readonly #diagnostics = this.#store.add(
    vscode.languages.createDiagnosticCollection('benchwright-iteration'),
  );
  /** By the file's path. */
  readonly #lines = new Map<string, readonly LineMark[]>();
  readonly #changed: (isShown: boolean) => void;

  /** @param changed told whether anything stands beside lines. */
  constructor(changed: (isShown: boolean) => void) {
    this.#changed = changed;
    this.#store.add(
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        for (const editor of editors) this.#draw(editor);
      }),
    );
    // A place that was edited is no longer the one that this was said of.
    this.#store.add(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.#forget(document.uri);
      }),
    );
  }

  /** @param folder of the plan, from which files are named. */
  show({ lines, findings }: IterationMarks, folder: string): void {
    this.clear();
    for (const mark of lines) {
      const file = path.resolve(folder, mark.file);
      this.#lines.set(file, [...(this.#lines.get(file) ?? []), mark]);
    }
    const byFile = new Map<string, vscode.Diagnostic[]>();
    for (const { place, message } of findings) {
      const file = path.resolve(folder, place.file);
      const diagnostic = new vscode.Diagnostic(rangeOf(place), message, vscode.DiagnosticSeverity.Error);
      diagnostic.source = 'benchwright, one iteration';
      byFile.set(file, [...(byFile.get(file) ?? []), diagnostic]);
    }
    for (const [file, found] of byFile) this.#diagnostics.set(vscode.Uri.file(file), found);
    this.#drawAll();
  }

  clear(): void {
    this.#lines.clear();
    this.#diagnostics.clear();
    this.#drawAll();
  }

  dispose(): void {
    this.#store.dispose();
  }

  #forget(uri: vscode.Uri): void {
    if (!this.#lines.delete(uri.fsPath)) return;
    this.#diagnostics.delete(uri);
    this.#drawAll();
  }

  #drawAll(): void {
    for (const editor of vscode.window.visibleTextEditors) this.#draw(editor);
    this.#changed(this.#lines.size > 0);
  }

  #draw(editor: vscode.TextEditor): void {
    const marks = this.#lines.get(editor.document.uri.fsPath) ?? [];
    for (const [type, isBroken] of [[this.#good, false] as const, [this.#bad, true] as const])
      editor.setDecorations(
        type,
        marks.filter((mark) => mark.isBroken === isBroken).map((mark) => decorationOf(editor, mark)),
      );
  }
}

function decorationOf({ document }: vscode.TextEditor, mark: LineMark): vscode.DecorationOptions {
  const line = document.lineAt(Math.min(mark.line, document.lineCount - 1));
  const label = mark.label.length <= longestLabel ? mark.label : `${mark.label.slice(0, longestLabel)}…`;
  return {
    range: new vscode.Range(line.range.end, line.range.end),
    hoverMessage: hoverOf(mark.details),
    renderOptions: { after: { contentText: label } },
  };
}

/** What a service has sent is a text, whatever it looks like. */
function hoverOf(details: readonly Detail[]): vscode.MarkdownString {
  const hover = new vscode.MarkdownString();
  for (const { kind, text } of details) {
    if (kind === 'words') hover.appendText(`${text}\n`);
    else hover.appendCodeblock(text, 'http');
  }
  return hover;
}

function rangeOf({ start, end }: SourcePlace): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
