/** Puts the parts of the page together: what one part chooses, the others show. */
import {
  profileVersion,
  type FromProfileView,
  type ProfileAnswer,
  type ProfileChanges,
  type ProfileNamed,
  type ProfileOpened,
  type ProfileProblem,
  type ToProfileView,
} from '../../protocol/profile';
import { element, setShown, setText } from '../kit/dom';
import { createChanges } from './changes-section';
import { createControls, type Choices } from './controls';
import type { Tint } from './draw-boxes';
import { Flame, type PointedBox } from './flame';
import { formatShare, formatWeight, formatWhole, placeOf } from './format';
import { createFunctionsTable } from './functions-table';
import { createHeader } from './header';
import { createNeighbours } from './neighbours-section';
import { createQuestions, type Questions } from './questions';

type Post = (message: FromProfileView) => void;

/** @returns what takes the messages of the host. */
export function createPage(root: HTMLElement, post: Post): (message: ToProfileView) => void {
  const page = new ProfilePage(root, post);
  return (message) => {
    page.receive(message);
  };
}

class ProfilePage {
  readonly #root: HTMLElement;
  readonly #post: Post;
  readonly #questions: Questions;
  readonly #known = new Map<number, ProfileNamed>();
  #opened: ProfileOpened | undefined;
  #chosen: number | undefined;
  /** Whether the table waits for the picture: both together would take longer to show either. */
  #isTableOwed = false;

  readonly #header = createHeader({
    compare: () => {
      this.#post({ kind: 'compare', version: profileVersion });
    },
    compareNone: () => {
      this.#post({ kind: 'compare-none', version: profileVersion });
    },
    rerun: () => {
      this.#post({ kind: 'rerun', version: profileVersion });
    },
  });
  readonly #controls = createControls(
    (what) => {
      this.#changed(what);
    },
    () => {
      this.#flame.reset();
    },
  );
  readonly #detail = element('p', { class: 'detail', 'data-part': 'detail' });
  readonly #heard = element('p', { class: 'only-heard', 'aria-live': 'polite' });
  readonly #choosing = {
    choose: (fn: number) => {
      this.#choose(fn);
    },
    openSource: (of: number) => {
      this.#post({ kind: 'open-source', version: profileVersion, of });
    },
  };
  readonly #flame: Flame = new Flame({
    ...this.#choosing,
    ask: (window, pixels) => {
      const { order, side, thread } = this.#controls.choices();
      if (this.#opened?.hasStacks === true)
        this.#questions.ask({ kind: 'layout', order, side, thread, window, pixels });
    },
    zoom: (isZoomed) => {
      this.#controls.setZoomed(isZoomed);
    },
    point: (box, isByKey) => {
      const text = box === undefined ? '' : this.#describe(box);
      setText(this.#detail, text === '' ? hint : text);
      if (isByKey) setText(this.#heard, text);
    },
  });
  readonly #functions = createFunctionsTable({
    ...this.#choosing,
    sorted: () => {
      this.#askFunctions();
    },
  });
  readonly #neighbours = createNeighbours(this.#choosing);
  readonly #changes = createChanges(this.#choosing.choose);
  readonly #graph = element(
    'section',
    { class: 'graph', 'aria-label': 'Flame graph' },
    element('div', { class: 'card' }, this.#flame.root),
    this.#detail,
  );
  readonly #main = element(
    'main',
    {},
    this.#header.root,
    this.#controls.root,
    this.#graph,
    this.#neighbours.root,
    this.#changes.root,
    this.#functions.root,
    this.#heard,
  );

  constructor(root: HTMLElement, post: Post) {
    this.#root = root;
    this.#post = post;
    this.#questions = createQuestions(post);
    const waiting = element('p', { class: 'scope', role: 'status' }, 'Reading the profile…');
    root.replaceChildren(element('main', {}, waiting));
  }

  receive(message: ToProfileView): void {
    switch (message.kind) {
      case 'opened':
        this.#open(message);
        return;
      case 'problem':
        this.#root.replaceChildren(problemPage(message));
        return;
      case 'told':
        this.#header.tell(message.message);
        return;
      default:
        if (this.#opened !== undefined && this.#questions.answered(message))
          this.#showAnswer(message, this.#opened);
    }
  }

  #open(opened: ProfileOpened): void {
    this.#opened = opened;
    if (!this.#root.contains(this.#main)) this.#root.replaceChildren(this.#main);
    this.#header.show(opened);
    this.#controls.show(opened);
    setShown(this.#graph, opened.hasStacks);
    setText(this.#detail, hint);
    if (opened.comparedWith === null) {
      this.#changes.hide();
      this.#flame.tint(({ isOwn }) => (isOwn ? 'own' : 'library'));
    }
    this.#flame.refresh();
    this.#isTableOwed = opened.hasStacks;
    if (!opened.hasStacks) this.#askFunctions();
  }

  #showAnswer(answer: ProfileAnswer, { unit, comparedWith, hasStacks }: ProfileOpened): void {
    const whole = this.#wholeShown();
    switch (answer.kind) {
      case 'layout':
        this.#learn(answer.named);
        this.#flame.show(answer);
        this.#payTable();
        return;
      case 'functions':
        if (this.#controls.choices().group === 'function') this.#learn(answer.rows);
        this.#functions.show(answer, { unit, whole, hasCalls: !hasStacks });
        return;
      case 'neighbours': {
        this.#learn([...answer.callers, ...answer.callees]);
        const fn = this.#known.get(answer.of);
        if (fn !== undefined) this.#neighbours.show(fn, answer, unit, whole);
        return;
      }
      case 'changes':
        this.#changes.show(answer, comparedWith ?? '', unit);
        this.#flame.tint(tintBy(answer));
    }
  }

  /** Behind the frame that draws the picture. */
  #payTable(): void {
    if (!this.#isTableOwed) return;
    this.#isTableOwed = false;
    requestAnimationFrame(() => {
      this.#askFunctions();
    });
  }

  #learn(functions: readonly ProfileNamed[]): void {
    for (const fn of functions) this.#known.set(fn.id, fn);
  }

  #changed(what: keyof Choices): void {
    if (what === 'order' || what === 'thread' || what === 'side') this.#flame.reset();
    if (what !== 'order' && what !== 'side') this.#askFunctions();
    if (what === 'thread' && this.#chosen !== undefined) this.#choose(this.#chosen);
    if (what === 'query') this.#mark();
  }

  #choose(fn: number): void {
    this.#chosen = fn;
    this.#functions.select(fn);
    const { group, thread } = this.#controls.choices();
    if (group === 'function') this.#questions.ask({ kind: 'neighbours', thread, of: fn });
  }

  #askFunctions(): void {
    const { thread, group, origin, query } = this.#controls.choices();
    this.#questions.ask({ kind: 'functions', thread, group, origin, query, sort: this.#functions.sort() });
    if (typeof this.#opened?.comparedWith === 'string') this.#questions.ask({ kind: 'changes', query });
  }

  #mark(): void {
    const words = this.#controls.choices().query.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = ({ name, file }: ProfileNamed): boolean =>
      words.every((word) => `${name} ${file}`.toLowerCase().includes(word));
    this.#flame.mark(words.length === 0 ? undefined : fits);
  }

  #describe({ fn, width, self }: PointedBox): string {
    const named = this.#known.get(fn);
    if (this.#opened === undefined || named === undefined) return '';
    const { unit } = this.#opened;
    const name = `${named.name} · ${placeOf(named.file, 0)}`;
    if (this.#controls.choices().order === 'time') return `${name} · ${formatWeight(width * 1e6, 'ns')}`;
    const isBefore = this.#controls.choices().side === 'before';
    const whole = isBefore ? (this.#opened.wholeBefore ?? 0) : this.#wholeShown();
    const share = `${isBefore ? 'before ' : ''}${formatShare(width / (whole || 1))}`;
    return `${name} · ${share}, ${formatWhole(width, unit)} · own ${formatWeight(self, unit)}`;
  }

  /** Weight of the thread that is shown, or of all. */
  #wholeShown(): number {
    const { thread } = this.#controls.choices();
    if (this.#opened === undefined) return 0;
    if (thread === null) return this.#opened.whole;
    return this.#opened.threads.find(({ id }) => id === thread)?.weight ?? 0;
  }
}

function problemPage({ message, remedy }: ProfileProblem): HTMLElement {
  return element(
    'main',
    {},
    element('h1', {}, 'This profile cannot be shown'),
    element('p', { role: 'alert' }, `Because ${message}.`),
    element('p', { class: 'scope' }, `What helps: ${remedy}.`),
  );
}

const hint =
  'Click or Enter zooms in, Escape zooms out, Ctrl+click or O opens the source, Ctrl+wheel zooms at the pointer.';

function tintBy({ rows }: ProfileChanges): (fn: ProfileNamed) => Tint {
  const tints = new Map<number, Tint>(
    rows.map(({ id, total }) => [id, total.verdict === 'no-evidence' ? 'same' : total.verdict]),
  );
  return ({ id }) => tints.get(id) ?? 'same';
}
