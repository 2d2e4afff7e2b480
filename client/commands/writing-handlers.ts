/** What the commands do that need no machine. */
import { commandIds, type writingCommandIds } from '../contributions';
import { planFor } from './arguments';
import type { CommandContext, Handler } from './command-context';
import { createPlan } from './new-plan';

type WritingContext = Pick<CommandContext, 'environments' | 'expanded' | 'language' | 'logs' | 'previews'>;

export function writingHandlers({
  environments,
  expanded,
  language,
  logs,
  previews,
}: WritingContext): Readonly<Record<(typeof writingCommandIds)[number], Handler>> {
  return {
    [commandIds.newPlan]: () => createPlan(),
    [commandIds.expandPlan]: async (uri) => {
      const plan = await planFor(uri);
      if (plan !== undefined) await expanded.open(plan);
    },
    [commandIds.previewLoad]: async (uri) => {
      const plan = await planFor(uri);
      if (plan !== undefined) previews.open(plan);
    },
    [commandIds.chooseEnvironment]: async (uri) => {
      const plan = await planFor(uri);
      if (plan !== undefined) await environments.choose(plan);
    },
    [commandIds.restartServer]: () => language.restart(),
    [commandIds.showOutput]: () => {
      logs.extension.show();
      return Promise.resolve();
    },
  };
}
