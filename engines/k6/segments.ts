/** The share of a load that one of several k6 makes. */
export interface GeneratorShare {
  /** From 0. */
  readonly index: number;
  readonly count: number;
  /** Where all are told to begin together: `host:port`. */
  readonly gate?: string;
}

/**
 * The execution segment of a share, and the sequence of all. Only with the same sequence do they share out without a
 * gap or an overlap: iterations, users, and the rows of test data that depend on them.
 */
export function segmentOf({ index, count }: GeneratorShare): {
  readonly segment: string;
  readonly sequence: string;
} {
  const edge = (part: number): string => {
    if (part === 0) return '0';
    return part === count ? '1' : `${part}/${count}`;
  };
  return {
    segment: `${edge(index)}:${edge(index + 1)}`,
    sequence: Array.from({ length: count + 1 }, (_, part) => edge(part)).join(','),
  };
}
