/** Asks a container engine about one container, over its socket. */
import type * as z from 'zod';
import { parseJson } from '../../core/parse-json';
import { ask } from '../host/bounded-http';

export const usualDockerSocket = '/var/run/docker.sock';

const maxBytes = 1024 * 1024;

export interface EngineQuestion {
  readonly container: string;
  readonly socketPath: string;
  readonly signal: AbortSignal;
}

/** `reason` says what is to be done, where that is known. */
export type EngineAnswer<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** @returns the socket that DOCKER_HOST names; `undefined` where it names something else. */
export function dockerSocket(host: string | undefined): string | undefined {
  return host === undefined || host === '' ? usualDockerSocket : /^unix:\/\/(\/.+)$/.exec(host)?.[1];
}

export const noDockerSocket = 'DOCKER_HOST names no local socket: containers are read over unix:///… only';

export async function askEngine<T extends z.ZodType>(
  { container, socketPath, signal }: EngineQuestion,
  what: string,
  schema: T,
): Promise<EngineAnswer<z.output<T>>> {
  // The name was checked with the plan: it holds nothing that a path could misread.
  const url = new URL(`http://localhost/v1.41/containers/${container}/${what}`);
  const answer = await ask({ url, socketPath, maxBytes, signal });
  if (!answer.ok) {
    if (answer.status === 404)
      return { ok: false, reason: `there is no container ${container}: correct \`process.container\`` };
    return {
      ok: false,
      reason: `the container engine at ${socketPath} ${answer.reason}${remedyFor(answer.reason)}`,
    };
  }
  const read = schema.safeParse(parseJson(answer.body));
  if (read.success) return { ok: true, value: read.data };
  return {
    ok: false,
    reason: `the container engine at ${socketPath} answered with something else than a container`,
  };
}

function remedyFor(reason: string): string {
  if (reason.startsWith('may not be read'))
    return ': add the user to its group, or name the `pid` of the process';
  return reason === 'is not there' ? ': start it, or set DOCKER_HOST' : '';
}
