import { writeFile } from 'node:fs/promises';
import { isLoadPhase } from '../../core/plan/load';
import type { Plan } from '../../core/plan/schema';
import type { CompiledPhase } from '../../engines/k6/compile/compile';
import { ejectPhase } from '../../engines/k6/compile/eject';
import { whyUnwritable } from '../../runner/file-words';
import { placeProblems } from '../../runner/place-problems';
import type { GivenArguments } from '../arguments';
import { tellProblems } from '../excerpt';
import { exitCodes } from '../exit-codes';
import { readPlan } from '../read-plan';
import type { Terminal } from '../terminal';

/** Writes the script of one phase; what k6 needs beside it is told to standard error by the script itself. */
export async function eject(
  terminal: Terminal,
  given: GivenArguments,
  output: (text: string) => Promise<void>,
): Promise<number> {
  const file = given.operands[0] ?? '';
  const reading = await readPlan(file, given.value('env'));
  if (!reading.ok) {
    terminal.say(`${file}: ${reading.message}`);
    return exitCodes.usage;
  }
  const { analysis } = reading;
  const { plan, problems, files } = analysis;
  if (plan === undefined) {
    tellProblems(terminal, files, problems);
    return exitCodes.usage;
  }
  const phase = choosePhase(terminal, plan, given.value('phase'));
  if (phase === undefined) return exitCodes.usage;
  const result = ejectPhase(plan, phase);
  if (!result.ok) {
    tellProblems(terminal, files, placeProblems(analysis, result));
    return exitCodes.usage;
  }
  return handOver(terminal, result.compiled, { out: given.value('out'), output });
}

async function handOver(
  terminal: Terminal,
  { script, feeds, files, protos }: CompiledPhase,
  { out, output }: { readonly out: string | undefined; readonly output: (text: string) => Promise<void> },
): Promise<number> {
  try {
    await (out === undefined ? output(script) : writeFile(out, script));
  } catch (error) {
    terminal.say(`${out ?? 'The script'} cannot be written: ${whyUnwritable(error)}.`);
    return exitCodes.usage;
  }
  if (out !== undefined) terminal.say(`Wrote ${out}.`);
  for (const { name, file: rows, scriptFile } of feeds) {
    terminal.say(`The script reads the rows of ${name} (${rows}) as JSON from ${scriptFile} beside it.`);
  }
  for (const { file: own, scriptFile } of files)
    terminal.say(`The script reads ${scriptFile} beside it: a copy of ${own}.`);
  for (const { place, folder } of protos)
    terminal.say(`The script reads ${place} beside it: a copy of the folder ${folder}.`);
  return exitCodes.pass;
}

function choosePhase(terminal: Terminal, plan: Plan, wanted: string | undefined): string | undefined {
  const loads = Object.entries(plan.phases).filter(([, phase]) => isLoadPhase(phase));
  const phase = wanted ?? (loads.length === 1 ? loads[0]?.[0] : undefined);
  if (phase !== undefined && Object.hasOwn(plan.phases, phase)) return phase;
  const known = Object.keys(plan.phases).join(', ');
  terminal.say(
    phase === undefined
      ? `Choose a phase with --phase: ${known}.`
      : `There is no phase ${phase}, only ${known}.`,
  );
  return undefined;
}
