/** The files of plans, as they are in the editor or in the workspace, and which of them includes which. */
import { t } from '@vscode/l10n';
import { includesOf } from '../../core/plan/include';
import { limits } from '../../core/plan/limits';
import { parseTree } from '../../core/plan/parse-tree';
import type { IncludeReading } from '../../core/plan/sources';
import { maxPlans } from '../../protocol/looked-through';
import type { WorkspaceFiles } from './workspace-files';

interface KnownFile {
  readonly text: string;
  readonly includes: readonly string[];
  /** A plan says its version; a part of one need not. */
  readonly isPlan: boolean;
}

export class PlanFiles {
  readonly #openText: (uri: string) => string | undefined;
  readonly #files: WorkspaceFiles;
  readonly #known = new Map<string, KnownFile>();
  #folders: readonly string[] = [];

  constructor(openText: (uri: string) => string | undefined, files: WorkspaceFiles) {
    this.#openText = openText;
    this.#files = files;
  }

  /** Looks through the folders of the workspace, in place of those before. @param folders URIs; what has no files is left out. */
  watch(folders: readonly string[]): void {
    this.#known.clear();
    this.#folders = folders.filter((uri) => this.#files.reaches(uri)).map((uri) => this.#files.real(uri));
    const plans = this.#folders.flatMap((folder) => this.#files.plansBelow(folder));
    for (const uri of plans.slice(0, maxPlans)) this.#file(uri);
  }

  /** After a change of the file. */
  forget(uri: string): void {
    this.#known.delete(uri);
    this.#file(uri);
  }

  /** All plans and parts of plans that the workspace has, as far as it was looked through. */
  uris(): readonly string[] {
    return [...this.#known.keys()];
  }

  text(uri: string): string | undefined {
    return this.#file(uri)?.text;
  }

  readonly readInclude = (from: string, included: string): IncludeReading => {
    const uri = this.place(from, included);
    if (uri === undefined) return { ok: false, reason: t('it lies outside of the workspace') };
    const text = this.text(uri);
    return text === undefined ? { ok: false, reason: t('it cannot be read') } : { ok: true, id: uri, text };
  };

  /** The URI of a file that another one names by a relative path; `undefined` where it lies outside of the workspace. */
  place(from: string, included: string): string | undefined {
    if (!this.#files.reaches(from)) return undefined;
    const { folder, file } = this.#files.resolve(from, included);
    const isBelow = (root: string, uri: string): boolean => this.#files.isBelow(root, uri);
    const roots = this.#folders.some((root) => isBelow(root, folder)) ? this.#folders : [folder];
    return roots.some((root) => isBelow(root, file)) ? file : undefined;
  }

  /** The plans that a file is a part of: itself, where it is one or where nothing includes it. */
  plansOf(uri: string): readonly string[] {
    const above = new Set([uri]);
    for (const one of above) for (const parent of this.#parents(one)) above.add(parent);
    const plans = [...above].filter((one) => this.#file(one)?.isPlan === true);
    return plans.length > 0 ? plans : [uri];
  }

  #parents(uri: string): readonly string[] {
    return [...this.#known.entries()]
      .filter(([from, { includes }]) => includes.some((one) => this.place(from, one) === uri))
      .map(([from]) => from);
  }

  #file(uri: string): KnownFile | undefined {
    const open = this.#openText(uri);
    const known = this.#known.get(uri);
    if (known !== undefined && (open === undefined || open === known.text)) return known;
    const text = open ?? this.#read(uri);
    if (text === undefined) return undefined;
    const isIncluding = /^include[ \t]*:/m.test(text);
    const includes = isIncluding ? includesOf(parseTree(text).tree.root).map((item) => item.path) : [];
    const file = { text, includes, isPlan: /^version[ \t]*:/m.test(text) };
    this.#known.set(uri, file);
    return file;
  }
  /** What is larger than any plan is none. */
  #read(uri: string): string | undefined {
    const text = this.#files.reaches(uri) ? this.#files.text(uri) : undefined;
    return text !== undefined && text.length > limits.characters ? undefined : text;
  }
}
