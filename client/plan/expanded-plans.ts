/** Plans as they are run, as documents that nobody can edit: made anew as their sources change, each line leading back to them. */
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { expandedPlanMethod, type ExpandedDocument, type PlaceInFile } from '../../protocol/language';
import { expandedScheme } from '../contributions';
import { DisposableStore } from '../disposables';
import type { LanguageService } from '../language-client';
import type { EnvironmentChoices } from '../runs/environment-choice';
import { environmentOf, onPlanEdited } from './plan-changes';

/** Texts are made anew no more often than this: somebody who types reads the source. */
const settleMs = 150;

export class ExpandedPlans
  implements vscode.TextDocumentContentProvider, vscode.DefinitionProvider, vscode.HoverProvider
{
  readonly #language: LanguageService;
  readonly #environments: EnvironmentChoices;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  /** By the plan: what was last shown of it, for as long as it is open. */
  readonly #shown = new Map<string, ExpandedDocument>();

  readonly onDidChange = this.#changed.event;

  constructor(language: LanguageService, environments: EnvironmentChoices) {
    this.#language = language;
    this.#environments = environments;
  }

  register(): vscode.Disposable {
    const store = new DisposableStore();
    const selector = { scheme: expandedScheme };
    store.add(this.#changed);
    store.add(vscode.workspace.registerTextDocumentContentProvider(expandedScheme, this));
    store.add(vscode.languages.registerDefinitionProvider(selector, this));
    store.add(vscode.languages.registerHoverProvider(selector, this));
    store.add(
      onPlanEdited(settleMs, () => {
        this.#refresh();
      }),
    );
    for (const changed of [this.#environments.onDidChange, this.#language.onDidStart])
      store.add(
        changed(() => {
          this.#refresh();
        }),
      );
    store.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#shown.delete(uri.toString())));
    return vscode.Disposable.from(store);
  }

  async open(plan: vscode.Uri): Promise<void> {
    const document = await vscode.workspace.openTextDocument(expandedUri(plan));
    await vscode.window.showTextDocument(document, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: false,
    });
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const plan = planOf(uri);
    // The server knows a plan by its open document.
    await vscode.workspace.openTextDocument(plan);
    const expanded = await this.#language.ask<ExpandedDocument>(expandedPlanMethod, {
      textDocument: { uri: plan.toString() },
      environment: environmentOf(this.#environments, plan),
    });
    if (expanded !== undefined) this.#shown.set(uri.toString(), expanded);
    // While the source cannot be read, what it was before is worth more than nothing.
    const last = this.#shown.get(uri.toString());
    return last?.text ?? `# ${t('The plan cannot be read yet; this fills itself when it can.')}\n`;
  }

  provideDefinition(document: vscode.TextDocument, position: vscode.Position): vscode.Location | undefined {
    const origin = this.#originAt(document, position);
    return origin && new vscode.Location(vscode.Uri.parse(origin.uri), rangeOf(origin));
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const origin = this.#originAt(document, position);
    if (origin === undefined) return undefined;
    const uri = vscode.Uri.parse(origin.uri);
    const line = origin.range.start.line + 1;
    const name = vscode.workspace.asRelativePath(uri).replace(/[\\[\]`*_<>]/g, '\\$&');
    return new vscode.Hover(
      new vscode.MarkdownString(`[${name}:${line}](${uri.with({ fragment: `L${line}` }).toString()})`),
    );
  }

  #originAt({ uri }: vscode.TextDocument, { line }: vscode.Position): PlaceInFile | undefined {
    return this.#shown.get(uri.toString())?.origins[line] ?? undefined;
  }

  #refresh(): void {
    for (const { uri } of vscode.workspace.textDocuments)
      if (uri.scheme === expandedScheme) this.#changed.fire(uri);
  }
}

function rangeOf({ range: { start, end } }: PlaceInFile): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

/** The name is what the tab says, and the plan itself is the query. */
function expandedUri(plan: vscode.Uri): vscode.Uri {
  const path = plan.path.replace(/\.bench\.ya?ml$/, '.bench.expanded');
  return vscode.Uri.from({ scheme: expandedScheme, path, query: plan.toString() });
}

function planOf({ query }: vscode.Uri): vscode.Uri {
  return vscode.Uri.parse(query);
}
