import path from 'node:path';
import { runPlan, type RunOutcome } from '../../runner/run-plan';
import { notStarted, type RefusalCode } from '../../runner/refusal';
import type { GivenArguments } from '../arguments';
import { tellProblems } from '../excerpt';
import { exitCodeOf, exitCodes } from '../exit-codes';
import { createLiveProgress } from '../live-progress';
import { printResult } from '../result-table';
import { plain, type Terminal } from '../terminal';
import { saveReports, whyNoReport } from './report';

const exitOfRefusal: Readonly<Record<RefusalCode, number>> = {
  'unreadable-plan': exitCodes.usage,
  'unknown-phase': exitCodes.usage,
  'unknown-scenario': exitCodes.usage,
  'missing-variable': exitCodes.usage,
  'bad-data': exitCodes.usage,
  'not-approved': exitCodes['not-approved'],
  rival: exitCodes.usage,
  'no-level': exitCodes.usage,
  'tool-missing': exitCodes['tool-error'],
  cluster: exitCodes['tool-error'],
  disk: exitCodes.incomplete,
};

/** @param supervisorFile the supervisor that was bundled with this program. */
export async function run(
  terminal: Terminal,
  given: GivenArguments,
  supervisorFile: string,
): Promise<number> {
  const seed = given.value('seed');
  if (seed !== undefined && !/^\d{1,10}$/.test(seed)) {
    terminal.say(`--seed needs a whole number, not ${plain(seed)}.`);
    return exitCodes.usage;
  }
  const generators = given.value('generators');
  if (generators !== undefined && !/^(?:[1-9]\d{0,2}|1000)$/.test(generators)) {
    terminal.say(`--generators needs a whole number from 1 to 1000, not ${plain(generators)}.`);
    return exitCodes.usage;
  }
  const reports = given.values('report');
  const obstacle = await whyNoReport(reports);
  if (obstacle !== undefined) {
    terminal.say(`benchwright: ${plain(obstacle)}`);
    return exitCodes.usage;
  }
  const outcome = await runAndShow(terminal, given, supervisorFile);
  const code = tellOutcome(terminal, outcome);
  const isWritten = outcome.kind !== 'ended' || (await saveReports(terminal, outcome.dir, reports));
  // A run that passed has not done all that it was asked to.
  return code === exitCodes.pass && !isWritten ? exitCodes.incomplete : code;
}

async function runAndShow(
  terminal: Terminal,
  given: GivenArguments,
  supervisorFile: string,
): Promise<RunOutcome> {
  const interruption = listenForSignals(terminal);
  const progress = createLiveProgress(terminal);
  const out = given.value('out');
  try {
    return await runPlan({
      planFile: given.operands[0] ?? '',
      phases: given.values('phase'),
      environment: given.value('env'),
      allowedTargets: given.values('allow-target'),
      allowedClusters: given.values('allow-cluster'),
      hasLease: given.flag('lease'),
      runsFolder: out === undefined ? undefined : path.resolve(out),
      isForced: given.flag('force'),
      seed: numberOf(given, 'seed'),
      generators: numberOf(given, 'generators'),
      variables: process.env,
      secretsFile: given.value('secrets'),
      pySpyFile: fileOf(given, 'py-spy'),
      pythonFile: fileOf(given, 'python'),
      supervisorFile,
      signal: interruption.signal,
      onEvent: (event) => {
        terminal.emit(event);
        progress.show(event);
      },
    });
  } finally {
    interruption.dispose();
  }
}

function numberOf(given: GivenArguments, option: string): number | undefined {
  const value = given.value(option);
  return value === undefined ? undefined : Number(value);
}

/** Absolute, as all that runs stands in a folder of its own. */
export function fileOf(given: GivenArguments, option: string): string | undefined {
  const file = given.value(option);
  return file === undefined ? undefined : path.resolve(file);
}

export function tellOutcome(terminal: Terminal, outcome: RunOutcome): number {
  switch (outcome.kind) {
    case 'ended':
      printResult(terminal, outcome.dir, outcome.run);
      return exitCodeOf(outcome.run.verdict);
    case 'refused':
    case 'invalid':
      return tellNotStarted(terminal, outcome);
  }
}

export function tellNotStarted(
  terminal: Terminal,
  outcome: Exclude<RunOutcome, { readonly kind: 'ended' }>,
): number {
  if (outcome.kind === 'refused') {
    const { code, message, remedy } = outcome.refusal;
    terminal.emit({ kind: 'refused', code, message, remedy });
    terminal.say(`${notStarted} ${plain(message)}.\nTo go on, ${plain(remedy)}.`);
    return exitOfRefusal[code];
  }
  tellProblems(terminal, outcome.files, outcome.problems);
  terminal.say(`${notStarted} the plan is not valid.`);
  return exitCodes.usage;
}

interface Interruption {
  readonly signal: AbortSignal;
  dispose(): void;
}

/** The first signal stops the load and keeps the result; the second ends at once, and the supervisor the load. */
export function listenForSignals(
  terminal: Terminal,
  words = 'Stopping the load. Once more ends at once, without a result.',
): Interruption {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.aborted);
    terminal.say(words);
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    dispose: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
