/** The name under which a step is reported, in the plan's goals, in the stream and in every view. */
import { methods, type Method } from './methods';
import type { Step } from './schema';

/** Method and path as they are written, unless the step has a name; `undefined` for steps that make no request. */
export function stepName(step: Step): string | undefined {
  if ('think' in step || 'script' in step || 'repeat' in step || 'if' in step || 'group' in step)
    return undefined;
  if (step.name !== undefined) return step.name;
  if ('await' in step) return defaultStepName('await', step.await);
  if ('grpc' in step) return defaultStepName('grpc', step.grpc);
  if ('ws' in step) return defaultStepName('ws', step.ws);
  if ('stream' in step) return defaultStepName('stream', step.stream);
  const method = methods.find((key) => key in step) ?? 'get';
  return defaultStepName(method, (step as Readonly<Record<string, unknown>>)[method] as string);
}

export function defaultStepName(verb: Method | 'await' | 'stream' | 'ws' | 'grpc', path: string): string {
  return `${methods.some((method) => method === verb) ? verb.toUpperCase() : verb} ${path}`;
}
