import { describe, expect, it } from 'vitest';
import { knownApis } from '../../test/kit/api-documents';
import { openMarked } from '../../test/kit/marked-plan';
import { complete } from './completion';
import { documentLinks } from './document-links';
import { hover } from './hover';
import { definition } from './names';

const targets = `version: 1
name: x
targets:
  gateway: { url: 'http://127.0.0.1:8000', openapi: /openapi.json }
  shop: { url: 'http://127.0.0.1:8001', openapi: shop.yaml }
`;

const open = (marked: string) => openMarked(`${targets}scenarios:\n  s:\n${marked}`, { readApi: knownApis });

const items = (marked: string, takesSnippets = true) => {
  const { plan, offset } = open(marked);
  return (complete(plan, offset, { takesSnippets })?.items ?? []).map((item) => ({
    ...item,
    text: item.textEdit && 'newText' in item.textEdit ? item.textEdit.newText : item.label,
  }));
};
const labels = (marked: string) => items(marked).map(({ label }) => label);
const steps = (step: string, target = 'gateway') => `    target: ${target}\n    steps:\n${step}`;

describe('completion by the document of a target', () => {
  it('offers the paths that have the method, with a reference for each variable', () => {
    expect(labels(steps('      - get: ⟦⟧\n'))).toEqual(['/status', '/tasks/{task_id}']);
    expect(labels(steps('      - post: /⟦⟧\n'))).toEqual(['/agents/execute', '/tasks']);
    const [, task] = items(steps('      - await: ⟦⟧\n'));
    expect(task).toMatchObject({ text: '/tasks/${task_id}', detail: 'The state of a task' });
    // The document has its paths behind `/v1`.
    expect(labels(steps('      - { get: ⟦⟧ }\n', 'shop'))).toContain('/v1/items/newest');
  });

  it('says of a method that is no longer wanted that it is deprecated', () => {
    const [gone] = items(steps('      - delete: ⟦⟧\n', 'shop'));
    expect(gone).toMatchObject({ label: '/v1/items/{item_id}', tags: [1] });
  });

  it('offers the fields of a body, required ones first and all at once', () => {
    const block = items(steps('      - post: /tasks\n        json:\n          ⟦⟧\n'));
    expect(block.map(({ label }) => label)).toEqual(['all required fields', 'kind', 'topic']);
    expect(block[0]).toMatchObject({
      insertTextFormat: 2,
      text: 'kind: ${1:research}\ntopic: ${2:Night trains in spring}',
    });
    expect(labels(steps('      - post: /tasks\n        json: { kind: research, ⟦⟧ }\n'))).toEqual(['topic']);
    expect(items(steps('      - post: /tasks\n        json: { ⟦⟧ }\n'))[0]?.text).toContain('}, topic: ${2:');
    const plain = items(steps('      - post: /tasks\n        json:\n          ⟦⟧\n'), false);
    expect(plain.map(({ label }) => label)).toEqual(['kind', 'topic']);
  });

  it('knows which of several steps is being written', () => {
    const two = '      - get: /status\n      - post: /tasks\n        json: { ⟦⟧ }\n      - get: /status\n';
    expect(labels(steps(two))).toContain('topic');
    const inGroup = '      - group: g\n        steps:\n          - post: /tasks\n            json: { ⟦⟧ }\n';
    expect(labels(steps(inGroup))).toContain('topic');
  });

  it('offers values of fields, of parameters, and fields of fields', () => {
    expect(labels(steps('      - post: /agents/execute\n        json: { agent: ⟦⟧ }\n'))).toEqual([
      'summarizer',
      'researcher',
    ]);
    expect(labels(steps('      - post: /v1/items\n        json: { size: { ⟦⟧ } }\n', 'shop'))).toEqual([
      'width',
      'unit',
    ]);
    const query = '      - get: /v1/items\n        query: { ⟦⟧ }\n';
    expect(labels(steps(query, 'shop'))).toEqual(['limit', 'sort', 'filter']);
    expect(labels(steps('      - get: /v1/items\n        query:\n          sort: ⟦⟧\n', 'shop'))).toEqual([
      'price',
      'name',
    ]);
    expect(labels(steps('      - get: /v1/items\n        headers:\n          ⟦⟧\n', 'shop'))).toEqual([
      'X-Shop',
    ]);
  });

  it('offers the fields of the answer in captures, conditions and expectations', () => {
    const task = ['task_id', 'kind', 'topic', 'state', 'step', 'report', 'reason', 'duration_ms'];
    const asked = (more: string) => labels(steps(`      - await: /tasks/1\n        ${more}\n`));
    expect(asked('until: $.⟦⟧').sort()).toEqual([...task].sort());
    expect(asked('success: $.state == "done" and $.re⟦⟧')).toContain('report');
    const capture = labels(steps('      - post: /tasks\n        capture: { id: $.⟦⟧ }\n'));
    expect(capture).toEqual(['task_id', 'state']);
    const body = labels(
      steps('      - get: /v1/items?limit=1\n        expect:\n          body: $.items[0].size.⟦⟧\n', 'shop'),
    );
    expect(body).toEqual(['width', 'unit']);
  });

  it('offers what the format offers where no document is known', () => {
    const { plan, offset } = openMarked(`${targets}scenarios:\n  s:\n${steps('      - get: ⟦⟧\n')}`);
    expect(complete(plan, offset)?.items.map(({ label }) => label)).toContain('/status');
    expect(labels(steps('      - post: /tasks\n        ⟦⟧\n'))).toContain('json');
  });
});

describe('hover and definition by the document of a target', () => {
  const said = (marked: string) => {
    const { plan, offset } = open(marked);
    return JSON.stringify(hover(plan, offset + 1)?.contents);
  };

  it('tell what an operation, a parameter and a field are', () => {
    expect(said(steps('      - get: ⟦/v1/items⟧\n', 'shop'))).toContain('Items on sale');
    expect(said(steps('      - get: ⟦/v1/items⟧\n', 'shop'))).toContain('`limit` (query, required)');
    expect(said(steps('      - get: /v1/items\n        query: { ⟦sort⟧: name }\n', 'shop'))).toContain(
      'The order.',
    );
    const json = said(steps('      - post: /agents/execute\n        json: { ⟦agent⟧: summarizer }\n'));
    expect(json).toContain('The agent that does the work.');
    const field = said(
      steps(
        '      - post: /tasks\n        json: { kind: research, topic: x }\n        success: $.⟦state⟧ == "done"\n',
      ),
    );
    expect(field).toContain('\\"queued\\" or \\"running\\"');
  });

  it('lead to the place in the file', () => {
    const { plan, offset } = open(steps('      - get: ⟦/v1/items/newest⟧\n', 'shop'));
    expect(definition(plan, offset + 3)).toEqual({
      uri: 'file:///work/shop.yaml',
      range: { start: { line: 42, character: 4 }, end: { line: 42, character: 7 } },
    });
    const json = open(steps('      - post: ⟦/tasks⟧\n'));
    expect(definition(json.plan, json.offset + 3)).toMatchObject({ uri: 'file:///work/openapi.json' });
  });

  it('link the file, and no path of the service', () => {
    const { plan } = open(steps('      - get: /status\n'));
    expect(documentLinks(plan).map(({ target }) => target)).toEqual([
      'http://127.0.0.1:8000',
      'http://127.0.0.1:8001',
      'file:///work/shop.yaml',
    ]);
  });
});
