/** Text with `${…}` in it: `/tasks/${id}`. A `$` that is meant as it stands before `{` is written `$${`. */
import { t } from '@vscode/l10n';
import type { Problem } from '../../problems';
import type { NameAt } from './syntax';

/** Text between references, unescaped; or a dotted reference, `tasks.text`. The range of a reference is without `${` and `}`. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'reference';
      readonly root: NameAt;
      readonly keys: readonly NameAt[];
      readonly range: { readonly start: number; readonly end: number };
    };

export interface Template {
  readonly parts: readonly TemplatePart[];
}

export interface ParsedTemplate {
  /** What could be read, even where there are problems. */
  readonly template: Template;
  readonly problems: readonly Problem[];
}

/** Names that are always there: the number of the user, of its iteration, and a random id, new in every iteration. */
export const builtInNames: ReadonlySet<string> = new Set(['vu', 'iteration', 'uuid']);

/** Names whose key is looked up outside the plan: `${env.REGION}`, `${secret.TOKEN}`. */
export const outsideNames: ReadonlySet<string> = new Set(['env', 'secret']);

const reference = /^[ \t]*([A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_][A-Za-z0-9_-]*)*)[ \t]*$/;

/** Splits a text into its parts. Ranges are offsets in `text`. Never throws. */
export function parseTemplate(text: string): ParsedTemplate {
  const parts: TemplatePart[] = [];
  const problems: Problem[] = [];
  let plain = '';
  let at = 0;
  const flush = () => {
    if (plain !== '') parts.push({ kind: 'text', text: plain });
    plain = '';
  };
  while (at < text.length) {
    if (text.startsWith('$${', at)) {
      plain += '${';
      at += 3;
    } else if (text.startsWith('${', at)) {
      const close = text.indexOf('}', at);
      const end = close === -1 ? text.length : close;
      const part = referenceAt(text, at + 2, end);
      if (close === -1) problems.push(broken(t('`${` has no closing }'), at, text.length));
      else if (part === undefined) problems.push(broken(expectedName(), at, end + 1));
      else {
        flush();
        parts.push(part);
      }
      at = end + 1;
    } else {
      plain += text.charAt(at);
      at += 1;
    }
  }
  flush();
  return { template: { parts }, problems };
}

const expectedName = (): string =>
  t('Expected a name between ${ and }, such as ${id} or ${tasks.text}; to send ${ itself, write $${');

function broken(message: string, start: number, end: number): Problem {
  return { code: 'template-syntax', severity: 'error', message, range: { start, end } };
}

function referenceAt(text: string, start: number, end: number): TemplatePart | undefined {
  const inner = text.slice(start, end);
  const dotted = reference.exec(inner)?.[1];
  if (dotted === undefined) return undefined;
  let at = start + inner.indexOf(dotted);
  const range = { start: at, end: at + dotted.length };
  const names = dotted.split('.').map((name): NameAt => {
    const place = { name, range: { start: at, end: at + name.length } };
    at += name.length + 1;
    return place;
  });
  const [root, ...keys] = names;
  return root && { kind: 'reference', root, keys, range };
}

/** The template as text again. */
export function printTemplate(template: Template): string {
  return template.parts
    .map((part) =>
      part.kind === 'text'
        ? part.text.replaceAll('${', () => '$${')
        : `\${${[part.root, ...part.keys].map((name) => name.name).join('.')}}`,
    )
    .join('');
}

/** The text of a template without references, or `undefined`. */
export function constantText(template: Template): string | undefined {
  const texts = template.parts.map((part) => (part.kind === 'text' ? part.text : undefined));
  return texts.includes(undefined) ? undefined : texts.join('');
}
