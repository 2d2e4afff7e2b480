/** What a traced script says, and what the command line says of it to an editor: each a line of JSON. */
import * as z from 'zod/mini';
import type { IterationEvent } from '../core/run/iteration';

const rawText = z.nullable(z.object({ text: z.string(), length: z.number() }));
const named = z.object({ name: z.string(), value: rawText });

/** k6 gives a header of a request as a list. */
const headers = z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())]));

/** A line of the script, behind its mark. `step` is the position among the steps of the scenario. */
export const tracedSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('answer'),
    step: z.int(),
    request: z.object({ method: z.string(), url: z.string(), headers, body: rawText }),
    status: z.number(),
    headers,
    body: rawText,
    error: z.string(),
    tookMs: z.number(),
  }),
  z.object({ kind: z.literal('captured'), step: z.int(), values: z.array(named) }),
  z.object({
    kind: z.literal('condition'),
    step: z.int(),
    keys: z.array(z.union([z.string(), z.number()])),
    text: z.string(),
    held: z.nullable(z.boolean()),
    values: z.array(named),
  }),
  z.object({ kind: z.literal('left-out'), step: z.int(), count: z.int() }),
  z.object({ kind: z.literal('end'), isWhole: z.boolean() }),
]);

export type Traced = z.output<typeof tracedSchema>;

const at = z.object({ line: z.int(), character: z.int() });
const place = z.object({ file: z.string(), start: at, end: at });
const shownHeaders = z.record(z.string(), z.string());

/** A line of `benchwright debug --json`. */
export const iterationEventSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('answer'),
    step: z.string(),
    place,
    request: z.object({ method: z.string(), url: z.string(), headers: shownHeaders, body: rawText }),
    status: z.number(),
    headers: shownHeaders,
    body: rawText,
    error: z.string(),
    tookMs: z.number(),
  }),
  z.object({
    kind: z.literal('captured'),
    step: z.string(),
    place,
    stepPlace: place,
    name: z.string(),
    value: rawText,
  }),
  z.object({
    kind: z.literal('condition'),
    step: z.string(),
    place,
    stepPlace: place,
    key: z.string(),
    text: z.string(),
    held: z.nullable(z.boolean()),
    values: z.array(named),
  }),
  z.object({ kind: z.literal('left-out'), step: z.string(), place, count: z.int() }),
  z.object({ kind: z.literal('log'), level: z.string(), message: z.string() }),
  z.object({ kind: z.literal('over'), isWhole: z.boolean(), fault: z.nullable(z.string()) }),
]) satisfies z.ZodMiniType<IterationEvent>;
