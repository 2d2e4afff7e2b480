/** Texts that stand in many places of a plan, and in each version of it. */

/** More texts than a plan has that somebody writes by hand. */
const maxTexts = 2000;
/** A longer one stands in few places, and would take much room. */
const maxLength = 500;

/**
 * A function of a text that works out each text once. Only what has no problem is kept: problems are told in the
 * language that is chosen when they are told. What it gives is shared, so nobody may change it.
 */
export function understandOnce<T extends { readonly problems: readonly unknown[] }>(
  understand: (text: string) => T,
): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const understood = understand(text);
    if (understood.problems.length > 0 || text.length > maxLength) return understood;
    if (known.size >= maxTexts) known.clear();
    known.set(text, understood);
    return understood;
  };
}
