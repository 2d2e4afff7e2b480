/**
 * What one profile may hold. A recording of an hour at 100 Hz with fifty threads stays below; a file made to exhaust
 * the reader does not.
 */
export const profileLimits = {
  /** Of the file as it is on the disk. */
  fileBytes: 512 * 1024 * 1024,
  /** After gunzipping. */
  unpackedBytes: 1024 * 1024 * 1024,
  /** The longest text that a JavaScript engine holds is near 512 Mi characters. */
  textBytes: 500 * 1024 * 1024,
  strings: 4_000_000,
  frames: 4_000_000,
  stacks: 20_000_000,
  samples: 30_000_000,
  threads: 100_000,
  /** Frames of one stack. */
  depth: 10_000,
  /** Objects inside objects of a marshalled or nested file. */
  nesting: 200,
};

export type ProfileLimits = typeof profileLimits;
