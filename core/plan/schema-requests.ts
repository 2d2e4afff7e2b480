/** What the steps that send requests have in common. */
import * as z from 'zod';
import { auth, duration, expression, file, name, named, redirects, scalar } from './schema-values';

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

export const requestShape = {
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

/** Of a message that is sent. */
export const sendingShape = {
  when: expression
    .optional()
    .describe('Sent only after a message for which this holds; what stands below it waits as well.'),
  every: duration.optional().describe('Sent again and again at this interval, to the end of the session.'),
} as const;
