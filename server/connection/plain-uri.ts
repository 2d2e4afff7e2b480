/** Programs differ in which characters of a path they escape. */
export function plainUri(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    // A lone percent sign is a character like any other.
    return uri;
  }
}
