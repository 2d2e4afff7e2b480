/**
 * What a file of the author would make k6 fetch or read before a load starts. At that time nothing keeps k6 to the
 * targets: it would ask any host for a module or a source map.
 *
 * The scan does not tell code from comments and strings, since telling them wrongly would let an import pass: every
 * word that could import is read as if it were code, and has to name a module of k6. A function that is made from
 * text could import as well, unseen, so its plain forms are refused, too. That guards against mistakes and copied code;
 * it is no fence around an author who means harm, whose code has the rights of k6 anyway.
 */

export interface ForeignImport {
  /** Counted from 1. */
  readonly line: number;
  /** Goes on after the name of the file and the line, without a final full stop. */
  readonly reason: string;
}

const suspects = /\b(?:import|export|require|eval|globalThis|Function(?=\s*\())\b|\bsourceMappingURL=/g;

/** k6 reads it in comments, too. */
const mapMark = 'sourceMappingURL=';

/** Names without dots and escapes: they cannot be an address, or lead out of k6's own modules. */
const ownModule = /(['"])k6(?:\/[\w-]+)*\1/y;

/** The first place where a file could load something else than modules of k6. */
export function foreignImport(source: string): ForeignImport | undefined {
  const text = withPlainLetters(source);
  const lines = text.matchAll(/(.*)(?:\r\n|[\n\r\u2028\u2029]|$)/g);
  let line = { number: 0, text: '', end: -1 };
  for (const match of text.matchAll(suspects)) {
    while (line.end <= match.index) {
      const { value } = lines.next();
      if (value === undefined) break;
      line = { number: line.number + 1, text: value[1] ?? '', end: value.index + value[0].length };
    }
    const [word] = match;
    if (word !== mapMark && isComment(line.text)) continue;
    const reason = judge(text, word, match.index + word.length);
    if (reason !== undefined) return { line: line.number, reason };
  }
  return undefined;
}

function judge(text: string, word: string, at: number): string | undefined {
  switch (word) {
    case 'import':
      return judgeImport(text, at);
    case 'export':
      return judgeExport(text, at);
    case 'require':
      return judgeCall(text, skipGap(text, at));
    case mapMark:
      return matchAt(/data:|[\w.-]+(?=\s|$)/y, text, at) === undefined
        ? 'names a source map that is not beside it'
        : undefined;
    default:
      return `uses \`${word}\`, which can import what is not seen here`;
  }
}

function judgeImport(text: string, at: number): string | undefined {
  const start = skipGap(text, at);
  if (text[start] === '(') return judgeCall(text, start);
  return judgeModule(text, isQuote(text[start]) ? start : (endOfClause(text, start) ?? -1));
}

/** Only `export … from` imports; other exports declare. */
function judgeExport(text: string, at: number): string | undefined {
  let start = skipGap(text, at);
  const afterType = matchAt(/type\b/y, text, start);
  if (afterType !== undefined) start = skipGap(text, afterType);
  if (text[start] === '*') return judgeModule(text, endOfClause(text, start) ?? -1);
  if (text[start] !== '{') return undefined;
  const names = endOfNames(text, start);
  if (names === undefined) return notPlain;
  const from = matchAt(/from\b/y, text, skipGap(text, names));
  return from === undefined ? undefined : judgeModule(text, skipGap(text, from));
}

function judgeCall(text: string, open: number): string | undefined {
  if (text[open] !== '(') return notPlain;
  const start = skipGap(text, open + 1);
  const end = matchAt(ownModule, text, start);
  if (end === undefined) return judgeModule(text, start);
  return text[skipGap(text, end)] === ')' ? undefined : notPlain;
}

const notPlain =
  'has an import that cannot be checked: imports are written out, with the name of a module of k6 in quotes';

function judgeModule(text: string, at: number): string | undefined {
  if (matchAt(ownModule, text, at) !== undefined) return undefined;
  const named = isQuote(text[at]) ? /^[^\s'"`]{1,100}/.exec(text.slice(at + 1, at + 101))?.[0] : undefined;
  if (named === undefined) return notPlain;
  const why = named.startsWith('.')
    ? 'files beside it are not copied to the run'
    : 'k6 would fetch it from a host that nobody approved';
  return `imports \`${named}\`, but only modules of k6 can be imported: ${why}`;
}

/** The names of one import, in characters: the same text is not read again and again. */
const maxClause = 10_000;

/** From the first of the imported names to the quote of the module. */
function endOfClause(text: string, start: number): number | undefined {
  let at = start;
  for (let last = ''; at < start + maxClause;) {
    if (isQuote(text[at])) return last === 'from' ? at : undefined;
    const end = matchAt(token, text, at);
    if (end === undefined) return undefined;
    last = text.slice(at, end);
    at = skipGap(text, end);
  }
  return undefined;
}

function endOfNames(text: string, start: number): number | undefined {
  for (let at = start; at < start + maxClause;) {
    const end = matchAt(token, text, at);
    if (end === undefined) return undefined;
    if (text[at] === '}') return end;
    at = skipGap(text, end);
  }
  return undefined;
}

const token = /[\w$\u0080-\uffff]+|[*{},]/y;

/** White space and comments, which may stand between any two words of code. */
function skipGap(text: string, start: number): number {
  let at = start;
  for (;;) {
    const end = matchAt(/\s+|\/\/[^\n\r\u2028\u2029]*/y, text, at) ?? endOfBlock(text, at);
    if (end === undefined) return at;
    at = end;
  }
}

function endOfBlock(text: string, at: number): number | undefined {
  if (!text.startsWith('/*', at)) return undefined;
  const end = text.indexOf('*/', at + 2);
  return end < 0 ? undefined : end + 2;
}

function matchAt(sticky: RegExp, text: string, at: number): number | undefined {
  sticky.lastIndex = Math.max(at, 0);
  return at >= 0 && sticky.test(text) ? sticky.lastIndex : undefined;
}

function isQuote(character: string | undefined): boolean {
  return character === '"' || character === "'" || character === '`';
}

/** An identifier may be spelt with escapes; only those of letters matter here, and no line moves. */
function withPlainLetters(source: string): string {
  return source.replace(/\\(?:u00|x|u\{0*)([46][1-9a-f]|[57][0-9a])\}?/gi, (_, code: string) =>
    String.fromCharCode(parseInt(code, 16)),
  );
}

/** Without these signs it is a comment wherever it stands: no text, template or block can end in it. */
function isComment(line: string): boolean {
  return /^\s*\/\/(?!.*(?:\*\/|["'`]|\$\{))/.test(line);
}
