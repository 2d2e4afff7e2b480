/**
 * A last trial above the limit, which goes on where others were ended: those broke within a second or two, and a process
 * may not have had its core full by then. It tells what is full under too much load, and moves no bound.
 */
import type { Saturation } from '../run/run';
import type { Search, Trial } from './capacity-search';

/** Well above a bound that a trial may have broken by a little, yet never above the highest load that the plan allows. */
const aboveUpper = 1.5;

/** Enough readings to tell, where they are taken every second. */
const minMs = 10_000;

/**
 * @param saturation what the trials tell so far.
 * @param trialMs of the trials before.
 * @returns `undefined` where there is no limit that was crossed, or nothing to find out.
 */
export function overloadTrial(
  { next, settings }: Search,
  saturation: Saturation | undefined,
  trialMs: number,
): { readonly trial: Trial; readonly lengthMs: number } | undefined {
  if (next.kind !== 'done' || next.capacity.kind !== 'found') return undefined;
  if (saturation?.kind !== 'undetermined') return undefined;
  if (saturation.code !== 'none' && saturation.code !== 'others') return undefined;
  const wanted = next.capacity.upper * aboveUpper;
  const level = Math.min(settings.unit === 'users' ? Math.ceil(wanted) : wanted, settings.max ?? Infinity);
  const trial = { level, purpose: 'overload', needsRecovery: true } as const;
  return { trial, lengthMs: Math.max(minMs, trialMs) };
}
