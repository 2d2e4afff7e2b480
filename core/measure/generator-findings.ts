/** What the resources of the generator say of the figures. */
import type { ResourceRecord } from './record';
import { generatorComponent } from './record';
import type { Finding } from './validity';

/** A runner whose event loop is later than this shares its machine with something that needs all of it. */
const lateMs = 10;

/** One late moment is chance; this share of the looks is not. */
const lateShare = 0.2;
const leastLooks = 5;

/** Of the files that the load tool may open, from which share on connections begin to fail. */
const fullShare = 0.9;

/** Folds the records of one load; those of other components change nothing. */
export class GeneratorWatch {
  #looks = 0;
  #late = 0;
  #worstMs = 0;
  #fullest: { readonly files: number; readonly limit: number } | undefined;

  add({ component, readings }: ResourceRecord): void {
    if (component !== generatorComponent) return;
    for (const { metric, value, limit } of readings) {
      if (metric === 'lag') this.#addLag(value);
      if (metric === 'files' && limit !== undefined && value >= fullShare * limit)
        this.#fullest = { files: Math.max(value, this.#fullest?.files ?? 0), limit };
    }
  }

  /** Lag is told and decides nothing: the load tool is a process of its own and takes its own times. */
  findings(): Finding[] {
    const findings: Finding[] = [];
    if (this.#looks >= leastLooks && this.#late / this.#looks > lateShare)
      findings.push({
        code: 'generator-lag',
        weight: 'info',
        message: `the runner was up to ${Math.round(this.#worstMs)} ms late: the machine of the load generator is short of CPU`,
      });
    if (this.#fullest !== undefined)
      findings.push({
        code: 'generator-files',
        weight: 'suspect',
        message: `the load generator had ${this.#fullest.files} of ${this.#fullest.limit} files open: raise the limit (ulimit -n), or connections fail on its side`,
      });
    return findings;
  }

  #addLag(ms: number): void {
    this.#looks += 1;
    this.#worstMs = Math.max(this.#worstMs, ms);
    if (ms > lateMs) this.#late += 1;
  }
}
