/** Draws the rectangles of a flame graph on a canvas. */
import type { ProfileLayout, ProfileNamed } from '../../protocol/profile';
import { readTheme, withAlpha, type Theme } from '../kit/theme';

export const rowHeight = 20;

/** What a rectangle is drawn as. */
export type Tint = 'own' | 'library' | 'grew' | 'shrank' | 'same';

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface Palette {
  readonly theme: Theme;
  readonly fills: Readonly<Record<Tint, readonly string[]>>;
  readonly marked: string;
}

/** Shades of one colour, so that neighbours can be told apart; the text on them stays readable in every theme. */
export function readPalette(): Palette {
  const theme = readTheme();
  const shades = (color: string, strongest: number): string[] =>
    [1, 0.82, 0.66].map((part) => withAlpha(color, strongest * part));
  return {
    theme,
    fills: {
      own: shades(theme.series.blue, 0.5),
      library: shades(theme.muted, 0.26),
      grew: shades(theme.series.red, 0.55),
      shrank: shades(theme.series.blue, 0.55),
      same: shades(theme.muted, 0.22),
    },
    marked: withAlpha(theme.series.yellow, 0.55),
  };
}

export interface Drawing {
  readonly window: Stretch;
  readonly width: number;
  readonly height: number;
  readonly scrollTop: number;
  readonly palette: Palette;
  readonly named: ReadonlyMap<number, ProfileNamed>;
  readonly tintOf: (fn: ProfileNamed) => Tint;
  readonly fits: ((fn: ProfileNamed) => boolean) | undefined;
  readonly cursor: number;
  readonly hovered: number;
}

/** Names that are shorter than this many characters say nothing. */
const leastLetters = 3;

export function drawBoxes(context: CanvasRenderingContext2D, layout: ProfileLayout, drawing: Drawing): void {
  const { palette } = drawing;
  context.font = `${palette.theme.fontSize + 1}px ${palette.theme.font}`;
  context.textBaseline = 'middle';
  const letter = context.measureText('e').width;
  for (const i of layout.fn.keys()) {
    const fn = drawing.named.get(layout.fn[i] ?? 0);
    const place = placeOf(layout, i, drawing);
    if (place === undefined || fn === undefined) continue;
    fillBox(context, drawing, fn, place);
    if (i === drawing.cursor || i === drawing.hovered) outline(context, drawing, place, i === drawing.cursor);
    const letters = Math.floor((place.drawn - 8) / letter);
    if (letters < leastLetters) continue;
    context.fillStyle = palette.theme.foreground;
    const text = fitting(context, fn.name, place.drawn - 8, letters);
    context.fillText(text, place.left + 4, place.top + rowHeight / 2);
  }
}

/** In pixels of the canvas. */
interface Place {
  readonly left: number;
  readonly top: number;
  readonly drawn: number;
  readonly depth: number;
}

/** @returns `undefined` where nothing of the rectangle can be seen. */
function placeOf(layout: ProfileLayout, box: number, drawing: Drawing): Place | undefined {
  const { window, width, height, scrollTop } = drawing;
  const depth = layout.depth[box] ?? 0;
  const top = depth * rowHeight - scrollTop;
  if (top + rowHeight < 0 || top > height) return undefined;
  const scale = width / (window.to - window.from);
  const left = Math.max(0, ((layout.left[box] ?? 0) - window.from) * scale);
  const right = Math.min(width, ((layout.right[box] ?? 0) - window.from) * scale);
  if (right <= left) return undefined;
  // A gap of a pixel tells neighbours apart, where there is room for one.
  return { left, top, depth, drawn: Math.max(0.5, right - left - (right - left > 2 ? 1 : 0)) };
}

function outline(
  context: CanvasRenderingContext2D,
  { palette }: Drawing,
  { left, top, drawn }: Place,
  isCursor: boolean,
): void {
  context.strokeStyle = palette.theme.foreground;
  context.lineWidth = isCursor ? 2 : 1;
  context.strokeRect(left + 1, top + 1, Math.max(1, drawn - 2), rowHeight - 3);
}

function fillBox(
  context: CanvasRenderingContext2D,
  { palette, tintOf, fits }: Drawing,
  fn: ProfileNamed,
  { left, top, drawn, depth }: Place,
): void {
  const isMarked = fits?.(fn) === true;
  const shades = palette.fills[tintOf(fn)];
  context.globalAlpha = fits !== undefined && !isMarked ? 0.45 : 1;
  context.fillStyle = isMarked ? palette.marked : (shades[(fn.id + depth) % shades.length] ?? '');
  context.fillRect(left, top, drawn, rowHeight - 1);
  if (palette.theme.isHighContrast) {
    context.strokeStyle = palette.theme.foreground;
    context.lineWidth = 1;
    if (drawn > 3) context.strokeRect(left + 0.5, top + 0.5, drawn - 1, rowHeight - 2);
  }
  context.globalAlpha = 1;
}

/** As much of a name as there is room for. */
function fitting(context: CanvasRenderingContext2D, name: string, room: number, letters: number): string {
  let text = name.length > letters * 2 ? name.slice(0, letters * 2) : name;
  if (text === name && context.measureText(text).width <= room) return text;
  while (text.length > 1 && context.measureText(`${text}…`).width > room)
    text = text.slice(0, Math.max(1, Math.floor(text.length * 0.9)));
  return text.length < leastLetters ? '' : `${text}…`;
}
