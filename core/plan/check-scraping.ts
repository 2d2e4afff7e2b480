/** What a server that scrapes at intervals cannot show of these loads: told where the plan itself proves it. */
import { t } from '@vscode/l10n';
import { minScrapesInRate, neededScrapeMs, pointsIn, scrapesInRate } from '../measure/scraping';
import type { Fix, Problem, TextRange } from '../problems';
import { valueRange, type Check, type CheckContext } from './check-context';
import { isLoadPhase, measuredWindow } from './load';
import { planProblem } from './problem-catalogue';
import { checkQuery, rangesOf, type QueryRange } from './promql/check-query';
import { rangesInside } from './scalar-offsets';
import type { Phase } from './schema';
import { entriesOf, nodeAt, textOf } from './tree';
import { formatDuration, parseDuration } from './units';

export const checkScraping: Check = (context) => {
  const scrape = parseDuration(textOf(nodeAt(context.root, ['observe', 'prometheus', 'scrape'])) ?? '');
  const scrapeMs = scrape === 0 ? undefined : scrape;
  return [
    ...(scrapeMs === undefined ? [] : checkPoints(context, scrapeMs)),
    ...checkRanges(context, scrapeMs),
  ];
};

/** One problem, of the phase that has the fewest points: what mends it mends the others. */
function checkPoints(context: CheckContext, scrapeMs: number): Problem[] {
  const short = Object.entries(context.phases)
    .map(([name, phase]) => ({ name, ...needOf(phase, scrapeMs) }))
    .filter(({ neededMs }) => neededMs !== undefined)
    .sort((a, b) => a.lengthMs - b.lengthMs)[0];
  if (short?.neededMs === undefined) return [];
  const points = pointsIn(short.lengthMs, scrapeMs);
  const message = t`A scrape every ${formatDuration(scrapeMs)} gives ${short.what} of \`${short.name}\` (${formatDuration(short.lengthMs)}) ${points === 1 ? t('1 point') : t`${points} points`} of each series: scrape every ${formatDuration(short.neededMs)}, or let it last longer`;
  return [planProblem('few-points', message, valueRange(context, 'observe', 'prometheus', 'scrape'))];
}

interface Need {
  readonly lengthMs: number;
  readonly what: string;
  /** How often to scrape; `undefined` where it is often enough. */
  readonly neededMs: number | undefined;
}

function needOf(phase: Phase, scrapeMs: number): Need {
  const lengthMs = stretchMs(phase);
  if (!('find' in phase))
    return { lengthMs, what: t('the measured time'), neededMs: neededScrapeMs(lengthMs, scrapeMs) };
  // A search is read over all of its trials, so that each of them needs less.
  const { trial } = phase.find;
  const isShort = trial > 0 && pointsIn(trial, scrapeMs) < minScrapesInRate;
  const halfMs = Math.max(100, Math.floor(trial / minScrapesInRate / 100) * 100);
  return { lengthMs: trial, what: t('a trial'), neededMs: isShort ? halfMs : undefined };
}

/** The longest time of one load that a phase measures; 0 where it has none of its own. */
function stretchMs(phase: Phase): number {
  if ('find' in phase) return Math.max(phase.find.trial, phase.find.confirm);
  if (!isLoadPhase(phase)) return 0;
  const { fromMs, toMs } = measuredWindow(phase);
  return toMs - fromMs;
}

function checkRanges(context: CheckContext, scrapeMs: number | undefined): Problem[] {
  const longestMs = Math.max(0, ...Object.values(context.phases).map(stretchMs));
  return entriesOf(nodeAt(context.root, ['targets'])).flatMap(({ value }) =>
    entriesOf(nodeAt(value, ['prometheus', 'queries'])).flatMap((entry) => {
      const query = textOf(entry.value);
      if (query === undefined || entry.value.kind !== 'scalar') return [];
      if (checkQuery(query).some(({ code }) => code === 'promql-syntax')) return [];
      const place = rangesInside(context.text, entry.value);
      return rangesOf(query).flatMap((found) => {
        const problem = rangeProblem(found, place(found.range), longestMs, scrapeMs);
        return problem === undefined ? [] : [problem];
      });
    }),
  );
}

function rangeProblem(
  { lengthMs }: QueryRange,
  range: TextRange,
  longestMs: number,
  scrapeMs: number | undefined,
): Problem | undefined {
  const changed = (ms: number): Fix[] => {
    const newText = formatDuration(ms);
    return [{ title: t`Change to ${newText}`, edits: [{ range, newText }], isGuess: true }];
  };
  if (scrapeMs !== undefined && lengthMs < minScrapesInRate * scrapeMs) {
    const message = t`A scrape every ${formatDuration(scrapeMs)} gives ${formatDuration(lengthMs)} less than two values, and a rate needs two`;
    return planProblem('range-too-short', message, range, changed(scrapesInRate * scrapeMs));
  }
  if (longestMs === 0 || lengthMs <= longestMs) return undefined;
  const message = t`No phase measures for longer than ${formatDuration(longestMs)}: over ${formatDuration(lengthMs)}, every value is also of the time before the load`;
  const quarterMs = Math.max(1000, Math.floor(longestMs / 4 / 1000) * 1000);
  return planProblem('range-too-long', message, range, changed(Math.max(quarterMs, (scrapeMs ?? 0) * 2)));
}
