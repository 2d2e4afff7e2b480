import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { describe, expect, it } from 'vitest';
import { analysePlan } from '../../core/plan/analyse';
import type { Plan } from '../../core/plan/schema';
import { buildDashboard } from './dashboard';
import { dashboardUid } from './run-link';

function planOf(more: string, target = ''): Plan {
  const { plan, problems } = analysePlan(`
version: 1
name: Shop & basket
targets: { shop: { url: 'https://shop.example'${target} } }
${more}
scenarios: { look: { steps: [{ get: / }] } }
phases: { smoke: { scenarios: [look], users: 1, for: 1m } }
`);
  if (plan === undefined) throw new Error(JSON.stringify(problems));
  return plan;
}

const written = (form: string): string =>
  `observe: { prometheus: { url: 'http://127.0.0.1:9090', write: ${form} } }`;

function exprsOf(plan: Plan): string[] {
  return (buildDashboard(plan).panels ?? []).flatMap((each) =>
    ((each as Panel).targets ?? []).map((target) => (target as unknown as { expr: string }).expr),
  );
}

describe('the dashboard of a plan', () => {
  it('is the same for the same plan, and tells by a tag when it is not', () => {
    const [one, same, other] = [planOf(''), planOf(''), planOf(written('percentiles'))].map(buildDashboard);
    expect(JSON.stringify(one)).toBe(JSON.stringify(same));
    expect(one?.uid).toBe(other?.uid);
    expect(one?.tags).toHaveLength(2);
    expect(one?.tags).not.toEqual(other?.tags);
  });

  it('has an identifier that Grafana takes', () => {
    expect(dashboardUid({ ...planOf(''), name: 'Ä long näme '.repeat(20) })).toMatch(/^bw-[a-z0-9-]{1,37}$/);
  });

  it('numbers its panels, so that links and pictures can name them', () => {
    const ids = (buildDashboard(planOf(written('percentiles'))).panels ?? []).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).not.toContain(undefined);
  });

  it('shows the load only where k6 writes it to the server', () => {
    expect(exprsOf(planOf('')).join()).not.toContain('k6_');
    expect(exprsOf(planOf(written('percentiles')))).toContain(
      'k6_http_req_duration_p95{run=~"$run",phase=~"$phase"}',
    );
    expect(exprsOf(planOf(written('histograms'))).join()).toContain('histogram_quantile(0.95');
  });

  it('finds a component by its address or by the labels of the plan, with commas kept together', () => {
    const values = (plan: Plan): unknown =>
      buildDashboard(plan).templating.list?.find(({ name }) => name === 'component')?.query;
    expect(values(planOf(''))).toBe('shop : instance="shop.example:443"');
    const labelled = planOf('', ", prometheus: { labels: { job: shop, zone: 'a\"b' } }");
    expect(values(labelled)).toBe('shop : job="shop"\\,zone="a\\"b"');
  });

  it("has a panel for each of a target's own queries", () => {
    expect(exprsOf(planOf('', ', prometheus: { queries: { waiting: sum(queue_length) } }'))).toContain(
      'sum(queue_length)',
    );
  });
});
