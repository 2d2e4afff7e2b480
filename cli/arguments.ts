/** The command line: which commands and options exist, and what was given. */
import { parseArgs } from 'node:util';
import { closest } from '../core/plan/similar';

interface OptionShape {
  /** Without it the option is a switch. */
  readonly value?: string;
  readonly isRepeatable?: true;
  /** Takes every argument that follows it, up to the next option. */
  readonly isList?: true;
  /** One letter that stands for it. */
  readonly short?: string;
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
const allowTarget: OptionShape = {
  value: 'HOST[:PORT]',
  isRepeatable: true,
  help: 'Allow load on this host. Only this machine needs no allowance.',
};
const allowCluster: OptionShape = {
  value: 'CONTEXT/NAMESPACE',
  isRepeatable: true,
  help: 'Allow pods in this namespace of this context of kubectl, where `kubernetes` of the plan asks for them.',
};
const out: OptionShape = {
  value: 'DIR',
  help: 'Keep runs below this folder rather than in .benchwright/runs.',
};
const secrets: OptionShape = {
  value: 'FILE',
  help: 'Read secrets from this file, a line NAME=value each; only its owner may have access (chmod 600).',
};
const pySpy: OptionShape = {
  value: 'FILE',
  help: 'Profile with this py-spy rather than with the one that is found.',
};
const python: OptionShape = {
  value: 'FILE',
  help: 'Run locustfiles with this Python rather than with the one that is found.',
};
const force: OptionShape = { help: 'Run even where another run is on the same target.' };

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
      'allow-target': allowTarget,
      'allow-cluster': allowCluster,
      lease: { help: 'Stop when nobody renews the lease of the run for 60 s; for editors.' },
      out,
      secrets,
      'py-spy': pySpy,
      python,
      force,
      generators: {
        value: 'NUMBER',
        help: 'Make each load by so many k6 together, in place of what the plan says.',
      },
      seed: {
        value: 'NUMBER',
        help: 'Draw random arrivals from this, to have those of another run again; its environment.json has the number.',
      },
      report: {
        value: 'FILE',
        isRepeatable: true,
        help: 'Write a report when the run is over: .html, .md, .json, or .xml for JUnit. May be given several times.',
      },
    },
    notes: [
      'Exit codes: 0 pass, 1 fail, 2 usage or invalid plan, 3 no data, 4 incomplete, 5 aborted, 6 tool error, 7 target not approved.',
      'Secrets: ${secret.NAME} of a plan is read from the environment variable BENCHWRIGHT_SECRET_NAME, or from the file of --secrets.',
    ],
  },
  debug: {
    operands: 'PLAN',
    minOperands: 1,
    maxOperands: 1,
    summary: 'Run one user of a scenario once, and show every request, answer and condition.',
    options: {
      scenario: { value: 'NAME', help: 'The scenario.' },
      env,
      json,
      'allow-target': allowTarget,
      secrets,
    },
    notes: [
      'Pauses are cut to 200 ms; nothing is kept. Exit code 1 where a condition does not hold or a step is not reached.',
    ],
  },
  expand: {
    operands: 'PLAN',
    minOperands: 1,
    maxOperands: 1,
    summary: 'Write a plan as it is run: includes joined, an environment applied, defaults filled in.',
    options: { env },
    notes: ['Secrets and other references stay as they are written.'],
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
  export: {
    operands: 'k6-operator PLAN | cloud PLAN',
    minOperands: 2,
    maxOperands: 2,
    summary: 'Write a phase of load for a Kubernetes cluster, or for Grafana Cloud k6.',
    options: {
      phase: { value: 'NAME', help: 'The phase. May be left out where the plan has only one of load.' },
      env,
      generators: { value: 'NUMBER', help: 'How many pods, in place of what the plan says.' },
      out: { value: 'DIR', help: 'Write below this folder; k6-operator or cloud by default.' },
      image: {
        value: 'NAME',
        help: 'What the image with our k6 is called; benchwright-k6:latest by default.',
      },
      namespace: { value: 'NAME', help: 'The namespace of the cluster.' },
      'in-image': { help: 'Put script and data into the image: a ConfigMap holds 1 MiB.' },
      project: { value: 'NUMBER', help: 'With cloud: the number of the project.' },
      json,
    },
    notes: ['Values of `${env.X}` and `${secret.X}` are never written: pods take them from a Secret.'],
  },
  report: {
    operands: 'RUN',
    minOperands: 1,
    maxOperands: 1,
    summary: 'Write a report of a run.',
    options: {
      baseline: { value: 'RUN', help: 'Compare with this run.' },
      format: {
        value: 'html|md|json|junit',
        help: 'Without it: what the name of the file ends with, else html.',
      },
      out: { value: 'FILE', help: 'Write to this file rather than to standard output.' },
    },
    notes: [
      'The HTML is one file that opens offline. A run is named by its folder, or by its name within the runs of this folder.',
    ],
  },
  runs: {
    operands: '[DIR]',
    minOperands: 0,
    maxOperands: 1,
    summary: 'List the runs of a folder and of the plans below it, newest first.',
    options: { json },
  },
  compare: {
    operands: 'BASELINE… --with CANDIDATE…, or compare --interleave A B',
    minOperands: 0,
    maxOperands: Number.POSITIVE_INFINITY,
    summary: 'Tell whether some runs are faster or slower than others.',
    options: {
      with: { value: 'RUN…', isList: true, help: 'The runs to compare with the baseline.' },
      interleave: {
        value: 'PLAN[@ENV]…',
        isList: true,
        help: 'Run two sides in turn, ABAB…, and compare them. Two plans, or one in two environments.',
      },
      runs: {
        value: 'NUMBER',
        short: 'n',
        help: 'With --interleave: how many runs of each side; 5 by default.',
      },
      noise: {
        help: 'With --interleave PLAN: run it against itself, and keep how far its runs lie apart.',
      },
      phase: { ...phase, help: 'Only this phase; may be given several times.' },
      env: { value: 'NAME', help: 'With --interleave: the environment of a side that names none.' },
      'fail-on': {
        value: 'slower',
        help: 'Exit with 1 where something is slower, and with 3 where a phase cannot be compared.',
      },
      json,
      'allow-target': allowTarget,
      'allow-cluster': allowCluster,
      out,
      secrets,
      'py-spy': pySpy,
      python,
      force,
    },
    notes: [
      'The unit is the run: take five of each side or more, in turn. One run a side tells only of these two runs.',
      'A run is named by its folder, or by its name within the runs of this folder.',
    ],
  },
  baseline: {
    operands: 'pin RUN… | show | unpin RUN-OR-NAME…',
    minOperands: 1,
    maxOperands: Number.POSITIVE_INFINITY,
    summary: 'Choose the runs that “baseline” stands for in goals.',
    options: {
      name: { value: 'TEXT', help: 'With pin: what to call the baseline, such as a version.' },
      json,
    },
    notes: [
      'pin replaces the baseline of each phase that the runs ran, for their plan and environment. Only runs that passed and whose figures are not invalid can be pinned.',
    ],
  },
  grafana: {
    operands: 'export PLAN | push PLAN [RUN…]',
    minOperands: 2,
    maxOperands: Number.POSITIVE_INFINITY,
    summary: 'Make a Grafana dashboard of a plan: as files, or on a server with the phases of runs.',
    options: {
      env,
      out: { value: 'DIR', help: 'With export: write below this folder; grafana by default.' },
      url: { value: 'URL', help: 'With push: the server, in place of `observe.grafana` of the plan.' },
      'allow-target': {
        value: 'HOST[:PORT]',
        isRepeatable: true,
        help: 'With push: allow sending to the server of the plan where it is on this host.',
      },
      secrets,
      json,
    },
    notes: [
      'push takes the token of a service account from BENCHWRIGHT_SECRET_GRAFANA_TOKEN, or from the file of --secrets as GRAFANA_TOKEN. Pushing again changes nothing that is the same.',
      'With RUN, pictures of the panels come into the run folder, and from there into reports, where the server can draw them.',
    ],
  },
  lsp: {
    operands: '',
    minOperands: 0,
    maxOperands: 0,
    summary: 'Be the language server of an editor.',
    options: { stdio: { help: 'Speak the protocol over standard input and output; the only way there is.' } },
    notes: ['How editors are set up is in docs/language-server.md.'],
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
    Object.entries(shape.options).map(([name, { value, isRepeatable, isList, short }]) => [
      name,
      {
        type: value === undefined ? ('boolean' as const) : ('string' as const),
        multiple: isRepeatable === true || isList === true,
        ...(short !== undefined && { short }),
      },
    ]),
  );
  try {
    const reading = { args: [...argv], options, allowPositionals: true, tokens: true } as const;
    const unknown = unknownOption(shape, parseArgs({ ...reading, strict: false }).tokens);
    if (unknown !== undefined) return { ok: false, message: `${command} has no option ${unknown}` };
    const parsed = parseArgs(reading);
    const { operands, lists } = sortOut(shape, parsed.tokens);
    if (operands.length < shape.minOperands) {
      return { ok: false, message: `${command} needs ${shape.operands}` };
    }
    if (operands.length > shape.maxOperands) {
      return { ok: false, message: `${command} takes ${shape.operands} and nothing more` };
    }
    return { ok: true, given: giveOut(operands, { ...parsed.values, ...lists }) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { ok: false, message: error.message };
  }
}

type Token =
  | {
      readonly kind: 'option';
      readonly name: string;
      readonly rawName: string;
      readonly value?: string | undefined;
    }
  | { readonly kind: 'positional'; readonly value: string }
  | { readonly kind: 'option-terminator' };

/** The first option that the command does not have, and the one that may have been meant. */
function unknownOption({ options }: CommandShape, tokens: readonly Token[]): string | undefined {
  const known = Object.keys(options);
  for (const token of tokens) {
    if (token.kind !== 'option' || known.includes(token.name)) continue;
    const near = closest(token.name, known);
    return near === undefined ? token.rawName : `${token.rawName}; did you mean --${near}?`;
  }
  return undefined;
}

/** Arguments that follow an option with a list are its own. */
function sortOut(
  shape: CommandShape,
  tokens: readonly Token[],
): { readonly operands: readonly string[]; readonly lists: Readonly<Record<string, readonly string[]>> } {
  const operands: string[] = [];
  const lists: Record<string, string[]> = {};
  let target = operands;
  for (const token of tokens) {
    if (token.kind === 'positional') target.push(token.value);
    if (token.kind !== 'option') continue;
    const isList = shape.options[token.name]?.isList === true;
    target = isList ? (lists[token.name] ??= []) : operands;
    if (isList && token.value !== undefined) target.push(token.value);
  }
  return { operands, lists };
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
