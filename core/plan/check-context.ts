/** What the checks beyond the schema know of a plan. They run on what is right in a plan that has faults elsewhere. */
import type { Problem, TextRange } from '../problems';
import type { TargetApi } from './api-source';
import type { NameIndex } from './names';
import type { Phase, Scenario } from './schema';
import type { PlanText } from './texts';
import { keyRangeAt, valueRangeAt, type PlanNode, type PlanPath } from './tree';

export interface CheckContext {
  /** The plan as it is written. */
  readonly text: string;
  readonly root: PlanNode;
  readonly names: NameIndex;
  readonly texts: readonly PlanText[];
  /** The phases and scenarios that the schema accepts. */
  readonly phases: Readonly<Record<string, Phase>>;
  readonly scenarios: Readonly<Record<string, Scenario>>;
  /** By the names of the targets that have an OpenAPI document. */
  readonly apis: ReadonlyMap<string, TargetApi>;
  readonly readColumns: ReadColumns;
}

/** The columns of a data file, as the plan names it; `undefined` where they are not known. */
export type ReadColumns = (file: string) => readonly string[] | undefined;

export type Check = (context: CheckContext) => readonly Problem[];

export function keyRange(context: CheckContext, ...path: PlanPath): TextRange {
  return keyRangeAt(context.root, path);
}

export function valueRange(context: CheckContext, ...path: PlanPath): TextRange {
  return valueRangeAt(context.root, path);
}
