/** Secrets of a plan from a file that only its owner can read: a line `NAME=value` each. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Refusal } from './refusal';

export type SecretsReading =
  | { readonly ok: true; readonly secrets: ReadonlyMap<string, string> }
  | { readonly ok: false; readonly refusal: Refusal };

const maxBytes = 1024 * 1024;

/** Rights of the group and of others; Windows keeps them elsewhere and always reports none. */
const othersMayTouch = 0o077;

/** Blank lines and lines that begin with `#` are passed over; a value goes to the end of its line. */
export async function readSecretsFile(file: string): Promise<SecretsReading> {
  try {
    // Without waiting, since a named pipe would never answer.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = await handle.stat();
      if (!stat.isFile() || stat.size > maxBytes)
        return refuse(`${file} is no file of at most 1 MiB`, 'name a plain file');
      if (process.platform !== 'win32' && (stat.mode & othersMayTouch) !== 0) {
        return refuse(`${file} can be read by others than its owner`, `chmod 600 ${file}`);
      }
      return parse(file, await handle.readFile('utf8'));
    } finally {
      await handle.close();
    }
  } catch (error) {
    return refuse(`the secrets cannot be read: ${(error as Error).message}`, 'name a file that is there');
  }
}

/** What is wrong is told by its line alone: the line itself may hold a secret. */
function parse(file: string, text: string): SecretsReading {
  const secrets = new Map<string, string>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    const [, name, value] = /^([A-Za-z][\w-]*)=(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      return refuse(`line ${index + 1} of ${file} is no secret`, 'write each as NAME=value');
    }
    secrets.set(name, value);
  }
  return { ok: true, secrets };
}

function refuse(message: string, remedy: string): { ok: false; refusal: Refusal } {
  return { ok: false, refusal: { code: 'missing-variable', message, remedy } };
}
