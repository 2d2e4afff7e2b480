/** Targets: addresses that nothing can reach, and connections that cannot be made as they are told. */
import { t } from '@vscode/l10n';
import type { Problem } from '../problems';
import { keyRange, valueRange, type Check, type CheckContext } from './check-context';
import { planProblem } from './problem-catalogue';
import { childOf, entriesOf, nodeAt, textOf, type PlanNode, type PlanPath } from './tree';

/** Targets: addresses that the schema's pattern lets through, but that no request can reach. */
export const checkTargetAddresses: Check = (context) =>
  entriesOf(nodeAt(context.root, ['targets'])).flatMap(({ key, value }) => {
    const path: PlanPath = ['targets', key];
    const problems: Problem[] = [];
    for (const below of [['url'], ['auth', 'oauth2', 'url']])
      problems.push(...checkPort(context, textOf(nodeAt(value, below)), [...path, ...below]));
    const process = nodeAt(value, ['process']);
    if (process?.kind === 'map' && process.entries.length !== 1) {
      const message = t('`process` finds a process in one way: by `port`, `pid`, `command` or `container`');
      problems.push(planProblem('process-not-found', message, keyRange(context, ...path, 'process')));
    }
    return problems;
  });

function checkPort(context: CheckContext, url: string | undefined, path: PlanPath): Problem[] {
  const port = url === undefined ? undefined : /^https?:\/\/[^/]*:(\d*)(?:\/|$)/.exec(url)?.[1];
  if (port === undefined || (port !== '' && port.length <= 5 && Number(port) <= 65_535 && Number(port) > 0))
    return [];
  const message = t`\`${port}\` is no port: a port is a number from 1 to 65535`;
  return [planProblem('invalid-url', message, valueRange(context, ...path))];
}

/** Certificates that lack their key, and settings of TLS where there is none. */
export const checkTls: Check = (context) =>
  entriesOf(nodeAt(context.root, ['targets'])).flatMap(({ key, value }) =>
    [[], ['auth', 'oauth2']].flatMap((below) => {
      const node = nodeAt(value, below);
      return node === undefined ? [] : checkConnection(context, node, ['targets', key, ...below]);
    }),
  );

function checkConnection(context: CheckContext, node: PlanNode, path: PlanPath): Problem[] {
  const tls = childOf(node, 'tls');
  if (tls === undefined) return [];
  const at: PlanPath = [...path, 'tls'];
  const url = textOf(childOf(node, 'url'));
  if (url?.startsWith('http:') === true) {
    const message = t('`tls` has no effect: the address begins with `http:`, and not with `https:`');
    return [planProblem('tls-without-effect', message, keyRange(context, ...at))];
  }
  const pairs = [
    ['cert', 'key'],
    ['key', 'cert'],
    ['password', 'key'],
  ] as const;
  return pairs.flatMap(([given, needed]) => {
    if (childOf(tls, given) === undefined || childOf(tls, needed) !== undefined) return [];
    const message = t`\`${given}\` is of no use without \`${needed}\``;
    return [planProblem('incomplete-certificate', message, keyRange(context, ...at, given))];
  });
}

/** What gives access stands in no file. */
export const checkClientSecrets: Check = (context) =>
  entriesOf(nodeAt(context.root, ['targets'])).flatMap(({ key, value }) => {
    const below = ['auth', 'oauth2', 'secret'] as const;
    const secret = textOf(nodeAt(value, below));
    if (secret === undefined || secret.includes('${secret.')) return [];
    const message = t(
      'The secret of a client comes from outside of the plan: write `${secret.CLIENT_SECRET}`',
    );
    return [planProblem('secret-in-plan', message, valueRange(context, 'targets', key, ...below))];
  });
