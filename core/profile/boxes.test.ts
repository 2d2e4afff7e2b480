import { describe, expect, it } from 'vitest';
import { profileOfStacks } from '../../test/kit/profile-samples';
import { timeBoxes, timeline, treeBoxes, type Boxes, type Stretch } from './boxes';
import { callTree } from './call-tree';
import { functionTable, type FunctionTable } from './function-table';
import { weighStacks } from './group-costs';
import { frameName, type Profile } from './profile';

/** `depth name left-right` of each rectangle. */
function words(profile: Profile, table: FunctionTable, boxes: Boxes): string[] {
  return [...boxes.fn].map((fn, i) => {
    const name = frameName(profile, table.frame[fn] ?? 0);
    return `${boxes.depth[i]} ${name} ${boxes.left[i]}-${boxes.right[i]}`;
  });
}

function check(
  stacks: readonly string[],
  window: Stretch,
  pixels: number,
  expected: readonly string[],
): void {
  const profile = profileOfStacks(...stacks);
  const table = functionTable(profile);
  const tree = callTree(profile, table, weighStacks(profile).self);
  expect(words(profile, table, treeBoxes(tree, window, pixels))).toEqual(expected);
}

const stacks = ['main parse = 2', 'main:1 price:7 = 3', 'main:2 price:8 score = 3', 'idle = 1'];

describe('the rectangles of a flame graph', () => {
  it('are functions below their callers, the heaviest first', () => {
    check(stacks, { from: 0, to: 9 }, 900, [
      '0 main 0-8',
      '0 idle 8-9',
      '1 price 0-6',
      '1 parse 6-8',
      '2 score 0-3',
    ]);
  });

  it('are those in the window, with their whole width', () => {
    check(stacks, { from: 6, to: 8 }, 200, ['0 main 0-8', '1 parse 6-8']);
  });

  it('are those of a pixel or more', () => {
    check(stacks, { from: 0, to: 9 }, 4, ['0 main 0-8', '1 price 0-6', '2 score 0-3']);
  });
});

describe('the rectangles by time', () => {
  const check = (window: Stretch, pixels: number, expected: readonly string[]): void => {
    const profile = profileOfStacks('main a', 'main a', 'main b', 'main a');
    const table = functionTable(profile);
    const line = timeline(profile, 0);
    if (line === undefined) throw new Error('the profile has no order');
    expect(words(profile, table, timeBoxes(profile, table, line, window, pixels)).sort()).toEqual(expected);
  };

  it('join neighbours of the same function, and keep the order', () => {
    check({ from: 0, to: 31 }, 100, ['0 main 0-31', '1 a 0-20', '1 a 30-31', '1 b 20-30']);
  });

  it('are of the samples that reach into the window', () => {
    check({ from: 22, to: 25 }, 100, ['0 main 20-25', '1 b 20-25']);
  });

  it('are looked at once per half pixel where there are more samples', () => {
    check({ from: 0, to: 31 }, 1, ['0 main 0-31', '1 a 0-31']);
  });
});
