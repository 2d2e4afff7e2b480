import { expect, test } from 'vitest';
import { findDefinition, isPartOfAnother } from './find-definition';

const python = [
  'class Ranking:',
  '    @traced',
  '    async def rank(self, task):',
  '        """Ranks."""',
  '        ranked = 1',
  '        return ranked',
  '',
  'def rank_all(tasks):',
  '    return 2',
];

test('a definition is found above the first line that was executed', () => {
  expect(findDefinition(python, 'Ranking.rank', 5)).toBe(3);
  expect(findDefinition(python, 'rank_all', 9)).toBe(8);
  expect(findDefinition(python, 'outer.<locals>.rank', 6)).toBe(3);
});

test('another function whose name begins alike is none', () => {
  expect(findDefinition(python, 'rank', 9)).toBe(3);
});

test('a function that is nowhere stands at the line that was seen', () => {
  expect(findDefinition(python, 'generated', 6)).toBe(6);
});

test.each([
  ['export async function serve(request) {', 'serve'],
  ['const serve = async (request) => {', 'serve'],
  ['  serve(request: Request): Response {', 'Server.serve'],
  ['func (s *Server) serve(w io.Writer) {', 'main.(*Server).serve'],
])('other languages have their own words: %s', (text, name) => {
  expect(findDefinition([text, '  // body'], name, 2)).toBe(1);
});

test('comprehensions and lambdas have no lens of their own', () => {
  expect(['f.<locals>.<listcomp>', '<lambda>', '<module>', ''].every(isPartOfAnother)).toBe(true);
  expect(isPartOfAnother('f.<locals>.g')).toBe(false);
});
