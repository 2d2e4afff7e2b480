/** How Locust is started: as the user would, with our listener beside the locustfile. */
import path from 'node:path';
import type { CompiledLocust, MasterAddress } from './compile';

/** What a process of Locust is in a load. */
export type LocustRole =
  | { readonly kind: 'alone' }
  /** @property joinMs how long it waits for its workers. */
  | {
      readonly kind: 'master';
      readonly count: number;
      readonly listen: MasterAddress;
      readonly joinMs: number;
    }
  /** @property number from 1. */
  | { readonly kind: 'worker'; readonly number: number; readonly port: number };

export interface LocustWish {
  readonly role: LocustRole;
  /** Absolute path of the Python that has Locust. */
  readonly python: string;
  /** The folder of our listener, which Python runs as a program. */
  readonly listener: string;
  readonly compiled: CompiledLocust;
  /** Absolute path of the file of the order. */
  readonly orderFile: string;
  /** The folder of the plan: what the file opens, and imports beside itself, is looked for from here. */
  readonly folder: string;
  /** The environment of this process. A locustfile may read any of it, so all is passed on but what would steer Locust. */
  readonly inherited: Readonly<Record<string, string | undefined>>;
}

export interface LocustCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** The variable by which the listener finds its order. */
const orderVariable = 'BENCHWRIGHT_LOCUST';

/** The variable by which a worker of this machine knows its number. */
const numberVariable = 'BENCHWRIGHT_LOCUST_WORKER';

const thisMachine = '127.0.0.1';

export function locustCommand(wish: LocustWish): LocustCommand {
  const { compiled, folder, role } = wish;
  const locustfile = path.resolve(folder, compiled.locustfile);
  // So that what a file prints, and how far it came, is in the log whatever ends it.
  const args = ['-u', wish.listener];
  return {
    file: wish.python,
    args:
      role.kind === 'worker'
        ? [...args, ...workerArguments(locustfile, { host: thisMachine, port: role.port })]
        : [...args, ...leadArguments(compiled, locustfile), ...masterArguments(role)],
    env: environmentOf(wish),
    cwd: folder,
  };
}

/** The users, the host and the tags are told by the master. */
function workerArguments(locustfile: string, { host, port }: MasterAddress): readonly string[] {
  const master = ['--worker', '--master-host', host, '--master-port', String(port)];
  return ['--locustfile', locustfile, ...master];
}

/** What to type on another machine, in a copy of the folder of the plan. @param host by which this one is reached. */
export function workerCommand(
  { listener, compiled }: Pick<LocustWish, 'listener' | 'compiled'>,
  address: MasterAddress,
): string {
  return ['python3', listener, ...workerArguments(compiled.locustfile, address)].map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function masterArguments(role: LocustRole): readonly string[] {
  if (role.kind !== 'master') return [];
  const { listen, count, joinMs } = role;
  return [
    ...['--master', '--master-bind-host', listen.host, '--master-bind-port', String(listen.port)],
    ...['--expect-workers', String(count), '--expect-workers-max-wait', String(joinMs / 1000)],
    // Users of a worker that is lost move to the others, and some of theirs to one that joins.
    '--enable-rebalancing',
  ];
}

function leadArguments(compiled: CompiledLocust, locustfile: string): readonly string[] {
  const { scenario } = compiled;
  return [
    '--locustfile',
    locustfile,
    ...(scenario.users ?? []),
    '--headless',
    '--only-summary',
    '--host',
    compiled.host,
    '--stop-timeout',
    String(compiled.drainMs / 1000),
    '--exit-code-on-error',
    '0',
    ...(compiled.peak === undefined ? [] : ['--users', String(compiled.peak)]),
    ...(scenario.tags === undefined ? [] : ['--tags', ...scenario.tags]),
    ...(scenario.excludeTags === undefined ? [] : ['--exclude-tags', ...scenario.excludeTags]),
    ...(scenario.arguments ?? []),
  ];
}

function environmentOf({ inherited, orderFile, role }: LocustWish): Readonly<Record<string, string>> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(inherited)) {
    if (value !== undefined && !name.startsWith('LOCUST_')) env[name] = value;
  }
  return {
    ...env,
    [orderVariable]: orderFile,
    ...(role.kind === 'worker' && { [numberVariable]: String(role.number) }),
  };
}
