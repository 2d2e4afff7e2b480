/** The steps of a scenario: what a user may do, and what is said of it. */
import * as z from 'zod';
import { methods, type Method } from './methods';
import { grpcStatuses, grpcStep, grpcStreamStep } from './schema-calls';
import { requestShape, sendingShape } from './schema-requests';
import { duration, expression, name, path } from './schema-values';

export { grpcStatuses };

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
        'After this time a handshake without an answer is given up, and so is a session with `until`. The script of `eject`, for a k6 that is not ours, gives a handshake 60s.',
      ),
    capture: requestShape.capture,
    success: requestShape.success,
  })
  .describe(
    'Opens a WebSocket, sends messages and receives others. Its request is the handshake, whose latency is the time to connect. The task is the session: it has failed where the service closes it before its end. `$` and `body` are the last message. Goals can ask for `p95(session(NAME))` and for `rate(sent(NAME))` and `rate(received(NAME))`.',
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
  grpcStreamStep,
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
export type GrpcStreamStep = z.output<typeof grpcStreamStep>;
export type ThinkStep = z.output<typeof thinkStep>;
export type ScriptStep = z.output<typeof scriptStep>;
type PlainStep = z.output<(typeof plainSteps)[number]>;
export type RequestStep = Exclude<
  PlainStep,
  AwaitStep | StreamStep | WsStep | GrpcStep | GrpcStreamStep | ThinkStep | ScriptStep
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
