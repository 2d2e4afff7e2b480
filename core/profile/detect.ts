/** Tells the format of a file by its content, since names such as `cpu.prof` are used by several tools. */
import { looksLikePprof } from './formats/pprof-sign';

export type ProfileFormat =
  | 'speedscope'
  | 'pstats'
  | 'cpuprofile'
  | 'chrome-trace'
  | 'pprof'
  | 'mojo'
  | 'austin'
  | 'perf-script'
  | 'folded';

/** Formats that say what they are near their beginning do so within this many bytes. */
const headBytes = 64 * 1024;

/** In the order in which they are tried. `head` has one character per byte. */
const signs: readonly {
  readonly format: ProfileFormat;
  readonly fits: (head: string, bytes: Uint8Array) => boolean;
}[] = [
  { format: 'mojo', fits: (head) => /^MOJ[^\w\s]/.test(head) },
  { format: 'pstats', fits: (head) => /^[{\xfb](?:0$|[()\xa8\xa9])/.test(head) },
  { format: 'pprof', fits: (_, bytes) => looksLikePprof(bytes) },
  {
    format: 'speedscope',
    fits: (head) =>
      /^\s*\{/.test(head) &&
      (head.includes('speedscope.app/file-format-schema') || /"shared"\s*:\s*\{\s*"frames"/.test(head)),
  },
  { format: 'cpuprofile', fits: (head) => /^\s*\{/.test(head) && /"callFrame"\s*:/.test(head) },
  {
    format: 'chrome-trace',
    fits: (head) => /^\s*(?:\[\s*\{|\{\s*"traceEvents")/.test(head) && /"ph"\s*:/.test(head),
  },
  { format: 'austin', fits: (head) => /^(?:# austin:|P\d+;T)/.test(head) },
  {
    format: 'perf-script',
    fits: (head) => /^(?:#.*\n)*\S.* \d+\.\d+: .*\n(?:\s+[0-9a-f]+ .*\n|\n)/.test(head),
  },
  { format: 'folded', fits: (head) => /^\s*\S[^\n]*;[^\n]* [\d.]+\r?(?:\n|$)/.test(head) },
];

/** Formats whose content says too little are known by the end of the file's name. */
const endings: readonly (readonly [string, ProfileFormat])[] = [
  ['.speedscope.json', 'speedscope'],
  ['.speedscope', 'speedscope'],
  ['.pstats', 'pstats'],
  ['.cpuprofile', 'cpuprofile'],
  ['.pprof', 'pprof'],
  ['.austin', 'austin'],
  ['.folded', 'folded'],
  ['.collapsed', 'folded'],
];

/** @returns `undefined` where neither content nor name is that of a format that is read here. */
export function detectFormat(bytes: Uint8Array, name: string): ProfileFormat | undefined {
  const head = latin1(bytes.subarray(0, headBytes)).replace(/^\xef\xbb\xbf/, '');
  const lower = name.toLowerCase().replace(/\.gz$/, '');
  return (
    signs.find(({ fits }) => fits(head, bytes))?.format ??
    endings.find(([ending]) => lower.endsWith(ending))?.[1]
  );
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
