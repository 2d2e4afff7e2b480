import { liveLimits } from '../../protocol/live';

/** A view takes no more than this; what is longer was not meant for people. */
export function clipText(text: string): string {
  return text.length <= liveLimits.text ? text : `${text.slice(0, liveLimits.text - 1)}…`;
}

/** A copy with at most as many entries as a view takes, and no text longer than it takes. */
export function clipList<T extends object>(
  entries: readonly T[],
  limit: Exclude<keyof typeof liveLimits, 'text' | 'points' | 'notes'>,
): T[] {
  return entries.slice(0, liveLimits[limit]).map((entry) => {
    const clipped = Object.entries(entry).map(([key, value]: [string, unknown]) => [
      key,
      typeof value === 'string' ? clipText(value) : value,
    ]);
    return Object.fromEntries(clipped) as T;
  });
}
