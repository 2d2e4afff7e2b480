/**
 * An expression as JavaScript. The generated code is the only evaluator, so this is where its meaning is defined.
 *
 * - Nothing throws. What is not there is `undefined`: `$` when the body is not JSON, a member of something that has
 *   none, a key that is missing. `[0]` of a text is its first character.
 * - A condition has three outcomes: true, false, and `undefined` for "cannot be decided".
 * - `==`, `!=`, `in`, `contains` and `exists` about `$` are undecided when the body is not JSON; otherwise they are
 *   strict: a missing key equals nothing, `1` is not `"1"`.
 * - `<`, `<=`, `>` and `>=` are decided between two numbers or two texts, and undecided for anything else.
 *   `contains` is undecided on what is neither text nor a list, `matches` on what is not text, `in` without a list.
 * - `and`, `or` and `not` follow Kleene: `false and undecided` is false, `true or undecided` is true, otherwise
 *   undecided stays undecided. What is neither true nor false counts as undecided.
 * - Arithmetic gives `undefined` for what is not a number and for a result that is not finite.
 * - A duration is a number of milliseconds, a percentage a share: `5%` is 0.05.
 */
import type { Binary, BinaryOperator, Expression, Member } from './syntax';

/** Where the generated code finds what an expression reads. */
export interface JavaScriptContext {
  /** The code of the body as JSON, `undefined` where it is not JSON; asked for at most as often as it is read. */
  json(): string;
  status(): string;
  /** The body as text. */
  body(): string;
  header(name: string): string;
  variable(name: string): string;
  /** A regular expression made once; gives the code that refers to it. */
  pattern(source: string): string;
  /** Notes that a helper of `helpers` is called. */
  helper(name: HelperName): void;
}

/** How the text of a literal is written. */
type Quote = (text: string) => string;

export interface JavaScript {
  readonly code: string;
  /** `boolean`: true or false for sure; `decision`: true, false or undefined; `value`: anything. */
  readonly kind: 'boolean' | 'decision' | 'value';
  /** How tightly the code holds together, so that brackets stand only where they are needed. */
  readonly level: Level;
}

type Level = 'atom' | 'unary' | 'equality' | 'and' | 'or' | 'ternary';

/** The functions that generated code may call, with those that they call themselves. */
export const helpers = {
  isOrdered: {
    needs: [],
    code: `// Only two numbers or two texts have an order.
function isOrdered(a, b) {
  return typeof a === typeof b && (typeof a === 'number' || typeof a === 'string');
}`,
  },
  less: comparison('less', '<'),
  atMost: comparison('atMost', '<='),
  greater: comparison('greater', '>'),
  atLeast: comparison('atLeast', '>='),
  not: { needs: [], code: "function not(a) {\n  return typeof a === 'boolean' ? !a : undefined;\n}" },
  both: {
    needs: [],
    code: `function both(a, b) {
  if (a === false || b === false) return false;
  return a === true && b === true ? true : undefined;
}`,
  },
  either: {
    needs: [],
    code: `function either(a, b) {
  if (a === true || b === true) return true;
  return a === false && b === false ? false : undefined;
}`,
  },
  contains: {
    needs: [],
    code: `function contains(whole, part) {
  if (typeof whole === 'string') return typeof part === 'string' ? whole.includes(part) : undefined;
  return Array.isArray(whole) ? whole.includes(part) : undefined;
}`,
  },
  matches: {
    needs: [],
    code: `function matches(text, pattern) {
  return typeof text === 'string' ? pattern.test(text) : undefined;
}`,
  },
  isIn: {
    needs: [],
    code: 'function isIn(value, list) {\n  return Array.isArray(list) ? list.includes(value) : undefined;\n}',
  },
  lengthOf: {
    needs: [],
    code: `function lengthOf(value) {
  return typeof value === 'string' || Array.isArray(value) ? value.length : undefined;
}`,
  },
  own: {
    needs: [],
    code: `// A key that every object or text has from its language is not data.
function own(value, key) {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  return Object.keys(value).includes(key) ? value[key] : undefined;
}`,
  },
  finite: {
    needs: [],
    code: `function finite(a, b, result) {
  return typeof a === 'number' && typeof b === 'number' && Number.isFinite(result) ? result : undefined;
}`,
  },
  plus: arithmetic('plus', '+'),
  minus: arithmetic('minus', '-'),
  times: arithmetic('times', '*'),
  over: arithmetic('over', '/'),
} as const satisfies Record<string, { needs: readonly string[]; code: string }>;

export type HelperName = keyof typeof helpers;

/** The names of all helpers, which generated code must not use for anything else. */
export const helperNames: readonly string[] = Object.keys(helpers);

function comparison(name: string, operator: string): { needs: readonly ['isOrdered']; code: string } {
  const code = `function ${name}(a, b) {\n  return isOrdered(a, b) ? a ${operator} b : undefined;\n}`;
  return { needs: ['isOrdered'], code };
}

function arithmetic(name: string, operator: string): { needs: readonly ['finite']; code: string } {
  return { needs: ['finite'], code: `function ${name}(a, b) {\n  return finite(a, b, a ${operator} b);\n}` };
}

/** The helpers with everything they need, in the order in which they are declared here. */
export function helperCode(names: ReadonlySet<HelperName>): string[] {
  const wanted = new Set<string>(names);
  for (const name of names) for (const needed of helpers[name].needs) wanted.add(needed);
  return Object.entries(helpers).flatMap(([name, helper]) => (wanted.has(name) ? [helper.code] : []));
}

/** The code of an expression and what it can result in. */
export function toJavaScript(expression: Expression, context: JavaScriptContext, quote: Quote): JavaScript {
  return generate(expression, { context, quote });
}

interface Generator {
  readonly context: JavaScriptContext;
  readonly quote: Quote;
}

function generate(node: Expression, generator: Generator): JavaScript {
  const { context, quote } = generator;
  switch (node.kind) {
    case 'literal': {
      const code = typeof node.value === 'string' ? quote(node.value) : String(node.value);
      return { code, kind: node.type === 'boolean' ? 'boolean' : 'value', level: 'atom' };
    }
    case 'header':
      return value(context.header(node.name));
    case 'variable':
      return value(context.variable(node.name));
    case 'member':
      return value(generateMember(node, generator));
    case 'list':
      return value(`[${node.items.map((item) => generate(item, generator).code).join(', ')}]`);
    case 'call':
      return generateCall(node, generator);
    case 'unary':
      return generateUnary(node, generator);
    case 'binary':
      return generateBinary(node, generator);
    default:
      return value(context[node.kind]());
  }
}

function value(code: string): JavaScript {
  return { code, kind: 'value', level: 'atom' };
}

function decision(code: string): JavaScript {
  return { code, kind: 'decision', level: 'atom' };
}

/** The code as an operand: in brackets unless it is of one of these levels. */
function operand(part: JavaScript, ...levels: readonly Level[]): string {
  return part.level === 'atom' || levels.includes(part.level) ? part.code : `(${part.code})`;
}

/** Names that texts, lists or objects have by themselves, which `?.` would find where the data has none. */
const inherited: ReadonlySet<string> = new Set(
  [Object.prototype, Array.prototype, String.prototype, Number.prototype, Boolean.prototype].flatMap(
    (prototype) => Object.getOwnPropertyNames(prototype),
  ),
);

function generateMember(node: Member, generator: Generator): string {
  const object = operand(generate(node.object, generator));
  if (typeof node.key === 'number') return `${object}?.[${node.key}]`;
  if (inherited.has(node.key)) {
    generator.context.helper('own');
    return `own(${object}, ${generator.quote(node.key)})`;
  }
  return isIdentifier(node.key) ? `${object}?.${node.key}` : `${object}?.[${generator.quote(node.key)}]`;
}

function isIdentifier(key: string): boolean {
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(key);
}

function generateCall(node: Extract<Expression, { kind: 'call' }>, generator: Generator): JavaScript {
  const argument = generate(node.argument, generator);
  if (node.function === 'exists')
    return decidedByJson([node.argument], `${operand(argument, 'unary')} !== undefined`, generator);
  generator.context.helper('lengthOf');
  return value(`lengthOf(${argument.code})`);
}

function generateUnary(node: Extract<Expression, { kind: 'unary' }>, generator: Generator): JavaScript {
  const inner = generate(node.operand, generator);
  if (node.operator === '-') {
    if (node.operand.kind === 'literal') return { ...inner, code: `-${inner.code}`, level: 'unary' };
    generator.context.helper('minus');
    return value(`minus(0, ${inner.code})`);
  }
  if (inner.kind === 'boolean') return { code: `!${operand(inner)}`, kind: 'boolean', level: 'unary' };
  generator.context.helper('not');
  return decision(`not(${inner.code})`);
}

const called: Readonly<Partial<Record<BinaryOperator, HelperName>>> = {
  '<': 'less',
  '<=': 'atMost',
  '>': 'greater',
  '>=': 'atLeast',
  '+': 'plus',
  '-': 'minus',
  '*': 'times',
  '/': 'over',
};

function generateBinary(node: Binary, generator: Generator): JavaScript {
  const left = generate(node.left, generator);
  if (node.operator === 'matches' && node.right.kind === 'literal') {
    generator.context.helper('matches');
    return decision(`matches(${left.code}, ${generator.context.pattern(String(node.right.value))})`);
  }
  const right = generate(node.right, generator);
  const helper = called[node.operator];
  if (helper !== undefined) {
    generator.context.helper(helper);
    const code = `${helper}(${left.code}, ${right.code})`;
    return '+-*/'.includes(node.operator) ? value(code) : decision(code);
  }
  if (node.operator === 'and' || node.operator === 'or') return logic(node.operator, left, right, generator);
  return membershipOrEquality(node, left, right, generator);
}

function logic(
  operator: 'and' | 'or',
  left: JavaScript,
  right: JavaScript,
  generator: Generator,
): JavaScript {
  if (left.kind === 'boolean' && right.kind === 'boolean') {
    const levels: Level[] = ['unary', 'equality'];
    const sign = operator === 'and' ? '&&' : '||';
    const code = `${operand(left, ...levels, operator)} ${sign} ${operand(right, ...levels)}`;
    return { code, kind: 'boolean', level: operator };
  }
  const helper = operator === 'and' ? 'both' : 'either';
  generator.context.helper(helper);
  return decision(`${helper}(${left.code}, ${right.code})`);
}

/** `==`, `!=`, `in` and `contains`: decided unless they are about a body that is not JSON. */
function membershipOrEquality(
  node: Binary,
  left: JavaScript,
  right: JavaScript,
  generator: Generator,
): JavaScript {
  const operands = [node.left, node.right];
  if (node.operator === '==' || node.operator === '!=') {
    const code = `${operand(left, 'unary')} ${node.operator}= ${operand(right, 'unary')}`;
    return decidedByJson(operands, code, generator);
  }
  if (node.operator === 'in' && node.right.kind === 'list')
    return decidedByJson(operands, `${right.code}.includes(${left.code})`, generator);
  const helper = node.operator === 'in' ? 'isIn' : 'contains';
  generator.context.helper(helper);
  return decision(`${helper}(${left.code}, ${right.code})`);
}

function decidedByJson(operands: readonly Expression[], code: string, generator: Generator): JavaScript {
  if (!operands.some(isAboutJson)) return { code, kind: 'boolean', level: 'equality' };
  const json = generator.context.json();
  return { code: `${json} === undefined ? undefined : ${code}`, kind: 'decision', level: 'ternary' };
}

function isAboutJson(node: Expression): boolean {
  if (node.kind === 'member') return isAboutJson(node.object);
  if (node.kind === 'call') return isAboutJson(node.argument);
  if (node.kind === 'list') return node.items.some(isAboutJson);
  if (node.kind === 'unary') return isAboutJson(node.operand);
  if (node.kind === 'binary') return isAboutJson(node.left) || isAboutJson(node.right);
  return node.kind === 'json';
}
