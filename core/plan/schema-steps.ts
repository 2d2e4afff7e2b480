/** The steps of a scenario: what a user may do, and what is said of it. */
import * as z from 'zod';
import { methods, type Method } from './methods';
import { auth, duration, expression, file, name, named, path, redirects, scalar } from './schema-values';

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
  .describe(
    'What makes the response right. Another status makes the request an error; a wrong header or body makes the task of the step fail, and the request stays what its status says.',
  );

const requestShape = {
  name: name.optional().describe('The name under which the step is reported; otherwise method and path.'),
  target: name.optional().describe('The target of this step, where it is not that of the scenario.'),
  query: z.record(z.string(), scalar).optional().describe('Query parameters, encoded for you.'),
  headers: z.record(z.string(), scalar).optional().describe('Request headers.'),
  cookies: z
    .record(z.string(), scalar)
    .optional()
    .describe('Cookies beside those that the service set, which a user keeps for one iteration.'),
  auth: auth.optional(),
  redirects: redirects
    .optional()
    .describe(
      'How many redirects are followed. Default: as the target says, otherwise 0: a redirect is the answer. Each counts as a request.',
    ),
  json: z.json().meta({ title: 'any value' }).optional().describe('The body, sent as JSON.'),
  form: z.record(z.string(), scalar).optional().describe('The body, sent as a URL-encoded form.'),
  body: z.string().optional().describe('The body, sent as it stands.'),
  multipart: z
    .record(
      z.string(),
      z.union([
        scalar,
        z
          .strictObject({
            file: file.describe('A file beside or below the plan.'),
            type: z.string().min(1).max(200).optional().describe('Its media type, such as `image/png`.'),
          })
          .describe('A file that is uploaded, under its own name.'),
      ]),
    )
    .optional()
    .describe('The body, sent as a form of several parts: fields and files.'),
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
    cookies: requestShape.cookies,
    auth: requestShape.auth,
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

const sendingShape = {
  when: expression
    .optional()
    .describe('Sent only after a message for which this holds; what stands below it waits as well.'),
  every: duration.optional().describe('Sent again and again at this interval, to the end of the session.'),
} as const;

const sentMessage = z.union([
  z.string(),
  z
    .strictObject({ text: z.string().describe('The message, as it stands.'), ...sendingShape })
    .describe('A message that is a text.'),
  z
    .strictObject({
      json: z.json().meta({ title: 'any value' }).describe('The message, sent as JSON.'),
      ...sendingShape,
    })
    .describe('A message that is JSON.'),
]);

const wsStep = z
  .strictObject({
    ws: path.describe(
      'The path of a WebSocket. With `http` in the address of the target it is `ws`, with `https` it is `wss`.',
    ),
    name: requestShape.name,
    target: requestShape.target,
    query: requestShape.query,
    headers: requestShape.headers,
    auth: requestShape.auth,
    send: z
      .array(sentMessage)
      .min(1)
      .max(100)
      .optional()
      .describe('The messages that are sent, one after the other, as soon as the session is open.'),
    until: expression
      .optional()
      .describe('Holds for the message with which the session is over: `$.type == "done"`.'),
    for: duration.optional().describe('How long the session lasts, in place of `until`.'),
    timeout: duration
      .default(60_000)
      .describe(
        'After this time a session with `until` is given up. The handshake itself is given up after 60s.',
      ),
    capture: requestShape.capture,
    success: requestShape.success,
  })
  .describe(
    'Opens a WebSocket, sends messages and receives others. Its request is the handshake, whose latency is the time to connect. The task is the session: it has failed where the service closes it before its end. `$` and `body` are the last message. Goals can ask for `p95(session(NAME))` and for `rate(sent(NAME))` and `rate(received(NAME))`.',
  );

/** The names of the statuses of gRPC, by their codes. */
export const grpcStatuses = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;

const grpcStep = z
  .strictObject({
    grpc: z
      .string()
      .max(1000)
      .regex(/^[A-Za-z_][\w.]*\/[A-Za-z_]\w*$/, 'needs a service and its method, such as shop.Shop/Get')
      .meta({ title: 'method', examples: ['shop.Shop/Get'] })
      .describe(
        'The method: package, service and method, as the proto file names them. Only methods without streams can be called.',
      ),
    name: requestShape.name,
    target: requestShape.target,
    message: z
      .record(z.string(), z.json().meta({ title: 'any value' }))
      .optional()
      .describe('The message that is sent: its fields, as JSON. Default: one without any.'),
    metadata: z.record(z.string(), scalar).optional().describe('Metadata beside the headers of the target.'),
    auth: requestShape.auth,
    timeout: duration
      .optional()
      .describe('After this time the call is given up: `DEADLINE_EXCEEDED`. Default: 30s.'),
    expect: z
      .strictObject({
        status: z
          .union([z.enum(grpcStatuses), z.array(z.enum(grpcStatuses)).min(1)])
          .describe('The status, or the statuses, that count as success.'),
      })
      .optional()
      .describe('Which statuses make the call right, in place of `OK`. Another one makes it an error.'),
    capture: requestShape.capture,
    success: requestShape.success,
  })
  .describe(
    'Calls a method by gRPC: in plain text where the address of the target begins with `http`, by TLS where it begins with `https`. `$` is the message of the answer as JSON (its keys in camel case, its 64-bit numbers as texts), and after another status than `OK` the error: `$.code` and `$.message`. A user connects once to a target. Its latency is that of the call, without the connection.',
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
        z
          .strictObject({
            mean: duration.describe('The mean of the pauses.'),
            distribution: z
              .enum(['exponential', 'normal', 'lognormal'])
              .default('exponential')
              .describe(
                'How they scatter: `exponential` as if nobody remembered how long they had waited, `normal` evenly to both sides and never below 0, `lognormal` with a few long ones, as people do.',
              ),
            deviation: duration
              .optional()
              .describe('The standard deviation, for `normal` and `lognormal`. Default: half of the mean.'),
          })
          .describe('Scattered around a mean.'),
      ])
      .describe('The pause.'),
  })
  .describe('Waits, as a person would between two requests.');

const scriptStep = z
  .strictObject({
    script: z
      .string()
      .max(1000)
      .regex(
        /^[^#]+\.(?:js|mjs|ts)#[A-Za-z_$][A-Za-z0-9_$]*$/,
        'needs a file and a function of it, such as sign.js#sign',
      )
      .meta({ title: 'function of a file', examples: ['sign.js#sign'] })
      .describe('A file beside or below the plan, and a function that it exports: `sign.js#sign`.'),
    with: z
      .record(name, z.json().meta({ title: 'any value' }))
      .optional()
      .describe('What the function is given, as one object: `{ id: "${id}", text: "${tasks.text}" }`.'),
    capture: z
      .array(name)
      .min(1)
      .max(100)
      .optional()
      .describe('Keys of the object that it returns, kept under their names for later steps.'),
  })
  .describe(
    'Calls a function of yours, for what a plan cannot say. It cannot wait for promises, and a request that it sends is reported under the tag `name` that it gives it. It is code with the rights of k6: it can read files of this machine by `open()`, so call only what you trust. It can import modules of k6 and nothing else, and is called only in phases whose targets are all of this machine.',
  );

const plainSteps = [
  request('get'),
  request('post'),
  request('put'),
  request('patch'),
  request('delete'),
  request('head'),
  request('options'),
  awaitStep,
  streamStep,
  wsStep,
  grpcStep,
  thinkStep,
  scriptStep,
] as const;

/** Steps within a step. Lazy, since a step may hold steps of every kind, its own among them. */
const nested: z.ZodType<Step[]> = z.lazy(() => stepList);

const repeatStep = z
  .strictObject({
    repeat: z
      .strictObject({
        times: z.int().min(1).max(10_000).describe('How often the steps are taken; with `while`, at most.'),
        while: expression
          .optional()
          .describe('Asked before each turn: the first time that it does not hold, the repeating is over.'),
        steps: nested.describe('The steps that are taken again and again.'),
      })
      .describe('How often, and what.'),
  })
  .describe('Takes steps several times, or as long as a condition holds.');

const ifStep = z
  .strictObject({
    if: expression.describe('A condition on captured values and data, such as `state == "open"`.'),
    then: nested.describe('The steps that are taken where it holds.'),
    else: nested.optional().describe('The steps that are taken otherwise.'),
  })
  .describe('Takes steps only where a condition holds.');

const groupStep = z
  .strictObject({
    group: name.describe(
      'A name. Its steps are reported as `name/step`, in goals as `scenario."name/step"`.',
    ),
    steps: nested.describe('The steps of the group.'),
  })
  .describe('Puts the names of some steps under one name.');

/** The steps of a scenario, or of a step that holds steps. */
export const stepList = z
  .array(z.union([...plainSteps, repeatStep, ifStep, groupStep]))
  .min(1, 'needs at least one step')
  .max(200);

export type AwaitStep = z.output<typeof awaitStep>;
export type StreamStep = z.output<typeof streamStep>;
export type WsStep = z.output<typeof wsStep>;
export type GrpcStep = z.output<typeof grpcStep>;
export type ThinkStep = z.output<typeof thinkStep>;
export type ScriptStep = z.output<typeof scriptStep>;
type PlainStep = z.output<(typeof plainSteps)[number]>;
export type RequestStep = Exclude<
  PlainStep,
  AwaitStep | StreamStep | WsStep | GrpcStep | ThinkStep | ScriptStep
>;

// Types that hold themselves cannot be told by their schemas.
export interface RepeatStep {
  repeat: { times: number; while?: string | undefined; steps: Step[] };
}
export interface IfStep {
  if: string;
  then: Step[];
  else?: Step[] | undefined;
}
export interface GroupStep {
  group: string;
  steps: Step[];
}
export type Step = PlainStep | RepeatStep | IfStep | GroupStep;
