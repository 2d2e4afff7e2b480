import { expect, it } from 'vitest';
import { openMarked, openText } from '../../test/kit/marked-plan';
import { callPlaceOf, incomingCalls, outgoingCalls, prepareCalls } from './call-hierarchy';

const shop = `version: 1
name: Shop
targets:
  web: { url: http://127.0.0.1:8000 }
  pay: { url: http://127.0.0.1:8001 }
scenarios:
  browse:
    target: web
    steps:
      - get: /items
      - post: /orders
        target: pay
  idle:
    target: web
    steps:
      - get: /never
phases:
  load: { scenarios: [browse], rate: 1/s, for: 1m }
  stress:
    scenarios: [browse, idle]
    find: { start: 1/s }
  hot:
    rerun: stress
    at: knee
    profile: [{ target: web, with: py-spy, for: 10s }]
environments:
  nightly:
    phases:
      load: { scenarios: [idle] }
`;

/** The calls of what is marked, with the words that make them. */
function callsAt(name: string, before = '') {
  const marked = shop.replace(`${before}${name}`, `${before}⟦${name}⟧`);
  const { plan, offset } = openMarked(marked);
  const [item] = prepareCalls(plan, offset) ?? [];
  const place = item && callPlaceOf(item);
  if (item === undefined || place === undefined) return undefined;
  const words = (ranges: readonly { start: object; end: object }[]) =>
    ranges.map((range) => plan.lines.getText(range as Parameters<typeof plan.lines.getText>[0]));
  return {
    item: `${item.detail ?? ''} ${item.name}`,
    incoming: incomingCalls(plan, place).map(({ from, fromRanges }) => [from.name, ...words(fromRanges)]),
    outgoing: outgoingCalls(plan, place).map(({ to, fromRanges }) => [to.name, ...words(fromRanges)]),
  };
}

it('leads from a scenario to the phases that run it, and to the targets of its steps', () => {
  expect(callsAt('browse')).toEqual({
    item: 'scenario browse',
    incoming: [
      ['load', 'browse'],
      ['stress', 'browse'],
    ],
    outgoing: [
      ['web', 'web'],
      ['pay', 'pay'],
    ],
  });
});

it('counts what environments run, and finds a use as well as a definition', () => {
  expect(callsAt('idle', 'scenarios: [browse, ')?.incoming).toEqual([
    ['stress', 'idle'],
    ['load', 'idle'],
  ]);
});

it('leads from a phase to the phase whose load it applies again, and to the target it profiles', () => {
  expect(callsAt('hot')).toEqual({
    item: 'phase hot',
    incoming: [],
    outgoing: [
      ['stress', 'stress'],
      ['web', 'web'],
    ],
  });
  expect(callsAt('stress')?.incoming).toEqual([['hot', 'stress']]);
});

it('knows the only target of a plan as that of every scenario', () => {
  const text = shop.replace(/ {2}pay:.*\n/, '').replace(/ +target: \w+\n/g, '');
  const plan = openText(text);
  const [item] = prepareCalls(plan, text.indexOf('web')) ?? [];
  const place = item && callPlaceOf(item);
  expect(place && incomingCalls(plan, place).map(({ from }) => from.name)).toEqual(['hot', 'browse', 'idle']);
});

it('is nothing away from a phase, a scenario and a target', () => {
  expect(callsAt('nightly')).toBeUndefined();
  expect(callsAt('/items')).toBeUndefined();
  expect(callPlaceOf({ data: { uri: 1 } } as never)).toBeUndefined();
});
