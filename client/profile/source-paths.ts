/** Which file of the workspace a path in a profile means: it may have been recorded in a container or elsewhere. */

/** The folders of a path, outermost first, without what stands for the folder itself. */
function segments(path: string): string[] {
  return path.split(/[\\/]+/).filter((segment) => segment !== '' && segment !== '.');
}

/** How many folders and names, from the file outwards, two paths have in common. */
function commonEnd(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < a.length && count < b.length && a[a.length - 1 - count] === b[b.length - 1 - count])
    count += 1;
  return count;
}

/**
 * The candidates that share the longest end with the path that was recorded; several where nothing tells them apart.
 *
 * @param candidates paths of files with the same name.
 */
export function likeliest(recorded: string, candidates: readonly string[]): readonly string[] {
  const wanted = segments(recorded);
  const ends = candidates.map((candidate) => commonEnd(wanted, segments(candidate)));
  const longest = Math.max(0, ...ends);
  return longest === 0 ? [] : candidates.filter((_, i) => ends[i] === longest);
}

/** Whether two paths end with the same name and are in different folders. */
export function isOnlyNameAlike(recorded: string, found: string): boolean {
  const wanted = segments(recorded);
  return wanted.length > 1 && commonEnd(wanted, segments(found)) < 2;
}

/** Names that are no file: what the interpreter made, or a shared object. */
export function isNoFile(file: string): boolean {
  return (
    file === '' ||
    file === '~' ||
    /^[<[]|^(?:node|internal|wasm):|\.(?:so|dll|dylib)(?:\.[\d.]+)?$/.test(file)
  );
}
