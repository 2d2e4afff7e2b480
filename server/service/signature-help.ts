/** What belongs between the brackets of a function in an expression or a goal. */
import type { SignatureHelp } from 'vscode-languageserver-types';
import { wordMeaning } from '../../core/plan/expression/word-meanings';
import { describeAt } from '../../core/plan/describe';
import type { PlanPath } from '../../core/plan/tree';
import { cursorContext } from './cursor-context';
import type { PlanDocument } from './plan-document';

/** Told from the text alone: between open brackets there rarely is an expression that can be parsed. */
export function signatureHelp(plan: PlanDocument, offset: number): SignatureHelp | null {
  const context = cursorContext(plan.text, offset);
  const name = context && openFunction(context.prefix);
  const kind = context === undefined || name === undefined ? undefined : kindAt(plan, context.path);
  const meaning = kind && wordMeaning(kind, name ?? '');
  if (meaning?.argument === undefined) return null;
  const label = /\(([^()]*)\)/.exec(meaning.form)?.[1] ?? '';
  const parameter = { label, documentation: meaning.argument };
  return {
    signatures: [{ label: meaning.form, documentation: meaning.meaning, parameters: [parameter] }],
    activeSignature: 0,
    activeParameter: 0,
  };
}

function kindAt(plan: PlanDocument, path: PlanPath): 'goal' | 'expression' | undefined {
  const own = path[0] === 'environments' ? path.slice(2) : path;
  if (own[0] === 'goals' || (own[0] === 'phases' && own[2] === 'until')) return 'goal';
  return describeAt(plan.analysis.root, path)?.type === 'expression' ? 'expression' : undefined;
}

/** The name before the last bracket that is open at the end of a text. */
function openFunction(text: string): string | undefined {
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at -= 1) {
    if (text[at] === ')') depth += 1;
    else if (text[at] === '(') {
      if (depth === 0) return /([A-Za-z][\w.]*)\s*$/.exec(text.slice(0, at))?.[1];
      depth -= 1;
    }
  }
  return undefined;
}
