/** A profile in a thread of its own, as the editor's thread sees it. */
import type { ProfileQuestion, ToProfileView } from '../../protocol/profile';
import { WorkerThread } from '../worker-thread';
import type { SourcePlace } from './profile-session';
import type { FromWorker, OpenedFiles, RecordingHeat, ToWorker } from './profile-worker';

/** Room for the largest file that is read, as text and as what JSON makes of it. */
const heapMegabytes = 6144;

export class ProfileThread {
  readonly #thread: WorkerThread<ToWorker, FromWorker>;

  /** @param script the bundle of `profile-worker.ts`. */
  constructor(script: string) {
    this.#thread = new WorkerThread(script, heapMegabytes);
  }

  async open(opened: OpenedFiles): Promise<ToProfileView | undefined> {
    return (await this.#thread.ask({ kind: 'open', opened })).message;
  }

  /** @param before none ends the comparison. */
  async compare(before: OpenedFiles | null): Promise<ToProfileView | undefined> {
    return (await this.#thread.ask({ kind: 'compare', before })).message;
  }

  async ask(question: ProfileQuestion): Promise<ToProfileView | undefined> {
    return (await this.#thread.ask({ kind: 'ask', question })).message;
  }

  async place(fn: number): Promise<SourcePlace | undefined> {
    return (await this.#thread.ask({ kind: 'place', fn })).place;
  }

  /** @param files of one recording. */
  async heat(files: readonly string[], withWaiting: boolean): Promise<RecordingHeat> {
    const { heat } = await this.#thread.ask({ kind: 'heat', files, withWaiting });
    return heat ?? { files: [], hotspots: [], problems: [] };
  }

  dispose(): void {
    this.#thread.dispose();
  }
}
