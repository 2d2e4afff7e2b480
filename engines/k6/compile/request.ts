/** What every request of a step needs, polls included: its address and its parameters. */
import { formatDuration } from '../../../core/plan/units';
import { formatEndpoint, readTarget } from '../../../core/run/target';
import type {
  AwaitStep,
  GrpcStep,
  GrpcStreamStep,
  Plan,
  RequestStep,
  StreamStep,
  Target,
  TargetAuth,
  WsStep,
} from '../../../core/plan/schema';
import { grpcStatuses } from '../../../core/plan/schema';
import { layOut, object, quote, type Code, type Entry } from './code';
import type { StepPlace } from './draft';
import { onlyTarget } from '../../../core/plan/used-targets';
import type { Identifiers } from './identifiers';
import { tokensOf } from './tokens';
import {
  authHeader,
  encodedPairs,
  headersValue,
  joined,
  piecesOf,
  type Piece,
  type Scalars,
  type TextValue,
  type Value,
} from './values';

/** A step on its way into the script. */
export interface StepDraft extends StepPlace {
  /** The first part of the names of its constants, such as `execute1`. */
  readonly label: string;
  /** Its position among the steps, from 1, as the last part of the names inside the function. */
  readonly number: number;
  /** Names inside of the function. */
  readonly locals: Identifiers;
  /** Captured values that are variables of the whole function already. */
  readonly variables: ReadonlyMap<string, string>;
  /** The name under which it is reported. */
  readonly name: string;
  readonly scenarioTarget: string | undefined;
}

/** A call's argument, and the statements that have to run before the call in every iteration. */
export interface Argument {
  readonly code: string;
  readonly before: readonly string[];
}

type Requesting = RequestStep | AwaitStep | StreamStep | WsStep | GrpcStep | GrpcStreamStep;

function isCall(request: Requesting): request is GrpcStep | GrpcStreamStep {
  return 'grpc' in request || 'grpcStream' in request;
}

const defaultTimeoutMs = 30_000;

/** The name of the target of a step, be there such a target or not. */
export function targetNameOf(step: StepDraft, { target }: Requesting): string {
  return target ?? step.scenarioTarget ?? onlyTarget(step.draft.plan) ?? '';
}

function targetOf(plan: Plan, step: StepDraft, own: string | undefined): string | undefined {
  const name = own ?? step.scenarioTarget ?? onlyTarget(plan);
  if (name !== undefined && Object.hasOwn(plan.targets, name)) return name;
  const message = name === undefined ? 'The step has no target' : `There is no target \`${name}\``;
  step.draft.problems.push({ path: step.path, message });
  return undefined;
}

/** The whole address. A target whose address has a path keeps it: paths of steps are below it. */
export function urlArgument(step: StepDraft, request: Requesting, path: string): Argument {
  const { plan } = step.draft;
  const target = targetOf(plan, step, request.target);
  const base = (target === undefined ? '' : (plan.targets[target]?.url ?? '')).replace(/\/+$/, '');
  const origin = 'ws' in request ? base.replace(/^http/, 'ws') : base;
  const pieces: Piece[] = [{ kind: 'text', text: origin }, ...piecesOf(step, path, 'uri')];
  const query = 'query' in request ? request.query : undefined;
  if (query !== undefined && Object.keys(query).length > 0)
    pieces.push({ kind: 'text', text: path.includes('?') ? '&' : '?' }, ...encodedPairs(step, query));
  return argument(step, 'url', joined(pieces));
}

/** A value as an argument, between `open` and `close`: a constant of the script where it never changes. */
export function argument(
  step: StepDraft,
  kind: string,
  value: Value,
  [open, close]: readonly [string, string] = ['', ''],
): Argument {
  if (!value.isFixed) {
    const local = step.locals.give(`${kind}${step.number}`);
    return { code: local, before: [layOut(`const ${local} = ${open}`, value.code, `${close};`, 1)] };
  }
  const name = step.draft.identifiers.give(`${step.label}-${kind}`);
  step.draft.constants.push(layOut(`const ${name} = ${open}`, value.code, `${close};`));
  return { code: name, before: [] };
}

export interface ParamsWish {
  readonly timeoutMs: number | undefined;
  readonly headers: Scalars | undefined;
  /** Sent unless the plan sets it itself. */
  readonly contentType: string | undefined;
  readonly readsBody: boolean;
  readonly statuses: readonly number[] | undefined;
  readonly isPoll: boolean;
}

/** Parameters, and what has to be done with the answer to a request that had them. */
export interface Params extends Argument {
  readonly after: (response: string) => readonly string[];
}

/** The parameters of the request: one object for all of them, unless a part changes from iteration to iteration. */
export function paramsArgument(step: StepDraft, request: Requesting, wish: ParamsWish): Params {
  const { headers: named, auth } = allHeaders(step, request, wish);
  const who = auth === undefined ? nobody : whoOf(step, request, auth);
  const headers = headersValue(step, named, who.header);
  const cookies = headersValue(step, 'cookies' in request ? (request.cookies ?? {}) : {});
  const given = headers.isFixed ? headers.code : undefined;
  const fixed = isCall(request) ? callEntries(step, request, wish, given) : paramsEntries(step, wish, given);
  if (cookies.isFixed && !isEmptyObject(cookies.code)) fixed.push(['cookies', cookies.code]);
  const redirects = redirectsOf(step, request);
  if (redirects !== undefined) fixed.push(['redirects', String(redirects)]);
  const params = argument(step, 'params', { code: object(fixed), isFixed: true });
  const changing = [
    [isCall(request) ? 'metadata' : 'headers', headers] as const,
    ['cookies', cookies] as const,
  ].flatMap(([key, value]) =>
    value.isFixed ? [] : [{ key, name: step.locals.give(`${key}${step.number}`), code: value.code }],
  );
  if (changing.length === 0) return { ...params, after: who.after };
  return {
    code: `{ ...${params.code}, ${changing.map(({ key, name }) => `${key}: ${name}`).join(', ')} }`,
    before: [...who.before, ...changing.map(({ name, code }) => layOut(`const ${name} = `, code, ';', 1))],
    after: who.after,
  };
}

function redirectsOf(step: StepDraft, request: Requesting): number | undefined {
  if ('ws' in request || isCall(request)) return undefined;
  const own = 'redirects' in request ? request.redirects : undefined;
  return own ?? usedTarget(step, request)?.redirects;
}

/** The header that says who sends, and what belongs to it before and after the request. */
interface Who {
  readonly header: TextValue | undefined;
  readonly before: readonly string[];
  readonly after: Params['after'];
}

const nobody: Who = { header: undefined, before: [], after: () => [] };

function whoOf(step: StepDraft, request: Requesting, auth: TargetAuth): Who {
  return 'oauth2' in auth ? tokenOf(step, request) : { ...nobody, header: authHeader(step, auth) };
}

/** The status of gRPC that says what 401 says by HTTP. */
const unauthenticated = grpcStatuses.indexOf('UNAUTHENTICATED');

/** The token of a request whose target gets tokens itself; a 401 says that it is no longer good. */
function tokenOf(step: StepDraft, request: Requesting): Who {
  const tokens = tokensOf(step.draft, targetNameOf(step, request)) ?? 'undefined';
  const name = step.locals.give(`token${step.number}`);
  return {
    header: { code: `\`Bearer \${${name}}\``, isFixed: false },
    before: [`  const ${name} = ${tokens}.get();`],
    after: (response: string) => [
      `  if (${response}.status === ${isCall(request) ? unauthenticated : 401}) ${tokens}.reject(${name});`,
    ],
  };
}

function isEmptyObject(code: Code): boolean {
  return typeof code !== 'string' && 'object' in code && code.object.length === 0;
}

function paramsEntries(step: StepDraft, wish: ParamsWish, headers: Code | undefined): Entry[] {
  const tags: Entry[] = [['name', quote(step.name)], ...(wish.isPoll ? [['aside', "'poll'"] as const] : [])];
  const entries: Entry[] = [
    ['tags', object(tags)],
    ['timeout', quote(formatDuration(wish.timeoutMs ?? defaultTimeoutMs))],
  ];
  if (headers !== undefined && !isEmptyObject(headers)) entries.push(['headers', headers]);
  if (wish.readsBody) entries.push(['responseType', "'text'"]);
  if (wish.statuses !== undefined)
    entries.push(['responseCallback', `http.expectedStatuses(${wish.statuses.join(', ')})`]);
  return entries;
}

/** Parameters of a call by gRPC. Its timeout is a number, since the script may have to shorten it. */
function callEntries(
  step: StepDraft,
  request: GrpcStep | GrpcStreamStep,
  { timeoutMs, readsBody }: ParamsWish,
  metadata: Code | undefined,
): Entry[] {
  const expected = expectedCodes(request);
  const tags: Entry[] = [['name', quote(step.name)]];
  if (expected !== undefined) tags.push(['expects', quote(expected.join(','))]);
  const entries: Entry[] = [
    ['tags', object(tags)],
    ['timeout', String(timeoutMs ?? defaultTimeoutMs)],
  ];
  if (metadata !== undefined && !isEmptyObject(metadata)) entries.push(['metadata', metadata]);
  if (!readsBody) entries.push(['discardResponseMessage', 'true']);
  return entries;
}

/** The codes of the statuses that make a call right; `undefined` where the plan does not say. */
export function expectedCodes({ expect }: GrpcStep | GrpcStreamStep): readonly number[] | undefined {
  if (expect?.status === undefined) return undefined;
  const names = typeof expect.status === 'string' ? [expect.status] : expect.status;
  return names.map((name) => grpcStatuses.indexOf(name));
}

/** What connects by itself, as WebSockets and gRPC do, has the settings of the address that was named last. */
export function secureStatement(step: StepDraft, request: Requesting): string[] {
  if (!step.draft.imports.has('secure')) return [];
  const read = readTarget(step.draft.plan.targets[targetNameOf(step, request)]?.url ?? '');
  return read.ok ? [`  secure.use(${quote(formatEndpoint(read.endpoint))});`] : [];
}

interface Headers {
  readonly headers: Scalars;
  readonly auth: TargetAuth | undefined;
}

/** Those of the target, then those of the step; names are the same in any case. The nearest one says who sends. */
function allHeaders(step: StepDraft, request: Requesting, wish: ParamsWish): Headers {
  const target = usedTarget(step, request);
  const own = wish.headers ?? {};
  const layers = [
    wish.contentType === undefined ? {} : { 'Content-Type': wish.contentType },
    'stream' in request ? { Accept: 'text/event-stream' } : {},
    target?.headers ?? {},
    own,
  ];
  const byName = byLowerCase(layers);
  const usual = byLowerCase([own]).has('authorization') ? undefined : target?.auth;
  const auth = request.auth ?? usual;
  if (auth !== undefined) byName.delete('authorization');
  return { headers: Object.fromEntries(byName.values()), auth };
}

function usedTarget(
  { draft: { plan }, scenarioTarget }: StepDraft,
  { target }: Requesting,
): Target | undefined {
  return plan.targets[target ?? scenarioTarget ?? onlyTarget(plan) ?? ''];
}

function byLowerCase(layers: readonly Scalars[]): Map<string, readonly [string, Scalars[string]]> {
  return new Map(
    layers.flatMap(Object.entries<Scalars[string]>).map((entry) => [entry[0].toLowerCase(), entry]),
  );
}
