/** Markup that is HTML and XML alike, made of elements, so that a text can never become an element. */

/** Text that may stand in a document as it is; only this file makes it. */
export interface Markup {
  readonly markup: string;
}

export type Child = Markup | string;

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** @param children strings are texts, whatever stands in them. */
export function element(name: string, attributes: Attributes = {}, ...children: readonly Child[]): Markup {
  const given = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeText(String(value))}"`)
    .join('');
  const inner = children.map((child) => (typeof child === 'string' ? escapeText(child) : child.markup));
  return { markup: voids.has(name) ? `<${name}${given}/>` : `<${name}${given}>${inner.join('')}</${name}>` };
}

/** The contents of a `style` element, which is no text to HTML: only for what is written in this program. */
export function stylesheet(css: string): Markup {
  return { markup: `<style>${css}</style>` };
}

/** Elements that HTML ends by themselves; to a parser of XML they need the slash. */
const voids = new Set(['meta', 'link', 'br', 'img', 'path', 'line', 'rect', 'circle']);

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeText(text: string): string {
  return legible(text).replace(/[&<>"']/g, (char) => entities[char] ?? char);
}

/** Without what XML forbids, and without what would turn round the order of the letters beside it. */
export function legible(text: string): string {
  return text
    .replace(/[\t\n\r]/g, ' ')
    .replace(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu, '\ufffd');
}
