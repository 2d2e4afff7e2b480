/** Where to cut a gap in two, when the two answers do not cost the same. */

/** Nearer to an end, the answer of a trial would be a matter of its noise. */
const least = 0.1;
const even = 0.5;
const halvings = 30;

/**
 * What is learned is the most per time where the chance of each answer falls with its cost by one base (the code of
 * unequal letters: their powers add up to 1).
 *
 * @param heldMs and `brokeMs`: the mean times that it takes to hold and to break.
 * @returns the share of the gap below the cut, up to a half: to break hurts the target, be it cheap or not.
 */
export function cheapestSplit(heldMs: number, brokeMs: number): number {
  if (!(heldMs > 0 && brokeMs > heldMs)) return even;
  const ratio = brokeMs / heldMs;
  let [low, high] = [even, 1];
  for (let i = 0; i < halvings; i++) {
    const holds = (low + high) / 2;
    if (holds + holds ** ratio < 1) low = holds;
    else high = holds;
  }
  return Math.max(least, 1 - high);
}
