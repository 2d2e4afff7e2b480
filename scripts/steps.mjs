import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** A step that did not work. `remedy` says in one line what a person can do about it. */
export class StepFailure extends Error {
  constructor(cause, remedy, output = '') {
    super(cause);
    this.remedy = remedy;
    this.output = output;
  }
}

/** A step with nothing to do answers with this, so that its line says why. */
export const skipped = (reason) => ({ skipped: reason });

/** The names of the steps that are under way. */
const underWay = new Set();

/** A terminal shows them below the lines of those that ended, since some take minutes. */
function print(...lines) {
  const isTerminal = process.stdout.isTTY === true;
  if (isTerminal) process.stdout.write('\r\x1b[K');
  for (const line of lines) console.log(line);
  if (isTerminal && underWay.size > 0) process.stdout.write(`… ${[...underWay].join(', ')}`);
}

/**
 * Runs one named step and prints one line with its duration.
 * A step answers with a note (string), `skipped(...)` or nothing.
 */
export async function step(name, work) {
  const started = performance.now();
  underWay.add(name);
  print();
  const end = (mark, note, ...more) => {
    underWay.delete(name);
    const line = `${mark} ${name.padEnd(22)} ${seconds(started).padStart(7)}${note ? `  ${note}` : ''}`;
    print(line, ...more);
  };
  try {
    const note = await work();
    if (note?.skipped !== undefined) end('-', note.skipped);
    else end('✓', note);
    return note;
  } catch (failure) {
    const { message, output, remedy } = failure;
    end('✗', message, ...(output ? [tail(output, 120)] : []), ...(remedy ? [`  → ${remedy}`] : []));
    failure.wasPrinted = true;
    throw failure;
  }
}

/**
 * Runs a command to its end; answers `{code, output}` with stdout and stderr together.
 * It leads a process group of its own, which is ended as a whole after `deadlineMs`, or when this
 * process is told to stop: a test that hangs must neither hold up the rest nor be left behind.
 */
export function run(command, args, { deadlineMs = 20 * 60_000, ...options } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, ...options });
    let output = '';
    const take = (chunk) => {
      // A run-away log must not fill the memory; the end of it is what explains a failure.
      output = (output + chunk).slice(-8_000_000);
    };
    const timer = setTimeout(() => {
      take(`\nended after ${deadlineMs / 1000} s without a result\n`);
      endGroup(child);
    }, deadlineMs);
    const stop = (signal) => {
      endGroup(child);
      process.exit(signal === 'SIGINT' ? 130 : 143);
    };
    for (const signal of stopSignals) process.once(signal, stop);
    const finish = (code) => {
      clearTimeout(timer);
      for (const signal of stopSignals) process.off(signal, stop);
      resolve({ code, output });
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.once('error', (error) => {
      take(`${error.message}\n`);
      finish(127);
    });
    child.once('close', (code, signal) => finish(code ?? `signal ${signal}`));
  });
}

const stopSignals = ['SIGINT', 'SIGTERM'];

function endGroup(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Runs a command that must exit with 0; throws a StepFailure with its output otherwise. */
export async function must(command, args, options, remedy) {
  const { code, output } = await run(command, args, options);
  if (code === 0) return output;
  const words = [path.basename(command), ...args].join(' ');
  throw new StepFailure(`"${words.slice(0, 100)}" ended with ${code}`, remedy, output);
}

/** The full path of a program on PATH, or undefined. */
export function onPath(program) {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    const candidate = path.join(folder, program);
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch (error) {
      if (!['ENOENT', 'EACCES', 'ENOTDIR'].includes(error.code)) throw error;
    }
  }
  return undefined;
}

/** The last `count` lines of a text. */
export function tail(text, count) {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

/** Time since `started` (from performance.now()) as "12.3 s". */
export function seconds(started) {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}
