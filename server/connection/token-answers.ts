import type { SemanticTokens, SemanticTokensDelta } from 'vscode-languageserver';
import { semanticTokens, tokenEdits } from '../service/semantic-tokens';
import type { PlanDocument } from '../service/plan-document';

/** Keeps the last answer of each document, so that the next one can say only what is different. */
export class TokenAnswers {
  readonly #last = new Map<string, { readonly resultId: string; readonly data: number[] }>();
  #count = 0;

  full(plan: PlanDocument): Required<SemanticTokens> {
    this.#count += 1;
    const answer = { resultId: String(this.#count), data: semanticTokens(plan) };
    this.#last.set(plan.uri, answer);
    return answer;
  }

  /** All tokens where the client's last answer is not the one that is kept. */
  delta(plan: PlanDocument, previousResultId: string): SemanticTokens | SemanticTokensDelta {
    const before = this.#last.get(plan.uri);
    const after = this.full(plan);
    if (before?.resultId !== previousResultId) return after;
    return { resultId: after.resultId, edits: tokenEdits(before.data, after.data) };
  }

  forget(uri: string): void {
    this.#last.delete(uri);
  }
}
