/** The files of plans, as they are in the editor or on the disk, and which of them includes which. */
import { t } from '@vscode/l10n';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { includesOf } from '../../core/plan/include';
import { limits } from '../../core/plan/limits';
import { parseTree } from '../../core/plan/parse-tree';
import type { IncludeReading } from '../../core/plan/sources';

/** A workspace with more folders or plans than these is not looked through any further. */
const maxFolders = 20_000;
const maxPlans = 2000;
const skipped = new Set(['node_modules', '.git', '.benchwright', '.venv', 'dist', 'out', 'target']);

interface KnownFile {
  readonly text: string;
  readonly includes: readonly string[];
  /** A plan says its version; a part of one need not. */
  readonly isPlan: boolean;
}

export class PlanFiles {
  readonly #openText: (uri: string) => string | undefined;
  readonly #known = new Map<string, KnownFile>();
  #folders: readonly string[] = [];

  constructor(openText: (uri: string) => string | undefined) {
    this.#openText = openText;
  }

  /** Looks through the folders of the workspace, in place of those before. @param folders URIs; what is no file is left out. */
  watch(folders: readonly string[]): void {
    this.#known.clear();
    this.#folders = folders.filter((uri) => uri.startsWith('file:')).map((uri) => real(fileURLToPath(uri)));
    for (const file of this.#folders.flatMap(plansBelow).slice(0, maxPlans))
      this.#file(pathToFileURL(file).href);
  }

  /** After a change on the disk. */
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
    if (!from.startsWith('file:')) return undefined;
    const folder = path.dirname(real(fileURLToPath(from)));
    const file = real(path.resolve(folder, included));
    const roots = this.#folders.some((root) => isBelow(root, folder)) ? this.#folders : [folder];
    return roots.some((root) => isBelow(root, file)) ? pathToFileURL(file).href : undefined;
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
    const text = open ?? readText(uri);
    if (text === undefined) return undefined;
    const isIncluding = /^include[ \t]*:/m.test(text);
    const includes = isIncluding ? includesOf(parseTree(text).tree.root).map((item) => item.path) : [];
    const file = { text, includes, isPlan: /^version[ \t]*:/m.test(text) };
    this.#known.set(uri, file);
    return file;
  }
}

function isBelow(root: string, file: string): boolean {
  const relative = path.relative(root, file);
  return !relative.startsWith('..') && !path.isAbsolute(relative);
}

/** With its links followed, so that none leads out of the workspace; a file that is not there is where it would be. */
function real(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

function readText(uri: string): string | undefined {
  if (!uri.startsWith('file:')) return undefined;
  try {
    const text = readFileSync(fileURLToPath(uri), 'utf8');
    return text.length > limits.characters ? undefined : text;
  } catch {
    // Whoever asks is told that it cannot be read.
    return undefined;
  }
}

function plansBelow(root: string): string[] {
  const plans: string[] = [];
  const folders = [root];
  for (const folder of folders) {
    for (const entry of entriesIn(folder)) {
      const file = path.join(folder, entry.name);
      if (entry.isFile() && /\.bench\.ya?ml$/.test(entry.name)) plans.push(file);
      else if (entry.isDirectory() && !skipped.has(entry.name) && folders.length < maxFolders)
        folders.push(file);
    }
  }
  return plans;
}

function entriesIn(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // A folder that nobody may read has no plans for anybody.
    return [];
  }
}
