/** Real recordings, and profiles made of few words. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ProfileBuilder } from '../../core/profile/builder';
import { importTools } from '../../engines/host/profile-file';
import { importProfile, type ImportResult } from '../../core/profile/import';
import type { Profile } from '../../core/profile/profile';

const samplesFolder = path.join(import.meta.dirname, '../fixtures/profiles');

export function readSample(file: string): Uint8Array {
  return readFileSync(path.join(samplesFolder, file));
}

export function importSample(file: string): Profile {
  return profileOf(importProfile(readSample(file), path.basename(file), importTools));
}

export function importText(text: string, name = 'profile'): ImportResult {
  return importProfile(new TextEncoder().encode(text), name, importTools);
}

function profileOf(result: ImportResult): Profile {
  if (!result.ok) throw new Error(`${result.problem.code}: ${result.problem.message}`);
  return result.profile;
}

/**
 * @param lines each a stack with its weight, such as `main:3 serve:7 price:9 = 4`; the number after a name is its line.
 * All are in `app.py` but for names with a path, such as `lib/site-packages/x/y.py/get:3`.
 */
export function profileOfStacks(...lines: readonly string[]): Profile {
  const builder = new ProfileBuilder();
  for (const [i, text] of lines.entries()) {
    const [stack = '', weight = '1'] = text.split(' = ');
    const frames = stack.split(' ').map((word) => {
      const [, file, name = '', line] = /^(?:(.*)\/)?([^/:]+)(?::(\d+))?$/.exec(word) ?? [];
      return builder.frame({ name, file: file ?? 'app.py', line: Number(line ?? 0) });
    });
    builder.sample(builder.stackOf(frames), Number(weight), {
      timeMs: i * 10,
      thread: builder.thread('main'),
    });
  }
  return builder.finish({ name: 'made up', unit: 'samples', isInOrder: true });
}
