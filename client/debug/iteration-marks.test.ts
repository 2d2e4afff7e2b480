import { describe, expect, test } from 'vitest';
import type { IterationAnswer, IterationCondition, SourcePlace } from '../../core/run/iteration';
import { IterationLines } from './iteration-lines';
import { marksOf } from './iteration-marks';

const at = (line: number): SourcePlace => ({
  file: 'shop.bench.yaml',
  start: { line, character: 8 },
  end: { line, character: 20 },
});
const text = (value: string) => ({ text: value, length: value.length });
const answer: IterationAnswer = {
  kind: 'answer',
  step: 'POST /tasks',
  place: at(7),
  request: { method: 'POST', url: 'http://127.0.0.1:1/tasks', headers: { a: 'b' }, body: text('{}') },
  status: 200,
  headers: { 'Content-Type': 'application/json' },
  body: { text: '{"id":"t-17"}', length: 5000 },
  error: '',
  tookMs: 41.3,
};
const condition = (key: string, held: boolean | null, line = 9): IterationCondition => ({
  kind: 'condition',
  step: 'POST /tasks',
  place: at(line),
  stepPlace: at(7),
  key,
  text: '$.state == "done"',
  held,
  values: [{ name: '$.state', value: text('failed') }],
});

describe('an iteration beside its lines', () => {
  test('says of a step what it was answered and how long that took', () => {
    const { lines, findings } = marksOf([answer]);
    expect(lines).toMatchObject([{ line: 7, label: '200 in 41 ms', isBroken: false }]);
    expect(lines[0]?.details.map((detail) => detail.text).join('\n')).toContain('… 4987 more characters');
    expect(findings).toEqual([]);
  });

  test('says of a condition what was compared, and finds the one that did not hold', () => {
    const { lines, findings } = marksOf([answer, condition('success', false)]);
    expect(lines[1]).toMatchObject({ line: 9, label: '✗ $.state = "failed"', isBroken: true });
    expect(findings).toEqual([
      { place: at(9), message: '`$.state == "done"` does not hold: $.state = "failed"' },
    ]);
    expect(marksOf([condition('success', null)]).findings[0]?.message).toContain('neither true nor false');
  });

  test('finds nothing in what is still waited for, nor in a branch that is not taken', () => {
    expect(marksOf([condition('until', false), condition('if', false)]).findings).toEqual([]);
  });

  test('keeps of a step that is repeated the last, and counts', () => {
    const { lines, findings } = marksOf([
      answer,
      condition('until', false),
      { kind: 'left-out', step: 'POST /tasks', place: at(7), count: 30 },
      { ...answer, status: 201 },
      condition('until', true),
    ]);
    expect(lines[0]?.label).toBe('201 in 41 ms, the last of 32');
    expect(lines[1]?.label).toBe('✓ $.state = "failed"');
    expect(findings).toEqual([]);
  });

  test('leaves out that a status is no error, unless it is one', () => {
    const implied = { ...condition('', true, 7), text: 'status below 400' };
    expect(marksOf([answer, implied]).lines[0]?.label).toBe('200 in 41 ms');
    expect(marksOf([answer, { ...implied, held: false }]).lines[0]?.label).toMatch(/ · ✗ /);
  });

  test('shows captured values, and finds those that are missing', () => {
    const captured = { kind: 'captured', step: 'x', place: at(8), stepPlace: at(7), name: 'id' } as const;
    expect(marksOf([{ ...captured, value: text('t-17') }])).toMatchObject({
      lines: [{ label: 'id = "t-17"' }],
      findings: [],
    });
    expect(marksOf([{ ...captured, value: null }]).findings).toHaveLength(1);
  });
});

describe('what the command line tells', () => {
  test('is read whatever the pieces it comes in, and what is no event is left alone', () => {
    const found: unknown[] = [];
    const lines = new IterationLines((event) => found.push(event));
    const told = Buffer.from(
      `${JSON.stringify({ kind: 'other' })}\n${JSON.stringify({ ...answer, step: 'ä' })}\nno json\n`,
    );
    for (const byte of told) lines.add(Uint8Array.of(byte));
    expect(found).toEqual([{ ...answer, step: 'ä' }]);
    expect(lines.refusal).toBeUndefined();
  });

  test('says why nothing was run', () => {
    const lines = new IterationLines(() => undefined);
    lines.add(
      Buffer.from('{"kind":"refused","code":"x","message":"no such scenario","remedy":"choose a"}\n'),
    );
    expect(lines.refusal).toBe('no such scenario; to go on, choose a');
  });
});
