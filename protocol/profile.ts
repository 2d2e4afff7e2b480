/**
 * What the host and the profile panel say to each other. A profile may be of a hundred megabytes and stays with the
 * host: the page asks for what it shows, and gets numbers in typed arrays and the names that go with them.
 *
 * The page says `ready` and gets one `opened`, or a `problem`. After that every question has a number that its answer
 * repeats; a page drops answers that are older than its latest question of that kind.
 */
import * as z from 'zod/mini';

export const profileVersion = 1;

/** What a page can be asked to hold, so that a hostile file cannot exhaust it. */
export const profileLimits = { boxes: 110_000, rows: 500, threads: 2000, text: 4000, pixels: 10_000 };

const text = z.string().check(z.maxLength(profileLimits.text));
const id = z.int().check(z.nonnegative());

const unit = z.enum(['ns', 'samples', 'bytes', 'count']);

/** A function by its number, which is the same in all answers. */
const named = z.object({ id, name: text, file: text, isOwn: z.boolean() });

const row = z.object({
  ...named.shape,
  /** From 1; 0 where it is unknown. */
  line: z.number(),
  module: text,
  self: z.number(),
  total: z.number(),
  /** `null` where the tool does not count calls. */
  calls: z.nullable(z.number()),
});

const neighbour = z.object({ ...named.shape, weight: z.number() });

const verdict = z.enum(['grew', 'shrank', 'no-evidence']);
const delta = z.object({
  before: z.number(),
  after: z.number(),
  difference: z.number(),
  low: z.nullable(z.number()),
  high: z.nullable(z.number()),
  verdict,
});

const opened = z.object({
  kind: z.literal('opened'),
  version: z.literal(profileVersion),
  name: text,
  producer: text,
  format: text,
  unit,
  /** Weight of all samples in which something worked. */
  whole: z.number(),
  samples: z.number(),
  functions: z.number(),
  /** Heaviest first. */
  threads: z
    .array(z.object({ id, name: text, weight: z.number() }))
    .check(z.maxLength(profileLimits.threads)),
  /** Whether there are stacks to draw, and whether they are in the order of time. */
  hasStacks: z.boolean(),
  hasOrder: z.boolean(),
  /** The profile that this one is compared with, where there is one, and the weight of its samples. */
  comparedWith: z.nullable(text),
  wholeBefore: z.nullable(z.number()),
  /** Whether it is of a run, which can be made once more. */
  isOfRun: z.boolean(),
});

const problem = z.object({
  kind: z.literal('problem'),
  version: z.literal(profileVersion),
  message: text,
  remedy: text,
});

const answer = { version: z.literal(profileVersion), request: z.int() };

/** Rectangles, column by column; `left` and `right` in the unit of the axis. */
const layout = z.object({
  kind: z.literal('layout'),
  ...answer,
  /** All that the axis spans, and what of it was asked for. */
  axisFrom: z.number(),
  axisTo: z.number(),
  from: z.number(),
  to: z.number(),
  maxDepth: z.number(),
  left: z.instanceof(Float64Array),
  right: z.instanceof(Float64Array),
  depth: z.instanceof(Uint32Array),
  fn: z.instanceof(Uint32Array),
  self: z.instanceof(Float64Array),
  /** The functions of the rectangles. */
  named: z.array(named).check(z.maxLength(profileLimits.boxes)),
});

const functions = z.object({
  kind: z.literal('functions'),
  ...answer,
  rows: z.array(row).check(z.maxLength(profileLimits.rows)),
  /** How many there are in all, and the weight of the samples that have one of them, counted once. */
  count: z.number(),
  matched: z.number(),
});

const neighbours = z.object({
  kind: z.literal('neighbours'),
  ...answer,
  of: id,
  callers: z.array(neighbour).check(z.maxLength(profileLimits.rows)),
  callees: z.array(neighbour).check(z.maxLength(profileLimits.rows)),
});

const changes = z.object({
  kind: z.literal('changes'),
  ...answer,
  notes: z.array(text).check(z.maxLength(20)),
  rows: z
    .array(z.object({ ...named.shape, self: delta, total: delta, totalPerRequest: z.nullable(delta) }))
    .check(z.maxLength(profileLimits.rows)),
});

/** What became of the wish to see a function's source, where that is not seen by itself. */
const told = z.object({ kind: z.literal('told'), version: z.literal(profileVersion), message: text });

export const toProfileView = z.discriminatedUnion('kind', [
  opened,
  problem,
  layout,
  functions,
  neighbours,
  changes,
  told,
]);

const question = { version: z.literal(profileVersion), request: z.int() };
const bare = { version: z.literal(profileVersion) };
const thread = z.nullable(id);

const askLayout = z.object({
  kind: z.literal('layout'),
  ...question,
  order: z.enum(['weight', 'time']),
  /** Of a comparison, the profile whose weights are the widths. From before it is always by weight, of all threads. */
  side: z.enum(['after', 'before']),
  thread,
  /** The whole axis where there is no window. */
  window: z.nullable(z.object({ from: z.number(), to: z.number() })),
  pixels: z.int().check(z.minimum(1), z.maximum(profileLimits.pixels)),
});

const askFunctions = z.object({
  kind: z.literal('functions'),
  ...question,
  thread,
  group: z.enum(['function', 'module']),
  sort: z.enum(['self', 'total', 'name', 'calls']),
  origin: z.enum(['all', 'own', 'library']),
  query: text,
});

const askNeighbours = z.object({ kind: z.literal('neighbours'), ...question, thread, of: id });
const askChanges = z.object({ kind: z.literal('changes'), ...question, query: text });

export const fromProfileView = z.discriminatedUnion('kind', [
  /** The page is set up, or has been loaded anew. */
  z.object({ kind: z.literal('ready'), ...bare }),
  askLayout,
  askFunctions,
  askNeighbours,
  askChanges,
  z.object({ kind: z.literal('open-source'), ...bare, of: id }),
  /** Choose another profile to compare with, or compare with none. */
  z.object({ kind: z.literal('compare'), ...bare }),
  z.object({ kind: z.literal('compare-none'), ...bare }),
  /** Run the same once more, and compare. */
  z.object({ kind: z.literal('rerun'), ...bare }),
]);

export type ToProfileView = z.infer<typeof toProfileView>;
export type FromProfileView = z.infer<typeof fromProfileView>;
export type ProfileOpened = z.infer<typeof opened>;
export type ProfileProblem = z.infer<typeof problem>;
export type ProfileLayout = z.infer<typeof layout>;
export type ProfileFunctions = z.infer<typeof functions>;
export type ProfileNeighbours = z.infer<typeof neighbours>;
export type ProfileChanges = z.infer<typeof changes>;
export type ProfileRow = z.infer<typeof row>;
export type ProfileDelta = z.infer<typeof delta>;
export type ProfileNamed = z.infer<typeof named>;
export type WeightUnit = z.infer<typeof unit>;
export type ProfileQuestion = Extract<FromProfileView, { request: number }>;
export type ProfileAnswer = Extract<ToProfileView, { request: number }>;
