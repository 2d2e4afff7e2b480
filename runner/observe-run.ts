/** The observing of a whole run: its collectors, and the loads beside which they work. */
import type { StreamRecord } from '../core/measure/record';
import { GeneratorWatch } from '../core/measure/generator-findings';
import type { Collector } from '../core/measure/resource-sample';
import type { Finding } from '../core/measure/validity';
import type { Redactor } from '../core/run/redact';
import type { AppendLog } from '../engines/host/file-host';
import { observeLoad, type RecordNumbers } from './observe';
import { collectGenerator } from './observe-generator';
import { collectorsOf, type ObservedPlan } from './observe-plan';

export interface LoadObserver {
  /** To be called with the records of the load tool. */
  hear(record: StreamRecord): void;
  /** @returns what the resources, and their absence, say of the figures. */
  end(): Promise<readonly Finding[]>;
}

export interface RunObserver {
  /**
   * Begins to read beside a load.
   *
   * @param phase its name in the stream.
   * @param onRecord called with what was read.
   */
  beside(phase: string, onRecord: (record: StreamRecord) => void): LoadObserver;
}

interface RunObserverOptions extends ObservedPlan {
  readonly stream: AppendLog;
  readonly redact: Redactor;
  readonly onRecord: () => void;
}

const usualEveryMs = 1000;

export function createRunObserver(options: RunObserverOptions): RunObserver {
  const collectors: readonly Collector[] = collectorsOf(options);
  const numbers: RecordNumbers = new Map();
  return {
    beside: (phase, onRecord) => {
      const generator = collectGenerator();
      const watch = new GeneratorWatch();
      const observation = observeLoad(phase, numbers, {
        collectors: [...collectors, generator],
        stream: options.stream,
        redact: options.redact,
        everyMs: options.plan.observe?.every ?? usualEveryMs,
        onRecord: (record) => {
          options.onRecord();
          watch.add(record);
          onRecord(record);
        },
      });
      return {
        hear: (record) => {
          if (record.kind === 'start') generator.watchTool(record.pid);
        },
        end: async () => {
          const missing = await observation.end();
          generator.end();
          return [...watch.findings(), ...missing];
        },
      };
    },
  };
}
