/** Aliases of a part whose anchors are in parts above it. */
import type { Anchor } from './tree';
import type { NamedAnchor, NamedAnchors } from './tree-builder';

export interface KnownAnchor extends NamedAnchor {
  /** The same as long as what the anchor stands for is the same, wherever it has moved to. */
  readonly origin: object;
}

export type KnownAnchors = ReadonlyMap<string, KnownAnchor>;

/** By the names that a part refers to; `undefined` where nothing above it has the name. */
export type Links = ReadonlyMap<string, KnownAnchor | undefined>;

/** What the links of a part lead to now, the same object where nothing is new; `undefined` where the part has to be read again. */
export function linksNow(links: Links, above: KnownAnchors): Links | undefined {
  if (links.size === 0) return links;
  const now = new Map([...links.keys()].map((name) => [name, above.get(name)]));
  // What an alias counts for, and whether it has an anchor at all, is told by the reading of the part.
  if ([...links].some(([name, link]) => link?.size !== now.get(name)?.size)) return undefined;
  return [...links].every(([name, link]) => link === now.get(name)) ? links : now;
}

/** From the anchors that links lead to, to those that have the names now. */
export function linkOf(links: Links, above: KnownAnchors): ReadonlyMap<Anchor, Anchor> {
  return new Map(
    [...links].flatMap(([name, link]) => {
      const now = above.get(name);
      return link === undefined || now === undefined ? [] : [[link.anchor, now.anchor] as const];
    }),
  );
}

/**
 * The anchors of a part that was moved.
 *
 * @param isSame whether what they stand for is the same as before.
 */
export function newNames(
  named: NamedAnchors | KnownAnchors,
  moved: (old: Anchor) => Anchor,
  isSame = false,
): KnownAnchors {
  return new Map(
    [...named].map(([name, known]) => {
      const origin = isSame && 'origin' in known ? known.origin : {};
      return [name, { anchor: moved(known.anchor), size: known.size, origin }];
    }),
  );
}
