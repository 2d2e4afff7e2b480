import { t } from '@vscode/l10n';

/** `none` was chosen on purpose, `unset` never. */
export type EnvironmentChoice =
  { readonly kind: 'unset' } | { readonly kind: 'none' } | { readonly kind: 'named'; readonly name: string };

/** An empty name stands for the plan as it is: no environment can be called that. */
export const plainPlan = '';

export interface EnvironmentItem {
  readonly label: string;
  readonly description: string;
  readonly name: string;
}

/** What the question for the environment offers: what was chosen last comes first, so that Enter chooses it again. */
export function environmentItems(
  names: readonly string[],
  last: EnvironmentChoice,
): readonly EnvironmentItem[] {
  const items = [
    { label: t('No environment'), description: t('the plan as it stands'), name: plainPlan },
    ...names.map((name) => ({ label: name, description: '', name })),
  ];
  const chosen = items.find(({ name }) => isChosen(last, name));
  if (chosen === undefined) return items;
  const description = `${chosen.description} (${t('last used')})`.trim();
  return [{ ...chosen, description }, ...items.filter((item) => item !== chosen)];
}

function isChosen(choice: EnvironmentChoice, name: string): boolean {
  return choice.kind === 'named' ? choice.name === name : choice.kind === 'none' && name === plainPlan;
}
