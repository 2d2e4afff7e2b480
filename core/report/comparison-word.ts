import type { ComparisonVerdict } from '../measure/compare';
import type { FigureComparison } from '../measure/compare-phases';

const words: Readonly<Record<ComparisonVerdict, string>> = {
  slower: 'slower',
  faster: 'faster',
  equivalent: 'equivalent',
  'no-evidence': 'no evidence',
  'not-comparable': 'not comparable',
};

/** For rates and shares less is what `slower` is for times. */
export function comparisonWord({ verdict, unit }: Pick<FigureComparison, 'verdict' | 'unit'>): string {
  if (unit !== 'ms' && verdict === 'slower') return unit === 'share' ? 'worse' : 'less';
  if (unit !== 'ms' && verdict === 'faster') return unit === 'share' ? 'better' : 'more';
  return words[verdict];
}
