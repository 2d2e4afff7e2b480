/** For every code the quick fix that it has, or why it has none. docs/problems.md is written from this list too. */
import type { PlanProblemCode } from './problem-catalogue';

/** `fix`: what a quick fix does, where one is certain enough to be offered. `none`: why there cannot be one. */
export type Remedy =
  { readonly kind: 'fix'; readonly does: string } | { readonly kind: 'none'; readonly because: string };

const fix = (does: string): Remedy => ({ kind: 'fix', does });
const none = (because: string): Remedy => ({ kind: 'none', because });

const split = none('Which part of the plan goes to another file is for the author to say.');
const unreadable = none('What the text is meant to say cannot be read from it.');
const nearest = fix(
  'Changes the name to the one that is spelt most like it, or means what another tool calls so.',
);
const remove = fix('Removes it, with its line.');
const unwritten = none('The text that is missing or meant is known to the author alone.');
const oneOfTwo = none('Either of two parts may be the wrong one, and only the author knows which.');
const otherFile = none('It is mended in another file.');
const connection = none('What the service expects is not in the plan.');
const condition = none('What is to be asked instead is for the author to say.');
const shape = none('Which load is meant decides what is measured: no default would be right.');

export const problemRemedies: Readonly<Record<PlanProblemCode, Remedy>> = {
  'too-large': split,
  'too-many-lines': split,
  'too-deep': split,
  'too-many-values': split,
  'too-many-aliases': none('Which aliases to write out is for the author to say.'),
  'too-many-environments': split,
  'too-many-problems': none('The problems that are shown come first.'),
  'invalid-character': unreadable,
  'conflict-marker': none('Which side of the conflict stays is for the author to say.'),
  'yaml-syntax': fix(
    'Puts spaces in place of a tab, or a value with a bracket in quotes; other faults have none, since what is meant cannot be read.',
  ),
  'yaml-tag': unreadable,
  'multiple-documents': split,
  'complex-key': unreadable,
  'forbidden-key': none('A key of another name would mean something else.'),
  'duplicate-key': oneOfTwo,
  'unknown-alias': none('What the anchor was to stand for is not in the text.'),
  'alias-cycle': none('What was to stand in place of the alias is not in the text.'),
  'bad-merge': unreadable,
  'empty-plan': none('Completion offers the keys of a new plan.'),
  'unknown-key': nearest,
  'misplaced-key': none('Either this key or the one that says the kind may be the wrong one.'),
  'missing-key': fix('Adds `version: 1`; the values of other keys are known to the author alone.'),
  'missing-value': unwritten,
  'missing-unit': fix('Writes the unit that the number most likely has.'),
  'wrong-type': fix(
    'Takes quotes away or puts them, makes a list of one, or JSON of a body, where the value is right otherwise.',
  ),
  'wrong-value': fix('Changes to the nearest value, or writes the quantity or the path as the format does.'),
  'invalid-name': none('A new name has to be chosen wherever the old one is used.'),
  'unknown-step': fix('Changes the verb to the one that is meant.'),
  'invalid-url': connection,
  'tls-without-effect': oneOfTwo,
  'incomplete-certificate': none('Where the other file lies is not in the plan.'),
  'secret-in-plan': none(
    'The value has to be moved to a place outside of the plan, and changed where it was shared.',
  ),
  'unknown-target': nearest,
  'unknown-scenario': nearest,
  'unknown-phase': nearest,
  'unknown-step-name': nearest,
  'unknown-data': nearest,
  'unknown-environment': none('It is named when a run is started, and not in the plan.'),
  'unknown-variable': nearest,
  'reserved-name': none('A new name has to be chosen; rename changes it wherever it is used.'),
  'captured-later': none('Steps are requests: their order is what the scenario means.'),
  'captured-sometimes': none('What is sent where the step was not taken is for the author to say.'),
  'no-response': condition,
  'no-column': none('The columns are in the data file.'),
  'unknown-column': nearest,
  'after-cycle': none('Any one of the phases in the circle may be the one that should not wait.'),
  'missing-target': none('Which of the targets is meant is known to the author alone.'),
  'load-model': shape,
  'mixed-stages': shape,
  'mixed-search': fix('Writes the number of `max` in the unit of `start`.'),
  'endless-search': fix('Adds `until: [plateau]`, which ends the search where throughput stops following.'),
  'few-levels': shape,
  'missing-duration': shape,
  'redundant-duration': remove,
  'zero-duration': shape,
  'zero-load': shape,
  'no-measured-time': fix(
    'Shortens the warm-up to a tenth of the phase, or lengthens the phase by the warm-up.',
  ),
  'closed-only': remove,
  'several-bodies': oneOfTwo,
  'body-not-sent': oneOfTwo,
  'no-file': unwritten,
  'not-of-call': condition,
  'not-of-event': condition,
  'process-not-found': none('How the process is found depends on the machine that it runs on.'),
  'not-known-yet': condition,
  'not-observed': none('The address of the server is not in the plan.'),
  'promql-syntax': unreadable,
  'promql-function': fix('Changes the function to the one that is spelt most like it.'),
  'few-points': none(
    'Whether the server scrapes more often or the phase lasts longer is not for the plan to say.',
  ),
  'range-too-short': fix('Makes it as long as four scrapes.'),
  'range-too-long': fix('Makes it a quarter of the longest time that is measured.'),
  'empty-range': oneOfTwo,
  'no-load-to-rerun': none('Which load is to be profiled is for the author to say.'),
  'profiler-option': oneOfTwo,
  'too-few-users': none(
    'More users are another load, and other weights another mix: each measures something else.',
  ),
  'too-few-max-users': fix(
    'Allows twice the users that the pauses need, so that requests have time as well.',
  ),
  'foreign-host': none('It is no fault: it says where load goes, before a run asks for approval.'),
  'not-of-locust': remove,
  'not-of-k6': remove,
  'several-engines': none('Which of them goes to a phase of its own is for the author to say.'),
  'own-argument': none('What the argument was to do is said by another key.'),
  'template-syntax': unwritten,
  'expression-syntax': unreadable,
  'expression-type': condition,
  'expression-pattern': condition,
  'expression-minus': none('Spaces would make a subtraction of it, and it may be a name.'),
  'goal-syntax': fix(
    'Changes what is measured to the name that is meant; what else is meant cannot be read.',
  ),
  'goal-unit': fix('Joins a number and its unit; the same number in another unit is another limit.'),
  'goal-without-answer': fix(
    'Asks it of a phase that can answer it; where steps are missing, none can be made up.',
  ),
  'few-samples': fix('Makes the phase as long as the percentile needs.'),
  'duplicate-step-name': none('A new name has to be chosen, and goals may be about either step.'),
  'duplicate-goal': remove,
  'duplicate-item': remove,
  'slow-poll': oneOfTwo,
  'session-end': none('How a session is to end is for the author to say.'),
  'unused-target': remove,
  'unused-scenario': remove,
  'unused-data': remove,
  'unused-capture': remove,
  'literal-placeholder': fix('Writes it as the format does, such as `${id}`.'),
  'include-missing': otherFile,
  'included-problem': otherFile,
  'include-cycle': otherFile,
  'too-many-includes': otherFile,
  'duplicate-name': otherFile,
  'unknown-code': fix('Changes the code to the one that is spelt most like it.'),
  'openapi-unreadable': otherFile,
  'unknown-path': fix('Changes the words of the path to those of the path that is spelt most like it.'),
  'unknown-method': fix('Changes the method to the only one that the path has.'),
  'missing-parameter': fix('Adds every parameter that is required, with a value to begin with.'),
  'missing-field': fix('Adds every field that is required, with a value to begin with.'),
  'impossible-field': nearest,
  'undeclared-field': nearest,
  'unfit-value': fix('Changes to the value that is spelt most like it.'),
  'useless-disable': none('The comment may hold the reason for a line that has changed.'),
};
