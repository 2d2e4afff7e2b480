/** Sees several generators of one load through: what the loss of one means for the others, and how the load ended. */
import type { GeneratorFate, LostGenerator } from '../core/measure/lost-generators';
import type { StreamMerge } from '../core/measure/merge-streams';
import type { Finding } from '../core/measure/validity';
import type { ToolExit } from '../core/measure/verdict';

/** How one generator ended. */
export interface GeneratorEnd {
  readonly exit: ToolExit;
  readonly isDeadlineHit: boolean;
  readonly findings: readonly Finding[];
  /** What became of it keeps the others from their load, too. */
  readonly endsAll?: boolean;
}

export interface GeneratorsOrder {
  readonly count: number;
  readonly onLost: 'continue' | 'stop';
  /** What they tell, and how far. */
  readonly merge: StreamMerge;
  /** Sees one through, numbered from 0. `stop` ends it because of what became of another; it then ended cleanly. */
  readonly run: (index: number, stop: AbortSignal) => Promise<GeneratorEnd>;
  readonly onLoss: (lost: LostGenerator) => void;
}

export interface GeneratorsEnd extends GeneratorEnd {
  readonly generators: GeneratorFate;
}

export async function conductGenerators(order: GeneratorsOrder): Promise<GeneratorsEnd> {
  const { count, merge } = order;
  const others = new AbortController();
  const lost: LostGenerator[] = [];
  let ended: ToolExit | undefined;
  const ends = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const end = await order.run(index, others.signal);
      if (end.exit.kind === 'clean' || others.signal.aborted) return end;
      if (end.endsAll === true || !isLoss(end.exit, merge.hasEnded(index))) {
        // What the script decides, or does wrong, is no matter of one generator.
        ended = end.exit;
        others.abort();
        return end;
      }
      const loss = { number: index + 1, atMs: merge.reachMs(index), why: end.exit.message };
      lost.push(loss);
      order.onLoss(loss);
      if (order.onLost === 'stop') {
        ended = {
          kind: 'killed',
          message: `generator ${index + 1} of ${count} was lost: ${end.exit.message}`,
        };
        others.abort();
      }
      return end;
    }),
  );
  const [first] = ends;
  // Where none is left, the first to go tells what became of the load.
  const all = lost.length === count ? ends[(lost[0]?.number ?? 1) - 1]?.exit : undefined;
  return {
    exit: ended ?? all ?? { kind: 'clean' },
    // One that was lost for it is told as such.
    isDeadlineHit: ends.some(
      ({ isDeadlineHit }, index) => isDeadlineHit && !lost.some(({ number }) => number === index + 1),
    ),
    findings:
      first === undefined
        ? []
        : [
            ...new Map(
              ends.flatMap(({ findings }) => findings.map((each) => [each.message, each] as const)),
            ).values(),
          ],
    generators: { count, lost, startSpreadMs: merge.startSpreadMs },
  };
}

/** A generator that told its end did all of its work, whatever it says of it. */
function isLoss(exit: Exclude<ToolExit, { readonly kind: 'clean' }>, hasEnded: boolean): boolean {
  return exit.kind === 'killed' || (exit.kind === 'error' && !hasEnded);
}
