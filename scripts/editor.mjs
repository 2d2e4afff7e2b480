import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { codeServerCommand } from './code-server.mjs';
import { must, StepFailure } from './steps.mjs';

const startDeadlineMs = 60_000;
const stopDeadlineMs = 5_000;

/** An editor that asks nothing, tells nobody and opens nothing by itself. */
const quietSettings = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'workbench.startupEditor': 'none',
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.enableExperiments': false,
  'chat.disableAIFeatures': true,
  'security.workspace.trust.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
  'remote.autoForwardPorts': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
};

/** Settings and arguments that keep an editor's files inside `folder`. */
const layout = (folder) => ({
  settings: path.join(folder, 'user-data/User/settings.json'),
  args: [
    '--user-data-dir',
    path.join(folder, 'user-data'),
    '--extensions-dir',
    path.join(folder, 'extensions'),
    // Otherwise code-server writes a configuration file below the home folder.
    '--config',
    path.join(folder, 'code-server.yaml'),
  ],
});

/** What a child editor must not inherit from an editor in whose terminal it was started. */
function cleanEnvironment(extra) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$)/.test(name),
  );
  return { ...Object.fromEntries(kept), ...extra };
}

/**
 * Prepares `folder` for code-server: settings and our extension.
 * `settings` are added to the quiet ones.
 */
export async function prepareEditor({ folder, vsix, settings }) {
  const { settings: file, args } = layout(folder);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify({ ...quietSettings, ...settings }, null, 2));
  await writeFile(path.join(folder, 'code-server.yaml'), 'auth: none\ncert: false\n');
  const { node, entry } = codeServerCommand();
  await must(node, [entry, ...args, '--install-extension', vsix, '--force'], { env: cleanEnvironment() });
}

/**
 * Starts code-server on 127.0.0.1 and waits until it listens. Port 0 means any free one.
 * Answers `{port, pid, log(), stop(), ended}`; the process leads a group of its own, and `stop`
 * ends the whole group, so that no extension host outlives it.
 */
export async function startCodeServer({ folder, port = 0, env = {}, language }) {
  const { node, entry } = codeServerCommand();
  const flags = ['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`];
  if (language !== undefined) flags.push('--locale', language);
  const quiet = ['--disable-telemetry', '--disable-update-check', '--disable-workspace-trust'];
  const child = spawn(node, [entry, ...flags, ...quiet, ...layout(folder).args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: cleanEnvironment(env),
  });
  let log = '';
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const listening = new Promise((resolve, reject) => {
    const take = (chunk) => {
      log = (log + chunk).slice(-200_000);
      const match = /HTTP server listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(log);
      if (match) resolve(Number(match[1]));
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.once('error', reject);
    const fail = (cause) => reject(new StepFailure(cause, `is port ${port} taken?`, log));
    void ended.then((code) => fail(`code-server ended with ${code}`));
    setTimeout(() => fail('code-server did not listen within 60 s'), startDeadlineMs).unref();
  });
  const stop = () => endGroup(child, ended);
  try {
    return { port: await listening, pid: child.pid, log: () => log, stop, ended };
  } catch (failure) {
    await stop();
    throw failure;
  }
}

async function endGroup(child, ended) {
  if (child.pid === undefined) return;
  signalGroup(child.pid, 'SIGTERM');
  const killer = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), stopDeadlineMs);
  await ended;
  clearTimeout(killer);
  // The leader is gone; whoever of its group is still there has had the same warning.
  signalGroup(child.pid, 'SIGKILL');
}

function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
