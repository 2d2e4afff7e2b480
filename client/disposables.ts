import type { Disposable } from 'vscode';

/** Owns what has to be let go of. What is added after the end is let go of at once, so that no race leaks. */
export class DisposableStore implements Disposable {
  readonly #held = new Set<Disposable>();
  #isDisposed = false;

  add<T extends Disposable>(disposable: T): T {
    if (this.#isDisposed) disposable.dispose();
    else this.#held.add(disposable);
    return disposable;
  }

  /** Lets go of what is held, and goes on. */
  clear(): void {
    for (const disposable of [...this.#held].reverse()) disposable.dispose();
    this.#held.clear();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.clear();
  }
}
