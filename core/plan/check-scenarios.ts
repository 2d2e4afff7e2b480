/** Steps: where they go, what they carry, how long they wait. */
import { t } from '@vscode/l10n';
import type { Problem } from '../problems';
import { keyRange, valueRange, type Check, type CheckContext } from './check-context';
import { parseExpression, reads } from './expression';
import { isLocust } from './locust';
import { planProblem } from './problem-catalogue';
import type {
  AwaitStep,
  GrpcStep,
  GrpcStreamStep,
  RequestStep,
  Scenario,
  Step,
  StreamStep,
  ThinkStep,
  WsStep,
} from './schema';
import { allSteps, isSending } from './steps';
import { entriesOf, itemsOf, nodeAt, textOf, type PlanPath } from './tree';
import { formatDuration } from './units';

export const checkScenarios: Check = (context) => {
  const targets = context.names.definitions.filter((item) => item.kind === 'target').map((item) => item.name);
  return Object.entries(context.scenarios).flatMap(([name, scenario]) => [
    ...checkTargets(context, name, scenario, targets),
    ...allSteps(scenario).flatMap(({ step, path }) =>
      checkStep(context, step, ['scenarios', name, 'steps', ...path]),
    ),
  ]);
};

/** One problem per scenario, at its name: a target there serves all of its steps. */
function checkTargets(
  context: CheckContext,
  name: string,
  scenario: Scenario,
  targets: readonly string[],
): Problem[] {
  if (scenario.target !== undefined || targets.length <= 1) return [];
  if (!isLost(scenario)) return [];
  const list = targets
    .slice(0, 8)
    .map((target) => `\`${target}\``)
    .join(', ');
  const message = t`\`${name}\` does not say which target it is for: \`target\` is one of ${list}`;
  return [planProblem('missing-target', message, keyRange(context, 'scenarios', name))];
}

/** Whether some of its requests do not say where they go. */
function isLost(scenario: Scenario): boolean {
  if (isLocust(scenario)) return scenario.host === undefined;
  return allSteps(scenario).some(({ step }) => isSending(step) && step.target === undefined);
}

function checkStep(context: CheckContext, step: Step, path: PlanPath): Problem[] {
  if ('think' in step) return checkThink(context, step, path);
  if ('if' in step) return checkCondition(context, step.if, [...path, 'if']);
  if ('repeat' in step) return checkCondition(context, step.repeat.while, [...path, 'repeat', 'while']);
  if ('group' in step || 'script' in step) return [];
  if ('ws' in step) return checkSession(context, step, path);
  if ('grpc' in step) return checkCall(context, step, path);
  if ('grpcStream' in step) return checkStreamedCall(context, step, path);
  if ('await' in step) return checkAwait(context, step, path);
  const events = 'stream' in step ? checkEvents(context, step, path) : [];
  return [...checkRequest(context, step, path), ...events];
}

/** What decides whether steps are taken is asked between requests, where there is no response. */
function checkCondition(context: CheckContext, text: string | undefined, path: PlanPath): Problem[] {
  const expression = text === undefined ? undefined : parseExpression(text).expression;
  if (expression === undefined) return [];
  if (!(['json', 'body', 'status', 'header'] as const).some((what) => reads(expression, what))) return [];
  const message = t`\`${String(path.at(-1))}\` is asked between requests: \`capture\` what it needs of a response`;
  return [planProblem('no-response', message, valueRange(context, ...path))];
}

function checkThink(context: CheckContext, { think }: ThinkStep, path: PlanPath): Problem[] {
  if (typeof think === 'number') return [];
  if ('mean' in think) {
    if (think.distribution !== 'exponential' || think.deviation === undefined) return [];
    const message = t('Pauses that are `exponential` have the deviation of their mean');
    return [planProblem('wrong-value', message, valueRange(context, ...path, 'think', 'deviation'))];
  }
  if (think.from <= think.to) return [];
  const message = t`The pause ends at ${formatDuration(think.to)}, below its start of ${formatDuration(think.from)}`;
  return [planProblem('empty-range', message, valueRange(context, ...path, 'think', 'to'))];
}

function checkAwait(context: CheckContext, step: AwaitStep, path: PlanPath): Problem[] {
  if (step.every === 0) {
    const message = t('Polling without a pause would be a load of its own: `every` needs some time');
    return [planProblem('zero-duration', message, valueRange(context, ...path, 'every'))];
  }
  if (step.every < step.timeout) return [];
  const message = t`The state is asked for every ${formatDuration(step.every)}, but only ${formatDuration(step.timeout)} are given in all`;
  return [planProblem('slow-poll', message, valueRange(context, ...path, 'every'))];
}

/** What is asked of one event can only read the event. */
function checkEvents(context: CheckContext, step: StreamStep, path: PlanPath): Problem[] {
  return (['until', 'text', 'tokens'] as const).flatMap((key) =>
    checkAskedOfEach(context, step[key], [...path, key], 'event'),
  );
}

function checkAskedOfEach(
  context: CheckContext,
  text: string | undefined,
  path: PlanPath,
  what: 'event' | 'message',
): Problem[] {
  const expression = text === undefined ? undefined : parseExpression(text).expression;
  if (expression === undefined) return [];
  if (!reads(expression, 'status') && !reads(expression, 'header')) return [];
  const message = t`\`${String(path.at(-1))}\` is asked of each ${what === 'event' ? t('event') : t('message')}, which has no status and no headers of its own`;
  return [planProblem('not-of-event', message, valueRange(context, ...path))];
}

function checkSession(context: CheckContext, step: WsStep, path: PlanPath): Problem[] {
  const problems = checkMessages(context, step, path);
  if ((step.until === undefined) !== (step.for === undefined)) return problems;
  const isBoth = step.for !== undefined;
  const message = isBoth
    ? t('The session is over with the message of `until` already')
    : t('Nothing says when the session is over: give `until` or `for`');
  return [
    ...problems,
    planProblem('session-end', message, keyRange(context, ...path, isBoth ? 'for' : 'ws')),
  ];
}

/** What is sent and received, and how long that goes on. */
function checkMessages(context: CheckContext, step: WsStep | GrpcStreamStep, path: PlanPath): Problem[] {
  const asked = (step.send ?? []).flatMap((sent, index) =>
    typeof sent === 'string'
      ? []
      : checkAskedOfEach(context, sent.when, [...path, 'send', index, 'when'], 'message'),
  );
  const problems = [...asked, ...checkAskedOfEach(context, step.until, [...path, 'until'], 'message')];
  (step.send ?? []).forEach((sent, index) => {
    if (typeof sent === 'string' || sent.every !== 0) return;
    const message = t('Messages without a pause would be a load of their own: `every` needs some time');
    problems.push(
      planProblem('zero-duration', message, valueRange(context, ...path, 'send', index, 'every')),
    );
  });
  if (step.for === 0)
    problems.push(
      planProblem(
        'zero-duration',
        t('The session lasts no time at all'),
        valueRange(context, ...path, 'for'),
      ),
    );
  return problems;
}

function checkStreamedCall(context: CheckContext, step: GrpcStreamStep, path: PlanPath): Problem[] {
  const problems = [
    ...checkMessages(context, step, path),
    ...checkAskedOfEach(context, step.expect?.each, [...path, 'expect', 'each'], 'message'),
    ...checkCall(context, step, path),
  ];
  if (step.until === undefined || step.for === undefined) return problems;
  const message = t('The call is over with the message of `until` already');
  return [...problems, planProblem('session-end', message, keyRange(context, ...path, 'for'))];
}

/** The answer to a call is its message, and its status is judged by `expect`. */
function checkCall(context: CheckContext, step: GrpcStep | GrpcStreamStep, path: PlanPath): Problem[] {
  const texts = [
    ...Object.entries(step.capture ?? {}).map(([key, text]) => ({ text, keys: ['capture', key] })),
    ...(step.success === undefined ? [] : [{ text: step.success, keys: ['success'] }]),
  ];
  const problems = texts.flatMap(({ text, keys }) => {
    const { expression } = parseExpression(text);
    const part = (['status', 'header', 'body'] as const).find(
      (what) => expression !== undefined && reads(expression, what),
    );
    if (part === undefined) return [];
    const message = t`Of the answer to a call there is only \`$\`; ${part === 'status' ? t('`expect: { status: OK }` judges its status') : t('it has no headers and no body')}`;
    return [planProblem('not-of-call', message, valueRange(context, ...path, ...keys))];
  });
  if (step.timeout !== 0) return problems;
  const message = t('The call is given up before it begins: `timeout` needs some time');
  return [...problems, planProblem('zero-duration', message, valueRange(context, ...path, 'timeout'))];
}

function checkRequest(context: CheckContext, step: RequestStep | StreamStep, path: PlanPath): Problem[] {
  const bodies = (['json', 'form', 'body', 'multipart'] as const).filter((key) => step[key] !== undefined);
  const [first, ...others] = bodies;
  if (first === undefined) return [];
  const verb = 'stream' in step ? step.method : 'get' in step ? 'get' : 'head' in step ? 'head' : undefined;
  if (verb === 'get' || verb === 'head') {
    const message = t`A \`${verb}\` request carries no body: \`${first}\` would not be sent`;
    return [planProblem('body-not-sent', message, keyRange(context, ...path, first))];
  }
  if (
    first === 'multipart' &&
    !Object.values(step.multipart ?? {}).some((part) => typeof part === 'object')
  ) {
    const message = t('`multipart` has no file in it: `form` sends fields alone');
    return [planProblem('no-file', message, keyRange(context, ...path, first))];
  }
  return others.map((key) => {
    const message = t`The request has \`${first}\` as its body already`;
    return planProblem('several-bodies', message, keyRange(context, ...path, key));
  });
}

/** Lists that name the same thing twice. */
export const checkRepeats: Check = (context) =>
  entriesOf(nodeAt(context.root, ['phases'])).flatMap(({ value }) =>
    ['scenarios', 'after'].flatMap((key) => {
      const seen = new Set<string>();
      return itemsOf(nodeAt(value, [key])).flatMap((item) => {
        const name = textOf(item);
        if (name === undefined || !seen.has(name)) {
          if (name !== undefined) seen.add(name);
          return [];
        }
        return [planProblem('duplicate-item', t`\`${name}\` stands here twice`, item.range)];
      });
    }),
  );
