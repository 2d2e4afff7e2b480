/** A report as one HTML file that needs neither a network nor a script. It is XML as well. */
import { chartFigure } from './chart-svg';
import {
  textOf,
  type Block,
  type Cell,
  type LinkTarget,
  type Picture,
  type ReportDocument,
  type Section,
} from './document';
import { element, legible, stylesheet, type Markup } from './markup';
import { headline } from './report-document';
import { styles } from './styles';

/** Nothing is fetched and nothing runs, should a text ever become markup after all. Pictures are in the file itself. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

export function toHtml(document: ReportDocument): string {
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'color-scheme', content: 'light dark' }),
    element('title', {}, headline(document)),
    stylesheet(styles),
  );
  const header = element(
    'header',
    {},
    element('h1', {}, document.title, ' ', toned(document.verdict, 'badge')),
    element('nav', { 'aria-label': 'Sections' }, ...document.sections.map(linkTo)),
  );
  const sections = document.sections.map((section, at) => sectionOf(section, 2, anchor(at)));
  const body = element('body', {}, element('main', {}, header, ...sections));
  return `<!DOCTYPE html>\n${element('html', { lang: 'en' }, head, body).markup}\n`;
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
  if ('to' in cell && cell.to.kind === 'page' && !/^https?:\/\//.test(cell.to.url)) return cell.text;
  if ('to' in cell) return element('a', { href: addressOf(cell.to) }, cell.text);
  return element('span', { class: kind === undefined ? cell.tone : `${kind} ${cell.tone}` }, textOf(cell));
}

/** Nothing but a place of this page, or a file in the editor: what stands in a name never decides where a link leads. */
function addressOf(to: LinkTarget): string {
  if (to.kind === 'page') return to.url;
  if (to.kind === 'code') return `#${codeAnchor(to.place)}`;
  const parts = legible(to.absoluteFile)
    .split(/[\\/]/)
    .filter((part) => part !== '');
  return `vscode://file/${parts.map(encodePart).join('/')}:${to.line}`;
}

/** The letter of a drive keeps its colon. */
function encodePart(part: string): string {
  return /^[A-Za-z]:$/.test(part) ? part : encodeURIComponent(part);
}
