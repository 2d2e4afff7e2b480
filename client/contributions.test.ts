import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  commandIds,
  contextKeys,
  dashboardSuffix,
  expandedLanguageId,
  heatColors,
  itemKinds,
  languageId,
  livePanelType,
  previewPanelType,
  reportPanelType,
  settings,
  viewIds,
  walkthroughId,
  writingCommandIds,
} from './contributions';

const root = path.resolve(import.meta.dirname, '..');
const readJson = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), 'utf8'));

const menuItem = z.object({ command: z.string(), when: z.string().optional(), group: z.string().optional() });
const manifestSchema = z.object({
  main: z.string(),
  icon: z.string(),
  extensionKind: z.array(z.string()),
  activationEvents: z.array(z.string()),
  capabilities: z.object({
    untrustedWorkspaces: z.object({ supported: z.string() }),
    virtualWorkspaces: z.object({ supported: z.string() }),
  }),
  contributes: z.object({
    languages: z.array(
      z.object({ id: z.string(), configuration: z.string(), icon: z.record(z.string(), z.string()) }),
    ),
    grammars: z.array(z.object({ language: z.string(), path: z.string() })),
    commands: z.array(
      z.object({
        command: z.string(),
        title: z.string(),
        category: z.string(),
        icon: z.string().optional(),
        enablement: z.string().optional(),
      }),
    ),
    menus: z.record(z.string(), z.array(menuItem)),
    viewsContainers: z.object({ activitybar: z.array(z.object({ id: z.string(), icon: z.string() })) }),
    views: z.record(z.string(), z.array(z.object({ id: z.string(), icon: z.string(), when: z.string() }))),
    keybindings: z.array(z.object({ command: z.string(), when: z.string().optional() })).optional(),
    viewsWelcome: z.array(z.object({ view: z.string(), contents: z.string(), when: z.string() })),
    colors: z.array(
      z.object({
        id: z.string(),
        defaults: z.object({
          light: z.string(),
          dark: z.string(),
          highContrast: z.string(),
          highContrastLight: z.string(),
        }),
      }),
    ),
    configuration: z.object({
      properties: z.record(
        z.string(),
        z.object({
          default: z.unknown(),
          scope: z.string(),
          order: z.number(),
          markdownDescription: z.string(),
        }),
      ),
    }),
    walkthroughs: z.array(
      z.object({
        id: z.string(),
        steps: z.array(
          z.object({ media: z.object({ svg: z.string() }), completionEvents: z.array(z.string()) }),
        ),
      }),
    ),
  }),
});

const manifest = manifestSchema.parse(readJson('package.json'));
const { contributes } = manifest;
const readTexts = (file: string) => z.record(z.string(), z.string()).parse(readJson(file));
const texts = readTexts('package.nls.json');
const translations = readdirSync(root)
  .filter((name) => /^package\.nls\.[a-z-]+\.json$/.test(name))
  .map((name) => [name, readTexts(name)] as const);
const sorted = (names: Iterable<string>): string[] => [...names].sort();
const whenClauses = [
  ...contributes.commands.map(({ enablement }) => enablement),
  ...Object.values(contributes.menus).flatMap((items) => items.map(({ when }) => when)),
  ...contributes.viewsWelcome.map(({ when }) => when),
].filter((clause) => clause !== undefined);

describe('commands', () => {
  test('those of the manifest and those of the code are the same', () => {
    expect(sorted(contributes.commands.map(({ command }) => command))).toEqual(
      sorted(Object.values(commandIds)),
    );
  });

  test('each has a title in package.nls.json and one category', () => {
    for (const { title, category } of contributes.commands) {
      expect(texts).toHaveProperty([title.replaceAll('%', '')]);
      expect(category).toBe('Benchwright');
    }
  });

  test('menus name commands that exist, and those on a line or a title have an icon', () => {
    const known = new Map(contributes.commands.map((command) => [command.command, command]));
    for (const [menu, items] of Object.entries(contributes.menus)) {
      for (const { command, group = '' } of items) {
        expect(known.has(command), `${menu}: ${command}`).toBe(true);
        const needsIcon = /^(inline|navigation)/.test(group) || menu === 'editor/title/run';
        if (needsIcon) expect(known.get(command)?.icon, command).toMatch(/^\$\([a-z-]+\)$/);
      }
    }
  });

  test('what starts load or another program is off in a workspace that is not trusted', () => {
    const { runPhase, runPlan, runUsers, rerun, debugIteration, exportGrafana, pushGrafana } = commandIds;
    const starting: readonly string[] = [
      runPhase,
      runPlan,
      runUsers,
      rerun,
      debugIteration,
      exportGrafana,
      pushGrafana,
    ];
    for (const { command, enablement } of contributes.commands) {
      const needsTrust = enablement?.split(' && ').includes('isWorkspaceTrusted') === true;
      expect(needsTrust, command).toBe(starting.includes(command));
    }
  });
});

describe('where there is no machine', () => {
  const { hasRuns, isRunning, hasIteration, isBrowser } = contextKeys;
  const { commands, keybindings = [], menus, views } = contributes;
  const palette = menus['commandPalette'] ?? [];
  const others = Object.values({ ...menus, commandPalette: keybindings }).flat();
  const enablementOf = new Map(commands.map(({ command, enablement }) => [command, enablement]));
  const conditionsOf = (...clauses: (string | undefined)[]): string[] =>
    clauses.flatMap((clause) => clause?.split(' && ') ?? []);
  /** Every way to a command, by its conditions. One that the palette does not name is in it wherever it is enabled. */
  const waysTo = (command: string): string[][] =>
    [
      palette.find((item) => item.command === command),
      ...others.filter((item) => item.command === command),
    ].map((item) => conditionsOf(item?.when, enablementOf.get(command)));
  const runs = `view == ${viewIds.runs}`;

  describe.each([
    ['a workspace that is not on a disk', '!virtualWorkspace'],
    ['an editor that is only a page in a browser', `!${isBrowser}`],
  ])('in %s', (_, excluded) => {
    const never = [excluded, runs, hasRuns, isRunning, hasIteration];

    test('the view of the runs, without which there are none, is not there', () => {
      expect(conditionsOf(views[viewIds.container]?.find(({ id }) => id === viewIds.runs)?.when)).toContain(
        excluded,
      );
    });

    const writing: readonly string[] = writingCommandIds;
    test.each(Object.values(commandIds).filter((id) => !writing.includes(id)))('nothing offers %s', (id) => {
      for (const way of waysTo(id))
        expect(
          way.some((condition) => never.includes(condition)),
          way.join(),
        ).toBe(true);
    });

    test.each(writing)('the palette offers %s', (id) => {
      const [conditions = []] = waysTo(id);
      expect(conditions.filter((condition) => never.includes(condition))).toEqual([]);
    });
  });
});

describe('context keys', () => {
  test('every key of ours in a clause is set by the code, and every one set is used', () => {
    const used = new Set(
      whenClauses.flatMap((clause) => clause.match(/(?<![\w.] ?)(?<!== )benchwright\.[A-Za-z.]+/g) ?? []),
    );
    expect(sorted(used)).toEqual(sorted(Object.values(contextKeys)));
  });

  test('the kinds of tree items in clauses are those of the code', () => {
    const own: string[] = Object.values(itemKinds);
    const kinds = [...own, ...own.map((kind) => kind + dashboardSuffix)];
    for (const clause of whenClauses) {
      const [, kind] = /viewItem == (\S+)/.exec(clause) ?? [];
      if (kind !== undefined) expect(kinds).toContain(kind);
      const [, pattern] = /viewItem =~ \/(.+?)\//.exec(clause) ?? [];
      if (pattern !== undefined) expect(kinds.some((each) => new RegExp(pattern).test(each))).toBe(true);
    }
  });
});

describe('settings', () => {
  const properties = contributes.configuration.properties;

  test('those of the manifest and those of the code are the same, with the same defaults', () => {
    expect(sorted(Object.keys(properties))).toEqual(sorted(Object.values(settings).map(({ id }) => id)));
    for (const { id, fallback } of Object.values(settings))
      expect(properties[id]?.default, id).toStrictEqual(fallback);
  });

  test('a setting that names a program, a file, an address or variables cannot come from a folder', () => {
    for (const [id, { scope }] of Object.entries(properties)) {
      if (/path|program|command|url|host|env|token|args|file/i.test(id.replace('benchwright.', ''))) {
        expect(['machine', 'application'], id).toContain(scope);
      }
    }
  });
});

test('colours have the names that the code uses, and a value for every kind of theme', () => {
  expect(contributes.colors.map(({ id }) => id)).toEqual([...heatColors]);
});

test('views, containers and the walkthrough have the names that the code uses', () => {
  expect(contributes.viewsContainers.activitybar.map(({ id }) => id)).toEqual([viewIds.container]);
  expect(contributes.views[viewIds.container]?.map(({ id }) => id)).toEqual([viewIds.runs]);
  expect(contributes.viewsWelcome.every(({ view }) => view === viewIds.runs)).toBe(true);
  expect(contributes.walkthroughs.map(({ id }) => id)).toEqual([walkthroughId]);
});

test('the languages of plans are those that the code looks for', () => {
  const known = [languageId, expandedLanguageId];
  expect(contributes.languages.map(({ id }) => id)).toEqual(known);
  expect(contributes.grammars.map(({ language }) => language)).toEqual(known);
});

test('the extension starts for plans and for restored panels, and for nothing else', () => {
  expect(manifest.activationEvents).toEqual([
    `onLanguage:${languageId}`,
    'workspaceContains:**/*.bench.yaml',
    'workspaceContains:**/*.bench.yml',
    'workspaceContains:**/locustfile*.py',
    `onWebviewPanel:${livePanelType}`,
    `onWebviewPanel:${previewPanelType}`,
    `onWebviewPanel:${reportPanelType}`,
  ]);
  expect(manifest.extensionKind).toEqual(['workspace']);
});

test('workspaces that are not trusted, or not on disk, get less and not nothing', () => {
  expect(manifest.capabilities.untrustedWorkspaces.supported).toBe('limited');
  expect(manifest.capabilities.virtualWorkspaces.supported).toBe('limited');
});

test('every text that the manifest names exists, and every text is named', () => {
  const named = readFileSync(path.join(root, 'package.json'), 'utf8').match(/(?<=")%[\w.]+%(?=")/g) ?? [];
  expect(sorted(new Set(named.map((name) => name.replaceAll('%', ''))))).toEqual(sorted(Object.keys(texts)));
});

test('each translation of the manifest has all of its texts, with the same links and settings in them', () => {
  const marks = (text = ''): string[] => sorted(text.match(/\(command:[^)]+\)|`[^`]+`/g) ?? []);
  expect(translations.map(([name]) => name)).toContain('package.nls.de.json');
  for (const [name, translated] of translations) {
    expect(sorted(Object.keys(translated)), name).toEqual(sorted(Object.keys(texts)));
    for (const [key, text] of Object.entries(texts))
      expect(marks(translated[key]), `${name}: ${key}`).toEqual(marks(text));
  }
});

test('links in texts run commands that exist', () => {
  const ours: string[] = Object.values(commandIds);
  for (const text of Object.values(texts)) {
    for (const [, command = ''] of text.matchAll(/\(command:([\w.]+)/g)) {
      const isOwn = command.startsWith('benchwright.') && command !== `${viewIds.runs}.focus`;
      if (isOwn) expect(ours).toContain(command);
    }
  }
});

test('every picture that the manifest names is there, and every picture is used', () => {
  const pictures = [
    manifest.icon,
    ...contributes.viewsContainers.activitybar.map(({ icon }) => icon),
    ...Object.values(contributes.views).flatMap((views) => views.map(({ icon }) => icon)),
    ...contributes.languages.flatMap(({ icon }) => Object.values(icon)),
    ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.svg)),
  ].map((file) => path.normalize(file));
  for (const picture of pictures) expect(existsSync(path.join(root, picture)), picture).toBe(true);
  const kept = readdirSync(path.join(root, 'media')).map((name) => path.join('media', name));
  // The icon of the package is drawn from its SVG twin.
  expect(sorted(kept)).toEqual(sorted(new Set([...pictures, path.join('media', 'icon.svg')])));
});

test('handlers are registered for all commands: the table is typed by their ids', () => {
  const source = ['handlers', 'profile-handlers', 'writing-handlers']
    .map((name) => readFileSync(path.join(root, `client/commands/${name}.ts`), 'utf8'))
    .join('\n');
  for (const name of Object.keys(commandIds)) expect(source).toContain(`[commandIds.${name}]:`);
});
