import { t } from '@vscode/l10n';
import { StringDecoder } from 'node:string_decoder';
import * as z from 'zod/mini';
import { parseJson } from '../../core/parse-json';
import type { IterationEvent } from '../../core/run/iteration';
import { iterationEventSchema } from '../../protocol/iteration';

/** Why nothing was run. */
const notStarted = z.union([
  z.object({ kind: z.literal('refused'), message: z.string(), remedy: z.string() }),
  z.object({ kind: z.literal('problem'), message: z.string(), severity: z.literal('error') }),
]);

/** The output of `benchwright debug --json` as events, whatever the pieces in which it comes. */
export class IterationLines {
  /** Why it was not run, where it was not. */
  refusal: string | undefined;
  readonly #decoder = new StringDecoder('utf8');
  readonly #onEvent: (event: IterationEvent) => void;
  #pending = '';

  constructor(onEvent: (event: IterationEvent) => void) {
    this.#onEvent = onEvent;
  }

  add(chunk: Uint8Array): void {
    const lines = (this.#pending + this.#decoder.write(Buffer.from(chunk))).split('\n');
    this.#pending = lines.pop() ?? '';
    for (const line of lines) this.#read(line);
  }

  #read(line: string): void {
    const value: unknown = parseJson(line);
    const event = iterationEventSchema.safeParse(value);
    if (event.success) {
      this.#onEvent(event.data);
      return;
    }
    const refused = notStarted.safeParse(value);
    if (!refused.success || this.refusal !== undefined) return;
    const { message } = refused.data;
    this.refusal =
      refused.data.kind === 'refused' ? t`${message}; to go on, ${refused.data.remedy}` : message;
  }
}
