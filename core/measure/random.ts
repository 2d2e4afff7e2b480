/** Numbers evenly spread from 0 up to but without 1. */
export type Random = () => number;

/** A generator that gives the same numbers for the same seed (sfc32): resampling is repeatable. */
export function seededRandom(seed: number): Random {
  let [a, b, c, counter] = [0, seed | 0, 0x9e3779b9 | 0, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  // The first numbers still resemble the seed.
  for (let i = 0; i < 15; i++) next();
  return next;
}

/** A number of the standard normal distribution (Box and Muller). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A whole number from 0 up to but without `end`. */
export function below(end: number, random: Random): number {
  return Math.floor(random() * end);
}
