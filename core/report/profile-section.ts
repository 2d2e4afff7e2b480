import type { HotFunction, ProfileResult } from '../run/run';
import { list, table, text, type Block, type Cell, type Section } from './document';
import { share } from './figure-text';
import type { SourceExcerpt } from './report';

export function profileSection(
  phase: string,
  profile: ProfileResult,
  excerpts: readonly SourceExcerpt[],
): Section {
  const { target, tool, version, options, files, top, libraries, validity } = profile;
  const how = [`${tool}${version === null ? '' : ` ${version}`}`, ...options].join(', ');
  const doubts = validity.evidence.map(({ message }): Cell => ({ text: message, tone: 'warn' }));
  const title = `Profile of ${target}`;
  if (files.length === 0)
    return { title, blocks: [text(`By ${how}: nothing was recorded.`), ...list(doubts)] };
  const [library] = libraries;
  const beside =
    library === undefined
      ? []
      : [
          text({
            text: `Of libraries ${library.name} costs most: ${share(library.self)}, ${libraryPlace(library)}.`,
            tone: 'muted',
          }),
        ];
  const shown = top.map((one) => {
    const code = codeOf([phase, target, tool].join(' '), one, excerpts);
    return { one, code };
  });
  const rows = shown.map(({ one, code }): Cell[] => [
    one.name,
    share(one.self),
    share(one.total),
    linkOf(one, code?.place),
  ]);
  return {
    title,
    blocks: [
      text(`By ${how}${amountText(profile)}`),
      ...list(doubts),
      ...(top.length === 0 ? [text('None of its own functions is among the most expensive.')] : []),
      ...table(['function', 'self', 'total', 'at'], rows, ['at']),
      ...beside,
      ...shown.flatMap(({ code }) => code ?? []),
    ],
  };
}

function placeOf({ file, line }: HotFunction): string {
  return line === 0 ? file : `${file}:${line}`;
}

/** Where packages are installed tells nobody anything. */
function libraryPlace(one: HotFunction): string {
  return placeOf(one).replace(/^.*[\\/](?:site-packages|dist-packages|node_modules)[\\/]/, '');
}

/** A line that is known leads to its source; the name of the file alone says where to look. */
function linkOf(one: HotFunction, shownAt: string | undefined): Cell {
  const { file, line } = one;
  if (line === 0) return file;
  return {
    text: placeOf(one),
    to: { kind: 'source', file, line, ...(shownAt !== undefined && { shownAt }) },
  };
}

function codeOf(
  owner: string,
  { name, file, line }: HotFunction,
  excerpts: readonly SourceExcerpt[],
): Extract<Block, { readonly kind: 'code' }> | undefined {
  const excerpt = excerpts.find((one) => one.file === file && one.line === line);
  if (excerpt === undefined) return undefined;
  const { absoluteFile, lines } = excerpt;
  const title = {
    text: `${name}, ${file}:${line}`,
    to: { kind: 'source', file, line, absoluteFile },
  } as const;
  return { kind: 'code', place: `${owner} ${file}:${line} ${name}`, title, lines };
}

export function amountText({ tool, samples, seconds, overhead }: ProfileResult): string {
  const unit = tool === 'cProfile' ? 'calls' : 'samples';
  const amount = `: ${samples.toLocaleString('en')} ${unit} in ${seconds.toFixed(1)} s`;
  if (overhead === null) return amount;
  const costs = costsOf(overhead);
  return costs.length === 0 ? amount : `${amount}; profiling overhead: ${costs.join(', ')}`;
}

/** From here on a change is no part of what was before, but times it. */
const manifold = 2;

function costsOf({ rps, p50 }: NonNullable<ProfileResult['overhead']>): string[] {
  const queue = p50 !== null && p50 >= manifold ? ' (near its limit a target queues at a small cost)' : '';
  return [
    ...(rps === null ? [] : [`throughput ${changeText(rps)}`]),
    ...(p50 === null ? [] : [`median latency ${changeText(p50)}${queue}`]),
  ];
}

/** Of a ratio to what was measured without profilers: `-3 %`, or `24 times`. */
function changeText(ratio: number): string {
  if (ratio >= manifold) return `${ratio.toFixed(ratio < 10 ? 1 : 0)} times`;
  const change = Math.round((ratio - 1) * 100);
  return `${change > 0 ? '+' : ''}${change} %`;
}
