/**
 * Every code a problem of a plan can have, with its severity and what it means. docs/problems.md is written from
 * this list, and a problem can only be made with a code that is in it.
 */
import type { Fix, Problem, Severity, TextRange } from '../problems';

interface CatalogueEntry {
  readonly severity: Severity;
  readonly meaning: string;
}

export const problemCatalogue = {
  'too-large': { severity: 'error', meaning: 'The file is longer than 1 MiB (1,048,576 characters).' },
  'too-many-lines': { severity: 'error', meaning: 'The file has more than 20,000 lines.' },
  'too-deep': { severity: 'error', meaning: 'Lists and maps are nested more than 64 levels deep.' },
  'too-many-values': {
    severity: 'error',
    meaning: 'The file has more than 50,000 values, counting what its aliases stand for.',
  },
  'too-many-aliases': { severity: 'error', meaning: 'The file uses more than 500 aliases.' },
  'too-many-environments': { severity: 'error', meaning: 'The file has more than 20 environments.' },
  'too-many-problems': { severity: 'info', meaning: 'Only the first 500 problems of a file are shown.' },
  'invalid-character': {
    severity: 'error',
    meaning: 'The file has a control character or half of a surrogate pair, which YAML does not allow.',
  },
  'conflict-marker': {
    severity: 'error',
    meaning: 'The file has the markers of an unresolved Git conflict.',
  },
  'yaml-syntax': { severity: 'error', meaning: 'The text is not valid YAML.' },
  'yaml-tag': { severity: 'error', meaning: 'A plan uses no YAML tags such as `!include`.' },
  'multiple-documents': {
    severity: 'error',
    meaning: 'A file holds one plan; `---` starts another document.',
  },
  'complex-key': { severity: 'error', meaning: 'A key is a list, a map or an alias in place of a word.' },
  'forbidden-key': { severity: 'error', meaning: 'The key `__proto__` is refused.' },
  'duplicate-key': { severity: 'error', meaning: 'A key stands twice in one map.' },
  'unknown-alias': { severity: 'error', meaning: 'An alias names an anchor that is not set above it.' },
  'alias-cycle': { severity: 'error', meaning: 'An alias stands inside of what it refers to.' },
  'bad-merge': {
    severity: 'error',
    meaning: 'The value of a merge key `<<` is not a map or a list of maps.',
  },
  'empty-plan': { severity: 'error', meaning: 'The file has no plan in it.' },
  'unknown-key': { severity: 'error', meaning: 'The plan format has no such key at this place.' },
  'misplaced-key': {
    severity: 'error',
    meaning: 'The key exists, but not together with the key that says what kind of step or phase this is.',
  },
  'missing-key': { severity: 'error', meaning: 'A key that is required is not there.' },
  'missing-value': { severity: 'error', meaning: 'A key has no value.' },
  'missing-unit': {
    severity: 'error',
    meaning: 'A duration, a rate or a percentage is a bare number, so that nobody can tell its unit.',
  },
  'wrong-type': { severity: 'error', meaning: 'The value is of another type than the key takes.' },
  'wrong-value': {
    severity: 'error',
    meaning: 'The value has the right type, but is not one the key takes.',
  },
  'invalid-name': {
    severity: 'error',
    meaning: 'A name is a letter, then letters, digits and `_`, with single hyphens between them.',
  },
  'unknown-step': {
    severity: 'error',
    meaning: 'The step has no verb such as `get`, `post`, `await` or `think`.',
  },
  'invalid-url': {
    severity: 'error',
    meaning: 'The address of a target has a port that does not exist, or no host.',
  },
  'tls-without-effect': {
    severity: 'warning',
    meaning: '`tls` is given for an address that begins with `http:`.',
  },
  'incomplete-certificate': {
    severity: 'error',
    meaning: 'A certificate has no private key, or a key has no certificate.',
  },
  'secret-in-plan': { severity: 'error', meaning: 'The secret of a client stands in the file.' },
  'unknown-target': { severity: 'error', meaning: 'The plan defines no target of this name.' },
  'unknown-scenario': { severity: 'error', meaning: 'The plan defines no scenario of this name.' },
  'unknown-phase': { severity: 'error', meaning: 'The plan defines no phase of this name.' },
  'unknown-step-name': { severity: 'error', meaning: 'The scenario has no step of this name.' },
  'unknown-data': { severity: 'error', meaning: 'The plan defines no data feed of this name.' },
  'unknown-environment': { severity: 'error', meaning: 'The plan defines no environment of this name.' },
  'unknown-variable': {
    severity: 'error',
    meaning: 'No step of the scenario captures this variable, and no data feed has this name.',
  },
  'reserved-name': {
    severity: 'error',
    meaning: 'A captured value or a data feed has a name that means something else in expressions.',
  },
  'captured-later': { severity: 'error', meaning: 'The variable is used before the step that captures it.' },
  'captured-sometimes': {
    severity: 'warning',
    meaning: 'The variable is captured only by steps that are not taken in every case.',
  },
  'no-response': {
    severity: 'error',
    meaning: 'A condition that is asked between requests reads a response.',
  },
  'no-column': { severity: 'error', meaning: 'A data feed is used without a column: `${tasks.text}`.' },
  'unknown-column': { severity: 'error', meaning: 'The data file has no column of this name.' },
  'after-cycle': { severity: 'error', meaning: 'Phases wait for each other in a circle.' },
  'missing-target': { severity: 'error', meaning: 'The plan has several targets, and the step names none.' },
  'load-model': {
    severity: 'error',
    meaning: 'A phase needs exactly one of `users` (closed model), `rate` (open model) and `stages`.',
  },
  'mixed-stages': { severity: 'error', meaning: 'All stages of a phase use `users`, or all use `rate`.' },
  'mixed-search': {
    severity: 'error',
    meaning: '`start` and `max` of a search are both numbers of users, or both rates.',
  },
  'endless-search': {
    severity: 'error',
    meaning:
      'A search by users has neither a `max` nor an `until` nor a goal that could break, so that it would climb for ever.',
  },
  'few-levels': {
    severity: 'warning',
    meaning: 'A search by users shall end at a plateau, and its `max` leaves too few levels to prove one.',
  },
  'missing-duration': {
    severity: 'error',
    meaning: 'A phase with `users` or `rate` does not say how long it lasts.',
  },
  'redundant-duration': {
    severity: 'error',
    meaning: 'A phase with `stages` lasts as long as its stages: `for` has no place.',
  },
  'zero-duration': { severity: 'error', meaning: 'A phase, a stage or a trial lasts no time at all.' },
  'zero-load': { severity: 'error', meaning: 'The load of a phase is zero all the time.' },
  'no-measured-time': {
    severity: 'error',
    meaning: 'The warm-up is as long as the phase, so that nothing is measured.',
  },
  'closed-only': { severity: 'warning', meaning: '`maxUsers` and `arrivals` have no effect with `users`.' },
  'several-bodies': { severity: 'error', meaning: 'A request has one body: `json`, `form` or `body`.' },
  'body-not-sent': { severity: 'error', meaning: '`get` and `head` requests carry no body.' },
  'no-file': { severity: 'error', meaning: 'A form of several parts uploads no file.' },
  'not-of-event': {
    severity: 'error',
    meaning: 'What is asked of one event of a stream reads the status or the headers of the answer.',
  },
  'not-of-call': {
    severity: 'error',
    meaning: 'What is asked of the answer to a gRPC call reads a status, headers or a body, and not `$`.',
  },
  'session-end': {
    severity: 'error',
    meaning:
      'A WebSocket step needs exactly one of `until` and `for`, which say when its session is over; a step `grpcStream` takes one at the most.',
  },
  'process-not-found': {
    severity: 'error',
    meaning: '`process` names one of `port`, `pid`, `command` and `container`.',
  },
  'not-known-yet': {
    severity: 'error',
    meaning: 'Where resources are observed, only `${env.NAME}` and `${secret.NAME}` have a value.',
  },
  'not-observed': {
    severity: 'warning',
    meaning: 'A key says how a server knows the target, but the plan names no such server.',
  },
  'promql-syntax': {
    severity: 'error',
    meaning: 'The query is not PromQL: a bracket, a text or a time is wrong.',
  },
  'promql-function': {
    severity: 'warning',
    meaning: 'PromQL has no function of this name; a server that adds functions may still know it.',
  },
  'few-points': {
    severity: 'warning',
    meaning:
      'The server scrapes so seldom that a phase gets fewer than five points of each series, or a trial fewer than two.',
  },
  'range-too-short': {
    severity: 'warning',
    meaning: 'A query looks back over less than two scrapes, so that a rate has mostly no value.',
  },
  'range-too-long': {
    severity: 'warning',
    meaning:
      'A query looks back over more time than any phase measures, so that none of its values is of the load alone.',
  },
  'empty-range': { severity: 'error', meaning: 'The end of a range lies below its start.' },
  'no-load-to-rerun': {
    severity: 'error',
    meaning: 'A phase runs another again that has no such load: no load of its own, or no knee.',
  },
  'profiler-option': {
    severity: 'error',
    meaning: 'A profiler does not have this option, or not together with the others, or not with this value.',
  },
  'too-few-users': {
    severity: 'warning',
    meaning: 'A phase has so few users that one of its scenarios, or of its generators, gets none of them.',
  },
  'too-few-max-users': {
    severity: 'warning',
    meaning:
      '`maxUsers` is less than the users that the pauses of the scenarios alone keep busy at this rate, or than one for each of them.',
  },
  'foreign-host': {
    severity: 'hint',
    meaning: 'Load goes to a host that is not this machine; the message says how much at most.',
  },
  'not-of-locust': {
    severity: 'error',
    meaning: 'A locustfile is run, and Locust cannot do what the key asks for.',
  },
  'not-of-k6': {
    severity: 'error',
    meaning: 'The phase runs steps, which k6 makes, and only Locust can do what the key asks for.',
  },
  'several-engines': {
    severity: 'error',
    meaning: 'A phase runs a locustfile beside another scenario.',
  },
  'own-argument': {
    severity: 'error',
    meaning: 'An argument of a locustfile is one that Benchwright gives to Locust itself.',
  },
  'template-syntax': { severity: 'error', meaning: 'A `${…}` is not closed, or holds no name.' },
  'expression-syntax': { severity: 'error', meaning: 'The text is not an expression.' },
  'expression-type': {
    severity: 'error',
    meaning: 'An operator of an expression is given what it can never work with.',
  },
  'expression-pattern': {
    severity: 'error',
    meaning: 'The pattern of `matches` is wrong, or could take too long.',
  },
  'expression-minus': {
    severity: 'warning',
    meaning: 'A `-` without spaces around it is read as a part of a name.',
  },
  'goal-syntax': { severity: 'error', meaning: 'The text is not a goal, or not a condition of a search.' },
  'goal-unit': {
    severity: 'error',
    meaning: 'The limit of a goal is in another unit than what is measured.',
  },
  'goal-without-answer': {
    severity: 'error',
    meaning: 'The goal asks for something that its phase never measures, so that it can never be answered.',
  },
  'few-samples': {
    severity: 'warning',
    meaning: 'The load cannot give enough requests to state the percentile that the goal asks for.',
  },
  'duplicate-step-name': {
    severity: 'error',
    meaning: 'Two steps of a scenario are reported under the same name.',
  },
  'duplicate-goal': { severity: 'warning', meaning: 'The same goal stands twice.' },
  'duplicate-item': { severity: 'warning', meaning: 'A list names the same thing twice.' },
  'slow-poll': {
    severity: 'warning',
    meaning: 'The time between two polls is longer than the time allowed in all.',
  },
  'unused-target': { severity: 'hint', meaning: 'No step uses the target.' },
  'unused-scenario': { severity: 'hint', meaning: 'No phase runs the scenario.' },
  'unused-data': { severity: 'hint', meaning: 'No step uses the data feed.' },
  'unused-capture': { severity: 'hint', meaning: 'No later step uses the captured value.' },
  'literal-placeholder': {
    severity: 'warning',
    meaning: 'A name stands as other tools write a placeholder, such as `{{id}}`, and would be sent just so.',
  },
  'include-missing': {
    severity: 'error',
    meaning: 'A file that is included is not there, or lies outside of the workspace.',
  },
  'included-problem': {
    severity: 'error',
    meaning: 'A file that is included has errors of its own, which are told in that file.',
  },
  'include-cycle': { severity: 'error', meaning: 'Files include each other in a circle.' },
  'too-many-includes': {
    severity: 'error',
    meaning: 'A plan includes more than 50 files, or more than 1 MiB (1,048,576 characters) in all.',
  },
  'duplicate-name': { severity: 'error', meaning: 'Two files of a plan define the same name.' },
  'unknown-code': {
    severity: 'warning',
    meaning: 'A comment `# bench-disable-next-line CODE` names a code that no problem has.',
  },
  'openapi-unreadable': {
    severity: 'warning',
    meaning: 'The OpenAPI document of a target is not there, or cannot be read as one.',
  },
  'unknown-path': {
    severity: 'warning',
    meaning: 'The OpenAPI document of the target has no such path.',
  },
  'unknown-method': {
    severity: 'warning',
    meaning: 'The OpenAPI document of the target has the path, but not with this method.',
  },
  'missing-parameter': {
    severity: 'warning',
    meaning: 'A parameter that the OpenAPI document requires is not sent.',
  },
  'missing-field': {
    severity: 'warning',
    meaning: 'The body, or a field of it that the OpenAPI document requires, is not sent.',
  },
  'impossible-field': {
    severity: 'warning',
    meaning: 'The OpenAPI document rules out that a body, or an answer, has this field.',
  },
  'undeclared-field': {
    severity: 'hint',
    meaning:
      'The OpenAPI document does not name this field or parameter, but one that is spelt almost like it. It does not rule it out either.',
  },
  'unfit-value': {
    severity: 'warning',
    meaning: 'A value is of another type, or none of the values, that the OpenAPI document gives.',
  },
  'useless-disable': {
    severity: 'hint',
    meaning: 'A comment `# bench-disable-next-line CODE` has nothing to disable, or names an error.',
  },
} as const satisfies Readonly<Record<string, CatalogueEntry>>;

export type PlanProblemCode = keyof typeof problemCatalogue;

/** A problem with the severity that the catalogue gives its code. */
export function planProblem(
  code: PlanProblemCode,
  message: string,
  range: TextRange,
  fixes: readonly Fix[] = [],
): Problem {
  const { severity } = problemCatalogue[code];
  return fixes.length === 0 ? { code, severity, message, range } : { code, severity, message, range, fixes };
}
