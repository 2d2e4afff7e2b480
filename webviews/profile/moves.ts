/** Finding rectangles: under the pointer, and by the arrow keys. */
import type { ProfileLayout } from '../../protocol/profile';

export type Layout = Pick<ProfileLayout, 'left' | 'right' | 'depth' | 'fn' | 'from' | 'to'>;

/** @param at in the unit of the axis. @returns -1 where there is none. */
export function boxAt({ left, right, depth }: Layout, at: number, row: number): number {
  for (let i = 0; i < depth.length; i++)
    if (depth[i] === row && (left[i] ?? 0) <= at && at < (right[i] ?? 0)) return i;
  return -1;
}

/** The rectangle an arrow key leads to from another; the same one where there is no such neighbour. */
export function boxTowards(layout: Layout, from: number, key: string): number {
  const { left, right, depth } = layout;
  const [row = 0, start = 0, end = 0] = [depth[from], left[from], right[from]];
  switch (key) {
    case 'ArrowUp':
      return orStay(boxAt(layout, (start + end) / 2, row - 1), from);
    case 'ArrowDown':
      return orStay(widest(layout, row + 1, start, end), from);
    case 'ArrowRight':
      return orStay(
        nearest(
          layout,
          row,
          (i) => (left[i] ?? 0) >= end,
          (i) => left[i] ?? 0,
        ),
        from,
      );
    case 'ArrowLeft':
      return orStay(
        nearest(
          layout,
          row,
          (i) => (right[i] ?? 0) <= start,
          (i) => -(right[i] ?? 0),
        ),
        from,
      );
    default:
      return from;
  }
}

function orStay(found: number, from: number): number {
  return found === -1 ? from : found;
}

function widest(layout: Layout, row: number, from: number, to: number): number {
  const { left, right } = layout;
  const isWithin = (i: number): boolean => (left[i] ?? 0) >= from && (right[i] ?? 0) <= to;
  return nearest(layout, row, isWithin, (i) => (left[i] ?? 0) - (right[i] ?? 0));
}

/** Of the rectangles of a row that fit, the one with the smallest distance. */
function nearest(
  { depth }: Layout,
  row: number,
  fits: (box: number) => boolean,
  distance: (box: number) => number,
): number {
  let found = -1;
  for (let i = 0; i < depth.length; i++) {
    if (depth[i] !== row || !fits(i)) continue;
    if (found === -1 || distance(i) < distance(found)) found = i;
  }
  return found;
}

/** A window `factor` times as wide, with the point `at` where it was; never outside of the axis. */
export function zoomed(
  { from, to }: { readonly from: number; readonly to: number },
  axis: { readonly from: number; readonly to: number },
  at: number,
  factor: number,
): { from: number; to: number } {
  // Narrower than this, doubles have no digits left to draw with.
  const least = (axis.to - axis.from) * 1e-9;
  const width = Math.min(axis.to - axis.from, Math.max(least, (to - from) * factor));
  const share = to === from ? 0.5 : (at - from) / (to - from);
  const start = Math.min(Math.max(axis.from, at - share * width), axis.to - width);
  return { from: start, to: start + width };
}
