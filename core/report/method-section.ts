/** How the figures came about, so that somebody else can judge and repeat them. */
import { bytes } from '../measure/figure';
import { samplesNeeded } from '../measure/sample-size';
import { list, table, type Cell, type Section } from './document';
import { clock } from './figure-text';
import type { Report } from './report';

export function methodSection({ run }: Report): Section {
  const { machine, plan, tools } = run;
  const rows: [string, Cell][] = [
    ['Plan', `${plan.file.split(/[\\/]/).at(-1) ?? plan.file}, SHA-256 ${plan.sha256}`],
    ['Run', run.id],
    ['Machine', `${machine.platform} ${machine.arch}, ${machine.cpus} cores, ${bytes(machine.memoryBytes)}`],
    [
      'Tools',
      Object.entries(tools)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
    ['Records', String(run.records)],
  ];
  const windows = run.phases.map(({ name, window, usersMax, iterations, dropped }) => [
    name,
    `${clock(window.fromMs)} to ${clock(window.toMs)}`,
    String(usersMax),
    String(iterations),
    String(dropped),
  ]);
  const heads = ['phase', 'measured window', 'most users', 'iterations', 'arrivals dropped'];
  return {
    title: 'Method',
    blocks: [...list(rules), ...table(heads, windows), { kind: 'facts', rows }],
  };
}

const rules = [
  'A request counts in the second in which it started; the figures are of requests that started in the measured window.',
  'Latency is what a user waits for: from the wish to send to the last byte. Percentiles are of successful requests and come from merged counts, never from other percentiles.',
  `A percentile is stated from so many samples on: p50 ${samplesNeeded(0.5)}, p95 ${samplesNeeded(0.95)}, p99 ${samplesNeeded(0.99)}. In brackets are 95 % intervals within this run; figures of few samples are grey, and ≥ marks what can only be higher.`,
  'Charts over time shade the measured window. A gap in a line is a time of which nothing is known.',
];
