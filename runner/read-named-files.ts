/** What a plan names beside its parts, as far as checking it needs: OpenAPI documents, and the columns of data files. */
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { bytesForColumns, columnsIn } from '../core/data/columns';
import { readApi } from '../core/openapi/document';
import type { ApiReading } from '../core/plan/api-source';
import { whyUnreadable } from './file-words';

/** @param file with its links followed. */
export function readApiFile(file: string): ApiReading {
  try {
    const text = readFileSync(file, 'utf8');
    const reading = readApi(text);
    return reading.ok ? { ...reading, id: path.relative('', file), text } : reading;
  } catch (error) {
    return { ok: false, reason: `cannot be read: ${whyUnreadable(error)}` };
  }
}

/** `undefined` where the file is not there, or lies elsewhere: a run says so when it reads the rows. */
export function columnsOfFile(planFile: string, file: string): readonly string[] | undefined {
  const folder = path.dirname(path.resolve(planFile));
  const whole = path.resolve(folder, file);
  if (!whole.startsWith(folder + path.sep)) return undefined;
  try {
    const { size, isFile } = sizeOf(whole);
    const wanted = isFile ? bytesForColumns(file, size) : undefined;
    return wanted === undefined ? undefined : columnsIn(file, readBytes(whole, wanted), wanted >= size);
  } catch {
    return undefined;
  }
}

function sizeOf(file: string): { readonly size: number; readonly isFile: boolean } {
  const stat = statSync(file);
  // A pipe would never answer.
  return { size: stat.size, isFile: stat.isFile() };
}

function readBytes(file: string, count: number): string {
  const handle = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(count);
    return bytes.subarray(0, readSync(handle, bytes, 0, count, 0)).toString('utf8');
  } finally {
    closeSync(handle);
  }
}
