/** The steps that call methods by gRPC. */
import * as z from 'zod';
import { requestShape, sendingShape } from './schema-requests';
import { duration, expression, scalar } from './schema-values';

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

const grpcMethod = (example: string) =>
  z
    .string()
    .max(1000)
    .regex(/^[A-Za-z_][\w.]*\/[A-Za-z_]\w*$/, `needs a service and its method, such as ${example}`)
    .meta({ title: 'method', examples: [example] });

const grpcStatusOrSeveral = z
  .union([z.enum(grpcStatuses), z.array(z.enum(grpcStatuses)).min(1)])
  .describe('The status, or the statuses, that count as success.');

const metadata = z
  .record(z.string(), scalar)
  .optional()
  .describe('Metadata beside the headers of the target.');

export const grpcStep = z
  .strictObject({
    grpc: grpcMethod('shop.Shop/Get').describe(
      'The method: package, service and method, as the proto file names them. One that has streams is called by `grpcStream`.',
    ),
    name: requestShape.name,
    target: requestShape.target,
    message: z
      .record(z.string(), z.json().meta({ title: 'any value' }))
      .optional()
      .describe('The message that is sent: its fields, as JSON. Default: one without any.'),
    metadata,
    auth: requestShape.auth,
    timeout: duration
      .optional()
      .describe('After this time the call is given up: `DEADLINE_EXCEEDED`. Default: 30s.'),
    expect: z
      .strictObject({ status: grpcStatusOrSeveral })
      .optional()
      .describe('Which statuses make the call right, in place of `OK`. Another one makes it an error.'),
    capture: requestShape.capture,
    success: requestShape.success,
  })
  .describe(
    'Calls a method by gRPC: in plain text where the address of the target begins with `http`, by TLS where it begins with `https`. `$` is the message of the answer as JSON (its keys in camel case, its 64-bit numbers as texts), and after another status than `OK` the error: `$.code` and `$.message`. A user connects once to a target. Its latency is that of the call, without the connection.',
  );

const streamedMessage = z
  .strictObject({
    message: z
      .record(z.string(), z.json().meta({ title: 'any value' }))
      .describe('The message: its fields, as JSON.'),
    ...sendingShape,
    every: sendingShape.every.describe('Sent again and again at this interval, to the end of the call.'),
  })
  .describe('A message that is sent.');

export const grpcStreamStep = z
  .strictObject({
    grpcStream: grpcMethod('shop.Shop/Watch').describe(
      'The method: package, service and method, as the proto file names them. It takes a stream of messages, answers by one, or both.',
    ),
    name: requestShape.name,
    target: requestShape.target,
    send: z
      .array(streamedMessage)
      .min(1)
      .max(100)
      .optional()
      .describe('The messages that are sent, one after the other. Default: one without any fields.'),
    metadata,
    auth: requestShape.auth,
    until: expression
      .optional()
      .describe(
        'Holds for the message with which the call is over: `$.last == true`. Without it, and without `for`, it is over where the service ends it.',
      ),
    for: duration.optional().describe('How long the call lasts, in place of `until`.'),
    timeout: duration
      .default(60_000)
      .describe('After this time a call without `for` is given up: `DEADLINE_EXCEEDED`.'),
    expect: z
      .strictObject({
        status: grpcStatusOrSeveral
          .optional()
          .describe('The status, or the statuses, that make the call right, in place of `OK`.'),
        each: expression.optional().describe('Has to hold for each message that is received: `$.price > 0`.'),
        messages: z.int().min(0).optional().describe('How many messages have to be received, at the least.'),
      })
      .optional()
      .describe(
        'What makes the call right. Another status makes it an error; a message that is wrong or missing makes its task fail.',
      ),
    capture: requestShape.capture,
    success: requestShape.success,
  })
  .describe(
    'Calls a method by gRPC that has streams: sends messages and receives others, in turn where one waits for another. Its request lasts to the end of the call, and its task has failed where that comes before `until` or `for`. We say that no more messages come after the last one of `send`, or with the end of the call where the method takes a stream and there is `until` or `for`. A call that the service does not end then is ended with its connection. `$` is the last message. Goals can ask for `p95(ttft(NAME))`, for `p95(between(NAME))`, and for `rate(sent(NAME))` and `rate(received(NAME))`. It needs the k6 that comes with Benchwright.',
  );
