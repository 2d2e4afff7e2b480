/** Whole things to begin with, in the sections whose keys the author names. */
import { t } from '@vscode/l10n';
import { CompletionItemKind, InsertTextFormat, type CompletionItem } from 'vscode-languageserver-types';
import type { CursorContext } from './cursor-context';
import { toRange, type PlanDocument } from './plan-document';

interface Snippet {
  readonly label: string;
  readonly detail: () => string;
  readonly lines: readonly string[];
}

const snippets: Readonly<Record<string, readonly Snippet[]>> = {
  '': [
    {
      label: 'new plan',
      detail: () => t('a target, a scenario, a load and a goal'),
      lines: [
        'version: 1',
        'name: ${1:What is measured}',
        '',
        'targets:',
        '  ${2:web}:',
        '    url: ${3:http://127.0.0.1:8000}',
        '',
        'scenarios:',
        '  ${4:browse}:',
        '    steps:',
        '      - get: ${5:/}',
        '',
        'phases:',
        '  ${6:load}: { scenarios: [$4], rate: ${7:20/s}, for: ${8:5m}, warmup: ${9:30s} }',
        '',
        'goals:',
        '  - p95($4) in $6 < ${10:300ms}',
        '',
      ],
    },
  ],
  targets: [
    {
      label: 'target',
      detail: () => t('a service under test'),
      lines: ['${1:web}:', '  url: ${2:http://127.0.0.1:8000}'],
    },
    {
      label: 'target with resources',
      detail: () => t('a service with its document, process and metrics'),
      lines: [
        '${1:web}:',
        '  url: ${2:http://127.0.0.1:8000}',
        '  openapi: ${3:/openapi.json}',
        '  process: { port: ${4:8000} }',
        '  metrics: ${5:/metrics}',
      ],
    },
  ],
  data: [
    {
      label: 'data feed',
      detail: () => t('rows of a file'),
      lines: ['${1:rows}: { file: ${2:rows.csv}, pick: ${3|sequential,unique,random|} }'],
    },
  ],
  scenarios: [
    {
      label: 'scenario',
      detail: () => t('one request, judged'),
      lines: ['${1:browse}:', '  steps:', '    - get: ${2:/}', '      expect: { status: ${3:200} }'],
    },
    {
      label: 'scenario with a task',
      detail: () => t('submits a task and waits for its end'),
      lines: [
        '${1:task}:',
        '  steps:',
        '    - post: ${2:/tasks}',
        '      json: { ${3} }',
        '      capture: { ${4:id}: \\$.${5:id} }',
        '    - await: $2/\\${$4}',
        '      every: ${6:250ms}',
        '      timeout: ${7:1m}',
        '      until: \\$.state in ["done", "failed"]',
        '      success: \\$.state == "done"',
      ],
    },
  ],
  phases: [
    {
      label: 'open load',
      detail: () => t('arrivals per second, whatever the answers take'),
      lines: ['${1:load}: { scenarios: [${2:browse}], rate: ${3:20/s}, for: ${4:5m}, warmup: ${5:30s} }'],
    },
    {
      label: 'closed load',
      detail: () => t('users who each start anew when they are done'),
      lines: ['${1:load}: { scenarios: [${2:browse}], users: ${3:10}, for: ${4:5m}, warmup: ${5:30s} }'],
    },
    {
      label: 'search',
      detail: () => t('the highest rate at which every goal holds'),
      lines: [
        '${1:stress}:',
        '  scenarios: [${2:browse}]',
        '  find: { start: ${3:5/s}, factor: 1.5, trial: ${4:60s}, resolution: 5%, confirm: ${5:3m} }',
        "  until: ['errors > 5%', plateau]",
      ],
    },
    {
      label: 'search by users',
      detail: () => t('the most users with whom every goal holds: for locustfiles'),
      lines: [
        '${1:crowd}:',
        '  scenarios: [${2:browse}]',
        '  find: { start: ${3:10}, factor: 1.5, trial: ${4:60s}, resolution: 10%, confirm: ${5:3m}, max: ${6:500} }',
        "  until: ['errors > 5%', plateau]",
      ],
    },
    {
      label: 'profile',
      detail: () => t('the load of another phase with a profiler'),
      lines: [
        '${1:hotspots}:',
        '  rerun: ${2:stress}',
        '  at: ${3:knee}',
        '  profile: [{ target: ${4:web}, with: ${5|py-spy,cProfile|}, for: ${6:60s} }]',
      ],
    },
  ],
  environments: [
    {
      label: 'environment',
      detail: () => t('values that replace those of the plan'),
      lines: ['${1:quick}:', '  phases:', '    ${2:load}: { for: ${3:20s} }'],
    },
  ],
};

export function sectionSnippets(plan: PlanDocument, { kind, path, isFlow, range, siblings }: CursorContext) {
  const [section = '', ...below] = path.map(String);
  if (kind !== 'key' || isFlow || below.length > 0 || (section === '' && siblings.length > 0)) return [];
  return (Object.hasOwn(snippets, section) ? (snippets[section] ?? []) : []).map(
    ({ label, detail, lines }): CompletionItem => ({
      label,
      kind: CompletionItemKind.Snippet,
      detail: detail(),
      sortText: `9${label}`,
      insertTextFormat: InsertTextFormat.Snippet,
      textEdit: { range: toRange(plan, range), newText: lines.join('\n') },
    }),
  );
}
