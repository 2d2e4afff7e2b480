/** The heat of a run in the editor: a bundle of its own, loaded once a run has a profile. */
import '../display-language';
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { RunEntry } from '../../runner/open-run';
import { settings } from '../contributions';
import { DisposableStore } from '../disposables';
import { reportFailure } from '../logs';
import type { RunCatalogue } from '../runs/run-catalogue';
import { latestProfiled, runBefore } from './choose-runs';
import { createHeatLooks } from './heat-looks';
import { HeatLenses } from './heat-lenses';
import { levelWords, lineWords } from './heat-words';
import { MarkedFile } from './marked-file';
import { readRunHeat, type HotspotHere, type RunHeat } from './run-heat';

export interface HeatContext {
  /** The bundle of the thread that reads profiles. */
  readonly worker: string;
  readonly catalogue: RunCatalogue;
  readonly log: vscode.LogOutputChannel;
}

export function startHeat(context: HeatContext): Heat {
  const heat = new Heat(context);
  heat.start();
  return heat;
}

const noHeat = (): string => t('There is no run with a profile yet: run a phase with `profile` first.');

export class Heat implements vscode.Disposable {
  readonly #context: HeatContext;
  readonly #store = new DisposableStore();
  readonly #looks = this.#store.add(createHeatLooks());
  readonly #lenses = new HeatLenses((path) => this.#files.get(path));
  #files: ReadonlyMap<string, MarkedFile> = new Map();
  #heat: RunHeat | undefined;
  /** The run that somebody chose; without one it is the latest. */
  #chosen: string | undefined;
  /** What is shown, or being read. */
  #wanted = '';
  #reading: Promise<void> = Promise.resolve();

  constructor(context: HeatContext) {
    this.#context = context;
  }

  start(): void {
    const store = this.#store;
    store.add(vscode.languages.registerCodeLensProvider({ scheme: 'file' }, this.#lenses));
    store.add(this.#context.catalogue.onDidChange(() => void this.#refresh()));
    store.add(
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        for (const editor of editors) this.#draw(editor);
      }),
    );
    store.add(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const marked = this.#files.get(document.uri.fsPath);
        if (marked !== undefined) this.#edited(marked, document, contentChanges);
      }),
    );
    store.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(settings.heatLenses.id)) this.#lenses.refresh();
      }),
    );
    void this.#refresh();
  }

  dispose(): void {
    for (const editor of vscode.window.visibleTextEditors) this.#looks.clear(editor);
    this.#store.dispose();
  }

  /** Shows the heat of a run from now on, and what became of it. */
  async show(entry: RunEntry): Promise<void> {
    this.#chosen = entry.dir;
    await this.#refresh();
    const { files = new Map(), problems = [] } = this.#heat ?? {};
    if (files.size === 0)
      void vscode.window.showInformationMessage(
        t`None of the source files of this run is here. ${problems[0] ?? t('It has no profile')}.`,
      );
    else await this.go(0);
  }

  /** Goes on in the order of cost, from the hotspot that the cursor is at. @param step 0 is the first of all. */
  async go(step: -1 | 0 | 1): Promise<void> {
    await this.#reading;
    const hotspots = this.#heat?.hotspots ?? [];
    if (hotspots.length === 0) {
      void vscode.window.showInformationMessage(
        this.#heat === undefined ? noHeat() : t('No hotspot is in a file that is here.'),
      );
      return;
    }
    const current = step === 0 ? -1 : hotspots.findIndex((one) => this.#isAtCursor(one));
    const next = current === -1 ? 0 : (current + step + hotspots.length) % hotspots.length;
    const hotspot = hotspots[next];
    if (hotspot === undefined) return;
    const line = this.#lineNow(hotspot) - 1;
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(hotspot.file));
    const at = document.validatePosition(new vscode.Position(line, 0));
    await vscode.window.showTextDocument(document, { selection: new vscode.Range(at, at) });
    const words = t`$(flame) Hotspot ${next + 1} of ${hotspots.length}: ${hotspot.name}, ${lineWords(hotspot)}`;
    vscode.window.setStatusBarMessage(words, 10_000);
  }

  #lineNow({ file, line }: HotspotHere): number {
    return this.#files.get(file)?.lineNow(line) ?? line;
  }

  #isAtCursor(hotspot: HotspotHere): boolean {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.uri.fsPath !== hotspot.file) return false;
    return editor.selection.active.line === this.#lineNow(hotspot) - 1;
  }

  async #refresh(): Promise<void> {
    const { catalogue } = this.#context;
    const { entries } = catalogue;
    const entry = entries.find(({ dir }) => dir === this.#chosen) ?? latestProfiled(entries);
    const before = entry && runBefore(entry, entries, (one) => catalogue.isPinned(one));
    const wanted = `${entry?.dir ?? ''}\n${before?.entry.dir ?? ''}\n${before?.words ?? ''}`;
    if (wanted !== this.#wanted) {
      this.#wanted = wanted;
      this.#reading = this.#read(entry, before, wanted).catch((cause: unknown) =>
        reportFailure(this.#context.log, 'Reading the heat of a run', cause),
      );
    }
    await this.#reading;
  }

  async #read(
    entry: RunEntry | undefined,
    before: ReturnType<typeof runBefore>,
    wanted: string,
  ): Promise<void> {
    const heat = entry === undefined ? undefined : await readRunHeat(this.#context.worker, entry, before);
    // Another run may be wanted by now.
    if (wanted !== this.#wanted) return;
    for (const problem of heat?.problems ?? []) this.#context.log.info(`heat: ${problem}`);
    this.#heat = heat;
    this.#files = new Map([...(heat?.files ?? [])].map(([path, here]) => [path, new MarkedFile(here)]));
    this.#drawAll();
  }

  #edited(
    marked: MarkedFile,
    document: vscode.TextDocument,
    changes: readonly vscode.TextDocumentContentChangeEvent[],
  ): void {
    const had = marked.hasChanged;
    if (changes.length > 0) marked.edited(changes);
    if (!document.isDirty)
      // It was saved, undone, or read anew.
      void marked
        .look(() => !document.isDirty)
        .then(() => {
          this.#drawAll();
        });
    else if (changes.some(({ text, range }) => !range.isSingleLine || /[\r\n]/.test(text)) || !had)
      this.#drawAll();
  }

  #drawAll(): void {
    for (const editor of vscode.window.visibleTextEditors) this.#draw(editor);
    this.#lenses.refresh();
  }

  #draw(editor: vscode.TextEditor): void {
    const marked = this.#files.get(editor.document.uri.fsPath);
    if (marked === undefined) {
      this.#looks.clear(editor);
      return;
    }
    const { phase, profile, run } = marked.here.recording;
    const amount = profile.tool === 'cProfile' ? t('counted time') : t`${profile.samples} samples`;
    const hover = t`Of ${amount} of ${profile.target}, in ${phase.name} ${levelWords(phase.level)}, by ${profile.tool} in the run ${run.id}.`;
    this.#looks.show(editor, marked.lines, { hasChanged: marked.hasChanged, hover });
  }
}
