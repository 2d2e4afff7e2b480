import { phasesWith } from '../../core/plan/environment-phases';
import { loadShape } from '../../core/plan/load-shape';
import { loadSize } from '../../core/plan/load-size';
import { childOf, entryOf, textOf } from '../../core/plan/tree';
import type { PlanShape, ShownPhase } from '../../protocol/language';
import { toLocation, type PlanDocument } from './plan-document';

/** The loads of the plan that a document is a part of; `null` where it has none that can be told. */
export function planShape(plan: PlanDocument, environment: string | undefined): PlanShape | null {
  const { root, scenarios } = plan.analysis;
  const hasEnvironment =
    environment !== undefined && entryOf(childOf(root, 'environments'), environment) !== undefined;
  const phases = phasesWith(plan.analysis, environment);
  const written = childOf(root, 'phases');
  const shown = loadShape(phases).flatMap((shape): ShownPhase[] => {
    const entry = entryOf(written, shape.name);
    const phase = phases[shape.name];
    if (entry === undefined || phase === undefined) return [];
    const size = loadSize(phase, scenarios);
    const { keyRange, valueRange } = entry;
    const isBehind = valueRange.start >= keyRange.start;
    const whole = { start: keyRange.start, end: isBehind ? valueRange.end : keyRange.end };
    return [
      {
        ...shape,
        requests: size?.requests ?? null,
        isAtMost: size?.isAtMost ?? false,
        place: toLocation(plan, keyRange),
        whole: toLocation(plan, whole),
      },
    ];
  });
  if (shown.length === 0) return null;
  return {
    planUri: plan.planUri,
    name: textOf(childOf(root, 'name')) ?? '',
    environment: hasEnvironment ? environment : null,
    phases: shown,
  };
}
