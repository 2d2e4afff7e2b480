import type { Connection } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { codeLenses } from '../service/code-lens';
import { complete, resolveCompletion } from '../service/completion';
import { diagnose } from '../service/diagnostics';
import { documentSymbols } from '../service/document-symbols';
import { hover } from '../service/hover';
import { openPlan } from '../service/plan-document';
import { semanticTokens } from '../service/semantic-tokens';
import { fenced } from './fence';

const scenario =
  (round: number) =>
  (index: number): string => `
  visit${index}:
    target: shop
    steps:
      - post: /tasks/${round}
        headers: { x-kind: "a" }
        json:
          topic: "\${uuid}"
          count: ${index}
        capture: { id: $.id }
        success: $.state == "ok"
      - think: 1s
      - get: /tasks/\${id}
        expect: { status: 200 }`;

const scenarios = [0, 1, 2, 3];

export const samplePlan = (round: number): string => `version: 1
name: Warm-up
targets:
  shop: { url: http://127.0.0.1:8000 }
scenarios:${scenarios.map(scenario(round)).join('')}
phases:
  load:
    scenarios: [${scenarios.map((index) => `visit${index}`).join(', ')}]
    rate: 20/s
    for: 5m
goals:
  - p95(visit0) in load < 300ms
`;

/** A client that has a plan open tells of it at once. */
const idleMs = 50;

/** As many as it takes until more of them make nothing faster. */
const rounds = 12;

/** @param isIdle whether nobody wants an answer. */
export function warmUpWhenIdle(connection: Pick<Connection, 'console'>, isIdle: () => boolean): void {
  setTimeout(() => {
    warmUp(connection, isIdle);
  }, idleMs);
}

/**
 * What runs for the first time takes many times as long, so a server that nobody has asked anything yet does it for
 * itself: a small plan at a time, so that whoever comes meanwhile waits no longer than for one of them.
 */
function warmUp(connection: Pick<Connection, 'console'>, isIdle: () => boolean, round = 0): void {
  if (round === rounds || !isIdle()) return;
  fenced(connection, 'warmUp', undefined, answerOnce)(samplePlan(round));
  setTimeout(() => {
    warmUp(connection, isIdle, round + 1);
  });
}

function answerOnce(text: string): void {
  const plan = openPlan(TextDocument.create('benchwright:warm-up', 'benchwright-plan', 0, text));
  const offset = text.indexOf('post');
  diagnose(plan);
  documentSymbols(plan);
  semanticTokens(plan);
  codeLenses(plan);
  hover(plan, offset);
  for (const item of complete(plan, offset)?.items.slice(0, 1) ?? []) resolveCompletion(item);
}
