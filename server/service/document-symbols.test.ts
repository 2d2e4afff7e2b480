import type { DocumentSymbol } from 'vscode-languageserver-types';
import { expect, it } from 'vitest';
import { openText } from '../../test/kit/marked-plan';
import { documentSymbols } from './document-symbols';

const shop = `version: 1
name: Shop
targets:
  shop: &shop
    url: http://127.0.0.1:8000
    headers: &headers { x-a: "1" }
scenarios:
  buy:
    steps: &steps
      - get: /status
      - group: checkout
        steps:
          - post: /orders
            name: order
            headers: *headers
          - repeat:
              times: 3
              while: $.state == "open"
              steps: [{ get: /orders/1 }, { think: 1s }]
      - if: id > 1
        then:
          - script: sign.js#sign
        else:
          - &last
            stream: /events
  again:
    steps: *steps
  mixed:
    steps:
      - *last
      - get: /own
phases:
  load:
    scenarios: [buy]
    stages:
      - { users: 1 -> 20, for: 1m }
      - { users: 20, for: 5m }
  hot:
    rerun: load
    at: 80%
    profile: [{ target: shop, with: py-spy, for: 30s }]
environments:
  staging:
    targets:
      shop: { url: http://127.0.0.1:9000 }
goals:
  - p95(buy) in load < 300ms
`;

/** One line for each symbol, further to the right the deeper it is. */
function outline(symbols: readonly DocumentSymbol[], indent = ''): string[] {
  return symbols.flatMap(({ name, detail, children }) => [
    `${indent}${name}${detail === undefined ? '' : ` (${detail})`}`,
    ...outline(children ?? [], `${indent}  `),
  ]);
}

function all(symbols: readonly DocumentSymbol[]): DocumentSymbol[] {
  return symbols.flatMap((symbol) => [symbol, ...all(symbol.children ?? [])]);
}

it('goes down to the steps within steps, and names each by what it is', () => {
  expect(outline(documentSymbols(openText(shop)))).toEqual([
    'version',
    'name',
    'targets',
    '  shop (&shop)',
    '    &headers (anchor)',
    'scenarios',
    '  buy',
    '    GET /status',
    '    checkout (group)',
    '      order (post /orders)',
    '      repeat 3 times (while $.state == "open")',
    '        GET /orders/1',
    '        think 1s',
    '    if id > 1',
    '      then',
    '        script sign.js#sign',
    '      else',
    '        stream /events (&last)',
    '    &steps (anchor)',
    '  again',
    '  mixed',
    '    GET /own',
    'phases',
    '  load',
    '    users 1 -> 20 (for 1m)',
    '    users 20 (for 5m)',
    '  hot',
    '    py-spy of shop (for 30s)',
    'environments',
    '  staging',
    '    targets',
    '      shop',
    'goals',
    '  p95(buy) in load < 300ms',
  ]);
});

it('tells each place within that of what it is a part of', () => {
  const { lines } = openText(shop);
  const offsets = ({ range }: DocumentSymbol) => [lines.offsetAt(range.start), lines.offsetAt(range.end)];
  for (const symbol of all(documentSymbols(openText(shop)))) {
    const [start = 0, end = 0] = offsets(symbol);
    const selected = lines.offsetAt(symbol.selectionRange.start);
    expect(start <= selected && selected <= end, symbol.name).toBe(true);
    for (const child of symbol.children ?? []) {
      const [from = 0, to = 0] = offsets(child);
      expect(start <= from && to <= end, `${child.name} of ${symbol.name}`).toBe(true);
    }
  }
});

it('has a name for what is only begun', () => {
  const begun = openText(
    'scenarios:\n  :\n    steps:\n      - get:\n      - group:\n      - repeat:\n      - if:\ngoals:\n  -\n',
  );
  expect(all(documentSymbols(begun)).every(({ name }) => name.trim() !== '')).toBe(true);
});
