import { TextDocument } from 'vscode-languageserver-textdocument';
import { describe, expect, it } from 'vitest';
import { openMarked } from '../../test/kit/marked-plan';
import { complete } from './completion';

/** A plan whose target has a query, written as it stands after the colon. */
function marked(query: string, more = ''): string {
  return `version: 1
name: Shop
targets:
  shop:
    url: http://127.0.0.1:8000
    prometheus:
      labels: { job: till, zone: north }
      queries:
        waiting: ${query}
observe:
  prometheus: { url: http://127.0.0.1:9090${more} }
scenarios: { look: { steps: [{ get: / }] } }
phases: { smoke: { scenarios: [look], users: 1, for: 1m } }
`;
}

const seen = (target: string): string[] => (target === 'shop' ? ['queue_length', 'http_requests_total'] : []);

function items(query: string, more = '') {
  const { plan, offset } = openMarked(marked(query, more));
  return { plan, items: complete(plan, offset, { seen })?.items ?? [] };
}

const labels = (query: string, more = ''): string[] => items(query, more).items.map(({ label }) => label);

/** The text after the item of this label was taken. */
function taken(query: string, label: string): string {
  const { plan, items: offered } = items(query);
  const item = offered.find((each) => each.label === label);
  if (!item?.textEdit || !('range' in item.textEdit)) throw new Error(`${label} is not offered`);
  const text = TextDocument.applyEdits(plan.lines, [item.textEdit]);
  return /waiting: (.*(?:\n {10}.*)*)/.exec(text)?.[1] ?? '';
}

describe('a query of a target', () => {
  it('is offered what the target was seen to have first, then usual names, functions and words', () => {
    const { items: offered } = items('sum(⟦⟧)');
    const sorted = offered.toSorted((a, b) => ((a.sortText ?? '') < (b.sortText ?? '') ? -1 : 1));
    expect(sorted.slice(0, 2).map(({ label }) => label)).toEqual(['http_requests_total', 'queue_length']);
    expect(offered[0]?.detail).toBe('seen of shop');
    const names = offered.map(({ label }) => label);
    expect(names).toEqual(
      expect.arrayContaining(['process_cpu_seconds_total', 'container_threads', 'rate', 'topk', 'without']),
    );
    expect(new Set(names).size).toBe(names.length);
    expect(names.join()).not.toContain('k6_');
  });

  it('is offered what k6 writes where the plan says that it does', () => {
    expect(labels('⟦⟧', ', write: percentiles')).toContain('k6_http_req_duration_p95');
  });

  it('begins with what is asked by itself, with the labels of the target and four scrapes', () => {
    expect(labels('⟦⟧')).toContain('sum(rate(process_cpu_seconds_total{job="till",zone="north"}[1m]))');
    expect(labels('⟦⟧', ', scrape: 5s')).toContain(
      'sum(rate(process_cpu_seconds_total{job="till",zone="north"}[20s]))',
    );
    expect(labels('sum(⟦⟧')).not.toContain(
      'sum(rate(process_cpu_seconds_total{job="till",zone="north"}[1m]))',
    );
  });

  it('is offered labels, their values and times where they stand', () => {
    expect(labels('queue_length{⟦⟧}')).toEqual(['job', 'zone', 'instance']);
    expect(labels('sum by (⟦⟧) (queue_length)')).toContain('job');
    expect(labels(`'x_bucket{job="a", ⟦⟧}'`)).toContain('le');
    expect(labels(`'queue_length{job="⟦⟧"}'`)).toEqual(['till']);
    expect(labels(`'queue_length{instance="⟦⟧"}'`)).toEqual(['127.0.0.1:8000']);
    expect(labels('rate(queue_length[⟦⟧])')).toEqual(['1m', '15s', '30s', '5m']);
    expect(labels('rate(queue_length[⟦⟧])', ', scrape: 2s')[0]).toBe('8s');
    expect(labels('queue_length # ⟦⟧')).toEqual([]);
  });

  it('takes the place of the word alone, however the query is quoted', () => {
    expect(taken('sum(queue⟦⟧_le) / 2', 'queue_length')).toBe('sum(queue_length) / 2');
    expect(taken(`'x{job="a"} + que⟦⟧'`, 'queue_length')).toBe(`'x{job="a"} + queue_length'`);
    expect(taken(`"x{job=\\"a\\"} + que⟦⟧"`, 'queue_length')).toBe(`"x{job=\\"a\\"} + queue_length"`);
    expect(taken('|\n          sum(\n          que⟦⟧)', 'queue_length')).toBe(
      '|\n          sum(\n          queue_length)',
    );
    expect(taken('|\n          x{\n          zo⟦⟧}', 'zone')).toBe('|\n          x{\n          zone}');
  });

  it('is offered the same in braces and in an environment', () => {
    const flow = `targets: { shop: { url: 'http://127.0.0.1:1', prometheus: { queries: { q: 'ra⟦⟧' } } } }`;
    const { plan, offset } = openMarked(flow);
    expect(complete(plan, offset, { seen })?.items.map(({ label }) => label)).toContain('rate');
    const other = openMarked(
      'environments:\n  ci:\n    targets:\n      shop:\n        prometheus:\n          queries:\n            q: que⟦⟧',
    );
    expect(complete(other.plan, other.offset, { seen })?.items.map(({ label }) => label)).toContain(
      'queue_length',
    );
  });
});
