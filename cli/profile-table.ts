/** What a profiler found, for a terminal: the functions that cost most, each where it can be opened. */
import type { HotFunction, ProfileResult } from '../core/run/run';
import { amountText } from '../core/report/profile-section';
import { printColumns } from './columns';
import { share } from '../core/report/figure-text';
import { plain, type Terminal } from './terminal';

export function printProfile(terminal: Terminal, profile: ProfileResult): void {
  const { target, tool, version, options, files, top, libraries, validity } = profile;
  terminal.say('');
  const how = [`${tool}${version === null ? '' : ` ${version}`}`, ...options].join(', ');
  terminal.say(
    `  ${terminal.style(plain(target), 'bold')} by ${plain(how)}${files.length === 0 ? '' : amountText(profile)}`,
  );
  for (const { message } of validity.evidence) terminal.say(`  ${terminal.style(plain(message), 'yellow')}`);
  if (files.length === 0) return;
  printColumns(terminal, ['function', 'self', 'total', 'at'], rows(top));
  // Of libraries one line tells whether they are worth a look at all.
  const [first] = libraries;
  if (first !== undefined)
    terminal.say(
      `  ${terminal.style(plain(`of libraries ${first.name} costs most: ${share(first.self)}, ${first.file}:${first.line}`), 'dim')}`,
    );
}

function rows(functions: readonly HotFunction[]): string[][] {
  return functions.map(({ name, file, line, self, total }) => [
    name,
    share(self),
    share(total),
    line === 0 ? file : `${file}:${line}`,
  ]);
}
