import path from 'node:path';
import type { Run } from '../../core/run/run';
import { compareFolders, type Comparison, type FolderOptions } from '../../runner/compare-folders';
import { compareRecordings } from '../../runner/compare-recordings';
import { interleave, type Interleaving, type Side, type SideName } from '../../runner/interleave';
import { keepNoise } from '../../runner/measure-noise';
import type { GivenArguments } from '../arguments';
import { printComparison } from '../comparison-table';
import { exitCodes } from '../exit-codes';
import { printProfileChanges } from '../profile-changes-table';
import { findRuns } from '../find-run';
import { createLiveProgress } from '../live-progress';
import { plain, type Terminal } from '../terminal';
import { fileOf, listenForSignals, tellOutcome } from './run';

/** Compares runs that are there, or makes them first. */
export async function compare(
  terminal: Terminal,
  given: GivenArguments,
  supervisorFile: string,
): Promise<number> {
  const failOn = given.value('fail-on');
  if (failOn !== undefined && failOn !== 'slower') return misuse(terminal, '--fail-on knows only slower');
  if (given.values('interleave').length > 0) return compareInTurn(terminal, given, supervisorFile);
  const candidates = given.values('with');
  if (given.operands.length === 0 || candidates.length === 0)
    return misuse(
      terminal,
      'name runs on both sides, compare RUN… --with RUN…, or two plans with --interleave',
    );
  if (given.flag('noise')) return misuse(terminal, '--noise needs --interleave PLAN');
  const baseline = await findRuns(given.operands);
  if (!baseline.ok) return misuse(terminal, baseline.message);
  const candidate = await findRuns(candidates);
  if (!candidate.ok) return misuse(terminal, candidate.message);
  return tell(terminal, given, baseline.dirs, candidate.dirs, {});
}

const defaultCount = 5;
const maxCount = 100;

/** With fewer runs a side, no rank test can rule out chance. */
const minCount = 4;

async function compareInTurn(
  terminal: Terminal,
  given: GivenArguments,
  supervisorFile: string,
): Promise<number> {
  const sides = readSides(given);
  if (typeof sides === 'string') return misuse(terminal, sides);
  const count = Number(given.value('runs') ?? defaultCount);
  if (!Number.isInteger(count) || count < 1 || count > maxCount)
    return misuse(terminal, `-n takes a number from 1 to ${maxCount}`);
  const isNoise = given.flag('noise');
  if (count < minCount && !isNoise)
    terminal.say(`Fewer than ${minCount} runs a side can prove nothing; ${defaultCount} are better.`);
  const ran = await runInTurn(terminal, given, { sides, count, supervisorFile });
  if (ran.kind === 'stopped') return tellStopped(terminal, ran);
  const { A, B } = ran.dirs;
  const problem = isNoise ? await measureNoise(terminal, A[0] ?? '', ran.runs) : undefined;
  if (problem !== undefined) return misuse(terminal, problem);
  return tell(terminal, given, A, B, { intended: ['requests', 'data'] });
}

function tellStopped(terminal: Terminal, { outcome }: Extract<Interleaving, { kind: 'stopped' }>): number {
  const code = tellOutcome(terminal, outcome);
  terminal.say('Nothing was compared.');
  // A run that passed was not kept: there is still nothing to compare.
  return code === exitCodes.pass ? exitCodes.incomplete : code;
}

/** @returns what went wrong. */
async function measureNoise(
  terminal: Terminal,
  dir: string,
  runs: readonly Run[],
): Promise<string | undefined> {
  const kept = await keepNoise(dir, runs, Date.now());
  if (!kept.ok) return kept.message;
  for (const one of kept.noise) terminal.emit({ kind: 'noise', ...one });
  terminal.say(`\nThe noise between these runs is kept in ${kept.file}.`);
  return undefined;
}

function readSides(given: GivenArguments): Readonly<Record<SideName, Side>> | string {
  const named = given.values('interleave');
  if (given.operands.length > 0 || given.values('with').length > 0)
    return '--interleave makes the runs itself: name no others';
  const [a, b = a, ...more] = named.map((text) => readSide(text, given.value('env')));
  if (a === undefined || b === undefined || more.length > 0) return '--interleave takes two sides';
  if (given.flag('noise') !== (named.length === 1))
    return '--interleave takes two sides, or with --noise one that is run against itself';
  return { A: a, B: b };
}

/** `PLAN`, or `PLAN@ENV`: an environment has a plain name, so an @ in a folder is none. */
function readSide(text: string, environment: string | undefined): Side {
  const match = /^(.+)@([\w-]+)$/.exec(text);
  return match?.[1] === undefined
    ? { planFile: text, environment }
    : { planFile: match[1], environment: match[2] };
}

interface TurnOptions {
  readonly sides: Readonly<Record<SideName, Side>>;
  readonly count: number;
  readonly supervisorFile: string;
}

async function runInTurn(
  terminal: Terminal,
  given: GivenArguments,
  { sides, count, supervisorFile }: TurnOptions,
): Promise<Interleaving> {
  const interruption = listenForSignals(terminal);
  const progress = createLiveProgress(terminal);
  const out = given.value('out');
  try {
    return await interleave({
      sides,
      count,
      supervisorFile,
      phases: given.values('phase'),
      allowedTargets: given.values('allow-target'),
      allowedClusters: given.values('allow-cluster'),
      hasLease: false,
      runsFolder: out === undefined ? undefined : path.resolve(out),
      isForced: given.flag('force'),
      variables: process.env,
      secretsFile: given.value('secrets'),
      pySpyFile: fileOf(given, 'py-spy'),
      pythonFile: fileOf(given, 'python'),
      signal: interruption.signal,
      onRun: (side, number) => {
        terminal.emit({ kind: 'side', side, number, of: count });
        terminal.say(terminal.style(`${side} ${number} of ${count}`, 'bold'));
      },
      onEvent: (event) => {
        terminal.emit(event);
        progress.show(event);
      },
    });
  } finally {
    interruption.dispose();
  }
}

async function tell(
  terminal: Terminal,
  given: GivenArguments,
  baseline: readonly string[],
  candidate: readonly string[],
  options: FolderOptions,
): Promise<number> {
  const comparison = await compareFolders(baseline, candidate, { ...options, phases: given.values('phase') });
  if (comparison.kind === 'refused') return misuse(terminal, comparison.message);
  const profiles = await compareRecordings(baseline, candidate, given.values('phase'));
  terminal.emit({ ...comparison, baseline, candidate, profiles });
  printComparison(terminal, comparison);
  printProfileChanges(terminal, profiles);
  return given.value('fail-on') === undefined ? exitCodes.pass : exitCodeOf(comparison);
}

/** Something slower is proven wrong; a phase that could not be compared is not proven right. */
function exitCodeOf({ phases }: Extract<Comparison, { kind: 'compared' }>): number {
  const figures = phases.flatMap((phase) => phase.figures);
  if (figures.some(({ verdict }) => verdict === 'slower')) return exitCodes.fail;
  const isOpen = phases.some(
    ({ obstacle, figures: own }) =>
      obstacle !== null || own.every(({ verdict }) => verdict === 'not-comparable'),
  );
  return isOpen ? exitCodes['no-data'] : exitCodes.pass;
}

function misuse(terminal: Terminal, message: string): number {
  terminal.emit({ kind: 'refused', code: 'compare', message });
  terminal.say(`benchwright: ${plain(message)}`);
  return exitCodes.usage;
}
