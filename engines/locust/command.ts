/** How Locust is started: as the user would, with our listener beside the locustfile. */
import path from 'node:path';
import type { CompiledLocust } from './compile';

export interface LocustWish {
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

export function locustCommand(wish: LocustWish): LocustCommand {
  const { compiled, folder } = wish;
  const { scenario } = compiled;
  return {
    file: wish.python,
    args: [
      // So that what a file prints, and how far it came, is in the log whatever ends it.
      '-u',
      wish.listener,
      '--locustfile',
      path.resolve(folder, compiled.locustfile),
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
    ],
    env: environmentOf(wish),
    cwd: folder,
  };
}

function environmentOf({ inherited, orderFile }: LocustWish): Readonly<Record<string, string>> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(inherited)) {
    if (value !== undefined && !name.startsWith('LOCUST_')) env[name] = value;
  }
  return { ...env, [orderVariable]: orderFile };
}
