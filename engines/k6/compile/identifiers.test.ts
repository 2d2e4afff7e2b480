import { expect, test } from 'vitest';
import { helperCode, helperNames, type HelperName } from '../../../core/plan/expression/index';
import { identifiersFor } from './identifiers';
import { runtime } from './runtime';

const functions = [...Object.values(runtime), ...helperCode(new Set(helperNames as readonly HelperName[]))];

/** What the functions of a script declare beside themselves, and the names of the language that they use. */
function namesIn(code: string): string[] {
  const declared = /^(?:const|let|(?:async )?function) (\w+)/gm;
  const used = /(?<!\.)\b([A-Z][A-Za-z]+)(?=[.(])/g;
  return [declared, used].flatMap((pattern) => [...code.matchAll(pattern)].flatMap(([, name]) => name ?? []));
}

test('no name of a plan takes the place of one that the script needs itself', () => {
  const modules = ['drain', 'gate', 'messages', 'oauth2', 'secure', 'sse', 'http', 'ws', 'grpc', 'exec'];
  const needed = new Set([...modules, ...functions.flatMap(namesIn)]);
  const given = [...needed].filter((name) => identifiersFor(Object.keys(runtime)).give(name) === name);
  expect(given).toEqual([]);
});
