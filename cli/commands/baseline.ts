import path from 'node:path';
import type { PinnedBaseline } from '../../core/run/baselines';
import { baselinesFileName, baselinesFileOf, readBaselines } from '../../runner/baselines-file';
import { pinRuns, unpinName, unpinRuns } from '../../runner/pin-baseline';
import type { GivenArguments } from '../arguments';
import { exitCodes } from '../exit-codes';
import { findRun, findRuns } from '../find-run';
import { plain, type Terminal } from '../terminal';
import { runsFolderFor } from './runs';

/** Chooses the runs that goals on a baseline are judged against. */
export async function baseline(terminal: Terminal, given: GivenArguments): Promise<number> {
  const [action = '', ...wanted] = given.operands;
  if (action === 'show' && wanted.length === 0) return show(terminal);
  if (action === 'pin' && wanted.length > 0) return pin(terminal, wanted, given.value('name'));
  if (action === 'unpin' && wanted.length > 0) return unpin(terminal, wanted);
  return misuse(terminal, 'say what to do: baseline pin RUN…, baseline show, or baseline unpin RUN-OR-NAME…');
}

async function pin(terminal: Terminal, wanted: readonly string[], name: string | undefined): Promise<number> {
  const found = await findRuns(wanted);
  if (!found.ok) return misuse(terminal, found.message);
  const pinning = await pinRuns(found.dirs, { name, nowMs: Date.now() });
  if (!pinning.ok) return misuse(terminal, pinning.message);
  for (const one of pinning.pinned) tellBaseline(terminal, one);
  return exitCodes.pass;
}

async function show(terminal: Terminal): Promise<number> {
  const reading = await readBaselines(fileHere());
  if (!reading.ok) return misuse(terminal, reading.message);
  const { baselines, noise } = reading.baselines;
  if (baselines.length === 0) terminal.say('No baseline is pinned: benchwright baseline pin RUN');
  for (const one of baselines) tellBaseline(terminal, one);
  for (const one of noise) {
    const worst = Math.max(0, ...Object.values(one.floors));
    terminal.emit({ kind: 'noise', ...one });
    terminal.say(`${scopeText(one)}: noise of up to ${(worst * 100).toFixed(1)} % over ${one.runs} runs`);
  }
  return exitCodes.pass;
}

async function unpin(terminal: Terminal, wanted: readonly string[]): Promise<number> {
  for (const name of wanted) {
    const entry = await findRun(name);
    const file = entry?.run === undefined ? fileHere() : baselinesFileOf(entry.dir, entry.run.plan.file);
    const named = await unpinName(file, name);
    // A run whose folder is gone is still pinned under its name.
    const dir = entry?.dir ?? path.join(path.dirname(file), 'runs', path.basename(name));
    const owned = await unpinRuns(file, [dir]);
    if (!named.ok) return misuse(terminal, named.message);
    if (!owned.ok) return misuse(terminal, owned.message);
    const count = named.count + owned.count;
    if (count === 0) return misuse(terminal, `${name} is not pinned`);
    terminal.emit({ kind: 'unpinned', name, count });
    terminal.say(`${plain(name)} is no baseline any more.`);
  }
  return exitCodes.pass;
}

function fileHere(): string {
  return path.join(path.dirname(runsFolderFor('.')), baselinesFileName);
}

function tellBaseline(terminal: Terminal, one: PinnedBaseline): void {
  terminal.emit({ kind: 'baseline', ...one });
  const name = one.name === undefined ? '' : ` (${plain(one.name)})`;
  terminal.say(`${scopeText(one)}${name}: ${one.runs.map((run) => path.basename(run)).join(', ')}`);
}

function scopeText({
  plan,
  environment,
  phase,
}: Pick<PinnedBaseline, 'plan' | 'environment' | 'phase'>): string {
  return plain(`${plan}${environment === null ? '' : `@${environment}`} ${phase}`);
}

function misuse(terminal: Terminal, message: string): number {
  terminal.emit({ kind: 'refused', code: 'baseline', message });
  terminal.say(`benchwright: ${plain(message)}`);
  return exitCodes.usage;
}
