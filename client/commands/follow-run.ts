import type { RunEntry } from '../../runner/open-run';
import { opensLivePanel } from '../runs/start-run';
import type { CommandContext } from './command-context';

/** Follows a run that was just started, with its live panel where that is wanted. */
export async function followRun({ sessions, panels }: CommandContext, entry: RunEntry): Promise<void> {
  await sessions.follow(entry);
  if (opensLivePanel()) await panels.open(entry);
}
