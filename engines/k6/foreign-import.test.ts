import { expect, test } from 'vitest';
import { foreignImport } from './foreign-import';

/** The line and the reason, or `none`. */
function check(source: string): string {
  const found = foreignImport(source);
  return found === undefined ? 'none' : `${found.line}: ${found.reason}`;
}

test.each([
  "import http from 'k6/http';\nimport { sleep } from \"k6\";import'k6/crypto'",
  "import /* 'x' */ a,\n  { b as $c, // d\n } from 'k6/data'",
  "import * as sse from 'k6/x/sse'",
  "const http = require('k6/http');",
  "export { check } from 'k6';\nexport * from 'k6/metrics';",
  'export { a, b };\nexport const c = () => {};\nexport default class {}\nexport type T = { from: 1 };',
  '// We import keys, and require no more.\nexport function sign() {}',
  '/** @returns {import("k6/http").Response} what is required and important */',
  'export function f() {}\n//# sourceMappingURL=sign.js.map\n',
  'export function Functional() {}',
])('%j loads modules of k6 alone', (source) => {
  expect(check(source)).toBe('none');
});

test.each([
  ["import x from 'https://a.example/x.js'", 'https://a.example/x.js'],
  ["import 'https://a.example/x.js'", 'https://a.example/x.js'],
  ["import{a}from/**/'a.example/x.js'", 'a.example/x.js'],
  ["import { a } from './other.js'", 'files beside it are not copied'],
  ["export { a } /**/ from // b\n 'https://a.example'", 'https://a.example'],
  ["export * as a from 'https://a.example'", 'https://a.example'],
  ["await import('https://a.example')", 'https://a.example'],
  ["require /**/ ( 'https://a.example')", 'https://a.example'],
  ["import /* a */ 'https://a.example' /* */ 'k6'", 'https://a.example'],
  ["import 'k6/../../x'", 'k6/../../x'],
  ["import 'k6.example/x'", 'k6.example/x'],
  ["require('k6' + '.example')", 'cannot be checked'],
  ['require(`https://a.example`)', 'https://a.example'],
  ['import(name)', 'cannot be checked'],
  ['const load = require;', 'cannot be checked'],
  ["globalThis['req' + 'uire']('https://a.example')", 'globalThis'],
  ["requ\\u0069re('https://a.example')", 'https://a.example'],
  ["r\\u{65}quire('https://a.example')", 'https://a.example'],
  ['eval("imp" + "ort")', 'eval'],
  ['new Function("a")', 'Function'],
  ["const a = '\\\n// '; import 'https://a.example'", 'https://a.example'],
  ["/*\n// */ import 'https://a.example'", 'https://a.example'],
  ["// a\u2028import 'https://a.example'", 'https://a.example'],
  ["const a = '//'; import 'https://a.example'", 'https://a.example'],
  ['//# sourceMappingURL=https://a.example/x.map', 'source map'],
  ['//# sourceMappingURL=//a.example/x.map', 'source map'],
])('%j is refused', (source, named) => {
  expect(check(source)).toContain(named);
});

test('the line is that of the import', () => {
  expect(check("import 'k6'\r\n\r\nimport 'https://a.example'")).toMatch(/^3: /);
});

test('a large file is scanned in a moment', () => {
  const line = "import { check } from 'k6'; // checked\n";
  expect(check(line.repeat(4000) + '/*'.repeat(200_000))).toBe('none');
});
