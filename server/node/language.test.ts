import { config, t } from '@vscode/l10n';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { analysePlan } from '../../core/plan/analyse';
import { bundles, faultsOf, messagesIn, messagesOfSource } from '../../scripts/messages.mjs';
import { apiText, knownApis } from '../../test/kit/api-documents';
import { speak } from './language';

// One process runs all tests: what one sets, the next must not see.
afterEach(() => {
  config({ contents: {} });
});

describe('the messages of the source', () => {
  test('are those that are looked up: calls, templates, and what the schema says', () => {
    const source =
      "import { t } from '@vscode/l10n';\nt('One'); t`Two ${x} of ${t('three')}`; other('Four');";
    expect(messagesIn(source, 'server/service/a.ts')).toEqual(['One', 'Two {0} of {1}', 'three']);
    const rules = "z.string().regex(p, 'needs a rate').meta({ title: 'rate' }).describe('How many.');";
    expect(messagesIn(rules, 'core/plan/schema-values.ts')).toEqual(['needs a rate', 'rate']);
    expect(messagesIn(rules, 'core/plan/analyse.ts')).toEqual([]);
  });

  test('a bundle that lacks one, has another, or changes a placeholder is told', () => {
    const found = faultsOf(['Add {0}', 'Remove it'], { 'Add {0}': '{1} ergänzen', Remove: 'Entfernen' });
    expect(found).toEqual([
      'is not translated: Remove it',
      'is said nowhere: Remove',
      'has other placeholders than its key: Add {0}',
    ]);
  });

  const messages = messagesOfSource();

  test('are all in every bundle, with their placeholders, and the bundles say nothing else', () => {
    expect([...bundles().keys()]).toContain('de');
    for (const [language, bundle] of bundles()) expect(faultsOf(messages, bundle), language).toEqual([]);
  });

  test('are all that problems are made of: none has a sentence that could not be translated', () => {
    // Whatever can be translated shouts; only what plans are made of, between backticks and alone, stays quiet.
    const shouted = messages.map((key) => [key, key.toUpperCase()] as const);
    config({ contents: Object.fromEntries(shouted) });
    const folder = new URL('../../test/fixtures/plans/', import.meta.url);
    const texts = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));
    const quiet = [...texts, apiText('requests.bench.yaml')].flatMap((text) =>
      analysePlan(text.replace(/[⟦⟧]/g, ''), { readApi: knownApis, readColumns: () => ['text'] })
        .problems.flatMap(({ code, message, fixes = [], related = [] }) =>
          // Beyond the plainest faults, the words are those of the YAML parser.
          code === 'yaml-syntax' || code === 'openapi-unreadable'
            ? []
            : [message, ...fixes.map(({ title }) => title), ...related.map((at) => at.message)],
        )
        .filter((said) => /[a-z]{2,} [a-z]{2,}/.test(said.replace(/`[^`]*`/g, ''))),
    );
    expect(quiet).toEqual([]);
  });
});

describe('the language of a client', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'benchwright-l10n-'));
    writeFileSync(path.join(folder, 'bundle.l10n.de.json'), JSON.stringify({ 'Remove it': 'Entfernen' }));
    writeFileSync(path.join(folder, 'bundle.l10n.xx.json'), '{');
    return () => {
      rmSync(folder, { recursive: true });
    };
  });

  test.each([
    ['de', 'Entfernen'],
    ['de-AT', 'Entfernen'],
    ['fr', 'Remove it'],
    ['../l10n/de', 'Remove it'],
    ['', 'Remove it'],
    [undefined, 'Remove it'],
  ])('%s', (locale, said) => {
    speak(locale, folder);
    expect(t('Remove it')).toBe(said);
  });

  test('a bundle that cannot be read is a fault that can be told', () => {
    expect(() => {
      speak('xx', folder);
    }).toThrow(/JSON/);
  });
});
