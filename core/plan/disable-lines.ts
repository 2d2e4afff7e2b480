/** `# bench-disable-next-line CODE, CODE`: silences what is no error in the line below. */
import { t } from '@vscode/l10n';
import type { Problem, TextRange } from '../problems';
import { planProblem, problemCatalogue } from './problem-catalogue';
import { didYouMean } from './similar';

const directive = /^[ \t]*#[ \t]*bench-disable-next-line\b[ \t]*(.*)$/gm;

interface Disabled {
  readonly code: string;
  readonly range: TextRange;
  /** The line below. */
  readonly line: TextRange;
}

/** The problems that are left, with those of the comments themselves. */
export function withoutDisabled(text: string, problems: readonly Problem[]): readonly Problem[] {
  if (!text.includes('bench-disable-next-line')) return problems;
  const disabled = disabledIn(text);
  const used = new Set<Disabled>();
  const left = problems.filter((problem) => {
    const by = disabled.find(({ code, line }) => code === problem.code && holds(line, problem.range.start));
    if (by === undefined || problem.severity === 'error') return true;
    used.add(by);
    return false;
  });
  return [...left, ...disabled.flatMap((item) => (used.has(item) ? [] : [whyUseless(item)]))];
}

function disabledIn(text: string): Disabled[] {
  return [...text.matchAll(directive)].flatMap((match) => {
    const [whole, list = ''] = match;
    const listStart = match.index + whole.length - list.length;
    const lineStart = match.index + whole.length + 1;
    const lineEnd = text.indexOf('\n', lineStart);
    const line = { start: lineStart, end: lineEnd < 0 ? text.length : lineEnd };
    return [...list.matchAll(/[\w-]+/g)].map((word): Disabled => {
      const start = listStart + word.index;
      return { code: word[0], range: { start, end: start + word[0].length }, line };
    });
  });
}

function whyUseless({ code, range }: Disabled): Problem {
  if (!Object.hasOwn(problemCatalogue, code)) {
    const hint = didYouMean(code, Object.keys(problemCatalogue), range);
    return planProblem('unknown-code', t`No problem has the code \`${code}\`${hint.text}`, range, hint.fixes);
  }
  const { severity } = problemCatalogue[code as keyof typeof problemCatalogue];
  const reason =
    severity === 'error' ? t('an error cannot be disabled') : t('the line below has no such problem');
  return planProblem('useless-disable', t`\`${code}\` disables nothing: ${reason}`, range);
}

function holds(range: TextRange, offset: number): boolean {
  return range.start <= offset && offset <= range.end;
}
