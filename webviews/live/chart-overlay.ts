/** What is drawn around the lines of a chart: phases behind them, limits and the cursor in front. */
import type { Chart, Plugin } from 'chart.js';
import type { Band, GoalLine, ValueAxis } from './chart-data';
import { withAlpha, type Theme } from '../kit/theme';

export interface Overlay {
  bands: readonly Band[];
  goals: readonly GoalLine[];
  /** Position of the cursor in seconds. */
  cursor: number | undefined;
  axis: ValueAxis;
  /** The end of the time axis in seconds. */
  end: number;
  theme: Theme;
}

type Context = CanvasRenderingContext2D;

/** Draws from `overlay`, which its owner changes before asking the chart to draw. */
export function overlayPlugin(overlay: Overlay): Plugin<'line'> {
  return {
    id: 'benchwright-overlay',
    beforeDatasetsDraw: (chart) => {
      for (const [index, band] of overlay.bands.entries()) drawBand(chart, overlay.theme, band, index);
    },
    afterDatasetsDraw: (chart) => {
      drawGoals(chart, overlay);
      if (overlay.cursor !== undefined) drawCursor(chart, overlay.theme, overlay.cursor);
    },
  };
}

function drawBand(chart: Chart, theme: Theme, band: Band, index: number): void {
  const { ctx, chartArea: area } = chart;
  const left = pixelX(chart, band.from);
  const right = pixelX(chart, band.to);
  ctx.save();
  if (index % 2 === 0) {
    ctx.fillStyle = withAlpha(theme.foreground, 0.035);
    ctx.fillRect(left, area.top, right - left, area.height);
  }
  if (band.isShaded === true) {
    const measuredLeft = pixelX(chart, band.warmupTo);
    ctx.fillStyle = withAlpha(theme.series.blue, theme.isHighContrast ? 0.3 : 0.12);
    ctx.fillRect(measuredLeft, area.top, right - measuredLeft, area.height);
  }
  if (band.warmupTo > band.from) drawWarmup(chart, theme, left, pixelX(chart, band.warmupTo));
  if (index > 0) strokeVertical(ctx, theme.grid, left, area.top, area.bottom);
  drawBandName(ctx, theme, band, {
    left,
    right: band.nameTo === undefined ? right : pixelX(chart, band.nameTo),
    top: area.top,
  });
  ctx.restore();
}

/** Hatched: what is not measured must not look measured. */
function drawWarmup(chart: Chart, theme: Theme, left: number, right: number): void {
  const { ctx, chartArea: area } = chart;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, area.top, right - left, area.height);
  ctx.clip();
  ctx.strokeStyle = withAlpha(theme.foreground, theme.isHighContrast ? 0.4 : 0.13);
  ctx.lineWidth = 1;
  ctx.beginPath();
  for (let x = left - area.height; x < right; x += 8) {
    ctx.moveTo(x, area.bottom);
    ctx.lineTo(x + area.height, area.top);
  }
  ctx.stroke();
  ctx.restore();
}

function drawBandName(
  ctx: Context,
  theme: Theme,
  { name, shorter = [] }: Band,
  place: { left: number; right: number; top: number },
): void {
  setFont(ctx, theme);
  ctx.fillStyle = theme.muted;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'bottom';
  const width = place.right - place.left - 4;
  const fitting = [name, ...shorter].find((text) => ctx.measureText(text).width <= width);
  const shown = fitting ?? fitText(ctx, shorter.at(-1) ?? name, width);
  if (shown !== '') ctx.fillText(shown, place.left + 2, place.top - 4);
}

/** The text, shortened to the width; nothing where not even a few letters would fit. */
function fitText(ctx: Context, text: string, width: number): string {
  if (ctx.measureText(text).width <= width) return text;
  let shown = text;
  while (shown.length > 2 && ctx.measureText(`${shown}…`).width > width) shown = shown.slice(0, -1);
  return shown.length > 2 ? `${shown}…` : '';
}

/** Labels sit on the side of their line where the values should not be; where two would touch, on the other. */
function drawGoals(chart: Chart, { goals, theme }: Overlay): void {
  const { chartArea: area } = chart;
  const placed: Box[] = [];
  for (const goal of [...goals].sort((a, b) => b.limit - a.limit)) {
    const y = chart.scales['y']?.getPixelForValue(goal.limit) ?? 0;
    if (y < area.top || y > area.bottom) continue;
    drawGoalLine(chart, theme, goal, y);
    drawGoalLabel(chart, theme, goal, y, placed);
  }
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function drawGoalLine(chart: Chart, theme: Theme, goal: GoalLine, y: number): void {
  const { ctx } = chart;
  ctx.save();
  ctx.strokeStyle = goalColor(theme, goal);
  ctx.lineWidth = theme.isHighContrast ? 2 : 1.25;
  ctx.setLineDash([6, 4]);
  ctx.beginPath();
  ctx.moveTo(pixelX(chart, goal.from), y);
  ctx.lineTo(pixelX(chart, goal.to), y);
  ctx.stroke();
  ctx.restore();
}

function goalColor(theme: Theme, goal: GoalLine): string {
  return goal.isBroken ? theme.series.red : theme.muted;
}

const labelHeight = 15;

function drawGoalLabel(chart: Chart, theme: Theme, goal: GoalLine, y: number, placed: Box[]): void {
  const { ctx, chartArea: area } = chart;
  ctx.save();
  setFont(ctx, theme);
  const text = fitText(ctx, goal.label, area.width - 8);
  const width = ctx.measureText(text).width + 8;
  const left = Math.max(area.left, Math.min(pixelX(chart, goal.to), area.right) - width);
  const places = [y - labelHeight - 1, y + 2];
  const tops = (goal.isFloor ? places.reverse() : places).filter(
    (top) => top >= area.top && top + labelHeight <= area.bottom,
  );
  const boxes = tops.map((top) => ({ left, right: left + width, top, bottom: top + labelHeight }));
  const box = boxes.find((candidate) => placed.every((other) => areApart(candidate, other)));
  if (box !== undefined) {
    placed.push(box);
    ctx.fillStyle = withAlpha(theme.background, 0.82);
    ctx.fillRect(box.left, box.top, width, labelHeight);
    ctx.fillStyle = goal.isBroken ? theme.series.red : theme.foreground;
    ctx.textAlign = 'left';
    ctx.textBaseline = 'middle';
    ctx.fillText(text, box.left + 4, box.top + labelHeight / 2 + 0.5);
  }
  ctx.restore();
}

function areApart(a: Box, b: Box): boolean {
  return a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
}

function drawCursor(chart: Chart, theme: Theme, at: number): void {
  const { ctx, chartArea: area } = chart;
  const x = pixelX(chart, at);
  if (x < area.left || x > area.right) return;
  ctx.save();
  strokeVertical(ctx, theme.muted, x, area.top, area.bottom);
  drawCursorDots(chart, theme, at);
  ctx.restore();
}

function drawCursorDots(chart: Chart, theme: Theme, at: number): void {
  const { ctx } = chart;
  for (const [index, dataset] of chart.data.datasets.entries()) {
    const meta = chart.getDatasetMeta(index);
    const found = dataset.data.findIndex(
      (point) => typeof point === 'object' && point !== null && 'x' in point && point.x === at,
    );
    const dot = meta.data[found];
    if (dot === undefined || (dot as { skip?: boolean }).skip === true) continue;
    ctx.beginPath();
    ctx.arc(dot.x, dot.y, 3.5, 0, Math.PI * 2);
    ctx.fillStyle = typeof dataset.borderColor === 'string' ? dataset.borderColor : theme.foreground;
    ctx.strokeStyle = theme.background;
    ctx.lineWidth = 1.5;
    ctx.fill();
    ctx.stroke();
  }
}

function strokeVertical(ctx: Context, color: string, x: number, top: number, bottom: number): void {
  ctx.strokeStyle = color;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(Math.round(x) + 0.5, top);
  ctx.lineTo(Math.round(x) + 0.5, bottom);
  ctx.stroke();
}

function pixelX(chart: Chart, seconds: number): number {
  const area = chart.chartArea;
  const x = chart.scales['x']?.getPixelForValue(seconds) ?? area.left;
  return Math.min(area.right, Math.max(area.left, x));
}

function setFont(ctx: Context, theme: Theme): void {
  ctx.font = `${theme.fontSize}px ${theme.font}`;
}
