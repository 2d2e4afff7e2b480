import { stat } from 'node:fs/promises';
import path from 'node:path';
import { findRunsFolders } from '../../runner/find-runs-folders';
import { runsFolderOf } from '../../runner/layout';
import { listRuns, type RunEntry } from '../../runner/open-run';
import type { GivenArguments } from '../arguments';
import { exitCodes } from '../exit-codes';
import { plain, type Terminal } from '../terminal';
import { verdictStyle } from '../verdict-style';

/** Lists runs of the folder that is given, or of the one the program was started in, and of plans below it. */
export async function runs(terminal: Terminal, given: GivenArguments): Promise<number> {
  const folder = given.operands[0] ?? '.';
  if (!(await isFolder(folder))) {
    terminal.say(`benchwright: there is no folder ${plain(folder)}`);
    return exitCodes.usage;
  }
  const { places, isWhole } = await runsBelow(folder);
  const holding = places.filter(({ entries }) => entries.length > 0);
  if (holding.length === 0) tellNone(terminal, folder);
  const isPlain = holding.length === 1 && holding[0]?.root === runsFolderFor(folder);
  for (const [index, { root, entries }] of holding.entries()) {
    if (!isPlain) terminal.say(`${index > 0 ? '\n' : ''}${terminal.style(plain(root), 'bold')}`);
    for (const entry of entries) tell(terminal, entry);
  }
  if (!isWhole)
    terminal.say(
      `Not all folders below ${plain(path.resolve(folder))} were looked into: name a smaller one.`,
    );
  return exitCodes.pass;
}

function tellNone(terminal: Terminal, folder: string): void {
  terminal.say(
    `No runs in ${plain(runsFolderFor(folder))}, nor in any folder below ${plain(path.resolve(folder))}.`,
  );
  terminal.say(
    'Runs are kept in .benchwright/runs of the nearest folder above their plan that holds .git or .benchwright, or where --out said. benchwright runs DIR looks there.',
  );
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

interface RunsPlace {
  readonly root: string;
  /** Newest first. */
  readonly entries: readonly RunEntry[];
}

/** Runs that were kept elsewhere with --out lie in the folder itself; a plan below the folder may keep its own. */
async function runsBelow(
  folder: string,
): Promise<{ readonly places: readonly RunsPlace[]; readonly isWhole: boolean }> {
  const itself = path.resolve(folder);
  const own = (await listRuns(itself)).filter(({ runner }) => runner !== undefined);
  if (own.length > 0) return { places: [{ root: itself, entries: own }], isWhole: true };
  const first = runsFolderFor(folder);
  if (first === itself) return { places: [], isWhole: true };
  const { found, isWhole } = await findRunsFolders(itself);
  const places: RunsPlace[] = [];
  for (const root of new Set([first, ...found])) places.push({ root, entries: await listRuns(root) });
  return { places, isWhole };
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
