/** Phases: their load, their length and their order. */
import { t } from '@vscode/l10n';
import type { Fix, Problem } from '../problems';
import { keyRange, valueRange, type Check, type CheckContext } from './check-context';
import { dependenciesOf, isLoadPhase, loadModel, loadStages, peakLevel, plannedMs, shareOut } from './load';
import { planProblem } from './problem-catalogue';
import { checkSearch } from './check-search';
import type { FindPhase, LoadPhase, RerunPhase } from './schema';
import { firstLoad } from './trial-load';
import { formatDuration } from './units';

export const checkPhases: Check = (context) =>
  Object.entries(context.phases).flatMap(([name, phase]) => {
    if (isLoadPhase(phase)) return checkLoadPhase(context, name, phase);
    return 'find' in phase
      ? checkFindPhase(context, name, phase)
      : [...checkRerun(context, name, phase), ...checkProfilers(context, name, phase)];
  });

function checkLoadPhase(context: CheckContext, name: string, phase: LoadPhase): Problem[] {
  const model = checkModel(context, name, phase);
  if (model.length > 0) return model;
  const length = checkLength(context, name, phase);
  if (length.length > 0) return length;
  // The levels of a shape are in the locustfile.
  if (phase.shape !== undefined) return [];
  return [
    ...checkLevels(context, name, phase),
    ...checkShares(context, name, phase, t`there are at most ${peakLevel(phase)}`),
  ];
}

/** Exactly one of users, rate, stages and shape; and one model in all stages. */
function checkModel(context: CheckContext, name: string, phase: LoadPhase): Problem[] {
  const given = (['users', 'rate', 'stages', 'shape'] as const).filter((key) => phase[key] !== undefined);
  const [first, ...others] = given;
  if (first === undefined) {
    const message = t`\`${name}\` says no load: it needs \`users\`, \`rate\` or \`stages\``;
    return [planProblem('load-model', message, keyRange(context, 'phases', name))];
  }
  if (others.length > 0) {
    return others.map((key) => {
      const message = t`\`${name}\` has \`${first}\` already: \`${key}\` would be a second load`;
      return planProblem('load-model', message, keyRange(context, 'phases', name, key));
    });
  }
  return checkStages(context, name, phase);
}

function checkStages(context: CheckContext, name: string, phase: LoadPhase): Problem[] {
  const stages = phase.stages ?? [];
  const model = stages[0]?.rate === undefined ? 'users' : 'rate';
  const other = model === 'users' ? 'rate' : 'users';
  return stages.flatMap((stage, index) => {
    const path = ['phases', name, 'stages', index] as const;
    if (stage.users === undefined && stage.rate === undefined) {
      const message = t`Stage ${index + 1} of \`${name}\` says no load: it needs \`${model}\``;
      return [planProblem('load-model', message, keyRange(context, ...path))];
    }
    if (stage[other] === undefined) return [];
    const message = t`The stages of \`${name}\` are in \`${model}\`: \`${other}\` cannot be mixed with it`;
    return [planProblem('mixed-stages', message, keyRange(context, ...path, other))];
  });
}

function checkLength(context: CheckContext, name: string, phase: LoadPhase): Problem[] {
  const at = (...path: (string | number)[]) => valueRange(context, 'phases', name, ...path);
  if (phase.stages !== undefined) {
    if (phase.for !== undefined) {
      const message = t`\`${name}\` lasts as long as its stages, ${formatDuration(plannedMs(phase))}: leave \`for\` out`;
      return [planProblem('redundant-duration', message, keyRange(context, 'phases', name, 'for'))];
    }
    const empty = phase.stages.findIndex((stage) => stage.for === 0);
    if (empty >= 0) {
      const message = t`Stage ${empty + 1} of \`${name}\` lasts no time`;
      return [planProblem('zero-duration', message, at('stages', empty, 'for'))];
    }
  } else if (phase.for === undefined) {
    const message = t`\`${name}\` does not say how long it lasts: it needs \`for\`, such as \`for: 5m\``;
    return [planProblem('missing-duration', message, keyRange(context, 'phases', name))];
  } else if (phase.for === 0) {
    return [planProblem('zero-duration', t`\`${name}\` lasts no time`, at('for'))];
  }
  const lengthMs = plannedMs(phase);
  if (phase.warmup < lengthMs) return [];
  const message = t`Nothing is measured: the warm-up of ${formatDuration(phase.warmup)} leaves none of the ${formatDuration(lengthMs)} of \`${name}\``;
  return [planProblem('no-measured-time', message, at('warmup'), warmUpFixes(context, name, phase))];
}

function warmUpFixes(context: CheckContext, name: string, phase: LoadPhase): Fix[] {
  const lengthMs = plannedMs(phase);
  const shorter = formatDuration(Math.max(1, Math.round(lengthMs / 10)));
  const warmUp = valueRange(context, 'phases', name, 'warmup');
  const shorten: Fix = {
    title: t`Warm up for ${shorter}`,
    isGuess: true,
    edits: [{ range: warmUp, newText: shorter }],
  };
  if (phase.for === undefined) return [shorten];
  const longer = formatDuration(phase.warmup + lengthMs);
  const length = valueRange(context, 'phases', name, 'for');
  return [shorten, { title: t`Let \`${name}\` last ${longer}`, edits: [{ range: length, newText: longer }] }];
}

const openOnly = () => ({
  maxUsers: t('bounds the users of `rate`'),
  arrivals: t('spaces the arrivals of `rate`'),
});

function checkLevels(context: CheckContext, name: string, phase: LoadPhase): Problem[] {
  const key = (['users', 'rate', 'stages'] as const).find((item) => phase[item] !== undefined) ?? 'users';
  if (peakLevel(phase) === 0) {
    return [
      planProblem('zero-load', t`The load of \`${name}\` is zero`, valueRange(context, 'phases', name, key)),
    ];
  }
  if (loadModel(phase) === 'open') return [];
  return (['maxUsers', 'arrivals'] as const)
    .filter((given) => phase[given] !== undefined)
    .map((given) => {
      const message = t`\`${given}\` ${openOnly()[given]}; it has no effect with \`users\``;
      return planProblem('closed-only', message, keyRange(context, 'phases', name, given));
    });
}

/**
 * Scenarios, or generators, that get no user even at the peak, since users are whole.
 *
 * @param has how many users there are, for people: `there are at most 3`.
 */
function checkShares(context: CheckContext, name: string, phase: LoadPhase, has: string): Problem[] {
  if (loadModel(phase) === 'open') return [];
  if ((phase.generators ?? 1) > peakLevel(phase)) {
    const message = t`Too few users for ${phase.generators ?? 1} generators: ${has}`;
    return [planProblem('too-few-users', message, valueRange(context, 'phases', name, 'generators'))];
  }
  const most = loadStages(phase).flatMap(({ level }) => [level.from, level.to]);
  const without = Object.keys(phase.scenarios).filter((scenario) =>
    most.every((users) => shareOut(users, phase.scenarios)[scenario] === 0),
  );
  if (without.length === 0) return [];
  const list = without.map((scenario) => `\`${scenario}\``).join(', ');
  const message = t`Too few users to share out: ${has}, and none is left for ${list}`;
  return [planProblem('too-few-users', message, keyRange(context, 'phases', name, 'scenarios'))];
}

/** The first trial has the fewest users of the climb. */
function checkFindPhase(context: CheckContext, name: string, phase: FindPhase): Problem[] {
  const search = checkSearch(context, name, phase);
  if (search.length > 0) return search;
  const has = t`the search starts with ${phase.find.start.value}`;
  return checkShares(context, name, firstLoad(phase), has);
}

function checkRerun(context: CheckContext, name: string, phase: RerunPhase): Problem[] {
  const again = context.phases[phase.rerun];
  if (again === undefined || phase.rerun === name) return [];
  if ('rerun' in again) {
    const message = t`\`${phase.rerun}\` has no load of its own: name \`${again.rerun}\``;
    return [planProblem('no-load-to-rerun', message, valueRange(context, 'phases', name, 'rerun'))];
  }
  if ('find' in again || phase.at !== 'knee') return [];
  const message = t`\`${phase.rerun}\` searches no knee: give a part of its load, such as 80%, or a rate`;
  return [planProblem('no-load-to-rerun', message, valueRange(context, 'phases', name, 'at'))];
}

const ofPySpy = ['rate', 'idle', 'gil', 'native', 'blocking'] as const;

function checkProfilers(context: CheckContext, name: string, phase: RerunPhase): Problem[] {
  const seen = new Set<string>();
  return phase.profile.flatMap((profiler, index) => {
    const path = ['phases', name, 'profile', index] as const;
    const wrong = (message: string, ...key: string[]): Problem =>
      planProblem('profiler-option', message, keyRange(context, ...path, ...key));
    const pair = t`${profiler.with} on \`${profiler.target}\``;
    const isSecond = seen.has(pair);
    seen.add(pair);
    if (isSecond) return [wrong(t`${pair} stands above already: two of them spoil each other`, 'target')];
    if (profiler.for === 0)
      return [
        planProblem('zero-duration', t('A profiler records no time'), valueRange(context, ...path, 'for')),
      ];
    if (profiler.with === 'cProfile')
      return ofPySpy
        .filter((key) => profiler[key] !== undefined)
        .map((key) => wrong(t`\`${key}\` is an option of py-spy: cProfile sees every call`, key));
    if (profiler.rate !== undefined && (profiler.rate < 1 || profiler.rate > 1000))
      return [wrong(t('py-spy takes 1/s to 1000/s samples'), 'rate')];
    if (profiler.native === true && profiler.blocking === false)
      return [
        wrong(
          t('`native` needs a target that is halted: py-spy cannot read such stacks in motion'),
          'blocking',
        ),
      ];
    if (profiler.idle === true && profiler.gil === true)
      return [wrong(t('`gil` leaves out what `idle` asks for: a thread that waits holds no lock'), 'gil')];
    return [];
  });
}

/** Phases that wait for each other in a circle: each circle is told once, where it closes. */
export const checkOrder: Check = (context) => {
  const problems: Problem[] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (name: string): void => {
    const start = trail.indexOf(name);
    if (start >= 0) {
      const circle = [...trail.slice(start), name].join(' -> ');
      const last = trail.at(-1) ?? name;
      const key = context.phases[last]?.after?.includes(name) === true ? 'after' : 'rerun';
      const message = t`These phases wait for each other: ${circle}`;
      problems.push(planProblem('after-cycle', message, valueRange(context, 'phases', last, key)));
      return;
    }
    const phase = context.phases[name];
    if (phase === undefined || done.has(name)) return;
    trail.push(name);
    for (const earlier of dependenciesOf(phase)) visit(earlier);
    trail.pop();
    done.add(name);
  };
  for (const name of Object.keys(context.phases)) visit(name);
  return problems;
};
