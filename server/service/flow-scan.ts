/** Where the end of a text is inside of braces and brackets, told from the text alone. */
export interface FlowPosition {
  /** Keys and positions from the first brace. */
  readonly path: readonly (string | number)[];
  /** What is typed since the last brace, comma or colon. */
  readonly typed: string;
  /** Keys that the innermost map has so far. */
  readonly siblings: readonly string[];
  /** A key of the innermost map is being typed, not a value. */
  readonly isKey: boolean;
}

interface Level {
  readonly isMap: boolean;
  readonly keys: readonly string[];
  /** The key whose value is being typed. */
  readonly key: string | undefined;
  readonly item: number;
}

interface Scan {
  readonly levels: readonly Level[];
  readonly typed: string;
  /** The quote that is open. */
  readonly quote: string;
}

export function scanFlow(flow: string): FlowPosition {
  let scan: Scan = { levels: [], typed: '', quote: '' };
  for (const character of flow)
    scan = scan.quote === '' ? step(scan, character) : stepInQuotes(scan, character);
  const innermost = scan.levels.at(-1);
  return {
    path: scan.levels.flatMap(placeIn),
    typed: scan.typed.trimStart(),
    siblings: innermost?.keys ?? [],
    isKey: innermost !== undefined && innermost.isMap && innermost.key === undefined,
  };
}

function placeIn({ isMap, key, item }: Level): (string | number)[] {
  if (!isMap) return [item];
  return key === undefined ? [] : [key];
}

function stepInQuotes(scan: Scan, character: string): Scan {
  return { ...scan, typed: scan.typed + character, quote: character === scan.quote ? '' : scan.quote };
}

function step(scan: Scan, character: string): Scan {
  const { levels, typed } = scan;
  switch (character) {
    case '{':
    case '[':
      return fresh([...levels, { isMap: character === '{', keys: [], key: undefined, item: 0 }]);
    case '}':
    case ']':
      return fresh(levels.slice(0, -1));
    case ',':
      return fresh(changeLast(levels, (level) => ({ ...level, key: undefined, item: level.item + 1 })));
    case ':':
      return awaitsKey(levels)
        ? fresh(changeLast(levels, (level) => withKey(level, typed.trim())))
        : typing(scan, character);
    case '"':
    case "'":
      return { ...typing(scan, character), quote: character };
    default:
      return typing(scan, character);
  }
}

function fresh(levels: readonly Level[]): Scan {
  return { levels, typed: '', quote: '' };
}

function typing(scan: Scan, character: string): Scan {
  return { ...scan, typed: scan.typed + character };
}

function awaitsKey(levels: readonly Level[]): boolean {
  const level = levels.at(-1);
  return level !== undefined && level.isMap && level.key === undefined;
}

function withKey(level: Level, key: string): Level {
  return { ...level, key, keys: [...level.keys, key] };
}

function changeLast(levels: readonly Level[], change: (level: Level) => Level): readonly Level[] {
  return levels.map((level, index) => (index === levels.length - 1 ? change(level) : level));
}
