/**
 * What the host and the page of a report say to each other. The page is the report itself, written by the host; its
 * script only makes the places in it lead somewhere.
 */
import * as z from 'zod/mini';

export const reportVersion = 1;

const text = z.string().check(z.maxLength(4000));
const version = z.literal(reportVersion);

export const toReportView = z.discriminatedUnion('kind', [
  /** The first answer to `ready`: what the page is of, so that it can be opened again after a reload of the window. */
  z.object({
    kind: z.literal('shown'),
    version,
    runId: text,
    /** The run that it is compared with. */
    baselineId: z.nullable(text),
    /** Whether the run has a profile, so that running it again shows what changed in it. */
    hasProfile: z.boolean(),
  }),
  /** What became of the wish to see a source, where that is not seen by itself. */
  z.object({ kind: z.literal('told'), version, message: text }),
]);

export const fromReportView = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), version }),
  z.object({
    kind: z.literal('open-source'),
    version,
    file: text,
    line: z.int().check(z.positive()),
  }),
  z.object({ kind: z.literal('export'), version }),
  z.object({ kind: z.literal('open-profile'), version }),
  /** Run the same once more, and compare. */
  z.object({ kind: z.literal('rerun'), version }),
]);

export type ToReportView = z.infer<typeof toReportView>;
export type FromReportView = z.infer<typeof fromReportView>;
