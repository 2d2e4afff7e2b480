import { t } from '@vscode/l10n';
import type { NameKind } from './names';

/** What a name is the name of, in the words of sentences. */
export function kindWord(kind: NameKind): string {
  switch (kind) {
    case 'target':
      return t('target');
    case 'scenario':
      return t('scenario');
    case 'step':
      return t('step');
    case 'phase':
      return t('phase');
    case 'data':
      return t('data feed');
    case 'environment':
      return t('environment');
    case 'capture':
      return t('captured value');
  }
}
