/** `runner.json`: the first file of a run folder. It says who runs what, and until when, before there is a result. */
import * as z from 'zod';

const plannedPhase = z.object({
  name: z.string(),
  plannedMs: z.number(),
  drainMs: z.number(),
  /** The measured window, in milliseconds from the start of the load. */
  windowFromMs: z.number(),
  windowToMs: z.number(),
});

export const runnerFileSchema = z.object({
  version: z.literal(1),
  id: z.string(),
  pid: z.int(),
  /** When the process started, as its machine tells it: a pid alone may belong to another process by now. */
  processStarted: z.string(),
  startedMs: z.number(),
  plan: z.object({ name: z.string(), file: z.string(), sha256: z.string() }),
  environment: z.string().nullable(),
  /** `host:port` of everything the load goes to. */
  targets: z.array(z.string()),
  /** The dashboard from the start of the run on, where the plan names a Grafana server. */
  dashboard: z.url({ protocol: /^https?$/ }).optional(),
  /** In the order in which they run. */
  phases: z.array(plannedPhase),
});

export type RunnerFile = z.output<typeof runnerFileSchema>;
export type PlannedPhase = z.output<typeof plannedPhase>;
