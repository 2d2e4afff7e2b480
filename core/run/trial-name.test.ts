import { expect, test } from 'vitest';
import { phaseOfName, probeName, readTrialName, trialName } from './trial-name';

test.each([
  { phase: 'stress', number: 3, level: 7.5, unit: 'per-second' },
  { phase: 'a-b_c', number: 12, level: 240, unit: 'per-second' },
  { phase: 'hotspots', number: 2, level: 20, unit: 'users' },
] as const)('the name of a trial tells its phase, its number and its level', (trial) => {
  expect(readTrialName(trialName(trial))).toEqual(trial);
  expect(phaseOfName(trialName(trial))).toBe(trial.phase);
});

test('a phase and a probe are no trials', () => {
  expect(readTrialName('stress')).toBeUndefined();
  expect(readTrialName(probeName('stress', 2))).toBeUndefined();
  expect(phaseOfName(probeName('stress', 2))).toBe('stress');
  expect(phaseOfName('stress')).toBe('stress');
});
