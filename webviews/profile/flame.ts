/** The flame graph: a canvas that draws the rectangles it is given and asks for others when it is zoomed. */
import type { ProfileLayout, ProfileNamed } from '../../protocol/profile';
import { element } from '../kit/dom';
import { onThemeChange } from '../kit/theme';
import { drawBoxes, readPalette, rowHeight, type Stretch, type Tint } from './draw-boxes';
import { boxAt, boxTowards, zoomed } from './moves';

export interface PointedBox {
  readonly fn: number;
  /** In the unit of the axis. */
  readonly width: number;
  readonly self: number;
}

export interface FlameEvents {
  /** Other rectangles are wanted. `null` is the whole axis. */
  readonly ask: (window: Stretch | null, pixels: number) => void;
  /** A function was chosen, by pointer or by key. */
  readonly choose: (fn: number) => void;
  readonly openSource: (fn: number) => void;
  /** What is under the pointer, or has the cursor of the keyboard. */
  readonly point: (box: PointedBox | undefined, isByKey: boolean) => void;
  readonly zoom: (isZoomed: boolean) => void;
}

const help =
  'Flame graph. Arrow keys move, Enter zooms in, Escape zooms out, O opens the source. The table below has the same functions.';

export class Flame {
  readonly root: HTMLElement;
  readonly #events: FlameEvents;
  readonly #canvas = element('canvas', {
    tabindex: '0',
    role: 'application',
    'aria-roledescription': 'flame graph',
    'aria-label': help,
    'data-part': 'flame',
  });
  readonly #spacer = element('div', { class: 'flame-spacer' }, this.#canvas);
  #layout: ProfileLayout | undefined;
  #named: ReadonlyMap<number, ProfileNamed> = new Map();
  #tintOf: (fn: ProfileNamed) => Tint = ({ isOwn }) => (isOwn ? 'own' : 'library');
  #fits: ((fn: ProfileNamed) => boolean) | undefined;
  /** What is shown of the axis, where that is not all. */
  #window: Stretch | undefined;
  #past: Stretch[] = [];
  #cursor = -1;
  #hovered = -1;
  #palette = readPalette();
  #isDrawPlanned = false;

  constructor(events: FlameEvents) {
    this.#events = events;
    this.root = element('div', { class: 'flame-scroll' }, this.#spacer);
    this.#listenToPointer();
    this.#canvas.addEventListener('keydown', (event) => {
      this.#press(event);
    });
    for (const name of ['focus', 'blur'])
      this.#canvas.addEventListener(name, () => {
        this.#plan();
      });
    this.root.addEventListener('scroll', () => {
      this.#plan();
    });
    new ResizeObserver(() => {
      if (this.#layout !== undefined) this.refresh();
      this.#plan();
    }).observe(this.root);
    onThemeChange(() => {
      this.#palette = readPalette();
      this.#plan();
    });
  }

  show(next: ProfileLayout): void {
    this.#cursor = sameBox(this.#layout, this.#cursor, next);
    this.#hovered = -1;
    this.#layout = next;
    this.#named = new Map(next.named.map((fn) => [fn.id, fn]));
    this.#spacer.style.height = `${(next.maxDepth + 1) * rowHeight}px`;
    this.#plan();
  }

  tint(tintOf: (fn: ProfileNamed) => Tint): void {
    this.#tintOf = tintOf;
    this.#plan();
  }

  /** Marks the functions that fit; the others fade. */
  mark(fits: ((fn: ProfileNamed) => boolean) | undefined): void {
    this.#fits = fits;
    this.#plan();
  }

  reset(): void {
    this.#past = [];
    this.#goTo(undefined);
  }

  /** Asks anew, for the window that is shown. */
  refresh(): void {
    this.#events.ask(this.#window ?? null, this.#pixels);
  }

  get #axis(): Stretch {
    return { from: this.#layout?.axisFrom ?? 0, to: this.#layout?.axisTo ?? 1 };
  }

  get #shown(): Stretch {
    return this.#window ?? this.#axis;
  }

  get #pixels(): number {
    return Math.max(1, Math.round(this.root.clientWidth));
  }

  #plan(): void {
    if (this.#isDrawPlanned) return;
    this.#isDrawPlanned = true;
    requestAnimationFrame(() => {
      this.#isDrawPlanned = false;
      this.#draw();
    });
  }

  #draw(): void {
    const [width, height] = [this.#pixels, this.root.clientHeight];
    const canvas = this.#canvas;
    const scale = devicePixelRatio;
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    const context = canvas.getContext('2d');
    if (context === null) return;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    if (this.#layout === undefined) return;
    drawBoxes(context, this.#layout, {
      window: this.#shown,
      width,
      height,
      scrollTop: this.root.scrollTop,
      palette: this.#palette,
      named: this.#named,
      tintOf: this.#tintOf,
      fits: this.#fits,
      cursor: document.activeElement === canvas ? this.#cursor : -1,
      hovered: this.#hovered,
    });
  }

  #listenToPointer(): void {
    const canvas = this.#canvas;
    canvas.addEventListener('pointermove', (event) => {
      const box = this.#boxUnder(event);
      if (box === this.#hovered) return;
      this.#hovered = box;
      canvas.classList.toggle('is-over', box !== -1);
      this.#point(box, false);
      this.#plan();
    });
    canvas.addEventListener('pointerleave', () => {
      this.#hovered = -1;
      this.#point(this.#cursor, false);
      this.#plan();
    });
    canvas.addEventListener('click', (event) => {
      this.#click(event);
    });
    const zoomByWheel = (event: WheelEvent): void => {
      // The wheel alone scrolls, as everywhere.
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      this.#zoomBy(Math.exp(event.deltaY * 0.002), this.#valueAt(event.offsetX));
    };
    canvas.addEventListener('wheel', zoomByWheel, { passive: false });
  }

  #click(event: MouseEvent): void {
    const box = this.#boxUnder(event);
    if (box === -1) return;
    this.#cursor = box;
    const fn = this.#layout?.fn[box] ?? 0;
    this.#events.choose(fn);
    if (event.ctrlKey || event.metaKey) this.#events.openSource(fn);
    else this.#zoomTo(box);
  }

  #press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = event.key.startsWith('Arrow') ? this.#keys['Arrow'] : this.#keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act(event.key);
  }

  readonly #keys: Readonly<Partial<Record<string, (key: string) => void>>> = {
    Arrow: (key) => {
      this.#moveCursor(key);
    },
    Enter: () => {
      this.#zoomTo(this.#cursor);
    },
    Escape: () => {
      this.#zoomOut();
    },
    Backspace: () => {
      this.#zoomOut();
    },
    '0': () => {
      this.reset();
    },
    '+': () => {
      this.#zoomBy(0.5, (this.#shown.from + this.#shown.to) / 2);
    },
    '-': () => {
      this.#zoomBy(2, (this.#shown.from + this.#shown.to) / 2);
    },
    o: () => {
      if (this.#cursor !== -1) this.#events.openSource(this.#layout?.fn[this.#cursor] ?? 0);
    },
  };

  #moveCursor(key: string): void {
    const layout = this.#layout;
    if (layout === undefined || layout.fn.length === 0) return;
    this.#cursor = this.#cursor === -1 ? 0 : boxTowards(layout, this.#cursor, key);
    const top = (layout.depth[this.#cursor] ?? 0) * rowHeight;
    const { scrollTop, clientHeight } = this.root;
    if (top < scrollTop) this.root.scrollTop = top;
    else if (top + rowHeight > scrollTop + clientHeight) this.root.scrollTop = top + rowHeight - clientHeight;
    this.#events.choose(layout.fn[this.#cursor] ?? 0);
    this.#point(this.#cursor, true);
    this.#plan();
  }

  #point(box: number, isByKey: boolean): void {
    const layout = this.#layout;
    if (layout === undefined || box === -1) {
      this.#events.point(undefined, isByKey);
      return;
    }
    const width = (layout.right[box] ?? 0) - (layout.left[box] ?? 0);
    this.#events.point({ fn: layout.fn[box] ?? 0, width, self: layout.self[box] ?? 0 }, isByKey);
  }

  #valueAt(x: number): number {
    const { from, to } = this.#shown;
    return from + (x / this.#pixels) * (to - from);
  }

  #boxUnder({ offsetX, offsetY }: MouseEvent): number {
    if (this.#layout === undefined) return -1;
    const row = Math.floor((offsetY + this.root.scrollTop) / rowHeight);
    return boxAt(this.#layout, this.#valueAt(offsetX), row);
  }

  /** What is there already is drawn at its new place at once; the finer rectangles follow. */
  #goTo(next: Stretch | undefined): void {
    this.#window = next === undefined || isSame(next, this.#axis) ? undefined : next;
    this.#events.zoom(this.#window !== undefined);
    this.refresh();
    this.#plan();
  }

  #zoomTo(box: number): void {
    if (this.#layout === undefined || box === -1) return;
    const next = { from: this.#layout.left[box] ?? 0, to: this.#layout.right[box] ?? 0 };
    if (isSame(next, this.#shown)) return;
    this.#past.push(this.#shown);
    this.#goTo(next);
  }

  #zoomOut(): void {
    this.#goTo(this.#past.pop());
  }

  #zoomBy(factor: number, at: number): void {
    this.#goTo(zoomed(this.#shown, this.#axis, at, factor));
  }
}

function isSame(a: Stretch, b: Stretch): boolean {
  return a.from === b.from && a.to === b.to;
}

/** Where a rectangle of one layout is in the next: the same function at the same place. */
function sameBox(before: ProfileLayout | undefined, box: number, next: ProfileLayout): number {
  if (before === undefined || box === -1) return -1;
  const [fn, depth, left] = [before.fn[box], before.depth[box], before.left[box]];
  return next.fn.findIndex((other, i) => other === fn && next.depth[i] === depth && next.left[i] === left);
}
