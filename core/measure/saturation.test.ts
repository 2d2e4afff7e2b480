import { beforeEach, describe, expect, test } from 'vitest';
import { normal, seededRandom } from './random';
import type { ResourceSource } from './record';
import type { ResourceGap, ResourceSeries } from './resource-series';
import { resourceUnit } from './resource-metrics';
import { findSaturation } from './saturation';
import type { SaturationEvidence } from './saturation-reasons';
import { courseOfTrials, type LoadCourse, type Stage } from './saturation-stages';

const beginMs = 1_790_000_000_000;
const mega = 1_000_000;

/** Ten minutes, in which users go from 0 to 100 and requests per second to 300 unless something holds them. */
function ramp(users: (t: number) => number = (t) => t / 6, cap = Infinity, seconds = 600): LoadCourse {
  const stages: Stage[] = [];
  for (let t = 0; t < seconds; t += 10) {
    const load = users(t + 5);
    const rate = Math.min(cap, load * 3);
    stages.push({
      fromMs: beginMs + t * 1000,
      toMs: beginMs + (t + 10) * 1000,
      load,
      rate,
      delivered: rate,
      underWay: Math.round(load),
    });
  }
  return { unit: 'users', order: 'time', beginMs, stages };
}

const steady = (users: number, cap = Infinity): LoadCourse => ramp(() => users, cap);

/** Trials of ten seconds each, twelve apart, in the order in which they were made. */
function trials(levels: readonly number[], cap = Infinity): LoadCourse {
  return courseOfTrials(
    levels.map((level, index) => ({
      level,
      achieved: Math.min(level, cap),
      fromMs: beginMs + index * 12_000 + 1000,
      toMs: beginMs + index * 12_000 + 10_000,
    })),
    'per-second',
    beginMs,
  );
}

/** A resource: its value by the load of the moment, and by the second. */
interface Shape {
  readonly component?: string;
  readonly metric?: string;
  readonly source?: ResourceSource;
  readonly instance?: string | null;
  readonly limit?: number | null;
  readonly everyS?: number;
  readonly atRest?: number;
  readonly noise?: number;
  readonly value: (load: number, t: number) => number | null;
}

let seed: number;

beforeEach(() => {
  seed = 1;
});

function series(course: LoadCourse, given: Shape): ResourceSeries {
  const shape = { ...usual, ...given };
  const random = seededRandom(seed++);
  const noisy = (value: number | null): number | null =>
    value === null ? null : Math.max(0, value * (1 + shape.noise * normal(random)));
  const endS = Math.max(...course.stages.map(({ toMs }) => toMs - beginMs)) / 1000;
  const points = [];
  for (let t = -10; t <= endS; t += shape.everyS) {
    const timeMs = beginMs + t * 1000;
    const stage = course.stages.find(({ fromMs, toMs }) => timeMs > fromMs && timeMs <= toMs);
    points.push({ timeMs, value: noisy(stage === undefined ? shape.atRest : shape.value(stage.load, t)) });
  }
  const { component, metric, source, instance, limit } = shape;
  return { component, metric, source, instance, unit: resourceUnit(metric), limit, points };
}

const usual = {
  component: 'agents',
  metric: 'cpu',
  source: 'process',
  instance: 'pid 7',
  limit: null,
  everyS: 1,
  atRest: 0.01,
  noise: 0.01,
} as const;

/** A process that runs one thread at a time and takes `each` of a core for each unit of load. */
const singleThread =
  (each: number) =>
  (load: number): number =>
    Math.min(0.985, each * load);

interface Rest {
  readonly cpus?: number;
  readonly isShared?: boolean;
  readonly gaps?: readonly ResourceGap[];
  readonly targets?: readonly string[];
  readonly consequence?: SaturationEvidence['consequence'];
}

function find(course: LoadCourse, shapes: readonly Shape[], rest: Rest = {}) {
  const { cpus = 16, isShared = true, gaps = [], targets = ['agents'], consequence } = rest;
  return findSaturation({
    course,
    series: shapes.map((shape) => series(course, shape)),
    gaps,
    targets,
    machine: { cpus, isShared },
    consequence,
  });
}

/** What was found, in short: `agents cpu core`, or the code of what is undetermined. */
function check(found: ReturnType<typeof find>, expected: string, message?: RegExp): void {
  const short =
    found.kind === 'saturated' ? `${found.component} ${found.metric} ${found.limitedBy}` : found.code;
  expect(`${short}: ${found.message}`).toMatch(new RegExp(`^${expected}: `));
  // It is told as `Undetermined: …`, and a second colon in a row would read badly.
  if (found.kind === 'undetermined') expect(found.message).not.toMatch(/^[^(;.]*: /);
  if (message !== undefined) expect(found.message).toMatch(message);
}

const idle: Shape = { component: 'gateway', value: (load) => load * 0.003 };

describe('in a ramp', () => {
  test('a process at one core of sixteen is found, with the load and when its goal was left', () => {
    const found = find(ramp(undefined, 212), [{ value: singleThread(0.0142) }, idle], {
      consequence: { what: 'p95(execute) < 300ms no longer held', atMs: beginMs + 445_000 },
    });
    check(
      found,
      'agents cpu core',
      /^agents, with one core of one process \(pid 7\) at 9\d % from 1\d\d requests\/s \(\d\d users\) on; p95\(execute\) < 300ms no longer held [4-6]\d s later$/,
    );
  });

  test('both series are there as evidence', () => {
    const found = find(ramp(undefined, 212), [{ value: singleThread(0.0142) }]);
    if (found.kind !== 'saturated') throw new Error(found.message);
    expect(found.evidence).toHaveLength(60);
    expect(found.evidence.at(-1)).toMatchObject({ delivered: 212 });
    expect(found.evidence.at(-1)?.used).toBeCloseTo(0.985, 1);
    expect(found.from.atMs).toBeGreaterThan(360_000);
  });

  test('a quota of half a core is reached at half a core', () => {
    const limit = 0.5;
    check(
      find(ramp(undefined, 145), [{ limit, instance: null, value: (load) => Math.min(0.49, load * 0.01) }]),
      'agents cpu cores',
      /its 0\.5 cores at 98 %/,
    );
  });

  test('memory that fills up to its limit is found', () => {
    const limit = 512 * mega;
    check(
      find(ramp(undefined, 200), [
        { metric: 'memory', limit, atRest: 80 * mega, value: (load) => Math.min(500, 80 + load * 6) * mega },
        { value: (load) => load * 0.002 },
      ]),
      'agents memory limit',
      /memory \(pid 7\) at 9\d % of 512 MB/,
    );
  });

  test('a quota that holds a component back is found, though its CPU is low when averaged', () => {
    check(
      find(ramp(undefined, 180), [
        { metric: 'throttled', instance: null, atRest: 0, value: (load) => Math.max(0, load - 40) / 200 },
        { limit: 2, instance: null, value: (load) => load * 0.012 },
      ]),
      'agents throttled limit',
      /^agents, held back by its quota of CPU for \d\d % of the time from/,
    );
  });

  test('file descriptors that run out are found', () => {
    check(
      find(ramp(undefined, 200), [
        { metric: 'files', limit: 1024, value: (load) => Math.min(1024, 20 + load * 14) },
      ]),
      'agents files limit',
      /open files \(pid 7\) at \d\d % of 1,024/,
    );
  });

  test('the earlier of two is the first', () => {
    check(
      find(ramp(undefined, 150), [
        { component: 'gateway', value: singleThread(0.011) },
        { component: 'agents', value: singleThread(0.02) },
      ]),
      'agents cpu core',
    );
  });

  test('the load may fall again afterwards', () => {
    const hill = ramp((t) => (t < 300 ? t / 3 : 200 - t / 3), 212);
    check(find(hill, [{ value: singleThread(0.0142) }]), 'agents cpu core');
  });

  test('what broke long before was not broken by it, and that is said', () => {
    const consequence = { what: 'p95 < 1s no longer held', atMs: beginMs + 60_000 };
    const found = find(ramp(undefined, 212), [{ value: singleThread(0.0142) }], { consequence });
    check(found, 'agents cpu core', /; yet p95 < 1s no longer held .* before that$/);
  });

  test('what was not read may have been first, and that is said', () => {
    const gap = {
      component: 'gateway',
      source: 'process',
      reason: 'owned by another user',
      fromMs: 0,
      toMs: 1,
      records: 2,
    };
    const found = find(ramp(undefined, 212), [{ value: singleThread(0.0142) }], {
      targets: ['agents', 'gateway'],
      gaps: [gap as ResourceGap],
    });
    expect(found.notes).toEqual(['gateway was not read: owned by another user; it may have been first']);
  });

  test('work that piles up behind it is told where no goal was', () => {
    const open: LoadCourse = { ...ramp(undefined, 212), unit: 'arrivals' };
    const found = find(open, [{ value: singleThread(0.0142) }]);
    check(found, 'agents cpu core', /requests\/s on$/);
    const piling = {
      ...open,
      stages: open.stages.map((stage, index) => ({
        ...stage,
        underWay: index < 44 ? 4 : 4 + (index - 44) * 20,
      })),
    };
    check(
      find(piling, [{ value: singleThread(0.0142) }]),
      'agents cpu core',
      /grew from \d+ to 304 iterations$/,
    );
  });
});

describe('in a search', () => {
  const rates = [5, 7.5, 11, 17, 25, 38, 17, 25, 20, 22, 20];

  test('the lowest rate from which on a resource is full is told', () => {
    check(
      find(trials(rates, 19), [{ value: singleThread(0.05) }, idle], {
        consequence: { what: 'the search broke: plateau', load: 22 },
      }),
      'agents cpu core',
      /^agents, with one core of one process \(pid 7\) at 99 % from 20\/s on; the search broke: plateau at 22\/s$/,
    );
  });

  test('what broke at a lower rate is told with how full it was there', () => {
    check(
      find(trials(rates, 19), [{ value: singleThread(0.05) }], {
        consequence: { what: 'the search broke: plateau', load: 17 },
      }),
      'agents cpu core',
      /from 20\/s on; the search broke: plateau at 17\/s already; at 17\/s that was at 8[45] %$/,
    );
  });

  test('a single full trial at a low rate is an accident', () => {
    const value = (load: number, t: number): number =>
      load === 7.5 ? 0.98 : singleThread(0.05)(load) + 0 * t;
    check(find(trials(rates, 19), [{ value }]), 'agents cpu core', /from 20\/s on/);
  });

  test('of two that fill up in the same trial, the clearly fuller one before was the first', () => {
    const doubling = [2, 4, 8, 16];
    check(
      find(trials(doubling, 10), [
        { component: 'gateway', value: singleThread(0.08) },
        { component: 'agents', value: singleThread(0.11) },
      ]),
      'agents cpu core',
    );
  });

  test('two that cannot be told apart are several', () => {
    check(
      find(trials([2, 4, 8, 16], 10), [
        { component: 'gateway', value: singleThread(0.1) },
        { component: 'agents', value: singleThread(0.11) },
      ]),
      'several',
      /several at once from 16\/s on \((?:agents, with .*; gateway, with |gateway, with .*; agents, with )/,
    );
  });

  test('what is full from the lowest rate on is told so', () => {
    check(
      find(trials([5, 4, 3, 2], 1), [{ value: () => 0.98 }], { consequence: { what: 'it broke', load: 2 } }),
      'agents cpu core',
      /from the lowest load, 2\/s, on; it broke at that load/,
    );
  });

  test('trials too short for the readings give no answer', () => {
    check(
      find(trials([2, 4, 8, 16], 8), [{ everyS: 5, value: singleThread(0.11) }]),
      'no-data',
      /too few readings/,
    );
  });
});

describe('no alarm', () => {
  test.each<[string, LoadCourse, Shape[], Rest?]>([
    ['for a burst', ramp(), [{ value: (load, t) => (t > 300 && t < 330 ? 0.99 : load * 0.004) }]],
    [
      'for readings that often, but not steadily, touch the limit',
      ramp(),
      [{ value: (_, t) => (t % 3 === 0 ? 0.99 : 0.6) }],
    ],
    ['for four fifths of a core, with noise', steady(80), [{ noise: 0.08, value: () => 0.8 }]],
    ['for a process that goes through one core to three', ramp(), [{ value: (load) => load * 0.03 }]],
    [
      'for four processes of a quarter core each',
      ramp(),
      ['pid 1', 'pid 2', 'pid 3', 'pid 4', null].map((instance) => ({
        instance,
        value: (load: number) => Math.min(0.98, load * 0.02) * (instance === null ? 1 : 0.25),
      })),
    ],
    [
      'for a container near one core',
      ramp(),
      [{ source: 'docker', instance: null, value: singleThread(0.02) }],
    ],
    ['for a process that spins without any load', ramp(), [{ atRest: 0.99, value: () => 0.99 }]],
    [
      'for a heap that is kept near its limit from the start',
      ramp(),
      [{ metric: 'memory', limit: 512 * mega, atRest: 490 * mega, value: () => 490 * mega }],
    ],
    [
      'for a cache that fills up early, while throughput grows on',
      ramp(),
      [
        {
          metric: 'memory',
          limit: 512 * mega,
          atRest: 10 * mega,
          value: (load) => Math.min(500, 40 * load) * mega,
        },
      ],
    ],
    [
      'for a process that scatters around one core under one load',
      steady(80),
      [{ noise: 0.06, value: () => 0.97 }],
    ],
    ['for memory without a limit', ramp(), [{ metric: 'memory', value: (load) => load * mega }]],
    [
      'for a full resource between gaps',
      ramp(),
      [{ value: (load, t) => (t % 60 < 20 ? 0.99 : t % 60 < 55 ? load * 0.004 : null) }],
    ],
    [
      'for a trial full by accident',
      trials([5, 10, 20, 40]),
      [{ value: (load) => (load === 10 ? 0.99 : load * 0.02) }],
    ],
    [
      'for readings of Prometheus that overshoot',
      ramp(),
      [{ source: 'prometheus', noise: 0.15, value: () => 0.75 }],
    ],
  ])('%s', (_, course, shapes, rest) => {
    expect(find(course, shapes, rest)).toMatchObject({ kind: 'undetermined' });
  });

  test('in noise below the limit, in a thousand trials of a search', () => {
    let alarms = 0;
    for (let run = 0; run < 200; run++) {
      const found = find(trials([5, 10, 20, 40, 30]), [
        { noise: 0.1, value: (load) => Math.min(0.8, load * 0.05) },
      ]);
      if (found.kind === 'saturated') alarms++;
    }
    expect(alarms).toBeLessThan(4);
  });
});

describe('undetermined says why', () => {
  test('nothing reached its limit: what came closest', () => {
    check(
      find(ramp(), [{ value: (load) => load * 0.006 }]),
      'none',
      /closest was agents, .* at \d\d %, at 2\d\d requests\/s/,
    );
  });

  test('nothing reached its limit although something broke: that it waits', () => {
    check(
      find(ramp(), [{ value: (load) => load * 0.004 }], {
        consequence: { what: 'p95 < 1s no longer held', atMs: beginMs + 300_000 },
      }),
      'none',
      /Yet p95 < 1s no longer held; it may wait for a lock, a pool/,
    );
  });

  test('nothing was read', () => {
    check(find(ramp(), []), 'no-data', /give targets/);
    const gap = {
      component: 'agents',
      source: 'process',
      reason: 'nothing listens on port 8001',
      fromMs: 0,
      toMs: 1,
      records: 9,
    };
    check(
      find(ramp(), [], { gaps: [gap as ResourceGap] }),
      'no-data',
      /agents: nothing listens on port 8001/,
    );
  });

  test('one core under a load that does not change, without a consequence', () => {
    check(find(steady(80), [{ noise: 0.06, value: () => 0.97 }]), 'none', /shows only under more/);
  });

  test('the generator was at its own limit first', () => {
    check(
      find(
        ramp(),
        [
          { value: singleThread(0.011) },
          {
            component: 'generator',
            source: 'generator',
            instance: 'k6',
            value: (load) => Math.min(2, load * 0.04),
          },
        ],
        {
          cpus: 2,
          isShared: false,
        },
      ),
      'generator',
      /the load generator itself was at its limit/,
    );
  });

  test('the generator took the machine that it shares', () => {
    check(
      find(
        ramp(undefined, 190),
        [
          { value: (load) => Math.min(0.8, load * 0.012) },
          {
            component: 'generator',
            source: 'generator',
            instance: 'k6',
            value: (load) => Math.min(1.1, load * 0.017),
          },
        ],
        { cpus: 2 },
      ),
      'generator',
      /^the machine, with its 2 cores at 9\d % .* the load generator, on the same machine, took \d\d % of it$/,
    );
  });
});

test('a machine that its targets fill together is what saturates', () => {
  check(
    find(
      ramp(undefined, 190),
      ['agents', 'gateway', 'store'].map((component) => ({
        component,
        value: (load: number) => Math.min(0.65, load * 0.01),
      })),
      { cpus: 2 },
    ),
    'machine cpu machine',
    /^the machine, with its 2 cores at 9\d %/,
  );
});

const wholeMachine = (value: Shape['value']): Shape => ({
  ...{
    component: 'generator',
    source: 'generator',
    metric: 'machine',
    instance: null,
    limit: 2,
    noise: 0.005,
  },
  value,
});

test('a machine that something else fills is not what saturates', () => {
  const busy = wholeMachine(() => 1.98);
  const found = find(ramp(undefined, 190), [{ value: (load) => load * 0.005 }, busy], { cpus: 2 });
  check(
    found,
    'others',
    /^the machine, with its 2 cores at 99 %, 8\d % of it taken by processes that were not read/,
  );
  check(find(ramp(undefined, 212), [{ value: singleThread(0.0142) }, busy], { cpus: 2 }), 'agents cpu core');
});

test('the machine as a whole counts for more than what was read of it', () => {
  const value = (load: number): number => Math.min(0.7, load * 0.011);
  const whole = wholeMachine((load) => Math.min(1.97, load * 0.032));
  check(
    find(ramp(undefined, 190), [{ value }, { component: 'gateway', value }, whole], { cpus: 2 }),
    'machine cpu machine',
  );
});

test('a process that has a whole core of a full machine is what saturates', () => {
  check(
    find(
      ramp(undefined, 150),
      [
        { value: singleThread(0.02) },
        { component: 'gateway', value: (load) => Math.min(0.5, load * 0.01) },
        {
          component: 'generator',
          source: 'generator',
          instance: 'k6',
          value: (load) => Math.min(0.45, load * 0.009),
        },
      ],
      { cpus: 2 },
    ),
    'agents cpu core',
  );
});

/** A process that would use its whole core and waits for it, in `waited` of the time at the most. */
function inTheQueue(waited: number): Shape[] {
  const each = singleThread(0.0142);
  return [
    { value: (load) => each(load) * (1 - waited) },
    { metric: 'waiting', value: (load) => each(load) * waited },
  ];
}

test('a process that waits for a core when it does not run has reached its limit', () => {
  check(
    find(ramp(undefined, 212), inTheQueue(0.13)),
    'agents cpu core',
    /^agents, with one core of one process \(pid 7\) at 8[56] %, ready to run and waiting for a core in 1[23] % from/,
  );
});

test('a process below a core that does not wait for one has not', () => {
  check(
    find(ramp(undefined, 212), inTheQueue(0.13).slice(0, 1)),
    'none',
    /the closest was agents, .* at 8[56] %,/,
  );
});

test('a process that waits for most of a core is held by those that have the cores', () => {
  check(find(ramp(undefined, 212), inTheQueue(0.4)), 'none');
});

test('a process whose threads want more than a core together is not held by one', () => {
  const shapes: Shape[] = [
    { value: (load) => Math.min(0.9, load * 0.013) },
    { metric: 'waiting', value: (load) => (load > 50 ? 0.4 : 0) },
  ];
  check(find(ramp(undefined, 212), shapes), 'no-data');
});

test('a process pinned to its core under one load is what saturates', () => {
  check(
    find(steady(80, 100), [{ noise: 0.005, value: () => 0.99 }]),
    'agents cpu core',
    /throughout, from 100 requests/,
  );
});

describe('memory that grows under one load is noted', () => {
  const leak = (t: number): number => (100 + t * 0.2) * mega;

  test('steadily', () => {
    const found = find(steady(50), [{ metric: 'memory', noise: 0.005, value: (_, t) => leak(t) }]);
    expect(found.notes).toEqual([
      expect.stringMatching(/^agents \(pid 7\): memory grew steadily from 13\d MB to 2\d\d MB within/),
    ]);
  });

  test.each<[string, (t: number) => number]>([
    ['that levels off', (t) => 100 + 100 * (1 - Math.exp(-t / 80))],
    ['of a collector, in saw teeth', (t) => 100 + (t % 60)],
    ['in one step', (t) => (t < 300 ? 100 : 160)],
    ['by noise', () => 100],
  ])('but not growth %s', (_, value) => {
    expect(
      find(steady(50), [{ metric: 'memory', noise: 0.02, value: (__, t) => value(t) * mega }]).notes,
    ).toEqual([]);
  });

  test('but not where the load grows too', () => {
    expect(find(ramp(), [{ metric: 'memory', value: (_, t) => leak(t) }]).notes).toEqual([]);
  });
});
