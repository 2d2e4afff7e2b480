/** The name under which a step is reported, in the plan's goals, in the stream and in every view. */
import { methods } from './methods';
import type { Step } from './schema';

/** Method and path as they are written, unless the step has a name; `undefined` for steps that make no request. */
export function stepName(step: Step): string | undefined {
  if ('think' in step || 'script' in step || 'repeat' in step || 'if' in step || 'group' in step)
    return undefined;
  if (step.name !== undefined) return step.name;
  const verb = verbs.find((key) => key in step) ?? 'get';
  return defaultStepName(verb, (step as Readonly<Record<string, unknown>>)[verb] as string);
}

const verbs = [...methods, 'await', 'stream', 'ws', 'grpc', 'grpcStream'] as const;

export function defaultStepName(verb: (typeof verbs)[number], path: string): string {
  return `${methods.some((method) => method === verb) ? verb.toUpperCase() : verb} ${path}`;
}
