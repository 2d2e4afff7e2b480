/** The classes of users in a locustfile, as far as its text tells: nothing of it is run for that. */

export interface UserClass {
  readonly name: string;
  /** From 0. */
  readonly line: number;
  /** Where its requests go, where the class says so. */
  readonly host: string | undefined;
}

const importsLocust = /^[ \t]*(?:from|import)[ \t]+locust\b/m;
const classLine = /^class[ \t]+([A-Za-z_]\w*)[ \t]*\(([^()]*)\)[ \t]*:/gm;
const abstractLine = /^[ \t]+abstract[ \t]*(?::[^=\n]*)?=[ \t]*True\b/m;
const hostLine = /^[ \t]+host[ \t]*(?::[^=\n]*)?=[ \t]*(["'])(.+?)\1/m;

/** Classes at the top of the file that end up at one of Locust's, in their order; abstract ones are never run. */
export function userClasses(text: string): readonly UserClass[] {
  if (!importsLocust.test(text)) return [];
  const users = new Set<string>();
  const found: UserClass[] = [];
  for (const { 0: head, 1: name = '', 2: bases = '', index } of text.matchAll(classLine)) {
    if (!bases.split(',').some((base) => isUser(base, users))) continue;
    users.add(name);
    const body = bodyAfter(text, index + head.length);
    if (abstractLine.test(body)) continue;
    found.push({
      name,
      line: text.slice(0, index).split('\n').length - 1,
      host: hostLine.exec(body)?.[2],
    });
  }
  return found;
}

function isUser(base: string, users: ReadonlySet<string>): boolean {
  const name = base.trim().split('.').at(-1) ?? '';
  return users.has(name) || name.endsWith('User');
}

/** What is indented behind the line of a class. */
function bodyAfter(text: string, from: number): string {
  const rest = text.slice(from);
  const end = /\n(?=[^\s#])/.exec(rest);
  return end === null ? rest : rest.slice(0, end.index);
}
