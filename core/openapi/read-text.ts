/** The text of a document as plain data: JSON, or YAML. */
import { t } from '@vscode/l10n';
import { parse } from 'yaml';

/** Counted in UTF-16 code units. JSON is read a hundred times as fast as YAML. */
export const apiLimits = { json: 16 * 1024 * 1024, yaml: 2 * 1024 * 1024 } as const;

export type DataReading =
  | { readonly ok: true; readonly data: unknown }
  /** `reason` ends a sentence about the document. */
  | { readonly ok: false; readonly reason: string };

/** Never throws. */
export function readData(text: string): DataReading {
  const own = text.startsWith('\ufeff') ? text.slice(1) : text;
  const isJson = /^\s*\{/.test(own);
  const most = isJson ? apiLimits.json : apiLimits.yaml;
  if (own.length > most)
    return { ok: false, reason: t`is longer than ${most / 1024 / 1024} MiB of ${isJson ? 'JSON' : 'YAML'}` };
  try {
    return { ok: true, data: isJson ? JSON.parse(own) : readYaml(own) };
  } catch (error) {
    // A text in braces may still be YAML.
    return isJson ? readBraces(own, error) : { ok: false, reason: notReadable('YAML', error) };
  }
}

function readBraces(text: string, jsonError: unknown): DataReading {
  if (text.length > apiLimits.yaml) return { ok: false, reason: notReadable('JSON', jsonError) };
  try {
    return { ok: true, data: readYaml(text) };
  } catch {
    return { ok: false, reason: notReadable('JSON', jsonError) };
  }
}

/** Keys are not compared with each other, which would take the square of the time; aliases cannot multiply. */
function readYaml(text: string): unknown {
  return parse(text, { uniqueKeys: false, merge: true, maxAliasCount: 1000, logLevel: 'error' });
}

function notReadable(format: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return t`is no ${format}: ${message.split('\n', 1)[0] ?? ''}`;
}
