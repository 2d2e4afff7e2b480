/** How hot lines look: a bar in the margin that grows with the heat, a mark in the overview ruler, and the shares in words. */
import * as vscode from 'vscode';
import { heatColors } from '../contributions';
import { heatStep, lineWords, type Shares } from './heat-words';

/** One hue for all steps: they differ in length and in the words, so that colour is never all that tells them apart. */
const bars = { light: '#b35300', dark: '#f0a04b', stale: '#868e99' } as const;

export interface HotLine extends Shares {
  /** From 0, where the line is now. */
  readonly at: number;
}

export interface HeatLooks {
  readonly dispose: () => void;
  /** @param hover for all that the words leave out; as text, never as markup. */
  readonly show: (
    editor: vscode.TextEditor,
    lines: readonly HotLine[],
    facts: { readonly hasChanged: boolean; readonly hover: string },
  ) => void;
  readonly clear: (editor: vscode.TextEditor) => void;
}

export function createHeatLooks(): HeatLooks {
  const fresh = heatColors.map((color, step) => decoration(step, color, false));
  const stale = heatColors.map((color, step) => decoration(step, color, true));
  const all = [...fresh, ...stale];
  return {
    show(editor, lines, { hasChanged, hover }) {
      const chosen = hasChanged ? stale : fresh;
      for (const [step, type] of chosen.entries())
        editor.setDecorations(
          type,
          lines
            .filter((line) => heatStep(line) === step)
            .flatMap((line) => optionsOf(editor.document, line, hasChanged, hover)),
        );
      for (const type of hasChanged ? fresh : stale) editor.setDecorations(type, []);
    },
    clear(editor) {
      for (const type of all) editor.setDecorations(type, []);
    },
    dispose() {
      for (const type of all) type.dispose();
    },
  };
}

function optionsOf(
  document: vscode.TextDocument,
  line: HotLine,
  hasChanged: boolean,
  hover: string,
): vscode.DecorationOptions[] {
  if (line.at >= document.lineCount) return [];
  const words = lineWords(line);
  const doubt = hasChanged
    ? 'The file has changed since: the line may not be the one that was recorded.'
    : '';
  return [
    {
      range: document.lineAt(line.at).range,
      hoverMessage: [words, hover, doubt]
        .filter((text) => text !== '')
        .map((text) => new vscode.MarkdownString().appendText(text)),
      renderOptions: { after: { contentText: hasChanged ? `${words} · before the change` : words } },
    },
  ];
}

function decoration(step: number, color: string, isStale: boolean): vscode.TextEditorDecorationType {
  return vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    // What is typed at the end of a line is no part of the mark.
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    overviewRulerLane: vscode.OverviewRulerLane.Right,
    overviewRulerColor: new vscode.ThemeColor(isStale ? 'disabledForeground' : color),
    gutterIconSize: 'contain',
    light: { gutterIconPath: bar(step, isStale ? bars.stale : bars.light, isStale) },
    dark: { gutterIconPath: bar(step, isStale ? bars.stale : bars.dark, isStale) },
    after: {
      margin: '0 0 0 3ch',
      fontStyle: isStale ? 'italic' : 'normal',
      color: new vscode.ThemeColor(isStale ? 'disabledForeground' : 'editorCodeLens.foreground'),
    },
  });
}

/** A bar from the right, a quarter of the margin long for each step; only its outline where it is stale. */
function bar(step: number, color: string, isStale: boolean): vscode.Uri {
  const width = 4 + step * 4;
  const paint = isStale ? `fill="none" stroke="${color}"` : `fill="${color}"`;
  const rect = `<rect x="${16.5 - width}" y="2.5" width="${width - 1}" height="11" rx="1" ${paint}/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16">${rect}</svg>`;
  return vscode.Uri.parse(`data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`);
}
