import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openText } from '../../test/kit/marked-plan';
import { callPlaceOf, incomingCalls, outgoingCalls, prepareCalls } from './call-hierarchy';
import { codeActions, fixAll } from './code-actions';
import { codeLenses } from './code-lens';
import { complete, resolveCompletion } from './completion';
import { diagnose } from './diagnostics';
import { documentLinks } from './document-links';
import { documentSymbols } from './document-symbols';
import { foldingRanges } from './folding-ranges';
import { formatting, formattingOnNewLine } from './formatting';
import { hover } from './hover';
import { inlayHints } from './inlay-hints';
import { definition, highlights, prepareRename, references, rename } from './names';
import { organise, organiseMap } from './organise';
import { selectionRange } from './selection-ranges';
import { semanticTokens } from './semantic-tokens';
import { symbolsOf } from './workspace-symbols';

const example = readFileSync(
  path.join(import.meta.dirname, '../../examples/agents/agents.bench.yaml'),
  'utf8',
);
const pieces = [
  '\n',
  '  ',
  ':',
  '- ',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  '${',
  '# ',
  '&a ',
  '*a',
  '|\n',
  'name: x',
  '1s',
];

describe('a plan that is edited at random', () => {
  it('is answered by every feature, with ranges that lie in the text', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const edit = fc.tuple(share, fc.nat(20), fc.constantFrom(...pieces));
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 12 }), share, (edits, cursor) => {
        let text = example;
        for (const [where, removed, added] of edits) {
          const at = Math.floor(where * text.length);
          text = text.slice(0, at) + added + text.slice(at + removed);
        }
        const plan = openText(text);
        const offset = Math.floor(cursor * text.length);
        const whole = { start: 0, end: text.length };
        const range = { start: plan.lines.positionAt(0), end: plan.lines.positionAt(text.length) };
        for (const diagnostic of diagnose(plan))
          expect(plan.lines.offsetAt(diagnostic.range.end)).toBeLessThanOrEqual(text.length);
        for (const fold of foldingRanges(plan)) expect(fold.endLine).toBeLessThan(plan.lines.lineCount);
        for (const item of complete(plan, offset)?.items.slice(0, 3) ?? []) resolveCompletion(item);
        expect(semanticTokens(plan).length % 5).toBe(0);
        expect(semanticTokens(plan).every((number) => number >= 0)).toBe(true);
        hover(plan, offset);
        definition(plan, offset);
        highlights(plan, offset);
        prepareRename(plan, offset);
        references([plan], offset, true);
        rename([plan], offset, 'another');
        selectionRange(plan, offset);
        inlayHints(plan, whole);
        documentLinks(plan);
        documentSymbols(plan);
        codeLenses(plan);
        codeActions(plan, range);
        fixAll(plan);
        organise(plan);
        organiseMap(plan, offset);
        const [item] = prepareCalls(plan, offset) ?? [];
        const calls = item && callPlaceOf(item);
        if (calls) incomingCalls(plan, calls);
        if (calls) outgoingCalls(plan, calls);
        formatting(plan);
        formattingOnNewLine(plan, plan.lines.positionAt(offset).line);
        symbolsOf(plan);
      }),
      { numRuns: 10, seed: 11 },
    );
  });
});
