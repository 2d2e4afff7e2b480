/** k6's log, which holds one JSON object per line. */
import * as z from 'zod';

const logLine = z.object({ level: z.literal('error'), msg: z.string() });

/** The first line of the last error. */
export function lastError(lines: readonly string[]): string | undefined {
  const messages = lines.flatMap((line) => {
    const read = line.startsWith('{') ? logLine.safeParse(parseJson(line)) : undefined;
    return read?.success === true ? [read.data.msg] : [];
  });
  return messages.at(-1)?.split('\n')[0]?.slice(0, 300);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
