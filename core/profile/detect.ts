/** Tells the format of a file by its content, since names such as `cpu.prof` are used by several tools. */

export type ProfileFormat = 'speedscope' | 'pstats';

/** Formats that say what they are near their beginning do so within this many bytes. */
const headBytes = 64 * 1024;

/** In the order in which they are tried. */
const signs: readonly {
  readonly format: ProfileFormat;
  readonly fits: (head: string) => boolean;
}[] = [
  { format: 'pstats', fits: (head) => /^[{\xfb](?:0$|[()\xa8\xa9])/.test(head) },
  {
    format: 'speedscope',
    fits: (head) =>
      /^\s*\{/.test(head) &&
      (head.includes('speedscope.app/file-format-schema') || /"shared"\s*:\s*\{\s*"frames"/.test(head)),
  },
];

/** Formats whose content says too little are known by the end of the file's name. */
const endings: readonly (readonly [string, ProfileFormat])[] = [
  ['.speedscope.json', 'speedscope'],
  ['.speedscope', 'speedscope'],
  ['.pstats', 'pstats'],
];

/** @returns `undefined` where neither content nor name is that of a format that is read here. */
export function detectFormat(bytes: Uint8Array, name: string): ProfileFormat | undefined {
  const head = latin1(bytes.subarray(0, headBytes));
  const lower = name.toLowerCase();
  return (
    signs.find(({ fits }) => fits(head))?.format ?? endings.find(([ending]) => lower.endsWith(ending))?.[1]
  );
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
