import { commands, type CommandName, type CommandShape } from './arguments';

export function overview(): string {
  const names = Object.keys(commands) as CommandName[];
  const width = Math.max(...names.map((name) => name.length));
  return [
    'Benchwright: load tests from one plan.',
    '',
    'Usage: benchwright COMMAND [OPTION…]',
    '',
    ...names.map((name) => `  ${name.padEnd(width)}  ${commands[name].summary}`),
    '',
    'benchwright COMMAND --help tells more of a command; benchwright --version tells the versions.',
  ].join('\n');
}

export function usageOf(name: CommandName): string {
  const { operands, options }: CommandShape = commands[name];
  const parts = ['Usage: benchwright', name, operands, Object.keys(options).length > 0 ? '[OPTION…]' : ''];
  return parts.filter((part) => part !== '').join(' ');
}

export function helpFor(name: CommandName): string {
  const shape: CommandShape = commands[name];
  const options = Object.entries(shape.options).map(
    ([option, { value, short, help }]) =>
      [
        `${short === undefined ? '' : `-${short}, `}--${option}${value === undefined ? '' : ` ${value}`}`,
        help,
      ] as const,
  );
  const width = Math.max(0, ...options.map(([left]) => left.length));
  return [
    usageOf(name),
    '',
    shape.summary,
    ...(options.length > 0 ? ['', ...options.map(([left, help]) => `  ${left.padEnd(width)}  ${help}`)] : []),
    ...(shape.notes === undefined ? [] : ['', ...shape.notes]),
  ].join('\n');
}
