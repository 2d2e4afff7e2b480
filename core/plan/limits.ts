/**
 * What a plan may cost before it is understood. The text is scanned once, then its tokens are counted while the YAML
 * parser reads them, so that neither a long, a deep nor a wide text is ever composed into nodes.
 */
import { t } from '@vscode/l10n';
import { Lexer, Parser, type CST } from 'yaml';
import type { Problem } from '../problems';
import { planProblem, type PlanProblemCode } from './problem-catalogue';

export const limits = {
  /** 1 MiB, counted in UTF-16 code units. */
  characters: 1_048_576,
  lines: 20_000,
  /** Lists and maps within each other. */
  depth: 64,
  /** Values of the plan, with what aliases stand for counted at each use. */
  values: 50_000,
  /** Indicators, keys and values per value of a plan: `key`, `:`, value and `,`. */
  tokensPerValue: 4,
  aliases: 500,
  problems: 500,
  /** Each environment is checked as a plan of its own. */
  environments: 20,
  /** Files beside the plan itself. */
  includes: 50,
} as const;

/** What makes the text unfit for the YAML parser; `undefined` where nothing does. One pass, no look-back. */
export function scanText(text: string): Problem | undefined {
  if (text.length > limits.characters) {
    return planProblem('too-large', t('The file is longer than 1 MiB'), {
      start: limits.characters,
      end: limits.characters,
    });
  }
  let lines = 1;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 10) {
      lines += 1;
      if (lines > limits.lines) {
        return planProblem('too-many-lines', t('The file has more than 20,000 lines'), {
          start: index,
          end: index + 1,
        });
      }
    }
    if (code === 0x3c && startsConflict(text, index)) {
      return planProblem('conflict-marker', t('An unresolved Git conflict starts here'), {
        start: index,
        end: index + 7,
      });
    }
    if (isForbidden(text, index, code)) {
      return planProblem(
        'invalid-character',
        t`The character U+${code.toString(16).toUpperCase().padStart(4, '0')} is not allowed in YAML`,
        { start: index, end: index + 1 },
      );
    }
  }
  return undefined;
}

function startsConflict(text: string, index: number): boolean {
  return (index === 0 || text.charCodeAt(index - 1) === 10) && text.startsWith('<<<<<<< ', index);
}

/** Control characters apart from tab and line ends, and halves of surrogate pairs. */
function isForbidden(text: string, index: number, code: number): boolean {
  if (code < 0x20) return code !== 9 && code !== 10 && code !== 13;
  if (code < 0x7f || code < 0xd800 || code > 0xdfff) return code === 0x7f;
  if (code < 0xdc00) {
    const next = text.charCodeAt(index + 1);
    return !(next >= 0xdc00 && next <= 0xdfff);
  }
  const before = text.charCodeAt(index - 1);
  return !(before >= 0xd800 && before < 0xdc00);
}

export interface TokenReading {
  readonly tokens: readonly CST.Token[];
  /** Why reading ended early. */
  readonly problem: Problem | undefined;
  readonly cost: ReadingCost;
}

export interface ReadingCost {
  /** Lexemes read, in bounds whatever the text. */
  readonly lexemes: number;
  /** Those of them that stand for something. */
  readonly significant: number;
  /** Those that begin as an alias does. */
  readonly aliases: number;
  /** Tokens that are none. */
  readonly faults: number;
}

/** Reads the text into the YAML parser's tokens, and stops at the first token that goes beyond a limit. */
export function readTokens(text: string): TokenReading {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  let significant = 0;
  let aliases = 0;
  let faults = 0;
  const stop = (code: PlanProblemCode, message: string): TokenReading => {
    const start = Math.min(parser.offset, text.length);
    const problem = planProblem(code, message, { start, end: start });
    return { tokens, problem, cost: { lexemes, significant, aliases, faults } };
  };
  for (const lexeme of new Lexer().lex(text)) {
    lexemes += 1;
    if (!isFiller(lexeme)) significant += 1;
    if (lexeme.startsWith('*')) aliases += 1;
    for (const token of parser.next(lexeme)) {
      tokens.push(token);
      if (token.type === 'error') faults += 1;
    }
    if (depthOf(parser.stack) > limits.depth) {
      return stop('too-deep', t`Lists and maps are nested more than ${limits.depth} levels deep`);
    }
    if (significant > limits.values * limits.tokensPerValue) {
      return stop('too-many-values', t`The file has more than ${limits.values} values`);
    }
    if (faults > limits.problems) {
      return stop('yaml-syntax', t`The text is not YAML: it has more than ${limits.problems} faults`);
    }
    if (aliases > limits.aliases) {
      return stop('too-many-aliases', t`The file uses more than ${limits.aliases} aliases`);
    }
  }
  for (const token of parser.end()) tokens.push(token);
  return { tokens, problem: undefined, cost: { lexemes, significant, aliases, faults } };
}

/** The stack holds the document, one entry per open collection, and the scalar that is being read. */
function depthOf(stack: readonly CST.Token[]): number {
  const top = stack.at(-1)?.type;
  const isOpen = top === 'flow-collection' || top === 'block-map' || top === 'block-seq';
  return stack.length - (isOpen ? 1 : 2);
}

/** Spaces, line ends, comments and the lexer's own marks stand for no value. Their number is bounded by the text. */
function isFiller(lexeme: string): boolean {
  const first = lexeme.charCodeAt(0);
  return first <= 0x20 || first === 0x23 || first === 0xfeff;
}
