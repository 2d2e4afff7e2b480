import { describe, expect, it } from 'vitest';
import { cursorContext } from './cursor-context';

/** The context at the mark `⟦⟧`, as `kind path | prefix | siblings`. */
function check(marked: string): string {
  const offset = marked.indexOf('⟦⟧');
  const context = cursorContext(marked.replace('⟦⟧', ''), offset);
  if (!context) return 'nothing';
  return [`${context.kind} ${context.path.join('.')}`, context.prefix, context.siblings.join(' ')].join(
    ' | ',
  );
}

describe('the cursor context', () => {
  it('is a key of the plan in an empty text', () => {
    expect(check('⟦⟧')).toBe('key  |  | ');
  });

  it('knows the keys that are there, above and below', () => {
    expect(check('version: 1\nna⟦⟧\ntargets:\n  a:\n    url: x\n')).toBe('key  | na | version targets');
  });

  it('is a key of the nearest thing further left', () => {
    expect(check('targets:\n  gateway:\n    url: http://x\n    ⟦⟧')).toBe('key targets.gateway |  | url');
  });

  it('is the value behind a colon', () => {
    expect(check('data:\n  tasks:\n    pick: un⟦⟧')).toBe('value data.tasks.pick | un | ');
  });

  it('is a key of the step that a dash begins', () => {
    expect(check('scenarios:\n  s:\n    steps:\n      - get: /\n      - ⟦⟧')).toBe(
      'key scenarios.s.steps.0 |  | ',
    );
  });

  it('is a key of the same step on the lines below its dash', () => {
    expect(check('scenarios:\n  s:\n    steps:\n      - post: /a\n        ⟦⟧')).toBe(
      'key scenarios.s.steps.0 |  | post',
    );
  });

  it('is inside of a map of a step', () => {
    expect(check('scenarios:\n  s:\n    steps:\n      - post: /a\n        expect:\n          ⟦⟧')).toBe(
      'key scenarios.s.steps.0.expect |  | ',
    );
  });

  it('finds a list at the indentation of its key', () => {
    expect(check('goals:\n- p95⟦⟧')).toBe('key goals.0 | p95 | ');
    expect(check('goals:\n  - p95⟦⟧')).toBe('key goals.0 | p95 | ');
  });

  it('is a key inside of braces, with those before it', () => {
    expect(check('phases:\n  smoke: { scenarios: [a], us⟦⟧')).toBe('key phases.smoke | us | scenarios');
  });

  it('is a value inside of braces', () => {
    expect(check('phases:\n  load: { after: sm⟦⟧')).toBe('value phases.load.after | sm | ');
    expect(check('phases:\n  load: { scenarios: [ex⟦⟧')).toBe('value phases.load.scenarios.0 | ex | ');
    expect(check('phases:\n  load: { scenarios: [a, ex⟦⟧] }')).toBe('value phases.load.scenarios.1 | ex | ');
  });

  it('is a key of a map inside of a map in braces', () => {
    expect(check('phases:\n  load: { scenarios: { a⟦⟧')).toBe('key phases.load.scenarios | a | ');
  });

  it('follows braces that begin an item', () => {
    expect(check('phases:\n  hot:\n    profile:\n      - { target: ga⟦⟧')).toBe(
      'value phases.hot.profile.0.target | ga | ',
    );
  });

  it('is nothing in a comment', () => {
    expect(check('name: x # na⟦⟧')).toBe('nothing');
    expect(check('# na⟦⟧')).toBe('nothing');
  });

  it('replaces the whole word under the cursor', () => {
    const text = 'targets:\n  a:\n    ul: x';
    const offset = text.indexOf('ul:') + 1;
    expect(cursorContext(text, offset)?.range).toEqual({ start: offset - 1, end: offset + 1 });
  });
});
