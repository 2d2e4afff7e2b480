/**
 * A step whose answer is a stream of events, read by our module `k6/x/sse`.
 *
 * Its task has failed unless the stream came to its end with at least one event: at the event for which `until` holds,
 * or where the server ends it. What `$` reads of the answer is the last event that is JSON, and `body` is the text of
 * all events. Events become values only after the stream, so that this takes no part in its times; `until` alone is
 * asked for each event as it comes.
 */
import { parseExpression, reads, toJavaScript, type JavaScript } from '../../../core/plan/expression/index';
import type { StreamStep } from '../../../core/plan/schema';
import { lineWidth, quote } from './code';
import { call, responseContext } from './draft';
import { isTrue, judgeOf } from './judge';
import { paramsArgument, urlArgument, type StepDraft } from './request';
import { bodyOf, judgeCode, statusesOf, type RequestCode } from './request-step';
import { traceAnswer, traceConditions, type Condition } from './trace';

export function streamStep(step: StepDraft, request: StreamStep, submit: readonly string[]): RequestCode {
  const { draft } = step;
  const give = (wish: string) => step.locals.give(`${wish}${step.number}`);
  const names = { response: give('stream'), json: give('json'), body: give('text') };
  const events = eventFunctions(step, request);
  const sent = sendCode(step, request, names.response, events.until);
  const judge = judgeOf(step, names);
  const texts = events.text === undefined ? undefined : give('texts');
  const tokens =
    events.tokens === undefined
      ? undefined
      : `${call(draft, 'lastNumber')}(${names.response}, ${events.tokens})`;
  const given = [texts ?? 'undefined', tokens ?? 'undefined'];
  while (given.at(-1) === 'undefined') given.pop();
  const judged = judgeCode(step, request, names, judge, {
    isTask: true,
    held: [`${names.response}.isComplete`],
    file: (tags) => [`${names.response}.measure(${[tags, ...given].join(', ')});`],
  });
  draft.imports.add('sse');
  return {
    statements: [
      ...sent.before,
      ...events.statements,
      ...submit,
      ...sent.statements,
      ...traceAnswer(step, names.response, sent.described),
      ...(judge.usesJson() ? [`  const ${names.json} = ${call(draft, 'lastJson')}(${names.response});`] : []),
      ...(texts === undefined
        ? []
        : [`  const ${texts} = ${call(draft, 'textsOf')}(${names.response}, ${events.text ?? ''});`]),
      ...wholeText(step, request, { ...names, texts }),
      ...traceConditions(step, [completion(request, names.response)]),
      ...judged.statements,
    ],
    captured: judged.captured,
  };
}

function sendCode(step: StepDraft, request: StreamStep, response: string, until: string | undefined) {
  const url = urlArgument(step, request, request.stream);
  const body = bodyOf(step, request);
  const params = paramsArgument(step, request, {
    timeoutMs: request.timeout,
    headers: request.headers,
    contentType: body.contentType,
    readsBody: false,
    statuses: statusesOf(request),
    isPoll: false,
  });
  const given = [quote(request.method.toUpperCase()), url.code, body.code ?? 'null', params.code];
  if (until !== undefined) given.push(until);
  return {
    before: [...url.before, ...body.before, ...params.before],
    described: `{ method: ${given[0] ?? ''}, url: ${url.code}, headers: ${params.code}.headers, body: ${body.code ?? 'null'} }`,
    statements: [`  const ${response} = sse.stream(${given.join(', ')});`, ...params.after(response)],
  };
}

/** The stream came to its end: at the event that was waited for, or where the service ended it. */
function completion(request: StreamStep, response: string): Condition {
  const text = request.until ?? 'the stream comes to its end';
  const keys = request.until === undefined ? [] : ['until'];
  const values = [['events', `${response}.events.length`] as const];
  return { keys, text, code: `${response}.isComplete`, values };
}

interface EventFunctions {
  readonly statements: readonly string[];
  /** The names of the functions; undefined where the plan does not say. */
  readonly until: string | undefined;
  readonly text: string | undefined;
  readonly tokens: string | undefined;
}

/** The expressions about single events, as functions of the event's data. */
function eventFunctions(step: StepDraft, request: StreamStep): EventFunctions {
  const names = {
    data: step.locals.give(`data${step.number}`),
    json: step.locals.give(`event${step.number}`),
  };
  const statements: string[] = [];
  const functionOf = (key: 'until' | 'text' | 'tokens', wish: string) => {
    const text = request[key];
    if (text === undefined) return undefined;
    const name = step.locals.give(`${wish}${step.number}`);
    statements.push(...eventFunction(step, { name, text, isCondition: key === 'until', keys: [key] }, names));
    return name;
  };
  return {
    until: functionOf('until', 'isOver'),
    text: functionOf('text', 'textOf'),
    tokens: functionOf('tokens', 'tokensOf'),
    statements,
  };
}

/** An expression about one event or message, as a function of its data. */
export function eventFunction(
  step: StepDraft,
  wish: {
    readonly name: string;
    readonly text: string;
    readonly isCondition: boolean;
    readonly keys: readonly (string | number)[];
  },
  names: { readonly data: string; readonly json: string },
): string[] {
  const path = [...step.path, ...wish.keys];
  const { expression, problems } = parseExpression(wish.text);
  if (expression === undefined) {
    step.draft.problems.push({ path, message: problems[0]?.message ?? 'This is no expression' });
    return [];
  }
  if (reads(expression, 'status') || reads(expression, 'header')) {
    const message = 'This is asked of each event or message, which has no status and no headers of its own';
    step.draft.problems.push({ path, message });
  }
  const context = { ...responseContext(step, names.data, names.json), body: () => names.data };
  const code = toJavaScript(expression, context, quote);
  const given = reads(expression, 'json')
    ? `(${names.data}, ${names.json} = ${call(step.draft, 'asJson')}(${names.data}))`
    : `(${names.data})`;
  return arrow(`  const ${wish.name} = ${given} =>`, wish.isCondition ? isTrue(code) : code.code, code);
}

function arrow(head: string, code: string, { level }: JavaScript): string[] {
  const body = level === 'ternary' ? `(${code})` : code;
  const inline = `${head} ${body};`;
  return inline.length <= lineWidth ? [inline] : [head, `    ${code};`];
}

/** All the text of the answer, where an expression reads it. */
function wholeText(
  step: StepDraft,
  request: StreamStep,
  names: { readonly response: string; readonly body: string; readonly texts: string | undefined },
): string[] {
  const expressions = [request.success, request.expect?.body, ...Object.values(request.capture ?? {})];
  const isRead = expressions.some((text) => {
    const expression = text === undefined ? undefined : parseExpression(text).expression;
    return expression !== undefined && reads(expression, 'body');
  });
  if (!isRead) return [];
  const given = names.texts === undefined ? names.response : `${names.response}, ${names.texts}`;
  return [`  const ${names.body} = ${call(step.draft, 'wholeText')}(${given});`];
}
