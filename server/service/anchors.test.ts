import { describe, expect, it } from 'vitest';
import { openMarked, openText, planUri } from '../../test/kit/marked-plan';
import { definition, highlights, prepareRename, references, rename } from './names';

describe('anchors', () => {
  const anchored = `targets:
  shop: { url: http://127.0.0.1:8000, headers: &⟦head⟧ { x-a: "1" } }
scenarios:
  browse:
    steps:
      - get: /items
        headers: *⟦head⟧
      - get: /orders
        headers: *⟦head⟧
`;
  const { plan, ranges } = openMarked(anchored);
  const places = ranges.map(({ start, end }) => ({
    start: plan.lines.positionAt(start),
    end: plan.lines.positionAt(end),
  }));

  it.each([0, 1, 2])('are found from wherever they stand, and renamed (%#)', (index) => {
    const offset = ranges[index]?.start ?? -1;
    expect(references([plan], offset, true)?.map(({ range }) => range)).toEqual(places);
    expect(highlights(plan, offset)?.map(({ range }) => range)).toEqual(places);
    expect(prepareRename(plan, offset)).toEqual({ range: places[index], placeholder: 'head' });
    const renaming = rename([plan], offset, 'auth');
    expect(renaming.ok && renaming.edit.changes?.[planUri]?.map(({ range }) => range)).toEqual(places);
    const start = plan.lines.positionAt((ranges[0]?.start ?? 0) - 1);
    expect(definition(plan, offset)).toMatchObject({ uri: planUri, range: { start } });
  });

  it('keep their name where another has it already, or where it is none', () => {
    const two = openText(plan.text.replace('/items', '&other /items'));
    const offset = two.text.indexOf('*head') + 1;
    expect(rename([two], offset, 'other')).toEqual({
      ok: false,
      reason: 'There is already an anchor `&other`',
    });
    expect(rename([two], offset, 'a b')).toMatchObject({ ok: false });
  });
});

it('leads from the name of a file to the file', () => {
  const { plan, offset } = openMarked('data:\n  items: { file: rows/it⟦⟧ems.csv }\n');
  expect(definition(plan, offset)?.uri).toBe('file:///work/rows/items.csv');
});
