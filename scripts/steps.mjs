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

/**
 * Runs one named step and prints one line with its duration.
 * A step answers with a note (string), `skipped(...)` or nothing.
 */
export async function step(name, work) {
  const started = performance.now();
  const line = (mark, note) =>
    console.log(`${mark} ${name.padEnd(22)} ${seconds(started).padStart(7)}${note ? `  ${note}` : ''}`);
  try {
    const note = await work();
    if (note?.skipped !== undefined) line('-', note.skipped);
    else line('✓', note);
    return note;
  } catch (failure) {
    line('✗', failure.message);
    if (failure.output) console.log(tail(failure.output, 120));
    if (failure.remedy) console.log(`  → ${failure.remedy}`);
    failure.wasPrinted = true;
    throw failure;
  }
}

/** Runs a command to its end; answers `{code, output}` with stdout and stderr together. */
export function run(command, args, { onLine, ...options } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    const take = (chunk) => {
      // A run-away log must not fill the memory; the end of it is what explains a failure.
      output = (output + chunk).slice(-8_000_000);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.once('error', (error) => resolve({ code: 127, output: `${output}${error.message}\n` }));
    child.once('close', (code, signal) => resolve({ code: code ?? `signal ${signal}`, output }));
  });
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
