/** A script while it is being written: what its scenarios share. */
import { helperCode, type HelperName, type JavaScriptContext } from '../../../core/plan/expression/index';
import type { Plan, Proto } from '../../../core/plan/schema';
import { quote } from './code';
import type { Identifiers } from './identifiers';
import { runtime, runtimeNeeds, type RuntimeName } from './runtime';

/** Something that k6 cannot run, bound to its place in the plan. */
export interface K6Problem {
  readonly path: readonly (string | number)[];
  /** One sentence without a final full stop. */
  readonly message: string;
}

/** A target of calls by gRPC. */
export interface Connection {
  readonly identifier: string;
  /** What defines its services, and the folder beside the script where it lies. */
  readonly protos: { readonly proto: Proto; readonly place: string } | undefined;
  /** What is called, and whether by messages that come in streams. */
  readonly methods: Map<string, boolean>;
}

export interface Draft {
  readonly plan: Plan;
  /** Whether the script must do without what only our k6 has, where it can. */
  readonly isPortable: boolean;
  /** Whether it tells what it does: the script of one iteration that somebody looks at. */
  readonly isTraced: boolean;
  readonly identifiers: Identifiers;
  /** Statements at the top of the script, in order. */
  readonly constants: string[];
  readonly imports: Set<
    | 'sleep'
    | 'exec'
    | 'SharedArray'
    | 'drain'
    | 'gate'
    | 'messages'
    | 'oauth2'
    | 'secure'
    | 'sse'
    | 'ws'
    | 'grpc'
    | 'encoding'
  >;
  readonly expressionHelpers: Set<HelperName>;
  readonly runtimeHelpers: Set<RuntimeName>;
  /** Environment variables that the script reads, by their name in the plan. */
  readonly environment: Map<string, string>;
  readonly secrets: Map<string, string>;
  readonly patterns: Map<string, string>;
  readonly metrics: Set<'task' | 'ttc' | 'session' | 'unfiled'>;
  /** What gives the tokens of a target, by its name: identifiers of the script. */
  readonly tokens: Map<string, string>;
  /** What calls the methods of a target by gRPC, by its name: identifiers of the script. */
  readonly connections: Map<string, Connection>;
  /** Files beside the script, by their name in the plan. */
  readonly files: Map<string, string>;
  /** Environment variables with the contents of files that must not lie beside the script, by their name in the plan. */
  readonly privateFiles: Map<string, string>;
  /** Functions of the author, as code of an import by `file#function`. */
  readonly functions: Map<string, { readonly identifier: string; readonly code: string }>;
  readonly problems: K6Problem[];
}

/** Notes a function of ours with those that it calls itself, and gives its name. */
export function call(draft: Draft, name: RuntimeName): RuntimeName {
  draft.runtimeHelpers.add(name);
  for (const needed of runtimeNeeds[name] ?? []) draft.runtimeHelpers.add(needed);
  return name;
}

/** All functions of ours that the script calls. */
export function helperFunctions(draft: Draft): string[] {
  const own = Object.entries(runtime).flatMap(([name, code]) =>
    draft.runtimeHelpers.has(name as RuntimeName) ? [code] : [],
  );
  return [...own, ...helperCode(draft.expressionHelpers)];
}

/** Notes a file that has to lie beside the script, and gives its place there. */
export function fileBeside(draft: Draft, file: string): string {
  const known = draft.files.get(file);
  if (known !== undefined) return known;
  const own = (file.split(/[\\/]/).at(-1) ?? '').replace(/[^A-Za-z0-9._-]/g, '_').slice(-80);
  const place = `files/${draft.files.size + 1}-${own}`;
  draft.files.set(file, place);
  return place;
}

/** Notes a file whose contents reach the script by an environment variable, and gives its name. */
export function privateFile(draft: Draft, file: string): string {
  const known = draft.privateFiles.get(file);
  if (known !== undefined) return known;
  const variable = `BENCHWRIGHT_FILE_${draft.privateFiles.size + 1}`;
  draft.privateFiles.set(file, variable);
  return variable;
}

/** How an iteration knows a name: the code of its value. */
export type Scope = ReadonlyMap<string, string>;

export interface StepPlace {
  readonly draft: Draft;
  readonly scope: Scope;
  readonly path: readonly (string | number)[];
}

/** The code of a reference such as `tasks.text`; a name that is not known is a problem of the step. */
export function referenceCode(place: StepPlace, names: readonly string[]): string {
  const [root = '', ...keys] = names;
  if ((root === 'env' || root === 'secret') && keys.length === 1)
    return outside(place.draft, root, keys[0] ?? '');
  const base = place.scope.get(root) ?? builtIn(root);
  if (base === undefined) {
    place.draft.problems.push({ path: place.path, message: `\`${root}\` is not known at this step` });
    return 'undefined';
  }
  return keys.reduce((code, key, index) => code + keyCode(key, index === 0), base);
}

function keyCode(key: string, isFirst: boolean): string {
  const chain = isFirst ? '' : '?.';
  if (/^[A-Za-z_]\w*$/.test(key)) return isFirst ? `.${key}` : `?.${key}`;
  return `${chain}[${quote(key)}]`;
}

/** `uuid` is made once per iteration, and is part of the scope where it is used. */
function builtIn(name: string): string | undefined {
  if (name === 'vu') return '__VU';
  return name === 'iteration' ? '__ITER' : undefined;
}

/** The prefix keeps a plan from reaching variables that steer k6 or the machine. */
const prefixes = { env: 'BENCHWRIGHT_ENV_', secret: 'BENCHWRIGHT_SECRET_' } as const;

/** The environment variable by which a value from outside reaches the script. */
export function variableFor(kind: 'env' | 'secret', name: string): string {
  return prefixes[kind] + name;
}

function outside(draft: Draft, kind: 'env' | 'secret', name: string): string {
  const known = kind === 'env' ? draft.environment : draft.secrets;
  const existing = known.get(name);
  if (existing !== undefined) return existing;
  const identifier = draft.identifiers.give(`${kind}-${name}`);
  known.set(name, identifier);
  draft.constants.push(
    `const ${identifier} = ${call(draft, 'required')}(${quote(variableFor(kind, name))});`,
  );
  return identifier;
}

/** How the expressions of a step find the response that is called `response1` and its body, `json1`. */
export function responseContext(
  place: StepPlace,
  response: string,
  json: string,
): JavaScriptContext & { readonly usesJson: () => boolean } {
  const { draft } = place;
  let jsonIsUsed = false;
  return {
    json() {
      jsonIsUsed = true;
      return json;
    },
    usesJson: () => jsonIsUsed,
    status: () => `${response}.status`,
    body: () => `${response}.body`,
    header: (name) => `${response}.headers[${quote(canonicalHeader(name))}]`,
    variable: (name) => referenceCode(place, [name]),
    pattern(source) {
      const existing = draft.patterns.get(source);
      if (existing !== undefined) return existing;
      const identifier = draft.identifiers.give('pattern');
      draft.patterns.set(source, identifier);
      draft.constants.push(`const ${identifier} = new RegExp(${quote(source)});`);
      return identifier;
    },
    helper: (name) => draft.expressionHelpers.add(name),
  };
}

/** k6 gives the headers of a response in this spelling, whatever the server sent. */
export function canonicalHeader(name: string): string {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return name;
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}
