import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { editRandomly } from '../tables/random-edits';

describe('a server whose document is edited at random', () => {
  it('answers everything, and knows in the end what a fresh server knows', async () => {
    const plan = await readFile('examples/agents/agents.bench.yaml', 'utf8');
    const course = await editRandomly(plan, { edits: 2000, compare: 5, seed: 3 });
    expect(course).toMatchObject({ edits: 2000, requests: 600, compared: 5 });
  });
});
