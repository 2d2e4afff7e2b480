/** What the commands do that are about profiles and reports. */
import { t } from '@vscode/l10n';
import type { RunEntry } from '../../runner/open-run';
import { commandIds } from '../contributions';
import { isProfiled } from '../../runner/recordings';
import { entryOf, uriOf } from './arguments';
import type { CommandContext, Handler } from './command-context';
import { chooseProfile, openProfile, openProfileOfRun } from './open-profile';
import { pickRun } from './picks';
import { rerunAndCompare } from './rerun-and-compare';

type ProfileCommand = (typeof commandIds)[
  'openProfile' | 'openReport' | 'rerun' | 'toggleHeat' | 'showHeat' | 'nextHotspot' | 'previousHotspot'];

export function profileHandlers(context: CommandContext): Readonly<Record<ProfileCommand, Handler>> {
  const { catalogue, heat, reports } = context;
  const profiled = (): readonly RunEntry[] => catalogue.entries.filter(isProfiled);
  return {
    [commandIds.openProfile]: async (target) => {
      const entry = entryOf(target);
      const uri = uriOf(target);
      if (entry !== undefined) await openProfileOfRun(entry);
      else if (uri !== undefined) await openProfile(uri);
      else {
        await catalogue.refresh();
        await chooseProfile(catalogue.entries);
      }
    },
    [commandIds.openReport]: async (node) => {
      await catalogue.refresh();
      const over = catalogue.entries.filter(({ run }) => run !== undefined);
      const entry = entryOf(node) ?? (await pickRun(over, t('Run whose report to open')));
      if (entry !== undefined) await reports.open(entry);
    },
    [commandIds.rerun]: async (node) => {
      await catalogue.refresh();
      const named = typeof node === 'string' ? catalogue.find(node) : entryOf(node);
      const over = catalogue.entries.filter(({ run }) => run !== undefined);
      const entry = named ?? (await pickRun(over, t('Run to run once more and to compare with')));
      if (entry !== undefined) await rerunAndCompare(context, entry);
    },
    [commandIds.toggleHeat]: () => heat.toggle(),
    [commandIds.showHeat]: async (node) => {
      const entry = entryOf(node) ?? (await pickRun(profiled(), t('Run whose heat to show')));
      if (entry !== undefined) await heat.use((shown) => shown.show(entry));
    },
    [commandIds.nextHotspot]: () => heat.use((shown) => shown.go(1)),
    [commandIds.previousHotspot]: () => heat.use((shown) => shown.go(-1)),
  };
}
