/** Whether py-spy can look into a process, found by looking once, before any load. */
import { runBriefly } from '../host/process-host';
import type { ProfilerProblem } from '../host/profiler-problem';
import { readAttachFacts } from './attach-facts';
import { explainAttach } from './explain';

/** Without halting the target a look may meet a stack in motion; the last try halts it for some milliseconds. */
const tries = [['--nonblocking'], ['--nonblocking'], []];

/**
 * Looks at the stacks of each process until one shows them.
 *
 * @param tree the process and those below it: a shell that started Python is none itself.
 * @returns the process to attach to, or why there is none.
 */
export async function attachable(
  pySpyFile: string,
  tree: readonly number[],
): Promise<
  { readonly ok: true; readonly pid: number } | { readonly ok: false; readonly problem: ProfilerProblem }
> {
  let problem: ProfilerProblem | undefined;
  for (const pid of tree) {
    const found = await look(pySpyFile, pid);
    if (found === undefined) return { ok: true, pid };
    // What keeps us from the first is told: only where that is no Python, those below it are worth a look.
    problem ??= found;
    if (found.code !== 'not-python') break;
  }
  if (problem === undefined) throw new Error('a tree of processes has no root');
  return { ok: false, problem };
}

async function look(file: string, pid: number): Promise<ProfilerProblem | undefined> {
  let text = '';
  for (const how of tries) {
    const { code, output, errors } = await runBriefly(file, ['dump', '--pid', String(pid), '--json', ...how]);
    if (code === 0 && output.trimStart().startsWith('[')) return undefined;
    text = errors;
    if (/permission|version|No such/i.test(errors)) break;
  }
  return explainAttach(await readAttachFacts(pid), text);
}
