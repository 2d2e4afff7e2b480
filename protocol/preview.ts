/**
 * What the host and the preview of a load say to each other. The view says `ready` and gets the shape of the plan, and
 * again after every edit. The host says which phase the cursor is in; the view, which phase was chosen.
 */
import * as z from 'zod/mini';

export const previewVersion = 1;

/** A plan has no more phases or stages than the limits of its file allow; these bound what a view must hold. */
export const previewLimits = { phases: 500, parts: 2000, text: 4000 };

const text = z.string().check(z.maxLength(previewLimits.text));
const windows = z
  .array(z.object({ fromMs: z.number(), toMs: z.number() }))
  .check(z.maxLength(previewLimits.parts));

const part = z.object({
  fromMs: z.number(),
  toMs: z.number(),
  /** Users or arrivals per second at both ends; `null` where only the run can tell. */
  from: z.nullable(z.number()),
  to: z.nullable(z.number()),
});

const phase = z.object({
  name: text,
  kind: z.enum(['load', 'search', 'profiling']),
  unit: z.enum(['users', 'per-second']),
  /** Times are in milliseconds from the start of the phase. */
  parts: z.array(part).check(z.maxLength(previewLimits.parts)),
  isEstimate: z.boolean(),
  durationMs: z.number(),
  windows,
  warmups: windows,
  peak: z.nullable(z.number()),
  after: z.array(text),
  requests: z.nullable(z.number()),
  isAtMost: z.boolean(),
});

const shape = z.object({
  kind: z.literal('shape'),
  version: z.literal(previewVersion),
  /** The URI of the plan, by which the view is found again after a reload. */
  plan: z.string(),
  name: text,
  environment: z.nullable(text),
  /** In the order in which they run. */
  phases: z.array(phase).check(z.maxLength(previewLimits.phases)),
  /** The phase that the cursor is in. */
  selected: z.nullable(text),
});

const bare = { version: z.literal(previewVersion) };

export const toPreview = z.discriminatedUnion('kind', [
  shape,
  z.object({ kind: z.literal('select'), ...bare, phase: z.nullable(text) }),
  /** There is no load to show; what was shown before stays, and the message says why it is old. */
  z.object({ kind: z.literal('unavailable'), ...bare, plan: z.string(), message: text }),
]);

export const fromPreview = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), ...bare }),
  /** Show where the phase is written. */
  z.object({ kind: z.literal('reveal'), ...bare, phase: text }),
]);

export type ToPreview = z.infer<typeof toPreview>;
export type FromPreview = z.infer<typeof fromPreview>;
export type PreviewShape = z.infer<typeof shape>;
export type PreviewPhase = z.infer<typeof phase>;
