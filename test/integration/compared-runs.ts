/** Runs of one plan against services whose times are known, and what the command line says of them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, test } from 'vitest';
import { seededRandom } from '../../core/measure/random';
import type { GoalResult, Run } from '../../core/run/run';
import { runsFolderBelow } from '../../runner/layout';
import { listRuns } from '../../runner/open-run';
import { makeWorkspace, startService, type SmallService } from './small-service';

const program = path.resolve('dist/cli.cjs');

export interface PlanWords {
  readonly url: string;
  readonly slowUrl?: string;
  readonly load?: string;
  readonly goal?: string;
}

/** What the program wrote as JSON. */
export interface Line {
  readonly kind: string;
  readonly baseline?: readonly string[];
  readonly candidate?: readonly string[];
  readonly phases?: readonly {
    readonly obstacle: string | null;
    readonly figures: readonly {
      readonly metric: string;
      readonly verdict: string;
      readonly ratio: number;
    }[];
  }[];
}

export interface Place {
  readonly folder: string;
  readonly runsFolder: string;
  /** A service that takes so long, two milliseconds more or less. @returns its address. */
  readonly startSlow: (ms: number) => Promise<string>;
  readonly closeServices: () => Promise<void>;
  /** Writes the plan. @returns its file. */
  readonly planOf: (words: PlanWords) => Promise<string>;
  /** Runs the program. @returns the lines of JSON where it wrote some. */
  readonly check: (args: readonly string[], code: number, ...told: readonly RegExp[]) => Promise<Line[]>;
  /** Runs a plan. @returns the latest run, and what became of its first goal. */
  readonly run: (plan: string, code: number) => Promise<{ readonly run: Run; readonly goal: GoalResult }>;
}

/** A test with a place of its own, so that tests may be under way at the same time. */
export const it = test.extend<{ place: Place }>({
  // eslint-disable-next-line no-empty-pattern -- vitest reads from the pattern what a fixture needs.
  place: async ({}, use) => {
    const workspace = await makeWorkspace();
    const services: SmallService[] = [];
    const { folder } = workspace;
    const check: Place['check'] = (...wish) => runProgram(folder, ...wish);
    const closeServices = async (): Promise<void> => {
      for (const service of services.splice(0)) await service.close();
    };
    const runsFolder = runsFolderBelow(folder);
    await use({
      ...{ folder, runsFolder, check, closeServices },
      planOf: (words) => workspace.plan(planText(words)),
      startSlow: async (ms) => {
        const service = await startSlow(ms);
        services.push(service);
        return service.url;
      },
      run: async (plan, code) => {
        await check(['run', plan], code);
        const [entry] = await listRuns(runsFolder);
        const goal = entry?.run?.phases[0]?.goals[0];
        if (entry?.run === undefined || goal === undefined) throw new Error('there is no result');
        return { run: entry.run, goal };
      },
    });
    await closeServices();
    await workspace.dispose();
  },
});

function startSlow(ms: number): Promise<SmallService> {
  const random = seededRandom(7);
  return startService((_, response) => {
    setTimeout(
      () => {
        response.setHeader('content-type', 'application/json');
        response.end('{"outcome":"success"}');
      },
      ms - 2 + 4 * random(),
    );
  });
}

function planText({ url, slowUrl, load, goal }: PlanWords): string {
  return [
    'version: 1',
    'name: Small service',
    `targets: { web: { url: ${url} } }`,
    'scenarios:',
    '  status:',
    '    steps: [{ get: /status }]',
    'phases:',
    `  load: { scenarios: [status], ${load ?? 'rate: 70/s, for: 1s'}, drain: 1s }`,
    `goals: [${goal ?? 'p50(status) in load < 5s'}]`,
    ...(slowUrl === undefined ? [] : [`environments: { slow: { targets: { web: { url: "${slowUrl}" } } } }`]),
  ].join('\n');
}

async function runProgram(
  cwd: string,
  args: readonly string[],
  code: number,
  ...told: readonly RegExp[]
): Promise<Line[]> {
  const child = spawn(process.execPath, [program, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const [actual] = (await once(child, 'close')) as [number | null];
  expect({ code: actual, output, errors }).toMatchObject({ code });
  for (const text of told) expect(output + errors).toMatch(text);
  if (!args.includes('--json')) return [];
  return output.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Line]));
}
