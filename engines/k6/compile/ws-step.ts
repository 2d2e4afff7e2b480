/**
 * A step that opens a WebSocket, by `k6/ws`: its session is a loop of its own within the call, so that it is over when
 * the next step begins. `k6/websockets` would leave sessions and timers in the loop of the user.
 *
 * k6 measures the handshake, which is the request of the step. The task is the session. What the end of the drain cuts
 * off is not judged where the session was to last some time; one that waits for a message has then run out of time.
 */
import type { WsStep } from '../../../core/plan/schema';
import { assignment, layOut, object, onOneLine, type Code, type Entry } from './code';
import { call } from './draft';
import { judgeOf, outcomeCode } from './judge';
import { paramsArgument, secureStatement, urlArgument, type StepDraft } from './request';
import { captureCode, stopCode, tagsConstant, type RequestCode } from './request-step';
import { sendCode, type GiveCondition } from './sends';
import { eventFunction } from './stream-step';
import { conditionOf, traceAnswer, traceCaptures, traceConditions, type Condition } from './trace';
import { jsonValue, textValue } from './values';

type Message = NonNullable<WsStep['send']>[number];

export function wsStep(step: StepDraft, request: WsStep, submit: readonly string[]): RequestCode {
  const { draft } = step;
  const give = (wish: string) => step.locals.give(`${wish}${step.number}`);
  const names = { response: give('session'), json: give('json') };
  const url = urlArgument(step, request, request.ws);
  const params = paramsArgument(step, request, {
    ...{ timeoutMs: undefined, contentType: undefined, statuses: undefined },
    ...{ headers: request.headers, readsBody: false, isPoll: false },
  });
  const wish = wishOf(step, request);
  const talk = give('talk');
  const judge = judgeOf(step, names);
  const judged = outcomeStatements(step, request, names.response, judge);
  draft.imports.add('ws');
  draft.metrics.add('task').add('session');
  return {
    statements: [
      ...url.before,
      ...params.before,
      ...wish.before,
      ...submit,
      ...secureStatement(step, request),
      layOut(`const ${talk} = `, wish.code, ';', 1),
      ...(draft.isPortable ? [] : [`  drain.handshake(Math.min(${request.timeout}, drain.left()));`]),
      `  const ${names.response} = ${call(draft, 'converse')}(${url.code}, ${params.code}, ${talk});`,
      ...params.after(names.response),
      ...traceAnswer(
        step,
        names.response,
        `{ method: 'WS', url: ${url.code}, headers: ${params.code}.headers }`,
      ),
      ...(judge.usesJson()
        ? [`  const ${names.json} = ${call(draft, 'asJson')}(${names.response}.body);`]
        : []),
      ...judged.statements,
    ],
    captured: judged.captured,
  };
}

function wishOf(step: StepDraft, request: WsStep): { before: string[]; code: Code } {
  const before: string[] = [];
  const names = {
    data: step.locals.give(`message${step.number}`),
    json: step.locals.give(`event${step.number}`),
  };
  const condition: GiveCondition = (name, text, ...keys) => {
    const identifier = step.locals.give(name);
    before.push(...eventFunction(step, { name: identifier, text, isCondition: true, keys }, names));
    return identifier;
  };
  const sends = (request.send ?? []).map((sent, index) => {
    const sending = typeof sent === 'string' ? {} : sent;
    return sendCode(messageCode(step, sent), sending, { step: step.number, index }, condition);
  });
  const entries: Entry[] = [['sends', { array: sends }]];
  if (request.until !== undefined)
    entries.push(['until', condition(`isOver${step.number}`, request.until, 'until')]);
  entries.push(['lastsMs', String(request.for ?? request.timeout)]);
  entries.push(['leftMs', step.draft.isPortable ? 'Infinity' : 'drain.left()']);
  return { before, code: object(entries) };
}

/** The code of a function that gives the message. */
function messageCode(step: StepDraft, sent: Message): string {
  if (typeof sent === 'string') return `() => ${textValue(step, sent).code}`;
  if ('text' in sent) return `() => ${textValue(step, sent.text).code}`;
  return `() => JSON.stringify(${onOneLine(jsonValue(step, sent.json).code)})`;
}

function outcomeStatements(
  step: StepDraft,
  request: WsStep,
  session: string,
  judge: ReturnType<typeof judgeOf>,
): RequestCode {
  const { draft } = step;
  const outcome = step.locals.give(`outcome${step.number}`);
  const tags = tagsConstant(step);
  const captures = captureCode(step, request, judge);
  const add = (given: string, length = given) => [
    `task.add(${session}.tookMs, ${tags}${given});`,
    `session.add(${session}.tookMs, ${tags}${length});`,
  ];
  const stop = captures.isMissing === undefined ? [] : stopCode(step, captures, add('.failed'));
  const traced = [
    ...traceCaptures(step, captures.captured),
    ...traceConditions(step, conditionsOf(request, session, judge)),
  ];
  const success =
    request.success === undefined
      ? undefined
      : outcomeCode(draft, judge.expression(request.success, ['success']));
  const judged =
    success === undefined
      ? []
      : [`  if (${outcome} === 'success') {`, ...assignment(outcome, success, 2), '  }'];
  return {
    statements: [
      ...captures.statements,
      ...traced,
      ...stop,
      `  ${success === undefined ? 'const' : 'let'} ${outcome} = ${session}.outcome;`,
      ...judged,
      ...add(`[${outcome}]`, `[${session}.isCut ? 'timeout' : ${outcome}]`).map((line) => `  ${line}`),
    ],
    captured: captures.captured,
  };
}

function conditionsOf(request: WsStep, session: string, judge: ReturnType<typeof judgeOf>): Condition[] {
  const { until, success } = request;
  const isOver = {
    keys: ['until'],
    text: until ?? '',
    code: `${session}.outcome === 'success'`,
    values: [['last message', `${session}.body`] as const],
  };
  return [
    ...(until === undefined ? [] : [isOver]),
    ...(success === undefined ? [] : [conditionOf(judge, success, ['success'])]),
  ];
}
