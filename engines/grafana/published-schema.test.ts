/**
 * Dashboards against the schema that Grafana publishes of them (`@grafana/schema`), which the SDK is not made from at the
 * same time. It is a schema of types, so that TypeScript is asked whether a dashboard, written out, is one.
 */
import path from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { analysePlan } from '../../core/plan/analyse';
import type { Plan } from '../../core/plan/schema';
import { buildDashboard } from './dashboard';

const file = path.resolve(import.meta.dirname, 'dashboard-under-test.ts');

/** Texts stand for the names of an enumeration, as they do in JSON. A key that the schema does not have is an error. */
const prelude = `
import type {
  AnnotationQuery, AnnotationTarget, Dashboard, GraphFieldConfig, Panel, RowPanel, VizLegendOptions, VizTooltipOptions,
} from '@grafana/schema';
type Plain<T> = T extends string ? \`\${T}\` : T extends number ? (\`\${T}\` extends \`\${infer N extends number}\` ? N : T)
  : T extends readonly (infer U)[] ? Plain<U>[] : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
interface Regions { list: Plain<Omit<AnnotationQuery, 'target'> & { target: AnnotationTarget }>[] }
interface TimeSeries { legend: VizLegendOptions; tooltip: VizTooltipOptions }
`;

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  types: [],
};

let before: ts.Program | undefined;

/** What TypeScript has against the statements. */
function faultsOf(statements: string): string[] {
  const host = ts.createCompilerHost(options);
  const onDisk = ts.createCompilerHost(options);
  const source = ts.createSourceFile(file, prelude + statements, ts.ScriptTarget.ES2023);
  const known = new Map<string, ts.SourceFile | undefined>(
    (before?.getSourceFiles() ?? []).map((each) => [each.fileName, each]),
  );
  host.getSourceFile = (name, ...rest) =>
    name === file ? source : (known.get(name) ?? onDisk.getSourceFile(name, ...rest));
  host.fileExists = (name) => name === file || onDisk.fileExists(name);
  const program = ts.createProgram([file], options, host, before);
  before = program;
  return program
    .getSemanticDiagnostics(source)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

function planOf(observe: string, target = ''): Plan {
  const { plan, problems } = analysePlan(`
version: 1
name: Shop
targets: { shop: { url: 'https://shop.example'${target} }, till: { url: 'http://till.example:81' } }
observe: ${observe}
scenarios: { look: { target: shop, steps: [{ get: / }] } }
phases: { smoke: { scenarios: [look], users: 1, for: 1m } }
`);
  if (plan === undefined) throw new Error(JSON.stringify(problems));
  return plan;
}

interface Made {
  readonly panels: readonly {
    readonly type: string;
    readonly options?: unknown;
    readonly fieldConfig?: { readonly defaults?: { readonly custom?: unknown } };
  }[];
}

/** The dashboard as it is sent, and the parts of its panels of which its own type knows nothing. */
function statementsFor(dashboard: unknown): string {
  const sent = JSON.parse(JSON.stringify(dashboard)) as Made;
  const panels = sent.panels.filter(({ type }) => type === 'timeseries');
  const list = (values: readonly unknown[]): string => JSON.stringify(values.filter(Boolean));
  return `
export const dashboard: Plain<Omit<Dashboard, 'panels' | 'annotations'>> & { annotations: Regions; panels: Plain<Panel | RowPanel>[] } = ${JSON.stringify(sent)};
export const options: Plain<TimeSeries>[] = ${list(panels.map((panel) => panel.options))};
export const custom: Plain<GraphFieldConfig>[] = ${list(panels.map((panel) => panel.fieldConfig?.defaults?.custom))};
`;
}

const plans: readonly (readonly [string, Plan])[] = [
  ['without figures of the load', planOf("{ prometheus: 'http://127.0.0.1:9090' }")],
  ['with percentiles', planOf("{ prometheus: { url: 'http://127.0.0.1:9090', write: percentiles } }")],
  [
    'with histograms and queries of its own',
    planOf(
      "{ prometheus: { url: 'http://127.0.0.1:9090', write: histograms } }",
      ', prometheus: { labels: { job: shop }, queries: { waiting: sum(queue_length) } }',
    ),
  ],
];

/** Reading the types of Grafana takes a moment. */
const timeout = 60_000;

test.each(plans)('a dashboard %s is one by the published schema', { timeout }, (_, plan) => {
  expect(faultsOf(statementsFor(buildDashboard(plan)))).toEqual([]);
});

test('what the schema does not have, or has otherwise, is found', { timeout }, () => {
  const good = buildDashboard(planOf("{ prometheus: 'http://127.0.0.1:9090' }"));
  const [row, panel] = good.panels ?? [];
  const wrong: readonly unknown[] = [
    { ...good, liveLater: true },
    { ...good, graphTooltip: 'both' },
    { ...good, panels: [row, { ...panel, span: 7 }] },
    { ...good, panels: [row, { ...panel, options: { legend: {}, tooltip: { mode: 'some' } } }] },
  ];
  for (const each of wrong) expect(faultsOf(statementsFor(each))).not.toEqual([]);
});
