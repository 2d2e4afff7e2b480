/** Reads the process of a target with the tools of macOS, which has no /proc. Not run on a Mac so far. */
import { CounterRates } from '../../core/measure/resource-rates';
import type { ResourceReading } from '../../core/measure/record';
import type { Collector, ResourceSample } from '../../core/measure/resource-sample';
import type { ProcessWish } from '../host/find-process';
import { captureOutput } from '../host/process-host';
import { onlyTop, parsePids, parsePs, psArguments, treeOf, type PsRow } from './ps';

/** Both tools look at every process of the machine. */
const everyMs = 2000;

type Capture = (file: string, args: readonly string[]) => Promise<string | undefined>;

export function collectByPs(
  component: string,
  wish: ProcessWish,
  capture: Capture = captureOutput,
  now: () => number = () => performance.now(),
): Collector {
  const rates = new CounterRates();
  let found: Pick<PsRow, 'pid' | 'started'> | undefined;
  const sample = (readings: readonly ResourceReading[], gap?: string): ResourceSample[] => [
    { component, source: 'process', timeMs: Date.now(), readings, ...(gap !== undefined && { gap }) },
  ];
  return {
    component,
    source: 'process',
    everyMs,
    begin: () => {
      rates.forget();
    },
    read: async () => {
      const text = await capture('/bin/ps', psArguments);
      if (text === undefined) return sample([], 'ps could not be run');
      const readMs = now();
      const rows = parsePs(text);
      if (found !== undefined) {
        const { pid, started } = found;
        const isSame = rows.some((row) => row.pid === pid && row.started === started);
        if (!isSame && wish.pid !== undefined) return sample([], `process ${pid} is gone`);
        if (!isSame) found = undefined;
      }
      found ??= await findRow(wish, rows, capture);
      if (found === undefined) return sample([], 'its process was not found: name its `pid`');
      return sample(readingsOf(treeOf(found.pid, rows), rates, readMs));
    },
  };
}

async function findRow(
  wish: ProcessWish,
  rows: readonly PsRow[],
  capture: Capture,
): Promise<PsRow | undefined> {
  const pid = await findPid(wish, rows, capture);
  return rows.find((row) => row.pid === pid);
}

async function findPid(
  { pid, port, command }: ProcessWish,
  rows: readonly PsRow[],
  capture: Capture,
): Promise<number | undefined> {
  if (pid !== undefined) return pid;
  if (port !== undefined) {
    const told = await capture('/usr/sbin/lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t']);
    return onlyTop(parsePids(told ?? ''), rows);
  }
  const fitting = rows.filter((row) => command !== undefined && row.command.includes(command));
  return onlyTop(
    fitting.map((row) => row.pid).filter((each) => each !== process.pid),
    rows,
  );
}

/** Each process where there are several, and the whole. */
function readingsOf(tree: readonly PsRow[], rates: CounterRates, readMs: number): ResourceReading[] {
  const each = tree.map(({ pid, started, cpuSeconds, rssBytes }) => ({
    instance: `pid ${pid}`,
    cpu: rates.rate(`${pid} ${started}`, cpuSeconds, readMs),
    memory: rssBytes,
  }));
  return (['cpu', 'memory'] as const).flatMap((metric): ResourceReading[] => {
    const known = each.flatMap(({ instance, [metric]: value }) =>
      value === undefined ? [] : [{ metric, instance, value }],
    );
    if (known.length === 0) return [];
    const whole = { metric, value: known.reduce((sum, { value }) => sum + value, 0) };
    return tree.length === 1 ? [whole] : [whole, ...known];
  });
}
