/**
 * A step that polls until an asynchronous task is over, and files its time to completion.
 *
 * The time counts from the start of the request that captured a value the polled address uses, since that request
 * submitted the task; without one, from the first poll. So does the timeout. The last poll is at the timeout, so that
 * the time filed with outcome `timeout` is no shorter than it. A poll that fails is no answer: the next one may have it.
 * The end of the drain is a timeout as well; the last poll is then shortly before it, since none begins after it.
 */
import type { AwaitStep } from '../../../core/plan/schema';
import { assignment } from './code';
import { call } from './draft';
import { isTrue, judgeOf, needBody, outcomeCode, type Judge } from './judge';
import { paramsArgument, urlArgument, type StepDraft } from './request';
import { tagsConstant } from './request-step';
import { conditionOf, traceAnswer, traceConditions } from './trace';

/** A poll at the end of the drain has this long to be answered. */
const lastPollMs = 100;

function leftCode({ isPortable }: StepDraft['draft'], left: string): string {
  return isPortable ? left : `Math.min(${left}, drain.left() - ${lastPollMs})`;
}

/** A poll is given up after this time, or at the timeout of the step where that is sooner. */
const pollTimeoutMs = 30_000;

export function awaitStep(step: StepDraft, request: AwaitStep, submitted: string | undefined): string[] {
  const { draft } = step;
  const give = (wish: string) => step.locals.give(`${wish}${step.number}`);
  const names = { response: give('response'), json: give('json') };
  const judge = judgeOf(step, names);
  const url = urlArgument(step, request, request.await);
  const params = paramsArgument(step, request, {
    timeoutMs: Math.min(pollTimeoutMs, request.timeout),
    headers: request.headers,
    contentType: undefined,
    readsBody: needBody([request.until, request.success]),
    statuses: undefined,
    isPoll: true,
  });
  const until = judge.expression(request.until, ['until']);
  const success = request.success === undefined ? undefined : judge.expression(request.success, ['success']);
  const outcome = give('outcome');
  const left = give('left');
  // A plain name is a time that is noted for sure.
  const isNoted = submitted !== undefined && !submitted.includes(' ');
  const start = isNoted ? submitted : give('start');
  draft.imports.add('sleep');
  draft.metrics.add('ttc');
  return [
    ...url.before,
    ...(isNoted ? [] : [`  const ${start} = ${submitted ?? 'Date.now()'};`]),
    `  let ${outcome} = 'timeout';`,
    '  for (;;) {',
    // Each time, since a token may end while the task is waited for.
    ...inLoop(params.before),
    `    const ${names.response} = http.get(${url.code}, ${params.code});`,
    ...inLoop(params.after(names.response)),
    ...inLoop(traceAnswer(step, names.response)),
    ...(judge.usesJson() ? [`    const ${names.json} = ${call(draft, 'jsonOf')}(${names.response});`] : []),
    ...inLoop(tracedCondition(step, judge, request, 'until')),
    `    if (${isTrue(until)}) {`,
    ...inLoop(inLoop(tracedCondition(step, judge, request, 'success'))),
    ...assignment(outcome, success === undefined ? "'unjudged'" : outcomeCode(draft, success), 3),
    '      break;',
    '    }',
    `    const ${left} = ${leftCode(draft, `${start} + ${request.timeout} - Date.now()`)};`,
    `    if (${left} <= 0) break;`,
    `    sleep(Math.min(${request.every}, ${left}) / 1000);`,
    '  }',
    `  ttc.add(Date.now() - ${start}, ${tagsConstant(step)}[${outcome}]);`,
  ];
}

function tracedCondition(
  step: StepDraft,
  judge: Judge,
  request: AwaitStep,
  key: 'until' | 'success',
): string[] {
  const text = request[key];
  return text === undefined || !step.draft.isTraced
    ? []
    : traceConditions(step, [conditionOf(judge, text, [key])]);
}

function inLoop(statements: readonly string[]): string[] {
  return statements.flatMap((statement) => statement.split('\n').map((line) => `  ${line}`));
}
