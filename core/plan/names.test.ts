import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { analysePlan } from './analyse';
import { definitionOf, nameAt } from './names';

const text = readFileSync(new URL('../../test/fixtures/plans/reference.bench.yaml', import.meta.url), 'utf8');
const { names } = analysePlan(text);
const uses = (kind: string, name: string): string[] =>
  names.references
    .filter((item) => item.kind === kind && item.name === name)
    .map((item) => item.path.join('.'));

test('every name stands at the range it is said to stand at', () => {
  const found = [...names.references, ...names.definitions.filter((item) => item.isDefault !== true)];
  expect(found.length).toBeGreaterThan(30);
  for (const { name, range } of found) expect(text.slice(range.start, range.end)).toBe(name);
});

test('a scenario is used by phases and by goals', () => {
  expect(uses('scenario', 'execute')).toEqual([
    'phases.smoke.scenarios.1',
    'phases.load.scenarios.execute',
    'goals.0',
    'goals.2',
    'goals.4',
  ]);
});

test('a target is used by scenarios and profilers, a phase by other phases and goals', () => {
  expect(uses('target', 'agents')).toEqual(['phases.hotspots.profile.0.target']);
  expect(uses('phase', 'smoke')).toEqual(['phases.load.after', 'goals.0', 'goals.1']);
  expect(uses('phase', 'stress')).toEqual(['phases.hotspots.rerun']);
});

test('a captured value is known in its scenario, a data feed with its column', () => {
  expect(names.references.find((item) => item.kind === 'capture')).toMatchObject({
    name: 'id',
    scenario: 'research',
    step: 1,
  });
  expect(names.references.filter((item) => item.kind === 'data').map((item) => item.column?.name)).toEqual([
    'text',
    'topic',
  ]);
});

test('from a use one gets to the definition, and from a place to the name', () => {
  const use = nameAt(names, text.indexOf('${id}') + 3);
  expect(use).toMatchObject({ kind: 'capture', name: 'id' });
  const definition = use === undefined ? undefined : definitionOf(names, use);
  expect(definition?.path.join('.')).toBe('scenarios.research.steps.0.capture.id');
  expect(nameAt(names, text.indexOf('observe'))).toBeUndefined();
});

test('an environment uses the names that it changes', () => {
  const extended = `${text}environments:\n  ci: { phases: { smoke: { after: [], scenarios: [status] } }, targets: { agents: {} } }\n`;
  const changed = analysePlan(extended).names.references.filter((item) => item.path[0] === 'environments');
  expect(changed.map((item) => `${item.kind} ${item.name}`)).toEqual([
    'target agents',
    'phase smoke',
    'scenario status',
  ]);
});
