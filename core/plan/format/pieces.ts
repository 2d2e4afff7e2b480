/**
 * The text of a plan as pieces that are never changed, with the indentation that each gets where it begins a line.
 * All that formatting may change is the space between the pieces, and in front of the lines within one.
 */
import { CST } from 'yaml';

export type PieceKind = 'open' | 'close' | 'comma' | 'colon' | 'dash' | 'comment' | 'alias' | 'other';

export interface Piece {
  readonly kind: PieceKind;
  readonly start: number;
  readonly end: number;
  /** Columns before it where it is the first of its line. */
  readonly indent: number;
  /** Columns of its further lines. A block scalar keeps the differences between its lines. */
  readonly lines?: { readonly indent: number; readonly isBlock: boolean };
}

const step = 2;

/** @returns `undefined` for what a plan has no use for, such as keys behind `?` and indentation that is given as a number. */
export function piecesOf(tokens: readonly CST.Token[]): readonly Piece[] | undefined {
  const collector = new Collector();
  for (const token of tokens) collector.token(token, 0);
  return collector.isBeyond ? undefined : collector.pieces.sort((a, b) => a.start - b.start);
}

const kinds: Readonly<Partial<Record<CST.SourceToken['type'], PieceKind>>> = {
  comma: 'comma',
  'map-value-ind': 'colon',
  'seq-item-ind': 'dash',
  comment: 'comment',
  'flow-map-start': 'open',
  'flow-seq-start': 'open',
  'flow-map-end': 'close',
  'flow-seq-end': 'close',
};

class Collector {
  readonly pieces: Piece[] = [];
  isBeyond = false;

  token(token: CST.Token, indent: number): void {
    if (isScalar(token)) {
      if (token.type === 'block-scalar') this.#blockScalar(token, indent);
      else this.#scalar(token, indent);
      return;
    }
    switch (token.type) {
      case 'document':
        this.#source(token.start, indent);
        if (token.value) this.token(token.value, indent);
        this.#source(token.end, indent);
        return;
      case 'block-map':
        for (const item of token.items) this.#mapItem(item, indent);
        return;
      case 'block-seq':
        for (const item of token.items) this.#seqItem(item, indent);
        return;
      case 'flow-collection':
        this.#flow(token, indent);
        return;
      case 'error':
      case 'directive':
        this.isBeyond = true;
        return;
      default:
        this.#source([token as CST.SourceToken], indent);
    }
  }

  /** @param later indentation behind an indicator such as `:`, where it is another. */
  #source(tokens: readonly CST.SourceToken[] | undefined, indent: number, later = indent): void {
    let own = indent;
    for (const { type, offset, source } of tokens ?? []) {
      if (type === 'explicit-key-ind') this.isBeyond = true;
      if (type === 'space' || type === 'newline' || source === '') continue;
      this.pieces.push({
        kind: kinds[type] ?? 'other',
        start: offset,
        end: offset + source.length,
        indent: own,
      });
      if (type === 'seq-item-ind' || type === 'map-value-ind') own = later;
    }
  }

  #mapItem({ start, key, sep, value }: CST.CollectionItem, indent: number): void {
    this.#source(start, indent);
    if (key) this.token(key, indent);
    this.#source(sep, indent, indent + step);
    if (value) this.token(value, indent + step);
  }

  #seqItem({ start, value }: CST.CollectionItem, indent: number): void {
    this.#source(start, indent, indent + step);
    if (value) this.token(value, indent + step);
  }

  #flow({ start, items, end }: CST.FlowCollection, indent: number): void {
    this.#source([start], indent);
    for (const item of items) this.#mapItem(item, indent + step);
    this.#source(end, indent);
  }

  #scalar({ type, offset, source, end }: CST.FlowScalar, indent: number): void {
    this.pieces.push({
      kind: type === 'alias' ? 'alias' : 'other',
      start: offset,
      end: offset + source.length,
      indent,
      lines: { indent, isBlock: false },
    });
    this.#source(end, Math.max(0, indent - step));
  }

  #blockScalar({ props, source }: CST.BlockScalar, indent: number): void {
    const tokens = props.filter((prop) => 'source' in prop) as CST.SourceToken[];
    const header = tokens.find(({ type }) => type === 'block-scalar-header');
    const last = tokens.at(-1);
    if (header === undefined || last === undefined || /\d/.test(header.source)) {
      this.isBeyond = true;
      return;
    }
    this.#source(tokens, indent);
    const start = last.offset + last.source.length;
    // Empty lines at the end mean something only where the header says so.
    const kept = header.source.includes('+') ? source : source.trimEnd();
    if (kept === '') return;
    this.pieces.push({
      ...{ kind: 'other', start, end: start + kept.length, indent: -1 },
      lines: { indent, isBlock: true },
    });
  }
}

/** As the parser sees it, an alias is one as well. */
function isScalar(token: CST.Token): token is CST.FlowScalar | CST.BlockScalar {
  return token.type === 'alias' || CST.isScalar(token);
}
