/** The previews of loads: one panel per plan, beside it, following its edits and the cursor in it. */
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import * as z from 'zod/mini';
import { loadShapeMethod, type PlaceInFile, type PlanShape } from '../../protocol/language';
import {
  fromPreview,
  previewLimits,
  previewVersion as version,
  type PreviewShape,
  type ToPreview,
} from '../../protocol/preview';
import { previewPanelType } from '../contributions';
import { DisposableStore } from '../disposables';
import type { LanguageService } from '../language-client';
import { reportFailure } from '../logs';
import type { EnvironmentChoices } from '../runs/environment-choice';
import { viewPage, viewResourceRoots } from '../views/view-page';
import { environmentOf, onPlanEdited } from './plan-changes';

/** What a page keeps of itself over a reload. */
const keptState = z.object({ plan: z.string() });

/** The picture follows the typing, but not every key. */
const settleMs = 100;

interface Preview {
  readonly panel: vscode.WebviewPanel;
  readonly plan: vscode.Uri;
  shape: PlanShape | undefined;
  isReady: boolean;
  /** Counts the questions, since the answer to an earlier one may come later. */
  asked: number;
}

export interface LoadPreviewsContext {
  readonly extension: vscode.Uri;
  readonly language: LanguageService;
  readonly environments: EnvironmentChoices;
  readonly log: vscode.LogOutputChannel;
}

export class LoadPreviews implements vscode.WebviewPanelSerializer {
  readonly #context: LoadPreviewsContext;
  readonly #previews = new Map<string, Preview>();

  constructor(context: LoadPreviewsContext) {
    this.#context = context;
  }

  register(): vscode.Disposable {
    const store = new DisposableStore();
    const refresh = (): void => {
      for (const preview of this.#previews.values()) this.#refresh(preview);
    };
    store.add(vscode.window.registerWebviewPanelSerializer(previewPanelType, this));
    store.add(onPlanEdited(settleMs, refresh));
    store.add(this.#context.environments.onDidChange(refresh));
    store.add(this.#context.language.onDidStart(refresh));
    store.add(
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        this.#follow(textEditor);
      }),
    );
    return vscode.Disposable.from(store);
  }

  open(plan: vscode.Uri): void {
    const known = this.#previews.get(plan.toString());
    if (known !== undefined) {
      known.panel.reveal(undefined, true);
      return;
    }
    const panel = vscode.window.createWebviewPanel(
      previewPanelType,
      titleOf(plan),
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      this.#options(),
    );
    this.#show(panel, plan);
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const kept = keptState.safeParse(state);
    panel.webview.options = this.#options();
    if (kept.success) this.#show(panel, vscode.Uri.parse(kept.data.plan));
    else panel.dispose();
    return Promise.resolve();
  }

  #options(): vscode.WebviewOptions {
    return { enableScripts: true, localResourceRoots: viewResourceRoots(this.#context.extension) };
  }

  #show(panel: vscode.WebviewPanel, plan: vscode.Uri): void {
    const preview: Preview = { panel, plan, shape: undefined, isReady: false, asked: 0 };
    const key = plan.toString();
    this.#previews.get(key)?.panel.dispose();
    this.#previews.set(key, preview);
    const media = vscode.Uri.joinPath(this.#context.extension, 'media');
    panel.iconPath = {
      light: vscode.Uri.joinPath(media, 'plan-light.svg'),
      dark: vscode.Uri.joinPath(media, 'plan-dark.svg'),
    };
    panel.webview.onDidReceiveMessage((data: unknown) => {
      this.#receive(preview, data);
    });
    panel.onDidChangeViewState(() => {
      // A hidden page gets no messages.
      if (panel.visible) this.#refresh(preview);
    });
    panel.onDidDispose(() => {
      if (this.#previews.get(key) === preview) this.#previews.delete(key);
    });
    panel.webview.html = viewPage(panel.webview, this.#context.extension, 'preview');
  }

  #receive(preview: Preview, data: unknown): void {
    const message = fromPreview.safeParse(data);
    if (!message.success) {
      this.#context.log.warn('a message of the preview was not understood');
      return;
    }
    if (message.data.kind === 'ready') {
      preview.isReady = true;
      this.#refresh(preview);
    } else void this.#reveal(preview, message.data.phase).catch(this.#report);
  }

  #refresh(preview: Preview): void {
    if (!preview.isReady || !preview.panel.visible) return;
    void this.#ask(preview).catch(this.#report);
  }

  async #ask(preview: Preview): Promise<void> {
    preview.asked += 1;
    const { asked, plan, panel } = preview;
    // The server knows a plan by its open document.
    await vscode.workspace.openTextDocument(plan);
    const shape = await this.#context.language.ask<PlanShape>(loadShapeMethod, {
      textDocument: { uri: plan.toString() },
      environment: environmentOf(this.#context.environments, plan),
    });
    if (asked !== preview.asked) return;
    if (shape !== undefined) preview.shape = shape;
    const message: ToPreview =
      shape === undefined ? unavailable(plan, preview.shape !== undefined) : shapeMessage(plan, shape);
    await panel.webview.postMessage(message);
  }

  /** The phase that the cursor is in is the one that is shown; outside of all, the whole plan. */
  #follow({ document, selection }: vscode.TextEditor): void {
    for (const preview of this.#previews.values()) {
      const { shape, panel } = preview;
      const isOfPlan =
        document.uri.toString() === preview.plan.toString() ||
        shape?.phases.some(({ whole }) => isIn(whole, document));
      if (shape === undefined || isOfPlan !== true || !panel.visible) continue;
      const phase = phaseAt(shape, document, selection.active);
      const message: ToPreview = { kind: 'select', version, phase: phase ?? null };
      void panel.webview.postMessage(message);
    }
  }

  async #reveal({ shape }: Preview, name: string): Promise<void> {
    const place = shape?.phases.find((phase) => phase.name === name)?.place;
    if (place === undefined) return;
    const uri = vscode.Uri.parse(place.uri);
    const { start } = place.range;
    const at = new vscode.Position(start.line, start.character);
    const shown = vscode.window.visibleTextEditors.find(
      ({ document }) => document.uri.toString() === uri.toString(),
    );
    await vscode.window.showTextDocument(uri, {
      viewColumn: shown?.viewColumn ?? vscode.ViewColumn.One,
      preserveFocus: true,
      selection: new vscode.Range(at, at),
    });
  }

  readonly #report = (cause: unknown): void => {
    void reportFailure(this.#context.log, 'The preview of the load', cause);
  };
}

function titleOf(plan: vscode.Uri): string {
  const name = plan.path.slice(plan.path.lastIndexOf('/') + 1).replace(/\.bench\.ya?ml$/, '');
  return t`Load: ${name}`;
}

function isIn({ uri }: PlaceInFile, document: vscode.TextDocument): boolean {
  return vscode.Uri.parse(uri).toString() === document.uri.toString();
}

function phaseAt(
  { phases }: PlanShape,
  document: vscode.TextDocument,
  { line }: vscode.Position,
): string | undefined {
  return phases.find(
    ({ whole }) =>
      isIn(whole, document) && whole.range.start.line <= line && line <= lastLineOf(whole.range.end),
  )?.name;
}

/** A block of YAML ends at the start of the line behind it. */
function lastLineOf({ line, character }: PlaceInFile['range']['end']): number {
  return character === 0 ? line - 1 : line;
}

function unavailable(plan: vscode.Uri, hasOlder: boolean): ToPreview {
  const message = hasOlder
    ? 'The plan cannot be read at the moment: this is how it was before.'
    : 'The plan has no phase whose load can be told yet.';
  return { kind: 'unavailable', version, plan: plan.toString(), message };
}

function shapeMessage(plan: vscode.Uri, shape: PlanShape): PreviewShape {
  const editor = vscode.window.activeTextEditor;
  const selected = editor && phaseAt(shape, editor.document, editor.selection.active);
  return {
    kind: 'shape',
    version,
    plan: plan.toString(),
    name: shape.name.slice(0, previewLimits.text),
    environment: shape.environment,
    phases: shape.phases.slice(0, previewLimits.phases).map(({ place: _, whole: __, ...phase }) => ({
      ...phase,
      parts: phase.parts.slice(0, previewLimits.parts),
      windows: [...phase.windows],
      warmups: [...phase.warmups],
      after: [...phase.after],
    })),
    selected: selected ?? null,
  };
}
