/** The load of a phase in the hover: a small picture where the client shows pictures, a row of blocks where not. */
import { t } from '@vscode/l10n';
import type { PhaseShape, ShapePart } from '../../core/plan/load-shape';
import { formatDuration } from '../../core/plan/units';
import { sparkline } from './last-results';

const width = 320;
const height = 72;
const top = 8;
const bottom = height - 12;

/** Colours that can be seen on a light and on a dark ground: a picture does not know the theme. */
const ink = { line: '#3794ff', muted: '#8a8a8a' } as const;

/** The picture as Markdown; its words say what it shows. */
export function loadPicture(shape: PhaseShape): string {
  const address = `data:image/svg+xml;utf8,${encodeURIComponent(svgOf(shape)).replace(/[()'*]/g, percentCode)}`;
  return `![${describeShape(shape)}](${address})`;
}

/** `▁▂▄█▇ 1 to 100 users over 15m`: the level over time, with equal times for all blocks. */
export function loadSparkline(shape: PhaseShape): string {
  const slots = 24;
  const levels = Array.from({ length: slots }, (_, index) =>
    levelAt(shape.parts, ((index + 0.5) / slots) * shape.durationMs),
  );
  return `\`${sparkline(levels)}\` ${describeShape(shape)}`;
}

function describeShape({ peak, unit, durationMs, isEstimate, warmups }: PhaseShape): string {
  const level = peak === null ? t('a load that the run finds') : peakWords(peak, unit);
  const warmup = warmups[0];
  const warm =
    warmup === undefined
      ? ''
      : t`, the first ${formatDuration(warmup.toMs - warmup.fromMs)} of warm-up not measured`;
  const time = formatDuration(Math.round(durationMs / 100) * 100);
  return `${isEstimate ? t`about ${time}` : time}, ${level}${warm}`;
}

function peakWords(peak: number, unit: PhaseShape['unit']): string {
  return unit === 'users' ? t`up to ${peak} users` : t`up to ${peak} arrivals per second`;
}

function levelAt(parts: readonly ShapePart[], atMs: number): number | null {
  const part = parts.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  if (part === undefined || part.from === null || part.to === null) return null;
  return part.from + ((part.to - part.from) * (atMs - part.fromMs)) / (part.toMs - part.fromMs);
}

function percentCode(sign: string): string {
  return `%${sign.charCodeAt(0).toString(16)}`;
}

function svgOf({ parts, durationMs, windows, warmups, peak }: PhaseShape): string {
  const x = (ms: number): string => ((ms / durationMs) * width).toFixed(1);
  const most = peak === null || peak === 0 ? 1 : peak;
  const y = (level: number): string => (bottom - (level / most) * (bottom - top)).toFixed(1);
  const span = (fromMs: number, toMs: number, fill: string): string =>
    `<rect x="${x(fromMs)}" y="${top}" width="${x(toMs - fromMs)}" height="${bottom - top}" ${fill}/>`;
  const line = parts.flatMap(({ fromMs, toMs, from, to }, index) => {
    if (from === null || to === null) return [];
    const isFirst = index === 0 || parts[index - 1]?.to === null;
    return [`${isFirst ? 'M' : 'L'}${x(fromMs)} ${y(from)}L${x(toMs)} ${y(to)}`];
  });
  const unknown = parts.filter(({ from }) => from === null);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<defs><pattern id="h" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V6" stroke="${ink.muted}" stroke-opacity="0.6"/></pattern></defs>`,
    ...windows.map(({ fromMs, toMs }) => span(fromMs, toMs, `fill="${ink.line}" fill-opacity="0.14"`)),
    ...warmups.map(({ fromMs, toMs }) => span(fromMs, toMs, 'fill="url(#h)"')),
    ...unknown.map(({ fromMs, toMs }) =>
      span(fromMs, toMs, `fill="none" stroke="${ink.muted}" stroke-dasharray="3 3"`),
    ),
    `<path d="${line.join('')}" fill="none" stroke="${ink.line}" stroke-width="2"/>`,
    `<path d="M0 ${bottom}H${width}" stroke="${ink.muted}"/>`,
    '</svg>',
  ].join('');
}
