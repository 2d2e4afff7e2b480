/** The small plan that tests of the language server speak of: one target, one scenario, one phase and one goal. */

interface Parts {
  /** Lines behind the first step of `browse`. */
  readonly steps?: string;
  /** Lines behind the scenario `browse`. */
  readonly scenarios?: string;
  /** All lines of the phases. */
  readonly phases?: string;
  /** All that follows. */
  readonly rest?: string;
}

export function shopPlan({
  steps = '',
  scenarios = '',
  phases = '  load: { scenarios: [browse], rate: 5/s, for: 10m }\n',
  rest = 'goals:\n  - p95(browse) in load < 300ms\n',
}: Parts = {}): string {
  return `version: 1
name: Shop
targets:
  shop: { url: http://127.0.0.1:8000 }
scenarios:
  browse:
    steps:
      - get: /items
${steps}${scenarios}phases:
${phases}${rest}`;
}
