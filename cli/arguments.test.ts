import { expect, test } from 'vitest';
import { readArguments, type CommandName, type GivenArguments } from './arguments';

function given(command: CommandName, ...argv: readonly string[]): GivenArguments {
  const reading = readArguments(command, argv);
  if (!reading.ok) throw new Error(reading.message);
  return reading.given;
}

test('an option with a list takes what follows it up to the next option', () => {
  const read = given('compare', 'a', 'b', '--with', 'c', 'd', '--json', 'e');
  expect(read.operands).toEqual(['a', 'b', 'e']);
  expect(read.values('with')).toEqual(['c', 'd']);
  expect(read.flag('json')).toBe(true);
  expect(given('compare', '--with=c', 'd', '--with', 'f').values('with')).toEqual(['c', 'd', 'f']);
});

test('an option may have a letter, and ends a list', () => {
  const read = given('compare', '--interleave', 'a', 'b', '-n', '7', '--phase', 'load');
  expect(read.values('interleave')).toEqual(['a', 'b']);
  expect(read.value('runs')).toBe('7');
  expect(read.operands).toEqual([]);
});

test('too few and too many arguments, and unknown options, are refused with the name of the command', () => {
  const refused = (command: CommandName, ...argv: readonly string[]): unknown => readArguments(command, argv);
  expect(refused('run')).toEqual({ ok: false, message: 'run needs PLAN' });
  expect(refused('stop', 'a', 'b')).toEqual({ ok: false, message: 'stop takes RUN and nothing more' });
  expect(refused('run', 'a', '--nope')).toEqual({ ok: false, message: 'run has no option --nope' });
  expect(refused('run', 'a', '--phaze', 'x')).toEqual({
    ok: false,
    message: 'run has no option --phaze; did you mean --phase?',
  });
  expect(given('run', 'a', '--phase', 'x', '--phase', 'y').values('phase')).toEqual(['x', 'y']);
});
