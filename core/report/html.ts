/** A report as one HTML file that needs neither a network nor a script. It is XML as well. */
import { chartFigure } from './chart-svg';
import {
  textOf,
  type Block,
  type Cell,
  type Picture,
  type ReportDocument,
  type Section,
  type SourceTarget,
} from './document';
import { element, legible, stylesheet, type Markup } from './markup';
import { headline } from './report-document';
import { styles } from './styles';

/** Nothing is fetched and nothing runs, should a text ever become markup after all. Pictures are in the file itself. */
const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/** What a program that shows a report in a page of its own adds to it. */
export interface HtmlHost {
  /** Where its style sheet may come from, as the policy of a page says it. */
  readonly styleSource: string;
  readonly styles: string;
  readonly script: string;
  /** Tells its script from any other. */
  readonly nonce: string;
}

/** @param host absent in a file of its own, in which nothing is fetched and nothing runs. */
export function toHtml(document: ReportDocument, host?: HtmlHost): string {
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: policyFor(host) }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'color-scheme', content: 'light dark' }),
    element('title', {}, headline(document)),
    stylesheet(styles),
    ...(host === undefined ? [] : [element('link', { rel: 'stylesheet', href: host.styles })]),
  );
  const header = element(
    'header',
    {},
    element('h1', {}, document.title, ' ', toned(document.verdict, 'badge')),
    element('nav', { 'aria-label': 'Sections' }, ...document.sections.map(linkTo)),
  );
  const sections = document.sections.map((section, at) => sectionOf(section, 2, anchor(at)));
  const script = host && element('script', { nonce: host.nonce, src: host.script });
  const main = element('main', {}, header, ...sections);
  const testId = host === undefined ? undefined : 'benchwright-report';
  const body = element('body', { 'data-testid': testId }, main, ...(script === undefined ? [] : [script]));
  return `<!DOCTYPE html>\n${element('html', { lang: 'en' }, head, body).markup}\n`;
}

function policyFor(host: HtmlHost | undefined): string {
  if (host === undefined) return policy;
  return `${policy} ${host.styleSource}; script-src 'nonce-${host.nonce}'`;
}

function anchor(at: number): string {
  return `section-${at + 1}`;
}

function linkTo({ title }: Section, at: number): Markup {
  return element('a', { href: `#${anchor(at)}` }, title);
}

function sectionOf({ title, blocks, sections = [] }: Section, level: number, id?: string): Markup {
  const inner = sections.map((one) => sectionOf(one, level + 1));
  return element('section', { id }, element(`h${level}`, {}, title), ...blocks.map(blockOf), ...inner);
}

function blockOf(block: Block): Markup {
  switch (block.kind) {
    case 'text':
      return element('p', {}, toned(block.text));
    case 'list':
      return element('ul', {}, ...block.items.map((item) => element('li', {}, toned(item))));
    case 'facts':
      return element(
        'dl',
        {},
        ...block.rows.flatMap(([label, value]) => [
          element('dt', {}, label),
          element('dd', {}, toned(value)),
        ]),
      );
    case 'table':
      return tableOf(block);
    case 'charts':
      return element('div', { class: 'charts' }, ...block.charts.map(chartFigure));
    case 'pictures':
      return element('div', { class: 'pictures' }, ...block.pictures.map(pictureOf));
    case 'code':
      return codeOf(block);
  }
}

function pictureOf({ title, png }: Picture): Markup {
  const image = element('img', { src: `data:image/png;base64,${png}`, alt: title });
  return element('figure', {}, element('figcaption', {}, title), image);
}

function tableOf({ heads, rows, words = [] }: Extract<Block, { readonly kind: 'table' }>): Markup {
  const classOf = (at: number): string => (at === 0 || words.includes(heads[at] ?? '') ? 'word' : 'figure');
  const head = element(
    'tr',
    {},
    ...heads.map((one, at) => element('th', { scope: 'col', class: classOf(at) }, one)),
  );
  const body = rows.map((row) =>
    element('tr', {}, ...row.map((cell, at) => element('td', { class: classOf(at) }, toned(cell)))),
  );
  const table = element('table', {}, element('thead', {}, head), element('tbody', {}, ...body));
  // What is wider than the page scrolls by itself, and by the keyboard too.
  return element(
    'div',
    { class: 'wide', tabindex: 0, role: 'region', 'aria-label': heads.join(', ') },
    table,
  );
}

function codeOf({ place, title, lines }: Extract<Block, { readonly kind: 'code' }>): Markup {
  const width = String(lines.at(-1)?.number ?? '').length;
  const texts = lines.map(({ number, text, isHot }) =>
    element('span', { class: isHot ? 'hot' : undefined }, `${String(number).padStart(width)}  ${text}`),
  );
  const caption = element('figcaption', {}, toned(title));
  return element('figure', { class: 'code', id: codeAnchor(place) }, caption, element('pre', {}, ...texts));
}

/** Of any text, an id without spaces. */
function codeAnchor(place: string): string {
  return `code-${encodeURIComponent(legible(place))}`;
}

function toned(cell: Cell, kind?: string): Markup | string {
  if (typeof cell === 'string') return cell;
  if ('to' in cell)
    return cell.to.kind === 'page' ? pageLink(cell.text, cell.to.url) : sourceLink(cell.text, cell.to);
  return element('span', { class: kind === undefined ? cell.tone : `${kind} ${cell.tone}` }, textOf(cell));
}

function pageLink(text: string, url: string): Markup | string {
  return /^https?:\/\//.test(url) ? element('a', { href: url }, text) : text;
}

function sourceLink(text: string, to: SourceTarget): Markup {
  const href = addressOf(to);
  const name = href === undefined ? 'span' : 'a';
  return element(name, { class: 'place', href, 'data-file': to.file, 'data-line': to.line }, text);
}

/** Nothing but a place of this page, or a file in the editor: what stands in a name never decides where a link leads. */
function addressOf({ shownAt, absoluteFile, line }: SourceTarget): string | undefined {
  if (shownAt !== undefined) return `#${codeAnchor(shownAt)}`;
  if (absoluteFile === undefined) return undefined;
  const parts = legible(absoluteFile)
    .split(/[\\/]/)
    .filter((part) => part !== '');
  return `vscode://file/${parts.map(encodePart).join('/')}:${line}`;
}

/** The letter of a drive keeps its colon. */
function encodePart(part: string): string {
  return /^[A-Za-z]:$/.test(part) ? part : encodeURIComponent(part);
}
