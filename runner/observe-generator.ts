/** What the load tool and this runner use: a generator that is short of something measures itself. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { generatorComponent, type ResourceReading } from '../core/measure/record';
import type { Collector } from '../core/measure/resource-sample';
import { readDescriptors } from '../engines/process/descriptors';

/** The histogram counts the time between two ticks of this length. */
const resolutionMs = 10;

export interface GeneratorCollector extends Collector {
  /** Tells the pid of the load tool, once it has started. */
  watchTool(pid: number): void;
  end(): void;
}

export function collectGenerator(): GeneratorCollector {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  let tool: number | undefined;
  const lag = (): ResourceReading[] => {
    if (delay.count === 0) return [];
    const lateMs = Math.max(0, delay.percentile(99) / 1e6 - resolutionMs);
    delay.reset();
    return [{ metric: 'lag', instance: 'runner', value: Math.round(lateMs * 100) / 100 }];
  };
  return {
    component: generatorComponent,
    source: 'generator',
    begin: () => {
      delay.enable();
      delay.reset();
    },
    read: async () => {
      const readings = lag();
      const found = tool === undefined ? undefined : await readDescriptors(tool);
      if (found !== undefined) {
        const { files, sockets, limit } = found;
        const whose = { instance: 'k6' };
        readings.push({ metric: 'files', ...whose, value: files, ...(limit !== undefined && { limit }) });
        if (sockets !== undefined) readings.push({ metric: 'sockets', ...whose, value: sockets });
      }
      return [{ component: generatorComponent, source: 'generator', timeMs: Date.now(), readings }];
    },
    watchTool: (pid) => {
      tool = pid;
    },
    end: () => {
      delay.disable();
    },
  };
}
