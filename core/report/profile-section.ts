import type { HotFunction, ProfileResult } from '../run/run';
import { list, table, text, type Block, type Cell, type Section } from './document';
import { share } from './figure-text';
import type { SourceExcerpt } from './report';

export function profileSection(profile: ProfileResult, excerpts: readonly SourceExcerpt[]): Section {
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
            text: `Of libraries ${library.name} costs most: ${share(library.self)}, ${placeOf(library)}.`,
            tone: 'muted',
          }),
        ];
  const rows = top.map((one): Cell[] => [one.name, share(one.self), share(one.total), placeOf(one)]);
  return {
    title,
    blocks: [
      text(`By ${how}${amountText(profile)}`),
      ...list(doubts),
      ...(top.length === 0 ? [text('None of its own functions is among the most expensive.')] : []),
      ...table(['function', 'self', 'total', 'at'], rows, ['at']),
      ...beside,
      ...top.flatMap((one) => codeOf(one, excerpts)),
    ],
  };
}

function placeOf({ file, line }: HotFunction): string {
  return line === 0 ? file : `${file}:${line}`;
}

function codeOf({ name, file, line }: HotFunction, excerpts: readonly SourceExcerpt[]): Block[] {
  const excerpt = excerpts.find((one) => one.file === file && one.line === line);
  return excerpt === undefined
    ? []
    : [{ kind: 'code', place: `${name}, ${file}:${line}`, lines: excerpt.lines }];
}

export function amountText({ tool, samples, seconds, overhead }: ProfileResult): string {
  const unit = tool === 'cProfile' ? 'calls' : 'samples';
  const amount = `: ${samples.toLocaleString('en')} ${unit} in ${seconds.toFixed(1)} s`;
  if (overhead === null) return amount;
  const { rps, p50 } = overhead;
  const costs = [
    ...(rps === null ? [] : [`answers × ${rps.toFixed(2)}`]),
    ...(p50 === null ? [] : [`median × ${p50.toFixed(2)}`]),
  ];
  return costs.length === 0 ? amount : `${amount}; while profiled ${costs.join(', ')}`;
}
