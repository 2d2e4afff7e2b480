/** What a plan takes from outside: `${env.NAME}` and `${secret.NAME}`, and nothing that it does not name. */
import type { Refusal } from './refusal';

/** Goes before a file of secrets; a command line never holds one, since every process can read it. */
const secretPrefix = 'BENCHWRIGHT_SECRET_';

export interface Variables {
  readonly ok: true;
  /** By the name in the plan. */
  readonly env: ReadonlyMap<string, string>;
  readonly secrets: ReadonlyMap<string, string>;
}

/**
 * Looks up the variables that the phases need, by their names in the plan.
 *
 * @param fromFile secrets by name, for those that the environment does not have.
 */
export function lookUpVariables(
  needed: { readonly env: Iterable<string>; readonly secrets: Iterable<string> },
  environment: Readonly<Record<string, string | undefined>>,
  fromFile: ReadonlyMap<string, string>,
): Variables | { readonly ok: false; readonly refusal: Refusal } {
  const env = new Map<string, string>();
  const secrets = new Map<string, string>();
  for (const name of needed.env) {
    const value = environment[name];
    if (value === undefined) return missing(`\${env.${name}}`, name);
    env.set(name, value);
  }
  for (const name of needed.secrets) {
    const value = environment[secretPrefix + name] ?? fromFile.get(name);
    if (value === undefined) return missing(`\${secret.${name}}`, secretPrefix + name);
    secrets.set(name, value);
  }
  return { ok: true, env, secrets };
}

function missing(written: string, variable: string): { ok: false; refusal: Refusal } {
  return {
    ok: false,
    refusal: {
      code: 'missing-variable',
      message: `the plan needs ${written}, and the environment variable ${variable} is not set`,
      remedy: written.startsWith('${secret')
        ? `set ${variable}, or name a file with --secrets`
        : `set ${variable}`,
    },
  };
}
