/**
 * The plan format. This schema is the one source of the types, the validation, the exported JSON Schema
 * and the reference in docs/plan-reference.md: a key that is not described here does not exist.
 */
import * as z from 'zod';
import {
  durationPattern,
  parseDuration,
  parsePercent,
  parseRate,
  percentPattern,
  ratePattern,
} from './units';

const duration = z
  .string()
  .regex(durationPattern, 'needs a duration with a unit, such as 500ms, 30s, 5m or 1m30s')
  .transform((text) => parseDuration(text) ?? 0)
  .meta({ title: 'duration', examples: ['30s', '5m', '250ms'] });

const rate = z
  .string()
  .regex(ratePattern, 'needs a rate with a unit, such as 20/s or 300/m')
  .transform((text) => parseRate(text) ?? 0)
  .meta({ title: 'rate', examples: ['20/s', '300/m'] });

const percent = z
  .string()
  .regex(percentPattern, 'needs a percentage, such as 5%')
  .transform((text) => parsePercent(text) ?? 0)
  .meta({ title: 'percentage', examples: ['5%'] });

/** A load level that holds or moves: in users, or in arrivals per second. */
export interface Level {
  readonly from: number;
  readonly to: number;
}

const users = z
  .union([
    z.int().min(1, 'needs at least one user'),
    z.string().regex(/^\d+ *-> *\d+$/, 'needs a number of users, such as 10, or a ramp, such as 1 -> 100'),
  ])
  .transform((value): Level => {
    if (typeof value === 'number') return { from: value, to: value };
    const [from = 0, to = 0] = value.split('->').map(Number);
    return { from, to };
  })
  .meta({ title: 'users', examples: [10, '1 -> 100'] });

const rateLevel = z
  .string()
  .regex(
    /^(?:\d+(?:\.\d+)? *-> *)?\d+(?:\.\d+)?\/(?:s|m|h)$/,
    'needs a rate with a unit, such as 20/s, or a ramp, such as 0 -> 200/s',
  )
  .transform((text): Level => {
    const [, start, end, unit] = /^(?:([\d.]+) *-> *)?([\d.]+)(\/[smh])$/.exec(text) ?? [];
    const to = parseRate(`${end ?? 0}${unit ?? '/s'}`) ?? 0;
    return { from: start === undefined ? to : (parseRate(`${start}${unit ?? '/s'}`) ?? 0), to };
  })
  .meta({ title: 'rate', examples: ['20/s', '0 -> 200/s'] });

/** The name of anything a plan defines: a letter, then letters, digits, `_` and `-`. */
export const namePattern = /^[A-Za-z][A-Za-z0-9_-]*$/;
const name = z
  .string()
  .regex(namePattern, 'needs a name: a letter, then letters, digits, _ or -')
  .meta({ title: 'name' });
const named = <T extends z.ZodType>(value: T) => z.record(name, value);

const scalar = z
  .union([z.string(), z.number(), z.boolean()])
  .meta({ title: 'text, number or true or false' });
const expression = z.string().min(1).max(2000).meta({ title: 'expression' });
const path = z
  .string()
  .startsWith('/', 'needs a path that starts with /; the host comes from the target')
  .max(4000)
  .meta({ title: 'path', examples: ['/status', '/tasks/${id}'] });

const expectation = z
  .strictObject({
    status: z
      .union([z.int().min(100).max(599), z.array(z.int().min(100).max(599)).min(1)])
      .optional()
      .describe('The status, or the statuses, that count as success. Without it: 200 to 399.'),
    headers: z
      .record(z.string(), z.string())
      .optional()
      .describe('Response headers and the value each must have.'),
    body: expression
      .optional()
      .describe('An expression about the response that must hold, such as `$.items > 0`.'),
  })
  .describe('What makes the response right on the level of HTTP; anything else counts as an error.');

const requestShape = {
  name: name.optional().describe('The name under which the step is reported; otherwise method and path.'),
  target: name.optional().describe('The target of this step, where it is not that of the scenario.'),
  query: z.record(z.string(), scalar).optional().describe('Query parameters, encoded for you.'),
  headers: z.record(z.string(), scalar).optional().describe('Request headers.'),
  json: z.json().meta({ title: 'any value' }).optional().describe('The body, sent as JSON.'),
  form: z.record(z.string(), scalar).optional().describe('The body, sent as a URL-encoded form.'),
  body: z.string().optional().describe('The body, sent as it stands.'),
  timeout: duration.optional().describe('After this time the request counts as failed. Default: 30s.'),
  expect: expectation.optional(),
  capture: named(expression)
    .optional()
    .describe('Values kept from the response, by name, for later steps: `{ id: $.task_id }`, then `${id}`.'),
  success: expression
    .optional()
    .describe(
      'The outcome of the task, beyond HTTP: an expression about the response, `$.outcome == "success"`.',
    ),
} as const;

/** The HTTP methods a step can name, in the order they are offered. */
export const methods = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'] as const;
export type Method = (typeof methods)[number];

const request = <M extends Method>(method: M) =>
  z
    .strictObject({
      [method]: path.describe(`The path of the ${method.toUpperCase()} request.`),
      ...requestShape,
    } as {
      [K in M]: typeof path;
    } & typeof requestShape)
    .describe(`Sends ${method === 'options' ? 'an' : 'a'} ${method.toUpperCase()} request.`);

const awaitStep = z
  .strictObject({
    await: path.describe('The path that tells the state of an asynchronous task.'),
    name: requestShape.name,
    target: requestShape.target,
    headers: requestShape.headers,
    every: duration.default(500).describe('The time between two polls.'),
    timeout: duration.default(60_000).describe('After this time the task counts as not finished.'),
    until: expression.describe('Holds when the task has reached a terminal state.'),
    success: requestShape.success,
  })
  .describe(
    'Polls until an asynchronous task has reached a terminal state, and measures its time to completion.',
  );

const streamStep = z
  .strictObject({
    stream: path.describe('The path of a request that is answered by a stream of events.'),
    method: z.enum(methods).default('post').describe('The method of the request.'),
    ...requestShape,
    timeout: duration
      .default(60_000)
      .describe('After this time the stream is given up and counts as failed.'),
    until: expression
      .optional()
      .describe(
        'Holds for the event with which the stream is over, such as `body == "[DONE]"`; without it, its end.',
      ),
    text: expression
      .optional()
      .describe(
        'The text of one event, such as `$.choices[0].delta.content`. Only events with a text are measured then, and `body` is all of it.',
      ),
    tokens: expression
      .optional()
      .describe(
        'How many tokens the service says it made, such as `$.usage.completion_tokens`: of the last event that says it.',
      ),
  })
  .describe(
    'Sends a request that is answered by server-sent events, as services of language models do, and measures when they come.',
  );

const thinkStep = z
  .strictObject({
    think: z
      .union([
        duration,
        z
          .strictObject({
            from: duration.describe('The shortest pause.'),
            to: duration.describe('The longest pause.'),
          })
          .describe('Evenly distributed between two durations.'),
      ])
      .describe('The pause.'),
  })
  .describe('Waits, as a person would between two requests.');

const step = z.union([
  request('get'),
  request('post'),
  request('put'),
  request('patch'),
  request('delete'),
  request('head'),
  request('options'),
  awaitStep,
  streamStep,
  thinkStep,
]);

export const scenarioSchema = z
  .strictObject({
    target: name.optional().describe('The target of the steps. May be left out where the plan has only one.'),
    steps: z
      .array(step)
      .min(1, 'needs at least one step')
      .max(200)
      .describe('What the user does, step after step.'),
  })
  .describe('What one user does once.');

const target = z
  .strictObject({
    url: z
      .string()
      .regex(
        /^https?:\/\/[^/?#\s]+[^?#\s]*$/,
        'needs an http or https address, such as http://127.0.0.1:8000',
      )
      .describe('Where the service is reached.'),
    headers: z.record(z.string(), scalar).optional().describe('Headers of every request to this target.'),
    openapi: z.string().optional().describe('Path or file of its OpenAPI document.'),
    process: z
      .strictObject({
        port: z.int().min(1).max(65535).optional().describe('The port it listens on.'),
        pid: z.int().min(1).optional().describe('Its process id.'),
        command: z.string().optional().describe('A part of its command line.'),
      })
      .optional()
      .describe('How to find its process.'),
    metrics: z.string().optional().describe('Path or address of its metrics in the Prometheus text format.'),
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
    for: duration
      .optional()
      .describe('How long the phase lasts, warm-up included. With `stages` it is their sum.'),
    warmup: duration.default(0).describe('The time at the start that is not measured.'),
    drain: duration.default(5000).describe('The time that requests under way at the end are given.'),
    maxUsers: z.int().min(1).max(100_000).optional().describe('Open model: the most users at once.'),
    ...orderShape,
  })
  .describe('A load on some scenarios, with a measured window.');

const findPhase = z
  .strictObject({
    scenarios: mix,
    find: z
      .strictObject({
        start: rate.describe('The first rate tried.'),
        factor: z
          .number()
          .gt(1)
          .max(10)
          .default(1.5)
          .describe('The factor from trial to trial on the way up.'),
        trial: duration.default(60_000).describe('How long one trial lasts.'),
        resolution: percent.default(0.05).describe('How far apart the two bounds of the answer may be.'),
        confirm: duration.default(180_000).describe('How long the confirming trial lasts.'),
        max: rate.optional().describe('The highest rate that may be tried.'),
      })
      .describe('Searches the highest rate at which every goal holds.'),
    until: until.optional().describe('What ends the climb: conditions such as `errors > 5%`, or `plateau`.'),
    ...orderShape,
  })
  .describe('A search for the capacity.');

const rerunPhase = z
  .strictObject({
    rerun: name.describe('The phase whose load is applied again.'),
    at: z
      .string()
      .regex(/^(?:knee|\d+(?:\.\d+)?%|\d+(?:\.\d+)?\/[smh])$/, 'needs knee, a percentage of it, or a rate')
      .describe('The load level: `knee`, `80%` of it, or a rate.'),
    profile: z
      .array(
        z
          .strictObject({
            target: name.describe('The target that is profiled.'),
            with: z.enum(['py-spy', 'cProfile']).describe('The profiler.'),
            for: duration.describe('How long it records.'),
          })
          .describe('A profiler attached to a target.'),
      )
      .min(1)
      .describe('The profilers, all attached for the same trial.'),
    ...orderShape,
  })
  .describe('Applies the load of another phase again, with profilers attached.');

export const phaseSchema = z.union([loadPhase, findPhase, rerunPhase]);

const data = z
  .strictObject({
    file: z.string().min(1).describe('A CSV, JSON or NDJSON file beside or below the plan.'),
    pick: z
      .enum(['unique', 'sequential', 'random'])
      .default('sequential')
      .describe('How a row is chosen for an iteration.'),
  })
  .describe('Rows of test data: `${tasks.text}` is the column `text` of the feed `tasks`.');

const address = z
  .url({ protocol: /^https?$/, error: 'needs an http or https address, such as http://127.0.0.1:9090' })
  .meta({ title: 'address', examples: ['http://127.0.0.1:9090'] });

const observe = z
  .strictObject({
    prometheus: address.optional().describe('A Prometheus server that scrapes the targets.'),
    grafana: address.optional().describe('A Grafana server for dashboards.'),
  })
  .describe('Where resources are observed.');

/** Replaces keys of the plan; checked as the plan that results from it. */
const environment = z
  .strictObject({
    targets: named(z.looseObject({})).optional().describe('Keys of targets, by the name of the target.'),
    data: named(z.looseObject({})).optional().describe('Keys of data feeds, by the name of the feed.'),
    phases: named(z.looseObject({}))
      .optional()
      .describe('Keys of phases. A load replaces the load of the plan.'),
    goals: z.array(expression).optional().describe('All goals, in place of those of the plan.'),
  })
  .describe('Values that replace those of the plan when it is run with `--env NAME`.');

export const planSchema = z
  .strictObject({
    version: z
      .literal(1, 'needs 1, the version of the plan format')
      .describe('The version of the plan format.'),
    name: z.string().min(1).max(200).describe('What is measured, for people.'),
    targets: named(target).describe('The services under test.'),
    observe: observe.optional(),
    data: named(data).optional().describe('Test data.'),
    scenarios: named(scenarioSchema).describe('What users do.'),
    phases: named(phaseSchema).describe('The loads, in order.'),
    goals: z
      .array(expression)
      .max(500)
      .default([])
      .describe('What must hold: `p95(execute) in load < 300ms`, `success(execute) in load >= 99%`.'),
    environments: named(environment).optional().describe('Variants of the plan, by name.'),
  })
  .describe('A Benchwright plan.');

export type Plan = z.output<typeof planSchema>;
export type Target = z.output<typeof target>;
export type Scenario = z.output<typeof scenarioSchema>;
export type Step = z.output<typeof step>;
export type AwaitStep = z.output<typeof awaitStep>;
export type StreamStep = z.output<typeof streamStep>;
export type ThinkStep = z.output<typeof thinkStep>;
export type RequestStep = Exclude<Step, AwaitStep | StreamStep | ThinkStep>;
export type Phase = z.output<typeof phaseSchema>;
export type LoadPhase = z.output<typeof loadPhase>;
export type FindPhase = z.output<typeof findPhase>;
export type RerunPhase = z.output<typeof rerunPhase>;
export type DataFeed = z.output<typeof data>;
