import { expect, test } from 'vitest';
import { sampleRun } from '../../test/kit/sample-report';
import type { Saturation } from '../run/run';
import { recommend } from './recommendations';

type Code = Extract<Saturation, { kind: 'undetermined' }>['code'];

function advisedFor(code: Code): readonly string[] {
  const run = sampleRun();
  const saturation: Saturation = { kind: 'undetermined', code, message: 'what was seen', notes: [] };
  const phases = run.phases.slice(0, 1).map((phase) => ({ ...phase, saturation }));
  return recommend({ ...run, phases }, []).flatMap(({ text, evidence }) =>
    evidence === 'what was seen' ? [text] : [],
  );
}

test.each([
  ['generator', /^Run the load generator on a machine of its own/],
  ['others', /^Measure again where nothing else runs/],
] as const)('where %s took the machine, another place is recommended', (code, text) => {
  expect(advisedFor(code)).toEqual([expect.stringMatching(text)]);
});

test.each(['none', 'no-data', 'several'] as const)('nothing follows from %s', (code) => {
  expect(advisedFor(code)).toEqual([]);
});
