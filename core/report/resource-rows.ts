/** What the components used, as rows of a table. */
import { bytes } from '../measure/figure';
import type { ResourceSummary } from '../run/run';
import { table, type Block } from './document';

export const resourceHeads = [
  'component',
  'cpu mean',
  'max',
  'of',
  'memory start',
  'max',
  'grew',
  'of',
  'threads',
  'files',
];
export const ownHeads = ['own metric', 'mean', 'max', 'limit'];

/** Where two sources tell of one resource, that which reads the process itself is the more exact. */
const sourceOrder = ['process', 'generator', 'docker', 'metrics', 'prometheus'];

export function resourceRows(resources: readonly ResourceSummary[]): string[][] {
  const components = [...new Set(resources.map(({ component }) => component))];
  return components.flatMap((component) => {
    const ofMetric = (metric: string): ResourceSummary | undefined => bestOf(resources, component, metric);
    const [cpu, memory] = [ofMetric('cpu'), ofMetric('memory')];
    const [threads, files] = [ofMetric('threads'), ofMetric('files')];
    const cells = [
      ...[cpu?.mean, cpu?.max, cpu?.limit].map(cores),
      ...[memory?.start, memory?.max, growth(memory), memory?.limit].map(size),
      ...[threads?.max, files?.max].map(count),
    ];
    return cells.every((cell) => cell === '') ? [] : [[component, ...cells]];
  });
}

/** The figure of the whole component, else of its first instance. */
function bestOf(
  resources: readonly ResourceSummary[],
  component: string,
  metric: string,
): ResourceSummary | undefined {
  const rank = ({ source, instance }: ResourceSummary): number =>
    sourceOrder.indexOf(source) + (instance === null ? 0 : sourceOrder.length);
  return resources
    .filter((each) => each.component === component && each.metric === metric)
    .sort((a, b) => rank(a) - rank(b))[0];
}

function growth(memory: ResourceSummary | undefined): number | undefined {
  return memory === undefined ? undefined : memory.end - memory.start;
}

export function ownRows(resources: readonly ResourceSummary[]): string[][] {
  return resources
    .filter(({ unit }) => unit === 'own')
    .map(({ component, metric, instance, mean, max, limit }) => [
      `${component}: ${metric}${instance === null ? '' : ` (${instance})`}`,
      ...[mean, max, limit].map(count),
    ]);
}

const digits = (value: number): string => String(Number(value.toPrecision(3)));

function cores(value: number | null | undefined): string {
  return value == null ? '' : value.toFixed(2);
}

function size(value: number | null | undefined): string {
  return value == null ? '' : bytes(value);
}

function count(value: number | null | undefined): string {
  if (value == null) return '';
  return Number.isInteger(value) ? String(value) : digits(value);
}

export function resourceTable(resources: readonly ResourceSummary[]): Block[] {
  return [...table(resourceHeads, resourceRows(resources)), ...table(ownHeads, ownRows(resources))];
}
