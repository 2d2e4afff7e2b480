/**
 * A step that calls a method by gRPC which has streams, by `Stream` of `k6/net/grpc`. Its messages come in the loop of
 * the user, so that the function of the scenario waits for its end. When they came is told by our module
 * `k6/x/messages`.
 */
import { parseExpression, reads, toJavaScript } from '../../../core/plan/expression/index';
import type { GrpcStreamStep } from '../../../core/plan/schema';
import { layOut, object, onOneLine, quote, type Code, type Entry } from './code';
import { call, responseContext } from './draft';
import { callStatement, connectionOf } from './grpc-step';
import { isTrue, judgeOf, needBody } from './judge';
import { paramsArgument, secureStatement, type StepDraft } from './request';
import { judgeCode, type RequestCode } from './request-step';
import { sendCode, type GiveCondition } from './sends';
import { traceAnswer, traceConditions, type Condition } from './trace';
import { jsonValue } from './values';

/** What is sent where the plan does not say. */
const emptyMessage = [{ message: {} }];

export function grpcStreamStep(
  step: StepDraft,
  request: GrpcStreamStep,
  submit: readonly string[],
): RequestCode {
  const { draft } = step;
  const response = step.locals.give(`stream${step.number}`);
  const names = { response, json: `${response}.json` };
  const params = paramsArgument(step, request, {
    ...{ timeoutMs: request.timeout, headers: request.metadata, readsBody: readsMessages(request) },
    ...{ contentType: undefined, statuses: undefined, isPoll: false },
  });
  const wish = wishOf(step, request);
  const exchange = step.locals.give(`exchange${step.number}`);
  const own = conditionsOf(request, response);
  const judged = judgeCode(step, request, names, judgeOf(step, names), {
    ...{ isTask: true, held: own.map(({ code }) => code), isOpen: `${response}.isCut` },
    file: (tags) => [`${response}.measure(${tags});`],
    took: `${response}.tookMs`,
  });
  draft.imports.add('messages');
  const connection = connectionOf(step, request, { name: request.grpcStream, hasStreams: true });
  const given = [connection, quote(request.grpcStream), params.code, exchange];
  const described = `{ method: 'gRPC', url: ${quote(request.grpcStream)} }`;
  return {
    statements: [
      ...[...params.before, ...wish.before, ...submit, ...secureStatement(step, request)],
      layOut(`const ${exchange} = `, wish.code, ';', 1),
      ...callStatement(`const ${response} = await ${call(draft, 'exchange')}`, given),
      ...params.after(response),
      ...traceAnswer(step, response, described),
      ...traceConditions(step, own),
      ...judged.statements,
    ],
    captured: judged.captured,
  };
}

/** Messages become values only where something reads them. */
function readsMessages({ until, expect, send, success, capture }: GrpcStreamStep): boolean {
  const whens = (send ?? []).map(({ when }) => when);
  return needBody([until, expect?.each, ...whens, success, ...Object.values(capture ?? {})]);
}

function conditionsOf({ until, expect, ...request }: GrpcStreamStep, response: string): Condition[] {
  const received = [['messages', `${response}.received`] as const];
  const last = request.for === undefined ? 'the call comes to its end' : 'the call lasts as long as it is to';
  const conditions: Condition[] = [
    {
      keys: until === undefined ? [] : ['until'],
      text: until ?? last,
      code: `${response}.isComplete`,
      values: received,
    },
  ];
  if (expect?.each !== undefined)
    conditions.push({
      ...{ keys: ['expect', 'each'], text: expect.each, code: `${response}.isRight` },
      values: [['message', `${response}.wrong ?? ${response}.json`]],
    });
  if (expect?.messages !== undefined)
    conditions.push({
      ...{ keys: ['expect', 'messages'], text: `messages >= ${expect.messages}`, values: received },
      code: `${response}.received >= ${expect.messages}`,
    });
  return conditions;
}

function wishOf(step: StepDraft, request: GrpcStreamStep): { before: string[]; code: Code } {
  const before: string[] = [];
  const condition: GiveCondition = (wish, text, ...keys) => {
    const name = step.locals.give(wish);
    before.push(messageFunction(step, { name, text, keys }));
    return name;
  };
  const sends = (request.send ?? emptyMessage).map((sent: Sent, index): Code => {
    const make = `() => (${onOneLine(jsonValue(step, sent.message).code)})`;
    return sendCode(make, sent, { step: step.number, index }, condition);
  });
  const entries: Entry[] = [['sends', { array: sends }]];
  if (request.until !== undefined)
    entries.push(['until', condition(`isOver${step.number}`, request.until, 'until')]);
  if (request.expect?.each !== undefined)
    entries.push(['each', condition(`isRight${step.number}`, request.expect.each, 'expect', 'each')]);
  if (request.for !== undefined) entries.push(['forMs', String(request.for)]);
  entries.push(['leftMs', step.draft.isPortable ? 'Infinity' : 'drain.left()']);
  return { before, code: object(entries) };
}

type Sent = NonNullable<GrpcStreamStep['send']>[number];

interface MessageWish {
  readonly name: string;
  readonly text: string;
  readonly keys: readonly (string | number)[];
}

/** A condition on one message, as a function of it. */
function messageFunction(step: StepDraft, { name, text, keys }: MessageWish): string {
  const path = [...step.path, ...keys];
  const { expression, problems } = parseExpression(text);
  if (expression === undefined) {
    step.draft.problems.push({ path, message: problems[0]?.message ?? 'This is no expression' });
    return '';
  }
  if ((['status', 'header', 'body'] as const).some((what) => reads(expression, what))) {
    const message = 'This is asked of each message, of which there is only `$`';
    step.draft.problems.push({ path, message });
  }
  const json = step.locals.give(`message${step.number}`);
  const code = toJavaScript(expression, responseContext(step, 'undefined', json), quote);
  return `  const ${name} = (${json}) => ${code.level === 'ternary' ? `(${isTrue(code)})` : isTrue(code)};`;
}
