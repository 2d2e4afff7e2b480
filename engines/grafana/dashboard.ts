/** The dashboard of a plan: its load, what it did to each component, and its phases as regions. */
import {
  AnnotationQueryBuilder,
  CustomVariableBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Plan } from '../../core/plan/schema';
import { newDashboard, type GrafanaDashboard, type GrafanaDashboardBuilder } from './schema-one';
import { dashboardUid, shortHash } from './run-link';
import * as queries from './queries';
import type { PanelQuery, WrittenAs } from './queries';

/** On everything that is made here, so that it is found again. */
export const ownTag = 'benchwright';

const dataSource = { type: 'prometheus', uid: '${datasource}' };

/**
 * Builds the dashboard. Equal plans give equal dashboards, to the byte of their JSON.
 *
 * @returns a dashboard of schema version 42, as the Foundation SDK types it. Its tag `content-…` changes with it.
 */
export function buildDashboard(plan: Plan): GrafanaDashboard {
  const builder = newDashboard(plan.name)
    .uid(dashboardUid(plan))
    .description('Made by Benchwright from the plan. Changes by hand are lost when it is pushed anew.')
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-30m', to: 'now' })
    .refresh('5s')
    .withVariable(new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'))
    .annotation(phaseRegions(plan));
  const writtenAs = plan.observe?.prometheus?.write;
  if (writtenAs !== undefined) addLoad(builder, writtenAs);
  addComponents(builder, plan);
  const dashboard = asPublished(numbered(builder.tags([ownTag]).build()));
  return { ...dashboard, tags: [ownTag, `content-${shortHash(JSON.stringify(dashboard))}`] };
}

function phaseRegions(plan: Plan): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name('Phases')
    .datasource({ type: 'grafana', uid: '-- Grafana --' })
    .enable(true)
    .iconColor('blue')
    .target({
      build: () => ({
        type: 'tags',
        tags: [ownTag, `plan:${dashboardUid(plan)}`],
        matchAny: false,
        limit: 500,
        _implementsDataqueryVariant: () => undefined,
      }),
    });
}

function addLoad(builder: GrafanaDashboardBuilder, writtenAs: WrittenAs): void {
  builder
    .withVariable(labelValues('run', 'k6_http_reqs_total'))
    .withVariable(labelValues('phase', 'k6_http_reqs_total{run=~"$run"}'))
    .withRow(new RowBuilder('Load'))
    .withPanel(panel('Throughput', 'reqps', [queries.throughput], 12))
    .withPanel(
      panel(
        'Latency',
        's',
        [queries.latency(50, writtenAs), queries.latency(95, writtenAs), queries.latency(99, writtenAs)],
        12,
      ).description(
        "k6's own http_req_duration, without the time to connect. The figures of the run are the user's times.",
      ),
    )
    .withPanel(panel('Tasks by outcome', 'ops', [queries.tasks(writtenAs)], 8))
    .withPanel(panel('Failed requests', 'reqps', [queries.failed], 8))
    .withPanel(panel('Users and dropped arrivals', 'short', [queries.users, queries.dropped], 8));
}

function labelValues(label: string, series: string): QueryVariableBuilder {
  return new QueryVariableBuilder(label)
    .label(label)
    .datasource(dataSource)
    .query({ query: `label_values(${series}, ${label})`, refId: label })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalDesc)
    .includeAll(true)
    .multi(true);
}

function addComponents(builder: GrafanaDashboardBuilder, plan: Plan): void {
  const targets = Object.entries(plan.targets);
  builder
    .withVariable(
      new CustomVariableBuilder('component')
        .label('Component')
        // Grafana splits at commas, and takes what follows the colon for the value.
        .values(
          targets
            .map(([name, target]) => `${name} : ${queries.matchersOf(target).replaceAll(',', '\\,')}`)
            .join(', '),
        )
        .includeAll(true)
        .multi(true),
    )
    // The row stands once for each component that is chosen.
    .withRow(new RowBuilder('Component ${component:text}').repeat('component'))
    .withPanel(panel('CPU', 'short', queries.resource('cpu'), 6).description('In cores: 1 is one full core.'))
    .withPanel(panel('Memory', 'bytes', queries.resource('memory'), 6))
    .withPanel(panel('Requests', 'reqps', queries.resource('requests'), 6))
    .withPanel(panel('Open files', 'short', queries.resource('files'), 6));
  for (const [name, { prometheus }] of targets) {
    const own = Object.entries(prometheus?.queries ?? {});
    if (own.length === 0) continue;
    builder.withRow(new RowBuilder(`Queries of ${name}`));
    for (const [metric, expr] of own) {
      builder.withPanel(panel(metric, 'short', [{ expr, legend: metric }], 8));
    }
  }
}

function panel(title: string, unit: string, asked: readonly PanelQuery[], span: number): PanelBuilder {
  const builder = new PanelBuilder()
    .title(title)
    .unit(unit)
    .min(0)
    .datasource(dataSource)
    .span(span)
    .height(8)
    // A gap is a gap.
    .spanNulls(false);
  for (const [index, { expr, legend }] of asked.entries()) {
    builder.withTarget(
      new DataqueryBuilder()
        .refId(String.fromCharCode(65 + index))
        .datasource(dataSource)
        .expr(expr)
        .legendFormat(legend)
        .range(),
    );
  }
  return builder;
}

/** The SDK gives panels no identifiers, and links and pictures need them. */
function numbered(dashboard: GrafanaDashboard): GrafanaDashboard {
  return {
    ...dashboard,
    panels: (dashboard.panels ?? []).map((each, index) => ({ ...each, id: index + 1 })),
  };
}

/** The SDK writes to every variable the keys of an interval, which Grafana's published schema does not have. */
function asPublished(dashboard: GrafanaDashboard): GrafanaDashboard {
  const list = dashboard.templating.list?.map((variable) => {
    const { auto: _auto, auto_min: _min, auto_count: _count, ...own } = variable;
    return own;
  });
  return { ...dashboard, templating: { ...dashboard.templating, ...(list && { list }) } };
}
