// The demo system and an editor with Benchwright in it: npm start
//   --browser       use code-server even where VS Code is installed
//   --port N        the editor's port (8080); 0 means any free one
// A Prometheus server at port 9090 scrapes the demo system, where there is one.
// AGENTS_PORT_BASE moves the demo system from port 8000. Ctrl-C stops all that was started.
import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bootstrap, makePythonEnvironment } from './bootstrap.mjs';
import { installCodeServer } from './code-server.mjs';
import { root } from './constants.mjs';
import { must, onPath, skipped, step, StepFailure } from './steps.mjs';

const workspace = path.join(root, 'examples/agents');
const plan = path.join(workspace, 'agents.bench.yaml');

const { values: options } = parseArgs({
  options: { browser: { type: 'boolean', default: false }, port: { type: 'string', default: '8080' } },
});

/** Resolves at the first signal that asks to stop; a second one does not interrupt the stopping. */
const toldToStop = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve(signal));
});

async function main() {
  const desktop = options.browser ? undefined : onPath('code');
  const { failed } = await bootstrap([
    { name: 'Python environment', work: makePythonEnvironment },
    ...(desktop === undefined ? [{ name: 'editor (code-server)', work: installCodeServer }] : []),
  ]);
  if (failed > 0) throw new StepFailure('not everything that the start needs is there');
  const { startDemo } = await import('./demo.mjs');
  const { packagePath } = await import('./package.mjs');
  const vsix = await packagePath();
  const started = [];
  try {
    await step('demo system', async () => {
      const demo = await startDemo({ portBase: Number(process.env.AGENTS_PORT_BASE ?? 8000) });
      started.push(demo);
      return `${demo.urls.gateway} (gateway), ${demo.urls.agents} (agents)`;
    });
    await step('Prometheus', () => watchDemo(started));
    const { ended } = await (desktop === undefined
      ? openInBrowser(vsix, started)
      : openOnDesktop(desktop, vsix));
    console.log('\nCtrl-C stops all of it.');
    const reason = await Promise.race([toldToStop, ended]);
    console.log(`stopping (${reason})`);
  } finally {
    await stopRuns();
    await Promise.all(started.map((part) => part.stop()));
  }
}

/** The demo runs without it: then the processes are read directly. */
async function watchDemo(started) {
  const { startPrometheus } = await import('./prometheus.mjs');
  const portBase = Number(process.env.AGENTS_PORT_BASE ?? 8000);
  const names = ['gateway', 'agents', 'summarizer', 'researcher', 'external_ai'];
  const jobs = Object.fromEntries(names.map((name, at) => [name, [`127.0.0.1:${portBase + at}`]]));
  try {
    const folder = path.join(root, 'dist/prometheus');
    const prometheus = await startPrometheus({ folder, jobs, port: 9090 });
    started.push(prometheus);
    return prometheus.url;
  } catch (failure) {
    if (!(failure instanceof StepFailure)) throw failure;
    return skipped(`${failure.message}: ${failure.remedy ?? ''}`);
  }
}

async function openOnDesktop(code, vsix) {
  await step('VS Code', async () => {
    await must(code, ['--install-extension', vsix, '--force']);
    await must(code, [workspace, '--goto', plan]);
  });
  tellWhatToDo('VS Code shows examples/agents with the plan agents.bench.yaml.');
  return { ended: new Promise(() => undefined) };
}

async function openInBrowser(vsix, started) {
  const { prepareEditor, startCodeServer } = await import('./editor.mjs');
  const folder = path.join(root, 'dist/editor');
  let editor;
  await step('editor', async () => {
    await prepareEditor({ folder, vsix });
    editor = await startCodeServer({ folder, port: Number(options.port) });
    started.push(editor);
    return `pid ${editor.pid}`;
  });
  const address = `http://localhost:${editor.port}/`;
  const openFile = JSON.stringify([['openFile', `vscode-remote://localhost:${editor.port}${plan}`]]);
  const query = new URLSearchParams({ folder: workspace, payload: openFile });
  tellWhatToDo(`Open in a browser: ${address}?${query}`);
  // In an object, for a promise that an async function returns is waited for by who awaits the function.
  return { ended: editor.ended.then(() => 'the editor ended') };
}

function tellWhatToDo(where) {
  console.log(`\n${where}`);
  console.log(
    'Click "Run" above the phase "smoke" and choose the environment "quick": a run of a few seconds.',
  );
}

/** Asks runs that are still going on to stop; they would do so by themselves a minute later. */
async function stopRuns() {
  const runs = path.join(workspace, '.benchwright/runs');
  if (!existsSync(runs)) return;
  for (const run of await readdir(runs)) {
    const file = (name) => path.join(runs, run, name);
    if (existsSync(file('runner.json')) && !existsSync(file('run.json'))) await writeFile(file('stop'), '');
  }
}

await main().catch((failure) => {
  if (!failure.wasPrinted) console.error(failure.remedy === undefined ? failure.message : failure);
  process.exitCode = 1;
});
