/** What the language server and its clients agree on beyond the protocol itself. */
import * as z from 'zod/mini';
import type { PhaseShape } from '../core/plan/load-shape';

/** Runs one phase. Arguments: the URI of the plan, the name of the phase. */
export const runPhaseCommand = 'benchwright.run.phase';

/** Runs every phase. Argument: the URI of the plan. */
export const runPlanCommand = 'benchwright.run.plan';

/** Shows a run. Argument: its id. */
export const openRunCommand = 'benchwright.run.open';

/** Runs once more what a run has run, and shows what changed. Argument: its id. */
export const rerunCommand = 'benchwright.run.rerunAndCompare';

/**
 * Notification from the client: what the finished runs of plans came to, in place of all that was told before. The
 * server reads no run folder; a client that has no runs sends nothing.
 */
export const lastResultsMethod = 'benchwright/lastResults';

/** Runs that are told of each plan, environment and phase: as many as a row of blocks can show. */
export const toldRuns = 12;

/** A percentile of one step in milliseconds, with its 95 % interval where that is known and not open. */
const told = z.object({ ms: z.number(), low: z.nullable(z.number()), high: z.nullable(z.number()) });

const toldGoal = z.object({
  text: z.string(),
  state: z.enum(['held', 'broken', 'no-data']),
  /** In the unit: milliseconds, a share between 0 and 1, a rate per second, or users. */
  measured: z.nullable(z.number()),
  unit: z.enum(['ms', 'share', 'per-second', 'users']),
  reason: z.optional(z.string()),
});

const phaseOutcome = z.object({
  runId: z.string(),
  verdict: z.enum(['pass', 'fail', 'no-data', 'incomplete', 'aborted', 'tool-error']),
  /** One sentence: why this verdict. */
  reason: z.string(),
  /** Why its figures are no ground for a comparison; `null` where they are one. */
  unfit: z.nullable(z.string()),
  /** Figures of two runs are held against each other only where plan and machine are the same. */
  planSha256: z.string(),
  machine: z.string(),
  p95: z.nullable(told),
  p99: z.nullable(told),
  /** The load that held, of a search: users, or arrivals per second. */
  capacity: z.nullable(z.object({ value: z.number(), unit: z.enum(['users', 'per-second']) })),
  goals: z.array(toldGoal),
});

/** What one step of the newest run came to: milliseconds, requests, and requests per second. */
const toldStep = z.object({
  scenario: z.string(),
  step: z.string(),
  requests: z.number(),
  failed: z.number(),
  rps: z.nullable(z.number()),
  p50: z.nullable(z.number()),
  p90: z.nullable(z.number()),
  p95: z.nullable(z.number()),
  p99: z.nullable(z.number()),
  mean: z.nullable(z.number()),
  max: z.nullable(z.number()),
});

const phaseHistory = z.object({
  /** URI of the file of the plan. */
  plan: z.string(),
  environment: z.nullable(z.string()),
  phase: z.string(),
  /** The slowest step of the last run, which the percentiles of all runs are of; empty where there is none. */
  step: z.string(),
  /** Newest first, at least one. */
  runs: z.array(phaseOutcome),
  /** Steps of the newest run, of which goals can be written; a client that does not tell them has them completed less. */
  steps: z.optional(z.array(toldStep)),
});

export const lastResultsSchema = z.object({ histories: z.array(phaseHistory) });

/**
 * Notification from the client: the names of metrics that targets had in their last runs, in place of all that was told
 * before. The server asks no target.
 */
export const seenMetricsMethod = 'benchwright/seenMetrics';

/** Names that are told of a target. */
export const maxSeenMetrics = 2000;

const seenTarget = z.object({
  /** URI of the file of the plan. */
  plan: z.string(),
  target: z.string(),
  names: z.array(z.string().check(z.maxLength(300))).check(z.maxLength(maxSeenMetrics)),
});

export const seenMetricsSchema = z.object({ targets: z.array(seenTarget) });

export type ToldMetrics = z.output<typeof seenMetricsSchema>;

export type LastResults = z.output<typeof lastResultsSchema>;
export type PhaseHistory = z.output<typeof phaseHistory>;
export type PhaseOutcome = z.output<typeof phaseOutcome>;
export type ToldStep = z.output<typeof toldStep>;
export type ToldPercentile = z.output<typeof told>;

/**
 * Notification from the server to clients that said `apiDocuments: true` in their `initializationOptions`: the
 * addresses of OpenAPI documents that plans name. The server opens no connection; the client may fetch them.
 */
export const wantedDocumentsMethod = 'benchwright/wantedApiDocuments';

export const wantedDocumentsSchema = z.object({ addresses: z.array(z.string()) });

/** Notification from the client: documents that it has. Each takes the place of an earlier one of its address. */
export const apiDocumentsMethod = 'benchwright/apiDocuments';

export const apiDocumentsSchema = z.object({
  documents: z.array(
    z.object({
      address: z.string(),
      text: z.string(),
      /** A file with the text, to which definitions lead. */
      uri: z.optional(z.string()),
    }),
  ),
});

export type ApiDocuments = z.output<typeof apiDocumentsSchema>;

/** Shows a plan as it is run. Argument: the URI of the plan. */
export const expandPlanCommand = 'benchwright.plan.expand';

/** Shows the load of a plan over time. Argument: the URI of the plan. */
export const previewLoadCommand = 'benchwright.preview.open';

/** Runs one user of a scenario once. Arguments: the URI of the plan, the name of the scenario. */
export const debugIterationCommand = 'benchwright.debug.iteration';

/** Request: the plan that a document is, or is a part of, as it is run. Answered with `ExpandedDocument` or `null`. */
export const expandedPlanMethod = 'benchwright/expandedPlan';

/** Request: the loads of that plan over time. Answered with `PlanShape` or `null`. */
export const loadShapeMethod = 'benchwright/loadShape';

/** What both requests ask with. An environment that the plan does not have is none. */
export const planQuestionSchema = z.object({
  textDocument: z.object({ uri: z.string() }),
  environment: z.nullable(z.string()),
});

export type PlanQuestion = z.output<typeof planQuestionSchema>;

/** Line and character as the protocol counts them. */
export interface PlaceInFile {
  readonly uri: string;
  readonly range: {
    readonly start: { readonly line: number; readonly character: number };
    readonly end: { readonly line: number; readonly character: number };
  };
}

export interface ExpandedDocument {
  readonly planUri: string;
  readonly text: string;
  /** Of each line, what it stands for; `null` where nothing is written for it. */
  readonly origins: readonly (PlaceInFile | null)[];
}

/** A load of a phase over time, as `core/plan/load-shape` tells it, and where the phase is written. */
export interface ShownPhase extends PhaseShape {
  /** Absent where only the answers of the target decide it. */
  readonly requests: number | null;
  readonly isAtMost: boolean;
  readonly place: PlaceInFile;
  /** Of the whole phase, so that a cursor in it can be told. */
  readonly whole: PlaceInFile;
}

export interface PlanShape {
  readonly planUri: string;
  readonly name: string;
  /** The environment that is laid over it. */
  readonly environment: string | null;
  readonly phases: readonly ShownPhase[];
}

/**
 * What a client in a browser tells the server in `initializationOptions.workspaceFiles`: the server has no disk there.
 * Folders and files by their URIs, and the texts of plans.
 */
export const workspaceFilesSchema = z.object({
  folders: z.array(z.object({ uri: z.string(), files: z.array(z.string()), folders: z.array(z.string()) })),
  plans: z.array(z.object({ uri: z.string(), text: z.string() })),
});

export type ToldWorkspace = z.output<typeof workspaceFilesSchema>;

/** Notification of such a client: files that came, went or have changed, and the texts of plans among them. */
export const changedFilesMethod = 'benchwright/changedFiles';

export const changedFilesSchema = z.object({
  files: z.array(z.object({ uri: z.string(), isThere: z.boolean(), text: z.optional(z.string()) })),
});

export type ChangedFiles = z.output<typeof changedFilesSchema>;

/** Request of the server to such a client: `{ uri }`, answered with `ToldFile`. */
export const readFileMethod = 'benchwright/readFile';

export const toldFileSchema = z.union([
  z.object({ ok: z.literal(true), text: z.string() }),
  z.object({ ok: z.literal(false), why: z.enum(['missing', 'large', 'outside', 'unreadable']) }),
]);

export type ToldFile = z.output<typeof toldFileSchema>;

/** A file that is larger is not told: what the server reads of any is less. In bytes. */
export const maxToldBytes = 16 * 1024 * 1024;
