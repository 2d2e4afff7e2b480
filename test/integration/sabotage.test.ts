/**
 * Whole runs that something goes wrong with, on the real runner and k6: none of them passes, and each says why. The
 * table of all of them is printed at the end.
 */
import { appendFile, cp, rm, symlink, truncate, unlink, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { realDisk, type Disk } from '../../engines/host/disk';
import { requestStop } from '../../runner/lease';
import { openRun } from '../../runner/open-run';
import type { RunOutcome } from '../../runner/run-plan';
import { aliveWith } from './processes';
import { makeWorkspace, planText, startService, type PlanText, type Workspace } from './small-service';
import { ended, fillUp, k6Of, runWhole, spoilScript, type Wish } from './whole-run';

type Handler = NonNullable<Parameters<typeof startService>[0]>;

/** What a case has to do its damage with; all of it is gone at the end. */
interface Place {
  readonly workspace: Workspace;
  /** Starts a service that answers well, or as told. @returns its address. */
  readonly serve: (handler?: Handler) => Promise<string>;
  /** A service that speaks whatever it likes. */
  readonly serveSocket: (onSocket: (socket: Socket) => void) => Promise<string>;
  /** Called at the end, last first. */
  readonly endings: (() => Promise<void> | void)[];
}

interface Sabotage {
  readonly name: string;
  /** The verdict of the run, or what becomes of it instead, and the reason for it. */
  readonly expected: RegExp;
  /** @returns what to run, or only the text of the plan. */
  readonly prepare: (place: Place) => Promise<Wish>;
  /** Problems that the folder has afterwards, by their code. */
  readonly problems?: readonly string[];
}

/** Users are counted once a second, and on a busy machine the first count comes before all of them are there. */
const short = 'users: 2, for: 3s';
const long = 'users: 2, for: 20s';

const plan = (url: string, wish: Partial<PlanText> = {}): string => planText({ url, load: short, ...wish });

/** A case that lies in how the service answers. */
function answering(name: string, expected: RegExp, handler: Handler, wish: Partial<PlanText> = {}): Sabotage {
  return { name, expected, prepare: async ({ serve }) => ({ text: plan(await serve(handler), wish) }) };
}

/** A case that lies in what a service says on its sockets. */
function speaking(name: string, expected: RegExp, onSocket: (socket: Socket) => void): Sabotage {
  return {
    name,
    expected,
    prepare: async ({ serveSocket }) => ({ text: plan(await serveSocket(onSocket)) }),
  };
}

/** A case that lies in what is done to a run under way. */
function meddling(
  name: string,
  expected: RegExp,
  during: (dir: string) => Promise<void> | void,
  wish: Partial<Wish> = {},
): Sabotage {
  return {
    ...{ name, expected },
    prepare: async ({ serve }) => ({ text: plan(await serve(), { load: long }), during, ...wish }),
  };
}

/** A case that lies in what the plan takes from outside. */
function lacking(name: string, expected: RegExp, wish: Partial<PlanText>): Sabotage {
  return { name, expected, prepare: async ({ serve }) => ({ text: plan(await serve(), wish) }) };
}

/** A case that lies in the script that k6 is given. */
function spoiling(name: string, expected: RegExp, change: (script: string) => string): Sabotage {
  return {
    ...{ name, expected },
    prepare: async ({ serve }) => ({ text: plan(await serve()), disk: spoilScript(change) }),
  };
}

const judged = { goals: ['success(status) in smoke >= 95%'] };
const feed = (file: string): Partial<PlanText> => ({
  steps: '      - get: /${rows.id}',
  more: `data:\n  rows: { file: "${file}" }\n`,
});

const targets: readonly Sabotage[] = [
  {
    name: 'the target is down',
    expected: /^fail: .*every one of .* failed/,
    prepare: async () => Promise.resolve({ text: plan('http://127.0.0.1:9') }),
  },
  {
    name: 'the name of the host is wrong',
    expected: /^fail: .*every one of .* failed/,
    prepare: () =>
      Promise.resolve({
        text: plan('http://no-such-host.invalid'),
        allowedTargets: ['no-such-host.invalid'],
      }),
  },
  answering('another service has the port', /^fail: .*every one of .* failed/, (_, response) => {
    response.writeHead(404).end('not found');
  }),
  answering('every answer is a 500', /^fail: .*every one of .* failed/, (_, response) => {
    response.writeHead(500).end('{"outcome":"success"}');
  }),
  answering('every second answer is a 500', /^fail: .*failed/, everySecond(500)),
  answering('every second answer is a 429', /^fail: .*failed/, everySecond(429)),
  answering(
    'a 200 with an error in its body',
    /^fail: .*success/,
    (_, response) => {
      response.end('{"outcome":"error"}');
    },
    judged,
  ),
  answering(
    'a 200 with an error in its body, and no goal on it',
    /^fail: .*of tasks failed/,
    (_, response) => {
      response.end('{"outcome":"error"}');
    },
  ),
  answering(
    'a page where JSON is expected',
    /^(no-data|fail): /,
    (_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>sign in</html>');
    },
    judged,
  ),
  answering(
    'JSON that is cut',
    /^(no-data|fail): /,
    (_, response) => {
      response.end('{"outcome":"succ');
    },
    judged,
  ),
  answering(
    'a body that is no gzip, said to be',
    /^fail: /,
    (_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('{"outcome":"success"}');
    },
    judged,
  ),
  answering(
    'a redirect to itself',
    /^(fail|no-data): /,
    (_, response) => {
      response.writeHead(302, { location: '/status' }).end();
    },
    judged,
  ),
  answering('a reset in the middle of the body', /^fail: .*every one of .* failed/, (_, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('{"outcome":', () => response.destroy());
  }),
  answering('a body that never ends', /^fail: smoke: a goal is broken/, (request, response) => {
    const timer = setInterval(() => response.write(' '), 50);
    request.on('close', () => {
      clearInterval(timer);
    });
  }),
  answering('headers that never come', /^fail: smoke: a goal is broken/, () => undefined),
  answering('headers that are slow', /^no-data: .*samples/, (_, response) => {
    setTimeout(() => response.end('{"outcome":"success"}'), 700);
  }),
  answering(
    'answers slower than the goal',
    /^fail: /,
    (_, response) => {
      setTimeout(() => response.end('{"outcome":"success"}'), 40);
    },
    { load: 'users: 20, for: 2s', goals: ['p50(status) in smoke < 20ms'] },
  ),
  answering(
    'arrivals that find no free user',
    /^fail: .*not sustained/,
    (_, response) => {
      setTimeout(() => response.end('{"outcome":"success"}'), 200);
    },
    { load: 'rate: 50/s, maxUsers: 2, for: 3s' },
  ),
  answering(
    'too few samples for the goal',
    /^no-data: .*p99/,
    (_, response) => {
      response.end('{"outcome":"success"}');
    },
    { load: 'rate: 20/s, for: 2s', goals: ['p99(status) in smoke < 2s'] },
  ),
  speaking('an answer that is no HTTP', /^fail: .*every one of .* failed/, (socket) => {
    socket.end('hello\r\n\r\n');
  }),
  speaking('a connection that is closed at once', /^fail: .*every one of .* failed/, (socket) => {
    socket.destroy();
  }),
  {
    name: 'TLS where the service speaks none',
    expected: /^fail: .*every one of .* failed/,
    prepare: async ({ serve }) => ({ text: plan((await serve()).replace('http:', 'https:')) }),
  },
  {
    name: 'the target ends in the middle',
    expected: /^fail: .*failed/,
    prepare: async ({ endings }) => {
      const service = await startService();
      endings.push(() => service.close());
      return { text: plan(service.url, { load: 'users: 2, for: 4s' }), during: () => service.close() };
    },
  },
  {
    name: 'the target starts anew in the middle',
    expected: /^fail: .*failed/,
    prepare: async ({ serveSocket }) => {
      let isDown = false;
      const url = await serveSocket((socket) => {
        if (isDown) socket.destroy();
        else
          socket.on('data', () =>
            socket.write('HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n{"outcome":"success"}'),
          );
        open.add(socket);
      });
      const open = new Set<Socket>();
      const during = (): void => {
        isDown = true;
        for (const socket of open) socket.destroy();
        setTimeout(() => (isDown = false), 500);
      };
      return { text: plan(url, { load: 'users: 2, for: 4s' }), during };
    },
  },
  {
    name: 'the target freezes in the middle, under arrivals',
    expected: /^(fail|incomplete|no-data): /,
    prepare: async ({ serve }) => {
      let isFrozen = false;
      const url = await serve((_, response) => {
        if (!isFrozen) response.end('{"outcome":"success"}');
      });
      const during = (): void => {
        isFrozen = true;
      };
      return { text: plan(url, { load: 'rate: 40/s, for: 4s, maxUsers: 400' }), during };
    },
  },
];

function everySecond(status: number): Handler {
  let count = 0;
  return (_, response) => {
    count += 1;
    response.writeHead(count % 2 === 0 ? status : 200).end('{"outcome":"success"}');
  };
}

const tools: readonly Sabotage[] = [
  spoiling('every iteration throws', /^fail: .*script failed .*broken/, (script) =>
    script.replace(/export function (?!setup)\w+\(.*?\) \{/g, "$&\n  throw new Error('broken');"),
  ),
  spoiling(
    'the script throws before the load',
    /^tool-error: .*broken at once/,
    (script) => `${script}\nthrow new Error('broken at once');\n`,
  ),
  spoiling('the script is no JavaScript', /^tool-error: /, () => 'export default {'),
  spoiling('the script has no scenario', /^tool-error: /, () => 'export const options = {};\n'),
  spoiling(
    'the script ends the test by itself',
    /^(tool-error|incomplete|aborted): /,
    (script) =>
      `import exec from 'k6/execution';\n${script.replace(
        /export function (?!setup)\w+\(.*?\) \{/g,
        "$&\n  exec.test.abort('enough');",
      )}`,
  ),
  {
    name: 'the script of the phase is gone',
    expected: /^tool-error: /,
    prepare: async ({ serve }) => ({
      text: plan(await serve()),
      disk: {
        ...realDisk,
        rename: async (from, to) => {
          await realDisk.rename(from, to);
          if (path.basename(to) === 'script.js') await unlink(to);
        },
      },
    }),
  },
  {
    name: 'k6 is not there',
    expected: /^refused|^tool-error/,
    prepare: async ({ serve, workspace }) => ({
      text: plan(await serve()),
      k6Folder: path.join(workspace.folder, 'nothing'),
    }),
  },
  {
    name: 'k6 was altered',
    expected: /^refused|^tool-error/,
    prepare: async ({ serve, workspace }) => {
      const k6Folder = path.join(workspace.folder, 'k6');
      await cp(path.resolve('dist/k6'), k6Folder, { recursive: true });
      await appendFile(path.join(k6Folder, 'k6'), '\0');
      return { text: plan(await serve()), k6Folder };
    },
  },
  meddling('k6 is killed', /^incomplete: .*k6 was killed/, async (dir) => {
    process.kill((await k6Of(dir))[1], 'SIGKILL');
  }),
  meddling('k6 is told to end by a stranger', /^(incomplete|aborted): /, async (dir) => {
    process.kill((await k6Of(dir))[1], 'SIGTERM');
  }),
  meddling('the supervisor is killed', /^incomplete: .*supervisor/, async (dir) => {
    process.kill((await k6Of(dir))[0], 'SIGKILL');
  }),
  {
    name: 'k6 is stopped and never goes on',
    expected: /^incomplete: .*deadline/,
    prepare: async ({ serve }) => ({
      text: plan(await serve()),
      patience: { overdueMs: 1500, stallMs: 1000, stopMs: 400 },
      during: async (dir) => {
        process.kill((await k6Of(dir))[1], 'SIGSTOP');
      },
    }),
  },
  {
    name: 'k6 gets no time for three seconds of six',
    expected: /^(fail|incomplete|no-data): /,
    prepare: async ({ serve }) => ({
      text: plan(await serve(), { load: 'rate: 50/s, for: 6s' }),
      during: async (dir) => {
        const [, k6] = await k6Of(dir);
        process.kill(k6, 'SIGSTOP');
        setTimeout(() => process.kill(k6, 'SIGCONT'), 3000);
      },
    }),
  },
];

const nearlyFull = (): Partial<Wish> => {
  let left = 1e9;
  return {
    disk: { ...realDisk, freeBytes: () => Promise.resolve(left) },
    during: () => {
      left = 1e6;
    },
  };
};

const folders: readonly Sabotage[] = [
  {
    name: 'the disk is full',
    expected: /^incomplete: .*no space left/,
    problems: ['cut'],
    prepare: async ({ serve }) => ({ text: plan(await serve(), { load: long }), disk: fillUp(3) }),
  },
  {
    name: 'the disk is nearly full',
    expected: /^incomplete: .*the disk has only/,
    prepare: async ({ serve }) => ({ text: plan(await serve(), { load: long }), ...nearlyFull() }),
  },
  {
    name: 'the disk has no room at the start',
    expected: /^refused disk: /,
    prepare: async ({ serve }) => ({
      text: plan(await serve()),
      disk: { ...realDisk, freeBytes: () => Promise.resolve(1e6) },
    }),
  },
  {
    name: 'the result cannot be written',
    expected: /^unsaved incomplete: .*no space left/,
    prepare: async ({ serve }) => ({ text: plan(await serve()), disk: withoutResult() }),
  },
  {
    name: 'the folder of runs cannot be written to',
    expected: /^refused disk: /,
    prepare: async ({ serve, workspace }) => {
      // Whoever runs as root may write into a folder that is read-only; into a file nobody can.
      const runsFolder = path.join(workspace.folder, 'runs');
      await writeFile(runsFolder, '');
      return { text: plan(await serve()), runsFolder };
    },
  },
  meddling('the folder of the run is taken away', /^(unsaved )?incomplete: /, (dir) =>
    rm(dir, { recursive: true }),
  ),
  meddling('the folder of the run cannot be watched', /^incomplete: .*could not be watched.*ELOOP/, (dir) =>
    symlink('stop', path.join(dir, 'stop')),
  ),
  meddling('somebody asks it to stop', /^aborted: .*told to stop/, requestStop),
  meddling('nobody holds its lease', /^aborted: .*lease/, (dir) => utimes(path.join(dir, 'lease'), 1, 1), {
    hasLease: true,
  }),
  {
    name: 'somebody interrupts it',
    expected: /^aborted: .*interrupted/,
    prepare: async ({ serve }) => {
      const controller = new AbortController();
      const during = (): void => {
        controller.abort();
      };
      return { text: plan(await serve(), { load: long }), signal: controller.signal, during };
    },
  },
  {
    name: 'somebody else writes into the stream',
    expected: /^incomplete: .*another program changed/,
    problems: ['damaged'],
    prepare: async ({ serve }) => ({
      text: plan(await serve(), { load: 'users: 2, for: 3s' }),
      during: (dir) => appendFile(path.join(dir, 'stream.ndjson'), '{"kind":"tick"}\n'),
    }),
  },
  {
    name: 'somebody cuts the stream',
    expected: /^incomplete: .*another program changed/,
    problems: ['cut'],
    prepare: async ({ serve }) => ({
      text: plan(await serve(), { load: 'users: 2, for: 3s' }),
      during: (dir) => truncate(path.join(dir, 'stream.ndjson'), 0),
    }),
  },
];

function withoutResult(): Disk {
  return {
    ...realDisk,
    open: async (file, how) => {
      if (path.basename(file) === 'run.json.part')
        throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
      return realDisk.open(file, how);
    },
  };
}

const inputs: readonly Sabotage[] = [
  {
    name: 'the target is another machine',
    expected: /^refused not-approved: /,
    prepare: () => Promise.resolve({ text: plan('http://192.0.2.1') }),
  },
  lacking('a variable is missing', /^refused missing-variable: .*WHERE/, {
    steps: '      - get: /${env.WHERE}',
  }),
  lacking('a secret is missing', /^refused missing-variable: .*TOKEN/, {
    steps: '      - get: /\n        headers: { authorization: "Bearer ${secret.TOKEN}" }',
  }),
  lacking('the file of a feed is gone', /^refused bad-data: .*rows/, feed('missing.csv')),
  lacking('the file of a feed is elsewhere', /^refused bad-data: /, feed('../../../etc/passwd')),
  {
    name: 'the file of a feed is empty',
    expected: /^refused bad-data: /,
    prepare: async ({ serve, workspace }) => {
      await writeFile(path.join(workspace.folder, 'empty.csv'), 'id\n');
      return { text: plan(await serve(), feed('empty.csv')) };
    },
  },
  {
    name: 'the rows of a feed are used up at once',
    expected: /^aborted: .*stopped the load/,
    prepare: async ({ serve, workspace }) => {
      await writeFile(path.join(workspace.folder, 'few.csv'), 'id\n1\n2\n3\n');
      const { steps, more } = feed('few.csv');
      return {
        text: plan(await serve(), { steps: steps!, more: more!.replace('" }', '", pick: unique }') }),
      };
    },
  },
  {
    name: 'the phase does not exist',
    expected: /^refused unknown-phase: /,
    prepare: async ({ serve }) => ({ text: plan(await serve()), phases: ['nope'] }),
  },
  {
    name: 'the plan is not valid',
    expected: /^invalid/,
    prepare: () => Promise.resolve({ text: 'version: 1\nnam: x\n' }),
  },
];

const all = [...targets, ...tools, ...folders, ...inputs];

async function makePlace(): Promise<Place> {
  const workspace = await makeWorkspace();
  const endings: Place['endings'] = [() => workspace.dispose()];
  return {
    workspace,
    endings,
    serve: async (handler) => {
      const service = await startService(handler);
      endings.push(() => service.close());
      return service.url;
    },
    serveSocket: async (onSocket) => {
      const sockets = new Set<Socket>();
      const server: Server = createServer((socket) => {
        sockets.add(socket);
        // Whoever is cut off hears of it by an error, which is what the case is about.
        socket.on('error', () => socket.destroy());
        onSocket(socket);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      endings.push(() => {
        for (const socket of sockets) socket.destroy();
        server.close();
      });
      return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    },
  };
}

/** What became of a run, as one line. */
function told(outcome: RunOutcome): string {
  if (outcome.kind === 'ended') {
    const { run, unsaved } = outcome;
    return `${unsaved === undefined ? '' : 'unsaved '}${run.verdict}: ${run.reason}${unsaved === undefined ? '' : `; ${unsaved}`}`;
  }
  if (outcome.kind === 'refused') return `refused ${outcome.refusal.code}: ${outcome.refusal.message}`;
  return outcome.kind;
}

const table: { readonly name: string; readonly told: string; readonly isRight: boolean }[] = [];

describe.concurrent('no run passes where', () => {
  it.each(all)('$name', async ({ name, expected, problems = [], prepare }) => {
    const place = await makePlace();
    try {
      const outcome = await runWhole(place.workspace, await prepare(place));
      const line = told(outcome);
      table.push({ name, told: line, isRight: expected.test(line) && !line.startsWith('pass') });
      expect(line).toMatch(expected);
      if (outcome.kind === 'ended' && outcome.unsaved === undefined) {
        const opened = await openRun(ended(outcome).dir);
        expect(opened.problems.map(({ code }) => code)).toEqual(problems);
        expect(opened.run).toEqual(outcome.run);
        expect(await aliveWith(outcome.dir)).toEqual([]);
      }
    } finally {
      for (const end of place.endings.toReversed()) await end();
    }
  });
});

afterAll(() => {
  const rows = table
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .map(
      ({ name, told: line, isRight }) => `${isRight ? '✓' : '✗'} ${name.padEnd(52)} ${line.slice(0, 160)}`,
    );
  const right = table.filter(({ isRight }) => isRight).length;
  process.stdout.write(
    `\n${rows.join('\n')}\n${right} of ${table.length} sabotaged runs end as they should\n\n`,
  );
});
