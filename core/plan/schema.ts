/**
 * The plan format. This schema is the one source of the types, the validation, the exported JSON Schema
 * and the reference in docs/plan-reference.md: a key that is not described here does not exist.
 */
import * as z from 'zod';
import { kubernetes } from './schema-kubernetes';
import { listen, locustScenario, shape } from './schema-locust';
import { metrics, observe, targetInPrometheus } from './schema-observe';
import { stepList } from './schema-steps';
import {
  duration,
  expression,
  file,
  name,
  named,
  rate,
  rateLevel,
  redirects,
  resolution,
  scalar,
  searchLevel,
  targetAuth,
  tls,
  url,
  users,
} from './schema-values';

export { methods } from './methods';
export {
  grpcStatuses,
  type AwaitStep,
  type GrpcStep,
  type GrpcStreamStep,
  type RequestStep,
  type ScriptStep,
  type Step,
  type StreamStep,
  type ThinkStep,
  type WsStep,
} from './schema-steps';
export {
  namePattern,
  nameRule,
  type Auth,
  type Level,
  type LoadLevel,
  type LoadUnit,
  type OAuth2,
  type TargetAuth,
  type Tls,
} from './schema-values';

const stepScenario = z
  .strictObject({
    steps: stepList.describe('What the user does, step after step.'),
    target: name.optional().describe('The target of the steps. May be left out where the plan has only one.'),
  })
  .describe('Steps, which k6 makes.');

export const scenarioSchema = z.union([stepScenario, locustScenario]).describe('What one user does once.');

const proto = z
  .union([
    file.describe('A proto file beside or below the plan. What it imports is looked for in its folder.'),
    z
      .strictObject({
        folder: file.describe('The folder in which the files, and all that they import, are looked for.'),
        files: z.array(file).min(1).max(100).describe('Proto files, as seen from that folder.'),
      })
      .describe('Several files, or files that import others from further above.'),
  ])
  .describe(
    'What defines the services that steps `grpc` and `grpcStream` call. Without it the service is asked, which needs server reflection.',
  );

const target = z
  .strictObject({
    url: url.describe('Where the service is reached.'),
    headers: z.record(z.string(), scalar).optional().describe('Headers of every request to this target.'),
    auth: targetAuth.optional(),
    redirects: redirects
      .optional()
      .describe('How many redirects its requests follow, where a step does not say. Default: 0.'),
    tls: tls.optional(),
    proto: proto.optional(),
    openapi: z
      .string()
      .min(1)
      .max(1000)
      .meta({ title: 'OpenAPI document', examples: ['/openapi.json', 'openapi.yaml'] })
      .optional()
      .describe(
        'Its OpenAPI document, by which paths, parameters, bodies and fields of answers are completed and checked: a file of the workspace, relative to the plan (`openapi.yaml`), or where the service has it (`/openapi.json`, or a whole address).',
      ),
    process: z
      .strictObject({
        port: z.int().min(1).max(65535).optional().describe('The port it listens on.'),
        pid: z.int().min(1).optional().describe('Its process id.'),
        command: z.string().min(1).optional().describe('A part of its command line.'),
        container: z
          .string()
          .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'needs the name or the id of a container')
          .optional()
          .describe('The name or id of its container, read over the socket of the container engine.'),
      })
      .optional()
      .describe(
        'How to find its process, whose CPU, memory, threads and open files are read beside the load.',
      ),
    metrics: metrics.optional(),
    prometheus: targetInPrometheus.optional(),
    source: z.string().optional().describe('The folder of its source code, relative to the plan.'),
  })
  .describe('A service under test.');

const mix = z
  .union([z.array(name).min(1), z.record(name, z.number().positive('needs a weight above 0'))])
  .transform((value): Readonly<Record<string, number>> =>
    Array.isArray(value) ? Object.fromEntries(value.map((key) => [key, 1])) : value,
  )
  .describe('The scenarios, evenly as a list, or with weights as a map.');

const until = z.array(expression).min(1);

const orderShape = {
  after: z
    .union([name, z.array(name).min(1)])
    .transform((value) => (Array.isArray(value) ? value : [value]))
    .optional()
    .describe('The phases that must have passed before this one starts.'),
} as const;

const stage = z
  .strictObject({
    users: users.optional().describe('Users during the stage, or a ramp.'),
    rate: rateLevel.optional().describe('Arrivals during the stage, or a ramp.'),
    for: duration.describe('How long the stage lasts.'),
  })
  .describe('A part of the shape of a load.');

const arrivals = z
  .enum(['even', 'poisson'])
  .optional()
  .describe(
    'Open model: how arrivals are spaced. `even`, as without it: one after the other at the same distance, best to compare two builds. `poisson`: at random, as a crowd comes, so that queues are as long as with real users.',
  );

const generatorsShape = {
  generators: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe(
      'How many k6 make the load together, each with its share of it; of a locustfile, how many workers a Locust has. Their figures are merged exactly. Default: 1.',
    ),
  onLostGenerator: z
    .enum(['continue', 'stop'])
    .optional()
    .describe(
      'What becomes of the load when a generator is lost. `continue`, as without it: the others go on with their shares, and workers of Locust take over its users. `stop`: it ends. The verdict tells of the loss in either case.',
    ),
} as const;

const spawn = rate
  .optional()
  .describe('Locust: the most users that are started in a second. Without it, all that are missing at once.');

const loadPhase = z
  .strictObject({
    scenarios: mix,
    users: users.optional().describe('Closed model: this many users, each starting anew when it is done.'),
    rate: rateLevel.optional().describe('Open model: arrivals per second, whatever the answers take.'),
    stages: z
      .array(stage)
      .min(1)
      .max(100)
      .optional()
      .describe('A shape of several parts, in place of users or rate.'),
    shape,
    listen,
    spawn,
    for: duration
      .optional()
      .describe('How long the phase lasts, warm-up included. With `stages` it is their sum.'),
    warmup: duration.default(0).describe('The time at the start that is not measured.'),
    drain: duration.default(5000).describe('The time that requests under way at the end are given.'),
    arrivals,
    maxUsers: z.int().min(1).max(100_000).optional().describe('Open model: the most users at once.'),
    ...generatorsShape,
    ...orderShape,
  })
  .describe('A load on some scenarios, with a measured window.');

const findPhase = z
  .strictObject({
    scenarios: mix,
    find: z
      .strictObject({
        start: searchLevel.describe(
          'The first load tried. A rate (`20/s`) searches by arrivals per second, as users come who do not know of each other. A whole number (`10`) searches by users, each of whom starts anew when it is done: the only way of a locustfile.',
        ),
        factor: z
          .number()
          .gt(1)
          .max(10)
          .default(1.5)
          .describe('The factor from trial to trial on the way up.'),
        trial: duration.default(60_000).describe('How long one trial lasts.'),
        resolution: resolution.default(0.05).describe('How far apart the two bounds of the answer may be.'),
        confirm: duration.default(180_000).describe('How long the confirming trial lasts.'),
        max: searchLevel.optional().describe('The highest load that may be tried, in the unit of `start`.'),
      })
      .describe('Searches the highest load at which every goal holds.'),
    spawn,
    arrivals,
    until: until.optional().describe('What ends the climb: conditions such as `errors > 5%`, or `plateau`.'),
    ...generatorsShape,
    ...orderShape,
  })
  .describe('A search for the capacity.');

const profiler = z
  .strictObject({
    target: name.describe('The target that is profiled. It runs on this machine.'),
    with: z
      .enum(['py-spy', 'cProfile'])
      .describe('The profiler: py-spy takes samples from outside, cProfile counts every call from inside.'),
    for: duration.describe('How long it records.'),
    rate: rate
      .optional()
      .describe(
        'py-spy: samples per second. `100/s` unless told otherwise, `20/s` where the target is halted for each.',
      ),
    idle: z
      .boolean()
      .optional()
      .describe('py-spy: whether threads that wait are sampled too, to see what they wait for.'),
    gil: z
      .boolean()
      .optional()
      .describe('py-spy: whether only threads that hold the interpreter lock are sampled.'),
    native: z
      .boolean()
      .optional()
      .describe(
        'py-spy: whether functions of C extensions are shown. The target is halted for each sample then, as with `blocking`.',
      ),
    blocking: z
      .boolean()
      .optional()
      .describe(
        'py-spy: whether the target is halted for each sample. Its stacks are then exact, and the more often, the slower it gets.',
      ),
  })
  .describe('A profiler attached to a target.');

const rerunPhase = z
  .strictObject({
    rerun: name.describe('The phase whose load is applied again.'),
    at: z
      .string()
      .regex(/^(?:knee|\d+(?:\.\d+)?%|\d+(?:\.\d+)?\/[smh])$/, 'needs knee, a percentage of it, or a rate')
      .describe(
        'The load level. After a search: `knee`, where throughput stops following the load, else the capacity; or `80%` of that. After a load: `80%` of its highest level. Or a rate.',
      ),
    profile: z.array(profiler).min(1).describe('The profilers, all attached for the same trial.'),
    ...orderShape,
  })
  .describe('Applies the load of another phase again, with profilers attached.');

export const phaseSchema = z.union([loadPhase, findPhase, rerunPhase]);

const data = z
  .strictObject({
    file: z
      .string()
      .min(1)
      .meta({ title: 'file', examples: ['tasks.csv'] })
      .describe('A CSV, JSON or NDJSON file beside or below the plan.'),
    pick: z
      .enum(['unique', 'sequential', 'random'])
      .default('sequential')
      .describe('How a row is chosen for an iteration.'),
  })
  .describe('Rows of test data: `${tasks.text}` is the column `text` of the feed `tasks`.');

/** Replaces keys of the plan; checked as the plan that results from it. */
const environment = z
  .strictObject({
    targets: named(z.looseObject({})).optional().describe('Keys of targets, by the name of the target.'),
    data: named(z.looseObject({})).optional().describe('Keys of data feeds, by the name of the feed.'),
    phases: named(z.looseObject({}))
      .optional()
      .describe('Keys of phases. A load replaces the load of the plan.'),
    goals: z.array(expression).optional().describe('All goals, in place of those of the plan.'),
    kubernetes: kubernetes.optional(),
  })
  .describe('Values that replace those of the plan when it is run with `--env NAME`.');

export const planSchema = z
  .strictObject({
    version: z
      .literal(1, 'needs 1, the version of the plan format')
      .describe('The version of the plan format.'),
    name: z.string().min(1).max(200).describe('What is measured, for people.'),
    include: z
      .array(
        z
          .string()
          .regex(/^(?!\/)[^\\:]+\.bench\.ya?ml$/, 'needs a file named *.bench.yaml, relative to this one')
          .meta({ title: 'file', examples: ['shared/targets.bench.yaml'] }),
      )
      .min(1)
      .max(50)
      .optional()
      .describe(
        'Files of the same workspace whose targets, data, scenarios, phases, goals and environments join those of the plan. A name is defined once. An included file needs no `version` and no `name`; the paths in it are those of the plan.',
      ),
    targets: named(target).describe('The services under test.'),
    observe: observe.optional(),
    kubernetes: kubernetes.optional(),
    data: named(data).optional().describe('Test data.'),
    scenarios: named(scenarioSchema).describe('What users do.'),
    phases: named(phaseSchema).describe('The loads, in order.'),
    goals: z
      .array(expression)
      .max(500)
      .default([])
      .describe(
        'What must hold: `p95(execute) in load < 300ms`, `success(execute) in load >= 99%`, or `p95(execute) in load <= baseline + 10%`, where `baseline` stands for the runs pinned for the plan, the environment and the phase (`benchwright baseline pin RUN`). Of a search, `capacity in stress >= 200/s`, `>= 200` of one by users, or `>= baseline - 10%`.',
      ),
    environments: named(environment).optional().describe('Variants of the plan, by name.'),
  })
  .describe('A Benchwright plan.');

export type Plan = z.output<typeof planSchema>;
export type Proto = z.output<typeof proto>;
export type Target = z.output<typeof target>;
export type Scenario = z.output<typeof scenarioSchema>;
/** Its requests are those of its steps; its engine is k6. */
export type StepScenario = z.output<typeof stepScenario>;
/** Its requests are those of a locustfile; its engine is Locust. */
export type LocustScenario = z.output<typeof locustScenario>;
export type Phase = z.output<typeof phaseSchema>;
export type LoadPhase = z.output<typeof loadPhase>;
export type FindPhase = z.output<typeof findPhase>;
export type RerunPhase = z.output<typeof rerunPhase>;
export type Profiler = z.output<typeof profiler>;
export type Kubernetes = z.output<typeof kubernetes>;
