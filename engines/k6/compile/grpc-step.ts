/**
 * A step that calls a method by gRPC, by `k6/net/grpc`. Each user has one client for a target, which connects with its
 * first call. k6 measures the calls and tells their status; those that it leaves out are filed by the script: where no
 * connection came about, and where the time was up, since k6 drops the samples of what is over.
 */
import type { GrpcStep, GrpcStreamStep, Proto } from '../../../core/plan/schema';
import { formatEndpoint, readTarget } from '../../../core/run/target';
import { layOut, lineWidth, object, quote, type Code, type Entry } from './code';
import { call, type Draft } from './draft';
import { judgeOf, needBody } from './judge';
import { argument, paramsArgument, secureStatement, targetNameOf, type StepDraft } from './request';
import { judgeCode, type RequestCode } from './request-step';
import { traceAnswer } from './trace';
import { jsonValue } from './values';

export function grpcStep(step: StepDraft, request: GrpcStep, submit: readonly string[]): RequestCode {
  const { draft } = step;
  const response = step.locals.give(`answer${step.number}`);
  const judge = judgeOf(step, { response, json: `${response}.json` });
  const message = argument(step, 'message', jsonValue(step, request.message ?? {}));
  const readsMessage = needBody([request.success, ...Object.values(request.capture ?? {})]);
  const params = paramsArgument(step, request, {
    ...{ timeoutMs: request.timeout, headers: request.metadata, readsBody: readsMessage },
    ...{ contentType: undefined, statuses: undefined, isPoll: false },
  });
  const names = { response, json: `${response}.json` };
  const judged = judgeCode(step, request, names, judge, {
    ...{ isTask: false, held: [], file: () => [] },
    took: `${response}.tookMs`,
  });
  const after = params.after(response);
  const ownParams = params.code.startsWith('{') ? step.locals.give(`params${step.number}`) : undefined;
  const given = [
    connectionOf(step, request, { name: request.grpc, hasStreams: false }),
    quote(request.grpc),
    message.code,
    ownParams ?? params.code,
    draft.isPortable ? 'Infinity' : 'drain.left()',
  ];
  const traced = traceAnswer(
    step,
    response,
    `{ method: 'gRPC', url: ${quote(request.grpc)}, body: ${message.code} }`,
  );
  const head = judged.statements.length + after.length + traced.length > 0 ? `const ${response} = ` : '';
  const statements = [
    ...[...message.before, ...params.before, ...submit, ...secureStatement(step, request)],
    ...(ownParams === undefined ? [] : [`  const ${ownParams} = ${params.code};`]),
    ...callStatement(`${head}${call(draft, 'invoke')}`, given),
    ...after,
    ...traced,
    ...judged.statements,
  ];
  return { statements, captured: judged.captured };
}

export function callStatement(head: string, given: readonly string[]): string[] {
  const inline = `  ${head}(${given.join(', ')});`;
  return inline.length <= lineWidth
    ? [inline]
    : [`  ${head}(`, ...given.map((each) => `    ${each},`), '  );'];
}

/** The identifier of what calls the target, which learns of one more method. */
export function connectionOf(
  step: StepDraft,
  request: GrpcStep | GrpcStreamStep,
  method: { readonly name: string; readonly hasStreams: boolean },
): string {
  const { draft } = step;
  const name = targetNameOf(step, request);
  const known = draft.connections.get(name);
  const connection = known ?? {
    identifier: draft.identifiers.give(`${name}-calls`),
    protos: protosOf(draft, name),
    methods: new Map<string, boolean>(),
  };
  if (known === undefined) {
    draft.connections.set(name, connection);
    draft.imports.add('grpc').add('sleep');
    draft.metrics.add('unfiled');
    call(draft, 'caller');
    checkAddress(step, request, name);
  }
  connection.methods.set(method.name, method.hasStreams);
  return connection.identifier;
}

function checkAddress(step: StepDraft, request: GrpcStep | GrpcStreamStep, name: string): void {
  const url = step.draft.plan.targets[name]?.url;
  if (url === undefined) {
    const message =
      request.target === undefined ? 'The step has no target' : `There is no target \`${name}\``;
    step.draft.problems.push({ path: step.path, message });
  } else if (!/^https?:\/\/[^/]*\/?$/.test(url)) {
    const message = `Methods are called by gRPC at an address without a path, and that of \`${name}\` has one`;
    const key = 'grpc' in request ? 'grpc' : 'grpcStream';
    step.draft.problems.push({ path: [...step.path, key], message });
  }
}

function protosOf({ plan }: Draft, name: string) {
  const proto = plan.targets[name]?.proto;
  return proto === undefined ? undefined : { proto, place: `files/proto-${name}` };
}

/** Written when all methods are known, so that they are looked for before the load begins. */
export function connectionConstants(draft: Draft): string[] {
  return [...draft.connections].map(([name, { identifier, protos, methods }]) => {
    const url = draft.plan.targets[name]?.url ?? '';
    const read = readTarget(url);
    const address = read.ok ? formatEndpoint(read.endpoint) : '';
    const settings: Entry[] = [
      ['address', quote(address)],
      ['plaintext', String(url.startsWith('http:'))],
    ];
    if (protos !== undefined) {
      const list = (texts: Iterable<string>): Code => ({ array: [...texts].map(quote) });
      settings.push(['folder', quote(`./${protos.place}`)], ['files', list(filesOf(protos.proto).files)]);
      for (const hasStreams of [false, true]) {
        const called = [...methods].flatMap(([method, has]) => (has === hasStreams ? [method] : []));
        if (called.length > 0) settings.push([hasStreams ? 'streams' : 'methods', list(called)]);
      }
    }
    return layOut(`const ${identifier} = caller(`, object(settings), ');');
  });
}

/** Proto files that have to lie in a folder beside the script, with all that they import. */
export interface ProtosBeside {
  /** Relative to the script. */
  readonly place: string;
  /** Relative to the plan. */
  readonly folder: string;
  /** Relative to the folder. */
  readonly files: readonly string[];
}

export function protosBeside(draft: Draft): ProtosBeside[] {
  return [...draft.connections.values()].flatMap(({ protos }) =>
    protos === undefined ? [] : [{ place: protos.place, ...filesOf(protos.proto) }],
  );
}

function filesOf(proto: Proto): { folder: string; files: readonly string[] } {
  if (typeof proto !== 'string') return proto;
  const parts = proto.split(/[\\/]/);
  return { folder: parts.slice(0, -1).join('/') || '.', files: parts.slice(-1) };
}
