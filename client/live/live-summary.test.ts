import { expect, test } from 'vitest';
import { sampleRun } from '../../test/kit/sample-report';
import { finalSummary } from './live-summary';

test('a phase that was profiled gives no figures where another was measured', () => {
  const run = sampleRun();
  const [load, search] = run.phases;
  if (load === undefined || search === undefined) throw new Error('the sample has two phases');
  const hotspots = { ...load, name: 'hotspots' };
  expect(finalSummary({ ...run, phases: [search, hotspots] }).span).toBe('measured window of stress');
  expect(finalSummary({ ...run, phases: [hotspots] }).span).toBe('measured window of hotspots');
});
