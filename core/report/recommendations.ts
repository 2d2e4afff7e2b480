/** What the evidence of a run asks for next. Without evidence nothing is recommended. */
import type { PhaseComparison } from '../measure/compare-phases';
import type { HotFunction, PhaseResult, ProfileResult, Run, Saturation } from '../run/run';
import { loadLevel, milliseconds, share } from './figure-text';

export interface Recommendation {
  readonly phase: string;
  readonly text: string;
  /** The finding of the run that it rests on, in its own words. */
  readonly evidence: string;
}

type Advice = Omit<Recommendation, 'phase'>;

/** A function that takes less of the time is not worth a name: making it free would hardly be felt. */
const minSelf = 0.1;

/** Own work below this share is not worth a figure. */
const feltSelf = 0.01;

export function recommend(run: Run, comparison: readonly PhaseComparison[]): Recommendation[] {
  return run.phases.flatMap((phase) => {
    const figures = comparison.find((one) => one.phase === phase.name)?.figures ?? [];
    const slower: Advice[] = figures
      .filter(({ verdict }) => verdict === 'slower')
      .map(({ scenario, step, metric, reason }) => ({
        text: `Find what made ${[metric, step === '' ? '' : `${scenario}: ${step}`].filter(Boolean).join(' of ')} worse than the baseline.`,
        evidence: reason,
      }));
    return [
      ...onSaturation(phase.saturation),
      ...(phase.profiles ?? []).flatMap(onProfile),
      ...onGoals(phase),
      ...onCapacity(phase),
      ...slower,
      ...onValidity(phase),
    ].map((advice) => ({ phase: phase.name, ...advice }));
  });
}

function onSaturation(saturation: Saturation | undefined): Advice[] {
  if (saturation === undefined) return [];
  if (saturation.kind === 'saturated') return [{ text: reliefOf(saturation), evidence: saturation.message }];
  const { message: evidence } = saturation;
  switch (saturation.code) {
    case 'generator':
      return [{ text: 'Run the load generator on a machine of its own: here it was the limit.', evidence }];
    case 'others':
      return [
        { text: 'Measure again where nothing else runs: other programs filled the machine.', evidence },
      ];
    case 'none':
    case 'no-data':
    case 'several':
      return [];
  }
}

function reliefOf({
  component,
  metric,
  limitedBy,
}: Extract<Saturation, { readonly kind: 'saturated' }>): string {
  switch (limitedBy) {
    case 'core':
      return `Let ${component} work in more than one process, or make what it computes cheaper: it never gets beyond one core.`;
    case 'cores':
      return `Give ${component} more cores, or make what it computes cheaper: it uses all that it has.`;
    case 'machine':
      return 'Take what else runs off this machine, or use a larger one: all its cores are in use.';
    case 'limit':
      return `Raise the limit of ${metric} of ${component}, or make it need less: it has reached it.`;
  }
}

function onProfile({ target, tool, top, samples, validity }: ProfileResult): Advice[] {
  const hottest = [...top].sort((a, b) => b.self - a.self)[0];
  if (hottest === undefined || hottest.self < minSelf || validity.state === 'invalid') return [];
  // Of samples the first is what somebody would change; what works most may be a helper that it calls too often.
  const first = tool === 'cProfile' ? hottest : (top[0] ?? hottest);
  const unit = tool === 'cProfile' ? 'calls' : 'samples';
  const own = first.self < feltSelf ? 'next to nothing' : share(first.self);
  const most = first === hottest ? '' : `; most work itself is in ${hottest.name}, ${share(hottest.self)}`;
  return [
    {
      text: `In ${target}, look at ${inPlace(first)} first${first === hottest ? '' : `, then at ${inPlace(hottest)}`}.`,
      evidence: `${tool}: ${share(first.total)} of the time goes there and into what it calls, ${own} there alone, over ${samples} ${unit}${most}`,
    },
  ];
}

function inPlace({ name, file, line }: HotFunction): string {
  return `${name} (${line === 0 ? file : `${file}:${line}`})`;
}

function onGoals({ name, goals }: PhaseResult): Advice[] {
  return goals.flatMap(({ text, lacks, reason }) => {
    const evidence = `${text}${reason === undefined ? '' : `: ${reason}`}`;
    if (lacks === 'baseline')
      return [{ text: 'Pin a run as baseline, so that this goal can be judged.', evidence }];
    if (lacks === 'samples')
      return [{ text: `Run ${name} for longer, so that this goal has enough samples.`, evidence }];
    if (lacks === 'judgement')
      return [
        { text: 'Say in the plan when the task is a success, so that this goal can be judged.', evidence },
      ];
    return [];
  });
}

function onCapacity({ capacity }: PhaseResult): Advice[] {
  if (capacity === undefined || capacity.lower === null || capacity.upper !== null) return [];
  const { unit, lower, p95 } = capacity;
  return [
    {
      text: 'Search further up to find the limit: raise `max` of `find`, or give the search more time.',
      evidence: `${loadLevel(lower, unit)} held${p95 === null ? '' : ` with p95 ${milliseconds(p95)}`}, and nothing higher was tried`,
    },
  ];
}

function onValidity({ validity }: PhaseResult): Advice[] {
  if (validity.state === 'valid') return [];
  return [
    {
      text: `Measure again before anything is decided by these figures: they are ${validity.state}.`,
      evidence: validity.evidence.map(({ message }) => message).join('; '),
    },
  ];
}
