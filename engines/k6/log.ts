/** k6's log, which holds one JSON object per line. */
import * as z from 'zod';
import { parseJson } from '../../core/parse-json';

const logLine = z.object({ level: z.literal('error'), msg: z.string() });

/** The first line of the last error. */
export function lastError(lines: readonly string[]): string | undefined {
  const messages = lines.flatMap((line) => {
    const read = line.startsWith('{') ? logLine.safeParse(parseJson(line)) : undefined;
    return read?.success === true ? [read.data.msg] : [];
  });
  return messages.at(-1)?.split('\n')[0]?.slice(0, 300);
}
