/** What a step sends while it is on, by a WebSocket or in a stream of gRPC, as `inTurn` of the runtime takes it. */
import { object, type Code, type Entry } from './code';

/** Gives the name of the function that a condition of the plan becomes. */
export type GiveCondition = (wish: string, text: string, ...keys: readonly (string | number)[]) => string;

interface Sending {
  readonly when?: string | undefined;
  readonly every?: number | undefined;
}

/** @param make the code of a function that makes the message. @param at the number of the step, and of the message in it. */
export function sendCode(
  make: string,
  { when, every }: Sending,
  at: { readonly step: number; readonly index: number },
  condition: GiveCondition,
): Code {
  const entries: Entry[] = [['make', make]];
  if (when !== undefined) entries.push(['when', condition(`when${at.step}`, when, 'send', at.index, 'when')]);
  if (every !== undefined) entries.push(['everyMs', String(every)]);
  return object(entries);
}
