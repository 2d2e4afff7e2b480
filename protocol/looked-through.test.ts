import { expect, it } from 'vitest';
import { isSkipped, lookThrough } from './looked-through';

it('takes of a folder its plans and the folders that may have more, and none that programs fill', () => {
  const files = ['a.bench.yaml', 'b.bench.yml', 'bench.yaml', 'c.bench.yaml.bak'];
  const folders = ['load', 'node_modules', '.git', '.benchwright', 'dist', 'd.bench.yaml'];
  const found = lookThrough([
    ...files.map((name) => ({ name, kind: 'file' }) as const),
    ...folders.map((name) => ({ name, kind: 'folder' }) as const),
  ]);
  expect(found).toEqual({ plans: ['a.bench.yaml', 'b.bench.yml'], folders: ['load', 'd.bench.yaml'] });
});

it('knows of a path whether it lies in such a folder', () => {
  expect(isSkipped('shop/node_modules/x/a.bench.yaml')).toBe(true);
  expect(isSkipped('distances/a.bench.yaml')).toBe(false);
});
