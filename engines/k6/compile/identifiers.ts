/** Names for the script's own variables. No name of a plan can shadow a word of the language or of k6. */
import { helperNames } from '../../../core/plan/expression/index';

const taken = `
  break case catch class const continue debugger default delete do else enum export extends false finally for function
  if import in instanceof new null return super switch this throw true try typeof var void while with let static yield
  await implements interface package private protected public arguments eval undefined NaN Infinity globalThis
  Array Boolean Date Error JSON Map Math Number Object Promise RegExp Set String
  encodeURIComponent console open require module exports crypto
  http sse drain gate oauth2 secure encoding sleep exec Gauge Trend SharedArray options setup teardown handleSummary task ttc session ws grpc messages unfiled loadStart
  setTimeout clearTimeout setInterval clearInterval
  notLoopback warned told closingMs scenarioState __ENV __VU __ITER
`.split(/\s+/);

/** Gives each name once. */
export interface Identifiers {
  /** An identifier that resembles the wish, in camel case, and is not in use. */
  give(wish: string): string;
  /** Names inside of one function: another function may use them again. */
  inner(): Identifiers;
}

/** Names for a script that calls its functions by the `others`. */
export function identifiersFor(others: readonly string[]): Identifiers {
  const used = new Set([...taken, ...helperNames, ...others]);
  // Names given inside of any function, so that no later name of the script is shadowed by one.
  const inside = new Set<string>();
  const giveUnless = (isUsed: (name: string) => boolean, wish: string) => {
    const base = camelCase(wish);
    let name = base;
    for (let number = 2; isUsed(name); number += 1) name = `${base}_${number}`;
    return name;
  };
  const outer = (wish: string) => {
    const name = giveUnless((candidate) => used.has(candidate) || inside.has(candidate), wish);
    used.add(name);
    return name;
  };
  const inner = (): Identifiers => {
    const own = new Set<string>();
    const give = (wish: string) => {
      const name = giveUnless((candidate) => used.has(candidate) || own.has(candidate), wish);
      own.add(name);
      inside.add(name);
      return name;
    };
    return { give, inner };
  };
  return { give: outer, inner };
}

function camelCase(wish: string): string {
  const joined = wish.replace(/[^A-Za-z0-9_]+([A-Za-z0-9_])?/g, (_, next: string | undefined) =>
    (next ?? '').toUpperCase(),
  );
  return /^[A-Za-z_]/.test(joined) ? joined : `_${joined}`;
}
