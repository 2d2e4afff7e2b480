/** Numbers the questions of the page, and tells answers that came too late from those that are awaited. */
import {
  profileVersion,
  type FromProfileView,
  type ProfileAnswer,
  type ProfileQuestion,
} from '../../protocol/profile';

type Unnumbered<T> = T extends unknown ? Omit<T, 'request' | 'version'> : never;

export interface Questions {
  /** Of a kind that is still being answered, only the latest is sent, once the answer is there. */
  readonly ask: (question: Unnumbered<ProfileQuestion>) => void;
  /** @returns whether the answer is the one to the latest question of its kind. */
  readonly answered: (answer: ProfileAnswer) => boolean;
}

export function createQuestions(post: (message: FromProfileView) => void): Questions {
  let count = 0;
  const awaited = new Map<string, number>();
  const held = new Map<string, Unnumbered<ProfileQuestion>>();
  const send = (question: Unnumbered<ProfileQuestion>): void => {
    count += 1;
    awaited.set(question.kind, count);
    post({ ...question, request: count, version: profileVersion });
  };
  return {
    ask(question) {
      if (awaited.has(question.kind)) held.set(question.kind, question);
      else send(question);
    },
    answered({ kind, request }) {
      if (awaited.get(kind) !== request) return false;
      awaited.delete(kind);
      const next = held.get(kind);
      held.delete(kind);
      if (next === undefined) return true;
      send(next);
      // While a newer one is under way, a picture of where it leads is better than none.
      return kind === 'layout';
    },
  };
}
