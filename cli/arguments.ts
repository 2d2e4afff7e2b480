/** The command line: which commands and options exist, and what was given. */
import { parseArgs } from 'node:util';

interface OptionShape {
  /** Without it the option is a switch. */
  readonly value?: string;
  readonly isRepeatable?: true;
  readonly help: string;
}

export interface CommandShape {
  /** Names of the arguments, as the usage line shows them. */
  readonly operands: string;
  readonly minOperands: number;
  readonly maxOperands: number;
  readonly summary: string;
  readonly options: Readonly<Record<string, OptionShape>>;
  readonly notes?: readonly string[];
}

const json: OptionShape = {
  help: 'Write events as lines of JSON to standard output, and text to standard error.',
};
const env: OptionShape = { value: 'NAME', help: 'Use this environment of the plan.' };
const phase: OptionShape = {
  value: 'NAME',
  isRepeatable: true,
  help: 'Only this phase; may be given several times. Without it: all phases.',
};

export const commands = {
  validate: {
    operands: 'FILE…',
    minOperands: 1,
    maxOperands: Number.POSITIVE_INFINITY,
    summary: 'Check plans without running them.',
    options: { env, json },
  },
  run: {
    operands: 'PLAN',
    minOperands: 1,
    maxOperands: 1,
    summary: 'Run a plan and judge it.',
    options: {
      phase,
      env,
      json,
      'allow-target': {
        value: 'HOST[:PORT]',
        isRepeatable: true,
        help: 'Allow load on this host. Only this machine needs no allowance.',
      },
      lease: { help: 'Stop when nobody renews the lease of the run for 60 s; for editors.' },
      out: { value: 'DIR', help: 'Keep runs below this folder rather than in .benchwright/runs.' },
      force: { help: 'Run even where another run is on the same target.' },
    },
    notes: [
      'Exit codes: 0 pass, 1 fail, 2 usage or invalid plan, 3 no data, 4 incomplete, 5 aborted, 6 tool error, 7 target not approved.',
      'Secrets: ${secret.NAME} of a plan is read from the environment variable BENCHWRIGHT_SECRET_NAME.',
    ],
  },
  eject: {
    operands: 'PLAN',
    minOperands: 1,
    maxOperands: 1,
    summary: 'Write the k6 script of a phase, to read it or to run it with k6 alone.',
    options: {
      phase: { value: 'NAME', help: 'The phase. May be left out where the plan has only one.' },
      env,
      out: { value: 'FILE', help: 'Write to this file rather than to standard output.' },
    },
  },
  runs: {
    operands: '[DIR]',
    minOperands: 0,
    maxOperands: 1,
    summary: 'List the runs of a workspace folder, newest first.',
    options: { json },
  },
  stop: {
    operands: 'RUN',
    minOperands: 1,
    maxOperands: 1,
    summary: 'Stop a run: its folder, or its name within the runs of this folder.',
    options: {},
  },
} as const satisfies Readonly<Record<string, CommandShape>>;

export type CommandName = keyof typeof commands;

export interface GivenArguments {
  readonly operands: readonly string[];
  flag(name: string): boolean;
  value(name: string): string | undefined;
  values(name: string): readonly string[];
}

export type ArgumentReading =
  { readonly ok: true; readonly given: GivenArguments } | { readonly ok: false; readonly message: string };

export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}

/** Reads what follows the name of the command. `--help` is the caller's to look for. */
export function readArguments(command: CommandName, argv: readonly string[]): ArgumentReading {
  const shape: CommandShape = commands[command];
  const options = Object.fromEntries(
    Object.entries(shape.options).map(([name, { value, isRepeatable }]) => [
      name,
      {
        type: value === undefined ? ('boolean' as const) : ('string' as const),
        multiple: isRepeatable === true,
      },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
    if (positionals.length < shape.minOperands) {
      return { ok: false, message: `${command} needs ${shape.operands}` };
    }
    if (positionals.length > shape.maxOperands) {
      return { ok: false, message: `${command} takes ${shape.operands} and nothing more` };
    }
    return { ok: true, given: giveOut(positionals, values) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { ok: false, message: error.message };
  }
}

function giveOut(operands: readonly string[], values: Readonly<Record<string, unknown>>): GivenArguments {
  const all = (name: string): readonly string[] =>
    [values[name]].flat().filter((value) => typeof value === 'string');
  return {
    operands,
    flag: (name) => values[name] === true,
    value: (name) => all(name).at(-1),
    values: all,
  };
}
