import { expect, test } from 'vitest';
import { constantText, parseTemplate, printTemplate, referencesInTemplate } from './index';

/** The parts as text, references in angle brackets, and the problems with the part they are shown at. */
function check(text: string): string {
  const { template, problems } = parseTemplate(text);
  const parts = template.parts.map((part) =>
    part.kind === 'text' ? part.text : `<${text.slice(part.range.start, part.range.end)}>`,
  );
  const notes = problems.map(({ range }) => ` [${text.slice(range.start, range.end)}]`);
  return parts.join('') + notes.join('');
}

test.each([
  ['/tasks/${id}/x', '/tasks/<id>/x'],
  ['${tasks.text}${ env.REGION }', '<tasks.text><env.REGION>'],
  ['costs $5, or $${price}', 'costs $5, or ${price}'],
  ['$$${id}', '$${id}'],
  ['a ${', 'a  [${]'],
  ['a ${1+2} b', 'a  b [${1+2}]'],
  ['${}', ' [${}]'],
])('splits %s', (text, parts) => {
  expect(check(text)).toBe(parts);
});

test('what is printed parses to the same parts', () => {
  const text = 'a $${x} ${tasks.text}';
  expect(printTemplate(parseTemplate(text).template)).toBe(text);
});

test('tells the names of a reference with their places', () => {
  const text = 'x${tasks.text}';
  const [reference] = referencesInTemplate(parseTemplate(text).template);
  expect(text.slice(reference!.root.range.start, reference!.root.range.end)).toBe('tasks');
  expect(text.slice(reference!.keys[0]!.range.start, reference!.keys[0]!.range.end)).toBe('text');
});

test('a text without references is constant', () => {
  expect(constantText(parseTemplate('$${a}').template)).toBe('${a}');
  expect(constantText(parseTemplate('${a}').template)).toBeUndefined();
});
