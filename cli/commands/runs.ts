import { stat } from 'node:fs/promises';
import path from 'node:path';
import { runsFolderOf } from '../../runner/layout';
import { listRuns, type RunEntry } from '../../runner/open-run';
import type { GivenArguments } from '../arguments';
import { exitCodes } from '../exit-codes';
import { plain, type Terminal } from '../terminal';
import { verdictStyle } from '../verdict-style';

/** Lists runs of the folder that is given, or of the one the program was started in. */
export async function runs(terminal: Terminal, given: GivenArguments): Promise<number> {
  const folder = given.operands[0] ?? '.';
  if (!(await isFolder(folder))) {
    terminal.say(`benchwright: there is no folder ${plain(folder)}`);
    return exitCodes.usage;
  }
  const { root, entries } = await findRuns(folder);
  if (entries.length === 0) terminal.say(`No runs below ${root}.`);
  for (const entry of entries) tell(terminal, entry);
  return exitCodes.pass;
}

function tell(terminal: Terminal, entry: RunEntry): void {
  terminal.say(describe(terminal, entry));
  terminal.emit({
    kind: 'run',
    dir: entry.dir,
    id: entry.id,
    state: entry.state,
    verdict: entry.run?.verdict ?? null,
    reason: entry.run?.reason ?? null,
    plan: entry.runner?.plan.name ?? null,
    startedMs: entry.runner?.startedMs ?? null,
    problems: entry.problems,
  });
}

async function isFolder(folder: string): Promise<boolean> {
  try {
    return (await stat(folder)).isDirectory();
  } catch {
    return false;
  }
}

/** Runs that were kept elsewhere with --out lie in the folder itself. */
async function findRuns(
  folder: string,
): Promise<{ readonly root: string; readonly entries: readonly RunEntry[] }> {
  const itself = path.resolve(folder);
  const own = (await listRuns(itself)).filter(({ runner }) => runner !== undefined);
  if (own.length > 0) return { root: itself, entries: own };
  const root = runsFolderFor(folder);
  return { root, entries: await listRuns(root) };
}

/** A folder of runs itself, or the workspace folder that holds one. */
export function runsFolderFor(folder: string): string {
  const given = path.resolve(folder);
  return path.basename(given) === 'runs' && path.basename(path.dirname(given)) === '.benchwright'
    ? given
    : runsFolderOf(path.join(given, 'plan'));
}

function describe(terminal: Terminal, { id, state, run, problems }: RunEntry): string {
  const word = run?.verdict ?? state;
  const label = terminal.style(word.padEnd(11), verdictStyle(word));
  const told = [run?.reason ?? '', ...problems.map(({ message }) => message)].filter((text) => text !== '');
  return `${label} ${id}${told.length > 0 ? `  ${plain(told.join('; '))}` : ''}`;
}
