/** A report as Markdown that pull requests and wikis can show. Charts and pictures are left out. */
import { headline } from './report-document';
import { textOf, type Block, type Cell, type CodeLine, type ReportDocument, type Section } from './document';
import { legible } from './markup';

export function toMarkdown(document: ReportDocument): string {
  const parts = [
    `# ${escaped(headline(document))}`,
    ...document.sections.flatMap((one) => sectionOf(one, 2)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function sectionOf({ title, blocks, sections = [] }: Section, level: number): string[] {
  const body = [...blocks.flatMap(blockOf), ...sections.flatMap((one) => sectionOf(one, level + 1))];
  return body.length === 0 ? [] : [`${'#'.repeat(level)} ${escaped(title)}`, ...body];
}

function blockOf(block: Block): string[] {
  switch (block.kind) {
    case 'text':
      return [cellOf(block.text)];
    case 'list':
      return [block.items.map((item) => `- ${cellOf(item)}`).join('\n')];
    case 'facts':
      return [block.rows.map(([label, value]) => `- **${escaped(label)}:** ${cellOf(value)}`).join('\n')];
    case 'table':
      return [tableOf(block)];
    case 'charts':
      return [];
    case 'pictures':
      return [block.pictures.map(({ title }) => `- ${escaped(title)}`).join('\n')];
    case 'code':
      return [cellOf(block.title), codeOf(block.lines)];
  }
}

function tableOf({ heads, rows, words = [] }: Extract<Block, { readonly kind: 'table' }>): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = heads.map((head, at) => (at === 0 || words.includes(head) ? '---' : '--:'));
  return [line(heads.map(escaped)), line(rule), ...rows.map((row) => line(row.map(cellOf)))].join('\n');
}

function codeOf(lines: readonly CodeLine[]): string {
  const texts = lines.map(({ number, text, isHot }) => `${isHot ? '>' : ' '} ${number}  ${text}`);
  const longest =
    texts
      .join('\n')
      .match(/`+/g)
      ?.reduce((most, one) => Math.max(most, one.length), 0) ?? 0;
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return [fence, ...texts.map(legible), fence].join('\n');
}

function cellOf(cell: Cell): string {
  return escaped(textOf(cell));
}

/** No text becomes a link, an image, a mention, a list or markup of HTML. */
function escaped(text: string): string {
  return legible(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_[\]|~$]/g, '\\$&')
    .replace(/^(\s*)([#+=-])/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2')
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/\bwww\./gi, 'www\\.')
    .replace(/@(?=\w)/g, '&#64;');
}
