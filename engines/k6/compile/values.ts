/** Templates and the values made of them, as code. */
import { parseTemplate, type TemplatePart } from '../../../core/plan/expression/index';
import type { Auth } from '../../../core/plan/schema';
import { object, quote, quoteInTemplate, type Code, type Entry } from './code';
import { call, referenceCode, type StepPlace } from './draft';

/** `uri`: what is inserted is encoded for a URL; `text`: it stands as it is. */
type Encoding = 'uri' | 'text';

/** A part of a text: as it stands, or code whose value is inserted. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly code: string; readonly isFixed: boolean };

export interface Value {
  readonly code: Code;
  /** Whether it is the same in every iteration, so that it can be made once. */
  readonly isFixed: boolean;
}

export interface TextValue extends Value {
  readonly code: string;
}

/** A text with templates, in pieces. */
export function piecesOf(place: StepPlace, text: string, encoding: Encoding): Piece[] {
  return parseTemplate(text).template.parts.map((part) =>
    part.kind === 'text' ? part : { kind: 'code', ...inserted(place, part, encoding) },
  );
}

type Reference = Extract<TemplatePart, { kind: 'reference' }>;

function inserted(place: StepPlace, part: Reference, encoding: Encoding): { code: string; isFixed: boolean } {
  const code = referenceCode(place, namesOf(part));
  const isFixed = isOutside(part);
  if (encoding === 'uri') return { code: `encodeURIComponent(${code})`, isFixed };
  return { code: isFixed ? code : `${call(place.draft, 'text')}(${code})`, isFixed };
}

/** Values from outside of the plan are texts, and known when the script starts. */
function isOutside(part: Reference): boolean {
  return part.root.name === 'env' || part.root.name === 'secret';
}

function namesOf(part: Reference): string[] {
  return [part.root, ...part.keys].map((name) => name.name);
}

/** Pieces as one text. */
export function joined(pieces: readonly Piece[]): TextValue {
  const isFixed = pieces.every((piece) => piece.kind === 'text' || piece.isFixed);
  if (pieces.every((piece) => piece.kind === 'text'))
    return { code: quote(pieces.map((piece) => piece.text).join('')), isFixed };
  const [only] = pieces;
  if (pieces.length === 1 && only?.kind === 'code') return { code: only.code, isFixed };
  const inner = pieces.map((piece) =>
    piece.kind === 'text' ? quoteInTemplate(piece.text) : `\${${piece.code}}`,
  );
  return { code: `\`${inner.join('')}\``, isFixed };
}

/** A text with templates as the code of a text. */
export function textValue(place: StepPlace, text: string): TextValue {
  return joined(piecesOf(place, text, 'text'));
}

/**
 * A value of JSON with templates in its texts. A text that is one reference and nothing else takes the value with its
 * type: a captured number stays a number.
 */
export function jsonValue(place: StepPlace, value: unknown): Value {
  if (typeof value === 'string') return jsonText(place, value);
  if (Array.isArray(value)) {
    const items = value.map((item) => jsonValue(place, item));
    return { code: { array: items.map((item) => item.code) }, isFixed: items.every((item) => item.isFixed) };
  }
  if (typeof value !== 'object' || value === null) return { code: String(value), isFixed: true };
  return objectOf(Object.entries(value).map(([key, inner]) => [key, jsonValue(place, inner)] as const));
}

function jsonText(place: StepPlace, text: string): Value {
  const [only, ...others] = parseTemplate(text).template.parts;
  if (only?.kind !== 'reference' || others.length > 0) return textValue(place, text);
  return { code: referenceCode(place, namesOf(only)), isFixed: isOutside(only) };
}

function objectOf(entries: readonly (readonly [string, Value])[]): Value {
  return {
    code: object(entries.map(([key, value]): Entry => [key, value.code])),
    isFixed: entries.every(([, value]) => value.isFixed),
  };
}

export type Scalars = Readonly<Record<string, string | number | boolean>>;

/** `a=1&b=…`: the names and values encoded, as in a query or a form. */
export function encodedPairs(place: StepPlace, pairs: Scalars): Piece[] {
  return Object.entries(pairs).flatMap(([name, value], index): Piece[] => {
    const separator = index === 0 ? '' : '&';
    const head: Piece = { kind: 'text', text: `${separator}${encodeURIComponent(wellFormed(name))}=` };
    const pieces = piecesOf(place, String(value), 'uri').map((piece): Piece =>
      piece.kind === 'text' ? { kind: 'text', text: encodeURIComponent(wellFormed(piece.text)) } : piece,
    );
    return [head, ...pieces];
  });
}

/** Half a surrogate pair is no character, and cannot be encoded. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** The header that says who sends. Fixed where name, password and token come from outside of the plan. */
export function authHeader(place: StepPlace, auth: Auth): TextValue {
  if ('bearer' in auth)
    return joined([{ kind: 'text', text: 'Bearer ' }, ...piecesOf(place, auth.bearer, 'text')]);
  place.draft.imports.add('encoding');
  const { user, password } = auth.basic;
  const pieces = [user, ':', password].flatMap((text) => piecesOf(place, text, 'text'));
  const { code, isFixed } = joined(pieces);
  return { code: `${call(place.draft, 'basic')}(${code})`, isFixed };
}

/** Headers as an object of texts. */
export function headersValue(place: StepPlace, headers: Scalars, authorization?: TextValue): Value {
  const own = Object.entries(headers).map(
    ([name, value]) => [name, textValue(place, String(value))] as const,
  );
  return objectOf(authorization === undefined ? own : [...own, ['Authorization', authorization]]);
}
