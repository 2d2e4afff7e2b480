import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromLiveView, liveLimits, toLiveView } from './live';
import { sampleSnapshot } from '../test/views/sample-run';

const kinds = [
  'ready',
  'stop',
  'select-step',
  'reveal-folder',
  'open-report',
  'open-profile',
  'rerun',
  'show-output',
  'open-dashboard',
];

test('whatever a view sends is either one of the known messages or refused, and never raises', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.anything(),
        fc.record({
          kind: fc.oneof(fc.constantFrom(...kinds), fc.string()),
          version: fc.anything(),
          step: fc.anything(),
        }),
      ),
      (message) => {
        const parsed = fromLiveView.safeParse(message);
        if (!parsed.success) return;
        expect(kinds).toContain(parsed.data.kind);
        const allowed =
          parsed.data.kind === 'select-step' ? ['kind', 'step', 'version'] : ['kind', 'version'];
        expect(Object.keys(parsed.data).sort()).toEqual(allowed);
      },
    ),
    { numRuns: 20_000 },
  );
});

test('a picture beyond its bounds is refused', () => {
  const snapshot = sampleSnapshot(10);
  expect(toLiveView.safeParse(snapshot).success).toBe(true);
  const t = Array.from({ length: liveLimits.points + 1 }, (_, index) => index);
  expect(toLiveView.safeParse({ ...snapshot, points: { ...snapshot.points, t } }).success).toBe(false);
  const plan = 'x'.repeat(liveLimits.text + 1);
  expect(toLiveView.safeParse({ ...snapshot, header: { ...snapshot.header, plan } }).success).toBe(false);
  expect(toLiveView.safeParse({ ...snapshot, version: 2 }).success).toBe(false);
});
