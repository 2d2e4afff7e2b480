/** How k6 is started: nothing of the machine's settings reaches it, and nothing of it goes anywhere but to us. */
import { variableFor } from './compile/draft';
import { segmentOf, type GeneratorShare } from './segments';

export { explainExit } from './exit';

/** Where k6 writes its own figures as well, beside our output. */
export interface RemoteWrite {
  /** The address that takes remote write: on this machine, and without credentials. */
  readonly url: string;
  /** Of times: percentiles of each push, or native histograms. */
  readonly form: 'percentiles' | 'histograms';
  /** The name of the run, a label of every series. */
  readonly run: string;
}

export interface K6CommandWish {
  /** Absolute path of the program. */
  readonly k6: string;
  /** Absolute path of the script. */
  readonly script: string;
  /** Absolute path of a file with the contents of `k6Config`, so that a user's own settings are not read. */
  readonly config: string;
  readonly phase: string;
  /** Values of `${env.X}` and `${secret.X}` by X. They reach k6 by its environment, never by its arguments. */
  readonly environment: ReadonlyMap<string, string>;
  readonly secrets: ReadonlyMap<string, string>;
  /** Contents of files by the variable that the script reads them from. */
  readonly privateFiles?: ReadonlyMap<string, string>;
  readonly remoteWrite?: RemoteWrite | undefined;
  /** Between two records; a second without it. */
  readonly recordEveryMs?: number | undefined;
  /** Where it is one of several that make the load together. */
  readonly share?: GeneratorShare | undefined;
  /** The environment of this process; only what programs need to run at all is passed on. */
  readonly inherited: Readonly<Record<string, string | undefined>>;
}

export interface K6Command {
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** The contents of k6's configuration file. */
export const k6Config = '{}\n';

/** Windows finds its own libraries, and any system its temporary folder, by these. */
const passedOn = ['SYSTEMROOT', 'TEMP', 'TMP', 'TMPDIR', 'TZ'] as const;

/** The command that runs one phase with our output on stdout, and with k6's log as JSON on stderr. */
export function k6Command(wish: K6CommandWish): K6Command {
  const args = [
    'run',
    '--quiet',
    '--no-color',
    '--no-usage-report',
    '--summary-mode',
    'disabled',
    '--no-thresholds',
    '--log-output',
    'stderr',
    '--log-format',
    'json',
    '--address',
    '',
    '--config',
    wish.config,
    '--out',
    'benchwright',
    ...remoteWriteArguments(wish),
    ...shareArguments(wish),
    '--',
    wish.script,
  ];
  return { file: wish.k6, args, env: environmentOf(wish) };
}

function environmentOf(wish: K6CommandWish): Readonly<Record<string, string>> {
  const env: Record<string, string> = {
    // Its garbage collector would take a fifth of the CPU time; 24 MB more memory save it.
    GOGC: '400',
    K6_AUTO_EXTENSION_RESOLUTION: 'false',
    K6_NO_USAGE_REPORT: 'true',
    BENCHWRIGHT_PHASE: wish.phase,
    ...(wish.recordEveryMs !== undefined && { BENCHWRIGHT_PERIOD: `${wish.recordEveryMs}ms` }),
    ...(wish.share?.gate !== undefined && { BENCHWRIGHT_GATE: wish.share.gate }),
  };
  for (const name of passedOn) {
    const value = wish.inherited[name];
    if (value !== undefined) env[name] = value;
  }
  Object.assign(env, remoteWriteEnvironment(wish));
  for (const [name, value] of wish.environment) env[variableFor('env', name)] = value;
  for (const [name, value] of wish.secrets) env[variableFor('secret', name)] = value;
  for (const [variable, content] of wish.privateFiles ?? []) env[variable] = content;
  return env;
}

function shareArguments({ share }: K6CommandWish): string[] {
  if (share === undefined) return [];
  const { segment, sequence } = segmentOf(share);
  return ['--execution-segment', segment, '--execution-segment-sequence', sequence];
}

/** k6 has no lasting name for this output yet. */
function remoteWriteArguments({ remoteWrite, phase }: K6CommandWish): string[] {
  if (remoteWrite === undefined) return [];
  return [
    '--out',
    'experimental-prometheus-rw',
    '--tag',
    `run=${remoteWrite.run}`,
    '--tag',
    `phase=${phase}`,
  ];
}

function remoteWriteEnvironment({ remoteWrite }: K6CommandWish): Record<string, string> {
  if (remoteWrite === undefined) return {};
  const { url, form } = remoteWrite;
  const prefix = 'K6_PROMETHEUS_RW_';
  return {
    [`${prefix}SERVER_URL`]: url,
    [`${prefix}PUSH_INTERVAL`]: '2s',
    // Without these, a series seems to go on for five minutes after its run.
    [`${prefix}STALE_MARKERS`]: 'true',
    ...(form === 'histograms'
      ? { [`${prefix}TREND_AS_NATIVE_HISTOGRAM`]: 'true' }
      : { [`${prefix}TREND_STATS`]: 'p(50),p(95),p(99),min,max,count' }),
  };
}
