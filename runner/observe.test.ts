import { describe, expect, test } from 'vitest';
import type { ResourceRecord } from '../core/measure/record';
import type { Collector, ResourceSample } from '../core/measure/resource-sample';
import { decodeLine } from '../protocol/stream';
import { observeLoad, type RecordNumbers } from './observe';

function collector(read: Collector['read'], component = 'web'): Collector {
  return { component, source: 'metrics', begin: () => undefined, read };
}

const sample = (over: Partial<ResourceSample> = {}): ResourceSample => ({
  component: 'web',
  source: 'metrics',
  timeMs: 1,
  readings: [{ metric: 'cpu', value: 1 }],
  ...over,
});

interface Watched {
  readonly records: readonly ResourceRecord[];
  readonly findings: readonly string[];
  readonly endMs: number;
}

/** Observes until there are so many records, then ends. Every record is read back from the bytes of its line. */
async function watch(
  collectors: readonly Collector[],
  enough: number,
  redact = (text: string) => text,
): Promise<Watched> {
  const records: ResourceRecord[] = [];
  let isEnough = (): void => undefined;
  const seen = new Promise<void>((resolve) => (isEnough = resolve));
  const numbers: RecordNumbers = new Map();
  const observation = observeLoad('load', numbers, {
    collectors,
    redact,
    plannedMs: 1000,
    everyMs: 10,
    deadlineMs: 60,
    stream: {
      append: (bytes) => {
        const decoded = decodeLine(Buffer.from(bytes).toString().trimEnd());
        if (decoded.ok && decoded.record.kind === 'resources') records.push(decoded.record);
        if (records.length >= enough) isEnough();
      },
      failure: undefined,
      close: () => Promise.resolve(),
    },
    onRecord: () => undefined,
  });
  await seen;
  const startedMs = performance.now();
  const findings = await observation.end();
  return { records, findings: findings.map(({ message }) => message), endMs: performance.now() - startedMs };
}

const never = (): Promise<never> => new Promise(() => undefined);

describe('observing a load', () => {
  test('writes what is read, numbered per source', async () => {
    const { records, findings } = await watch([collector(() => Promise.resolve([sample()]))], 3);
    expect(records.slice(0, 3).map(({ seq }) => seq)).toEqual([0, 1, 2]);
    expect(records[0]).toMatchObject({ component: 'web', readings: [{ metric: 'cpu', value: 1 }] });
    expect(findings).toEqual([]);
  });

  test('goes on beside a source that never answers, tells the gap once, and ends at once', async () => {
    let looks = 0;
    const hung = collector(() => {
      looks += 1;
      return never();
    }, 'hung');
    const fine = collector(() => Promise.resolve([sample()]));
    const { records, findings, endMs } = await watch([hung, fine], 30);
    expect(findings).toEqual(['hung: its metrics endpoint did not answer within 0.06 s']);
    expect(records.filter(({ component }) => component === 'hung')).toHaveLength(1);
    expect(looks).toBe(1);
    expect(endMs).toBeLessThan(2000);
  });

  test('makes a gap of a collector that throws', async () => {
    const broken = collector(() => Promise.reject(new TypeError('x is not a function')));
    const { records, findings } = await watch([broken], 2);
    expect(records[0]).toMatchObject({ readings: [], gap: 'could not be read: x is not a function' });
    expect(findings).toEqual(['web: could not be read: x is not a function']);
  });

  test('asks less and less often where nothing can be read, and as usual once it can', async () => {
    const times: number[] = [];
    const failing = collector(() => {
      times.push(performance.now());
      const isDown = times.length < 6;
      return Promise.resolve([isDown ? sample({ readings: [], gap: 'down' }) : sample()]);
    });
    await watch([failing], 9);
    const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(waits[4]).toBeGreaterThan(3 * (waits[0] ?? 0));
    expect(waits[7]).toBeLessThan((waits[4] ?? 0) / 2);
  });

  test('leaves out what is no number, and says nothing where nothing is left', async () => {
    let looks = 0;
    const odd = collector(() => {
      looks += 1;
      const readings = [NaN, Infinity, looks].map((value) => ({ metric: 'cpu', value }));
      return Promise.resolve([sample({ readings: looks === 1 ? readings.slice(0, 2) : readings })]);
    });
    const { records } = await watch([odd], 1);
    expect(records[0]).toMatchObject({ seq: 0, readings: [{ metric: 'cpu', value: 2 }] });
  });

  test('bounds what one look can write', async () => {
    const readings = Array.from({ length: 10_000 }, (_, value) => ({
      metric: 'own',
      instance: `${value}`,
      value,
    }));
    const { records } = await watch(
      [collector(() => Promise.resolve([sample({ readings, gap: 'x'.repeat(9000) })]))],
      1,
    );
    expect(records[0]?.readings).toHaveLength(500);
    expect(records[0]?.gap).toHaveLength(400);
  });

  test('lets no secret through, be it in a label, a name or a reason', async () => {
    const secret = 'hunter22';
    const leaky = collector(() =>
      Promise.resolve([
        sample({
          readings: [{ metric: `m_${secret}`, instance: `token="${secret}"`, value: 1 }],
          gap: `${'.'.repeat(396)}${secret}`,
        }),
      ]),
    );
    const { records } = await watch([leaky], 1, (text) => text.replaceAll(secret, '[secret]'));
    expect(JSON.stringify(records)).not.toContain('hunt');
  });
});
