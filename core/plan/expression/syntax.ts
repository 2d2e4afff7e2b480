/** The tree of an expression. Every node carries its range: offsets in the text it was parsed from. */
import type { TextRange } from '../../problems';

export type LiteralType = 'number' | 'text' | 'boolean' | 'null' | 'duration' | 'percent';

export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'contains' | 'matches';
export type ArithmeticOperator = '+' | '-' | '*' | '/';
export type LogicalOperator = 'and' | 'or';
export type BinaryOperator = ComparisonOperator | ArithmeticOperator | LogicalOperator;
export type UnaryOperator = 'not' | '-';
export type FunctionName = 'length' | 'exists';

interface Node {
  readonly range: TextRange;
}

/** A duration is held in milliseconds, a percentage as a share: `5%` is 0.05. */
export interface Literal extends Node {
  readonly kind: 'literal';
  readonly type: LiteralType;
  readonly value: string | number | boolean | null;
}

/** `$` is the body of the response as JSON; the others are its status, and its body as text. */
export interface ResponsePart extends Node {
  readonly kind: 'json' | 'status' | 'body';
}

/** `headers["Content-Type"]`: one header of the response, by a name of any case. */
export interface Header extends Node {
  readonly kind: 'header';
  readonly name: string;
}

/** A captured value, a data feed, or one of the built-in names. */
export interface Variable extends Node {
  readonly kind: 'variable';
  readonly name: string;
}

export interface Member extends Node {
  readonly kind: 'member';
  readonly object: Expression;
  readonly key: string | number;
  readonly keyRange: TextRange;
}

export interface List extends Node {
  readonly kind: 'list';
  readonly items: readonly Expression[];
}

export interface Unary extends Node {
  readonly kind: 'unary';
  readonly operator: UnaryOperator;
  readonly operand: Expression;
}

export interface Binary extends Node {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly operatorRange: TextRange;
  readonly left: Expression;
  readonly right: Expression;
}

export interface Call extends Node {
  readonly kind: 'call';
  readonly function: FunctionName;
  readonly argument: Expression;
}

export type Expression = Literal | ResponsePart | Header | Variable | Member | List | Unary | Binary | Call;

/** Words with a meaning of their own in expressions: a captured value cannot have one of these names. */
export const reservedWords: ReadonlySet<string> = new Set([
  'and',
  'or',
  'not',
  'in',
  'contains',
  'matches',
  'true',
  'false',
  'null',
  'status',
  'headers',
  'body',
  'length',
  'exists',
]);

/** A name with its place, as rename and go-to-definition need it. */
export interface NameAt {
  readonly name: string;
  readonly range: TextRange;
}
