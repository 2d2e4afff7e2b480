import { build } from 'esbuild';
import path from 'node:path';
import { expect, it } from 'vitest';

it('answers the first message with nothing of the features, of plans and of their parsers loaded', async () => {
  const { metafile } = await build({
    entryPoints: [path.resolve('server/node/main.ts')],
    ...{ bundle: true, write: false, metafile: true, platform: 'node', logLevel: 'error' },
    plugins: [
      {
        name: 'later',
        setup: (building) => {
          building.onResolve({ filter: /^\.\// }, ({ kind, path: file }) =>
            kind === 'dynamic-import' ? { path: file, external: true } : undefined,
          );
        },
      },
    ],
  });
  const inputs = Object.keys(metafile.inputs);
  const packages = inputs.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
  expect(inputs.filter((file) => /^(?:core|server\/service)\//.test(file))).toEqual([
    'server/service/announced.ts',
  ]);
  // What speaks the protocol, and chooses the language of the messages.
  expect(packages.filter((name) => !/^(?:@vscode\/l10n$|vscode-)/.test(name))).toEqual([]);
});
