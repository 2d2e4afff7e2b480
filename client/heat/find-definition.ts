/** Where a function is defined, by its name and one of the lines that were seen of it. */

/** How the languages that profilers know begin a function, by the name alone. */
function definitionOf(name: string): RegExp {
  const literal = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(
    `^\\s*(?:(?:export|default|public|private|protected|static|async|override)\\s+)*` +
      `(?:(?:def|class|function\\*?|func(?:\\s*\\([^)]*\\))?|fn)\\s+${literal}\\b|` +
      `(?:const|let|var)\\s+${literal}\\s*=|(?:get\\s+|set\\s+|#)?${literal}\\s*\\([^)]*\\)\\s*(?::[^{]+)?\\{)`,
  );
}

/** A definition is hardly further above its first line that was executed. */
const mostLinesAbove = 400;

/**
 * @param name as a profiler tells it, such as `Ranking.add` or `outer.<locals>.inner`.
 * @param line from 1, at or below the definition.
 * @returns from 1; the line itself where no definition is found above it.
 */
export function findDefinition(lines: readonly string[], name: string, line: number): number {
  const last = name.split(/[.:]+/).at(-1) ?? name;
  const definition = definitionOf(last);
  for (let at = Math.min(line, lines.length); at >= 1 && at > line - mostLinesAbove; at--)
    if (definition.test(lines[at - 1] ?? '')) return at;
  return line;
}

/** Whether a name is that of no function of its own: a comprehension, a lambda, the body of a file. */
export function isPartOfAnother(name: string): boolean {
  return /<[^<>]*>$/.test(name) || name === '';
}
