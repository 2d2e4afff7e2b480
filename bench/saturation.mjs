/**
 * How often the search names what saturates first, on the demo system, whose agents have a hotspot that is known.
 *
 *     node bench/saturation.mjs [REPEATS]        needs `node scripts/build.mjs`; about four minutes for each repeat
 *
 * Each repeat runs the `stress` phase of the example in the environment `quick` twice: with the hotspot, where the
 * answer must be `agents`, and with AGENTS_FAST_RANKING=1, where `agents` would be wrong. On a machine that does other
 * things at the same time nothing can be found: the share of such answers is told apart.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startDemo } from '../scripts/demo.mjs';

const root = resolve(import.meta.dirname, '..');
const repeats = Number(process.argv[2] ?? 10);
const portBase = 21_300;

async function stress(env) {
  const folder = await mkdtemp(join(tmpdir(), 'benchwright-saturation-'));
  const demo = await startDemo({ portBase, env });
  try {
    await cp(join(root, 'examples/agents/tasks.csv'), join(folder, 'tasks.csv'));
    const text = await readFile(join(root, 'examples/agents/agents.bench.yaml'), 'utf8');
    const plan = join(folder, 'agents.bench.yaml');
    const moved = text.replace(/\b800([0-4])\b/g, (_, digit) => String(portBase + Number(digit)));
    // Paths of source code are not there; nothing that is measured needs them.
    await writeFile(plan, moved.replace(/^ +source: .*\n/gm, ''));
    const cli = spawn(
      process.execPath,
      [join(root, 'dist/cli.cjs'), 'run', plan, '--phase', 'stress', '--env', 'quick'],
      {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let output = '';
    for (const stream of [cli.stdout, cli.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
    await once(cli, 'close');
    const runs = join(folder, '.benchwright/runs');
    const [run] = await readdir(runs).catch(() => []);
    if (run === undefined) throw new Error(`nothing was run:\n${output}`);
    const { phases } = JSON.parse(await readFile(join(runs, run, 'run.json'), 'utf8'));
    return { ...phases[0], output };
  } finally {
    await demo.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const cases = [
  ['with the hotspot', {}, ({ kind, component }) => kind === 'saturated' && component === 'agents'],
  ['without it', { AGENTS_FAST_RANKING: '1' }, ({ component }) => component !== 'agents'],
];
const right = cases.map(() => 0);
for (let repeat = 0; repeat < repeats; repeat++) {
  for (const [index, [name, env, isRight]] of cases.entries()) {
    const { saturation, output } = await stress(env);
    if (process.env.VERBOSE === '1') console.log(output);
    const isIt = saturation !== undefined && isRight(saturation);
    if (isIt) right[index]++;
    const load = loadavg()[0].toFixed(1);
    console.log(
      `${isIt ? 'right' : 'WRONG'}  ${name}, load average ${load}: ${saturation?.message ?? 'no finding'}`,
    );
  }
}
for (const [index, [name]] of cases.entries()) console.log(`${name}: ${right[index]} of ${repeats} right`);
