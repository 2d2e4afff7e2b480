/** Text from a tool or a file as what it says in JSON; `undefined` where it is none, which is the caller's to tell. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
