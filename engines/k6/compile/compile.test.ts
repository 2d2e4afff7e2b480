import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { check as isFormatted, resolveConfig } from 'prettier';
import { describe, expect, test } from 'vitest';
import { analysePlan } from '../../../core/plan/analyse';
import type { Plan, StepScenario } from '../../../core/plan/schema';
import { checkForK6 } from './check';
import { compilePhase, type CompiledPhase } from './compile';
import { ejectPhase } from './eject';
import { rowShares } from './feeds';
import { runScript } from './run-script.test-support';

const golden = resolve(import.meta.dirname, '../../../test/golden/k6');

function planOf(text: string): Plan {
  const { plan, problems } = analysePlan(text);
  expect(problems.filter((problem) => problem.severity === 'error')).toEqual([]);
  return plan!;
}

function goldenPlan(name: string): Plan {
  return planOf(readFileSync(resolve(golden, `${name}.bench.yaml`), 'utf8'));
}

/** The compiled phase, or its problems as `path: message`. */
function check(plan: Plan, phase: string): CompiledPhase | string[] {
  const result = compilePhase(plan, phase);
  return result.ok
    ? result.compiled
    : result.problems.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

/** The script of a plan with one target at `url` and these steps, as YAML in flow style. */
function scriptOf(steps: string, load = 'users: 1, for: 1s', url = 'http://127.0.0.1:1'): string {
  const plan = planOf(
    `version: 1\nname: x\ntargets: { t: { url: '${url}' } }\nscenarios: { s: { steps: ${steps} } }\n` +
      `phases: { p: { scenarios: [s], ${load} } }\n`,
  );
  const compiled = check(plan, 'p');
  if (Array.isArray(compiled)) throw new Error(compiled.join('\n'));
  return compiled.script;
}

/** The options of a script, as k6 would read them. */
function optionsOf(script: string): { scenarios: Record<string, unknown>; blacklistIPs: string[] } {
  return runScript(script).options;
}

describe('the scripts of the golden plans', () => {
  test.each([
    ['agents', 'smoke'],
    ['agents', 'load'],
    ['agents', 'stress'],
    ['streams', 'load'],
    ['control', 'load'],
    ['files', 'load'],
    ['sessions', 'load'],
    ['secure', 'load'],
    ['sockets', 'load'],
    ['calls', 'load'],
    ['every-key', 'users'],
    ['every-key', 'few'],
    ['every-key', 'rate'],
    ['every-key', 'ramp'],
    ['every-key', 'steps'],
    ['every-key', 'surges'],
  ])('%s, phase %s', async (name, phase) => {
    const compiled = check(goldenPlan(name), phase) as CompiledPhase;
    const file = resolve(golden, `${name}.${phase}.js`);
    await expect(compiled.script).toMatchFileSnapshot(file);
    const style = await resolveConfig(file);
    expect(await isFormatted(compiled.script, { ...style, filepath: file })).toBe(true);
    expect(Object.keys(optionsOf(compiled.script).scenarios)).toEqual(compiled.scenarios);
  });
});

describe('the loads of the documentation', () => {
  const text = readFileSync(resolve(golden, '../../../docs/loads.md'), 'utf8');
  const plan = planOf(/```yaml\n([^]*?)```/.exec(text)?.[1] ?? '');
  test.each(Object.keys(plan.phases))('%s', (phase) => {
    const compiled = check(plan, phase) as CompiledPhase;
    const { scenarios } = optionsOf(compiled.script);
    const file = resolve(golden, `loads.${phase}.json`);
    return expect(`${JSON.stringify(scenarios, null, 2)}\n`).toMatchFileSnapshot(file);
  });
});

describe('random arrivals', () => {
  const loads = (load: string) =>
    optionsOf(scriptOf('[{ get: /a }]', load)).scenarios['s'] as Record<string, unknown>;

  test('have room for crowds that even ones do not need', () => {
    const random = loads('rate: 1/s, arrivals: poisson, for: 1m');
    const even = loads('rate: 1/s, for: 1m');
    expect(even).toMatchObject({ executor: 'constant-arrival-rate', maxVUs: 2 });
    expect(random).toMatchObject({ executor: 'poisson-arrival-rate', vus: 12 });
  });

  test('come from the seed that is asked for', () => {
    const plan = goldenPlan('every-key');
    const seeded = (seed: number) => {
      const load = { ...plan.phases['rate'], arrivals: 'poisson' } as Plan['phases'][string];
      const result = compilePhase({ ...plan, phases: { load } }, 'load', { seed });
      if (!result.ok) throw new Error('does not compile');
      expect(result.compiled.ownModules).toEqual(['k6/x/drain', 'the executor poisson-arrival-rate']);
      return Object.values(optionsOf(result.compiled.script).scenarios);
    };
    for (const scenario of seeded(77)) expect(scenario).toMatchObject({ seed: 77 });
  });
});

describe('what k6 cannot run', () => {
  test('is a problem on the key that says it', () => {
    const plan = goldenPlan('agents');
    expect(checkForK6(plan)).toEqual([]);
    const hotspots = {
      ...plan.phases['hotspots'],
      profile: [{ target: 'agents', with: 'py-spy', for: 500 }],
    };
    const short = { ...plan, phases: { ...plan.phases, hotspots } } as Plan;
    expect(checkForK6(short).map(({ path }) => path.join('.'))).toEqual(['phases.hotspots.profile.0.for']);
  });

  test('a phase that runs another again has its scenarios', () => {
    const plan = goldenPlan('agents');
    const compiled = check(plan, 'hotspots') as CompiledPhase;
    expect([compiled.phase, ...compiled.scenarios]).toEqual(['hotspots', 'research']);
    const alone = { ...plan, phases: { hotspots: plan.phases['hotspots'] } } as Plan;
    expect(check(alone, 'hotspots')).toEqual(['phases.hotspots.rerun: There is no load to run again']);
  });

  test('a phase that is not there is a problem, too', () => {
    expect(check(goldenPlan('agents'), '__proto__')).toEqual(['phases: There is no phase `__proto__`']);
  });

  test('a load shorter than k6 can run is a problem', () => {
    const plan = goldenPlan('every-key');
    const short = { ...plan.phases['users'], for: 999 } as Plan['phases'][string];
    expect(check({ ...plan, phases: { short } }, 'short')).toEqual([
      'phases.short.for: k6 runs a load for at least 1s',
    ]);
  });

  test('an address with a name and a password is refused', () => {
    const plan = goldenPlan('agents');
    const hostile = { ...plan, targets: { ...plan.targets, gateway: { url: 'http://a:b@127.0.0.1' } } };
    expect(check(hostile, 'smoke')).toEqual([
      'targets.gateway.url: The address carries a user name; use a header for credentials',
    ]);
  });
});

describe('a function of the author', () => {
  const planWith = (url: string) =>
    planOf(
      `version: 1
name: x
targets: { here: { url: 'http://127.0.0.1:1' }, there: { url: '${url}' } }
scenarios:
  here: { target: here, steps: [{ get: /a }, { group: g, steps: [{ script: 'lib/a.js#f' }] }] }
  there: { target: there, steps: [{ get: /b }] }
phases:
  own: { scenarios: [here], users: 1, for: 1s }
  both: { scenarios: [here, there], users: 2, for: 1s }
`,
    );

  test('is refused in a phase that loads another machine, since it may send anywhere', () => {
    expect(check(planWith('https://a.example'), 'both')).toEqual([
      'scenarios.here.steps.1.steps.0.script: Functions are called only in phases whose targets are all of this machine: k6 cannot keep what they send to the others',
    ]);
  });

  test.each([
    ['https://a.example', 'own'],
    ['http://localhost:2', 'both'],
  ])('is called where all targets are of this machine: %s, phase %s', (url, phase) => {
    const compiled = check(planWith(url), phase) as CompiledPhase;
    expect(compiled.files).toEqual([{ file: 'lib/a.js', scriptFile: 'files/1-a.js', isCode: true }]);
    expect(optionsOf(compiled.script).blacklistIPs.length).toBeGreaterThan(100);
  });
});

describe('the load', () => {
  const load = (text: string, steps = '[{ get: /x }]') =>
    optionsOf(scriptOf(steps, text)).scenarios['s'] as Record<string, unknown>;

  test('users that hold are a constant executor', () => {
    expect(load('users: 5, for: 90s, drain: 7s')).toEqual({
      executor: 'constant-vus',
      vus: 5,
      duration: '1m30s',
      gracefulStop: '7.25s',
      exec: 'runS',
    });
  });

  test('a jump between two stages takes no time', () => {
    expect(load('stages: [{ users: 1 -> 4, for: 1s }, { users: 8, for: 2s }]')).toMatchObject({
      startVUs: 1,
      stages: [
        { duration: '1s', target: 4 },
        { duration: '0s', target: 8 },
        { duration: '2s', target: 8 },
      ],
    });
  });

  test.each([
    ['20/s', 20, '1s'],
    ['2.5/s', 5, '2s'],
    ['100/m', 5, '3s'],
    ['7/h', 7, '3600s'],
    ['1/h', 1, '3600s'],
    ['0.01234567/s', 12346, '1000000s'],
  ])('the rate %s is %i per %s', (rate, whole, timeUnit) => {
    expect(load(`rate: ${rate}, for: 1m`)).toMatchObject({ rate: whole, timeUnit });
  });

  test('every user of an open load is made before it, for as many as the steps may hold up', () => {
    const steps = '[{ get: /x }, { think: 2s }, { await: /y, until: $.a, timeout: 1m }]';
    expect(load('rate: 10/s, for: 1m', steps)).toMatchObject({ preAllocatedVUs: 260, maxVUs: 260 });
    expect(load('rate: 10/s, for: 1m, maxUsers: 33', steps)).toMatchObject({
      preAllocatedVUs: 33,
      maxVUs: 33,
    });
  });

  test('a scenario to which no user falls is left out and named', () => {
    const compiled = check(goldenPlan('every-key'), 'few') as CompiledPhase;
    expect(compiled.leftOut).toEqual(['shop']);
    expect(compiled.script).toContain('no user falls to them: shop');
  });
});

describe('where the load may go', () => {
  test('a local load is kept from everything but this machine', () => {
    const blocks = optionsOf(scriptOf('[{ get: /x }]', undefined, 'http://localhost:1')).blacklistIPs;
    expect(new Set(blocks).size).toBe(8 + 128);
    const size4 = blocks
      .filter((block) => !block.includes(':'))
      .map((block) => 2 ** (32 - Number(block.split('/')[1])));
    expect(size4.reduce((sum, size) => sum + size)).toBe(2 ** 32 - 2 ** 24);
    const size6 = blocks
      .filter((block) => block.includes(':'))
      .map((block) => 2n ** (128n - BigInt(block.split('/')[1]!)));
    expect(size6.reduce((sum, size) => sum + size)).toBe(2n ** 128n - 1n);
    expect(blocks).toContain('8000:0:0:0:0:0:0:0/1');
    expect(blocks).toContain('0:0:0:0:0:0:0:2/127');
  });

  test('a load elsewhere is kept from the addresses of cloud credentials', () => {
    expect(optionsOf(scriptOf('[{ get: /x }]', undefined, 'http://192.0.2.1')).blacklistIPs).toEqual([
      '169.254.169.254/32',
      'fd00:ec2::254/128',
    ]);
  });

  test('the endpoints are told', () => {
    expect((check(goldenPlan('every-key'), 'rate') as CompiledPhase).hosts).toEqual([
      'localhost:8080',
      '192.0.2.7:80',
    ]);
  });
});

test('values from outside are told by their names', () => {
  const compiled = check(goldenPlan('every-key'), 'users') as CompiledPhase;
  expect(compiled.environment).toEqual({ REGION: 'BENCHWRIGHT_ENV_REGION' });
  expect(compiled.secrets).toEqual({ PASSWORD: 'BENCHWRIGHT_SECRET_PASSWORD' });
});

test.each([
  [{ a: 80, b: 20 }, [4, 1]],
  [{ a: 2, b: 1 }, [2, 1]],
  [{ a: 0.3, b: 0.7, c: 0.1 }, [3, 7, 1]],
  [{ a: 1, b: Math.PI }, [1, 3]],
])('rows are shared by the weights %j', (weights, widths) => {
  const shares = [...rowShares(weights).values()];
  expect(shares.map(({ width }) => width)).toEqual(widths);
  const taken = shares.flatMap(({ width, offset }) => Array.from({ length: width }, (_, n) => offset + n));
  expect(taken).toEqual(Array.from({ length: shares[0]!.of }, (_, n) => n));
});

test('large feeds are shared between users', () => {
  const result = compilePhase(goldenPlan('agents'), 'load', { feedBytes: { tasks: 2_000_000 } });
  expect(result.ok && result.compiled.script).toContain("new SharedArray('tasks', () => rowsOf(");
});

test('what is asked of one event cannot read the answer as a whole', () => {
  const plan = goldenPlan('streams');
  const [first, ...others] = (plan.scenarios['chat'] as StepScenario).steps;
  const steps = [{ ...first, until: 'status == 200' }, ...others] as StepScenario['steps'];
  const hostile = { ...plan, scenarios: { ...plan.scenarios, chat: { steps } } };
  expect(check(hostile, 'load')).toEqual([
    'scenarios.chat.steps.0.until: This is asked of each event or message, which has no status and no headers of its own',
  ]);
});

test('two targets of one address are connected in one way', () => {
  const plan = goldenPlan('secure');
  const { api } = plan.targets;
  const tls = { insecure: false, minVersion: 'tls1.3' as const };
  const targets = { ...plan.targets, plain: { url: 'https://127.0.0.1:8443', tls } };
  expect(check({ ...plan, targets }, 'load')).toEqual([
    'targets.plain.tls: `targets.api.tls` says it otherwise for the same address, 127.0.0.1:8443',
  ]);
  const alike = { ...targets, plain: { ...targets.plain, tls: api!.tls } };
  expect(check({ ...plan, targets: alike }, 'load')).toMatchObject({
    ownModules: ['k6/x/drain', 'k6/x/secure', 'k6/x/sse'],
  });
});

test('the load of a token service is told as that of a target is', () => {
  const plan = goldenPlan('secure');
  const compiled = check(plan, 'load') as CompiledPhase;
  expect(compiled.hosts).toContain('127.0.0.1:7443');
  const { plain, ...others } = plan.targets;
  const oauth2 = {
    url: 'https://a.example/token',
    client: 'a',
    secret: 'b',
    credentials: 'form',
    timeout: 1,
  };
  const away = { ...plan, targets: { ...others, plain: { ...plain!, auth: { oauth2 } } } } as Plan;
  expect(check(away, 'load')).toEqual([
    expect.stringContaining('targets.api.redirects: Redirects are followed only where'),
  ]);
});

test('redirects of a target are refused where a target is another machine', () => {
  const plan = goldenPlan('secure');
  const targets = { ...plan.targets, plain: { url: 'https://a.example' } };
  expect(check({ ...plan, targets }, 'load')).toEqual([
    'targets.api.redirects: Redirects are followed only where all targets are of this machine: k6 cannot keep them to the others',
  ]);
});

test('an ejected script says how it gets a private key', () => {
  const result = ejectPhase(goldenPlan('secure'), 'load');
  expect(result.ok && result.compiled.script).toContain(
    '// It reads the contents of tls/client.key from the variable BENCHWRIGHT_FILE_1: -e BENCHWRIGHT_FILE_1="$(cat tls/client.key)"',
  );
});

test('an ejected script with streams says that it needs our k6', () => {
  const result = ejectPhase(goldenPlan('streams'), 'load');
  expect(result.ok && result.compiled.ownModules).toEqual(['k6/x/sse']);
  expect(result.ok && result.compiled.script).toContain(
    "// Run it with Benchwright's k6, which has k6/x/sse: k6 run -e BENCHWRIGHT_SECRET_KEY=… script.js",
  );
});

test('an ejected script says how to run it', () => {
  const result = ejectPhase(goldenPlan('every-key'), 'users');
  expect(result.ok && result.compiled.script.split('\n').slice(0, 4).join('\n')).toBe(
    '// Every key: phase users. Made by Benchwright; changes are lost when the plan is run.\n//\n' +
      '// Run it with stock k6: k6 run -e BENCHWRIGHT_ENV_REGION=… -e BENCHWRIGHT_SECRET_PASSWORD=… script.js\n' +
      '// It reads data/users.json beside it: the rows of users.csv as JSON.',
  );
});
