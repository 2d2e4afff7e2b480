/** What the load tool and this runner use: a generator that is short of something measures itself. */
import { cpus } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { generatorComponent, type ResourceReading } from '../core/measure/record';
import type { Collector } from '../core/measure/resource-sample';
import { readDescriptors } from '../engines/process/descriptors';

/** The histogram counts the time between two ticks of this length. */
const resolutionMs = 10;

export interface GeneratorCollector extends Collector {
  /** Tells the pid and the name of a process of the load, once it has started; those of one name are numbered. */
  watchTool(pid: number, name: string): void;
  end(): void;
}

export function collectGenerator(): GeneratorCollector {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  /** Names by pid, each once. */
  const tools = new Map<number, string>();
  /** How many there were of each name. */
  const counts = new Map<string, number>();
  let times = coreTimes();
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
      times = coreTimes();
    },
    read: async () => {
      const before = times;
      times = coreTimes();
      const readings = [...lag(), ...machineReading(before, times)];
      for (const [pid, instance] of tools) {
        const found = await readDescriptors(pid);
        if (found === undefined) continue;
        const { files, sockets, limit } = found;
        readings.push({ metric: 'files', instance, value: files, ...(limit !== undefined && { limit }) });
        if (sockets !== undefined) readings.push({ metric: 'sockets', instance, value: sockets });
      }
      return [{ component: generatorComponent, source: 'generator', timeMs: Date.now(), readings }];
    },
    watchTool: (pid, name) => {
      const number = (counts.get(name) ?? 0) + 1;
      counts.set(name, number);
      tools.set(pid, number === 1 ? name : `${name} ${number}`);
    },
    end: () => {
      delay.disable();
    },
  };
}

interface CoreTimes {
  readonly cores: number;
  /** Milliseconds of all cores together. */
  readonly busy: number;
  readonly all: number;
}

function coreTimes(): CoreTimes {
  const cores = cpus();
  let [busy, all] = [0, 0];
  for (const { times } of cores) {
    const { user, nice, sys, irq, idle } = times;
    busy += user + nice + sys + irq;
    all += user + nice + sys + irq + idle;
  }
  return { cores: cores.length, busy, all };
}

/** What everything on the machine of the generator uses: what is not read by itself shows here. */
function machineReading(before: CoreTimes, now: CoreTimes): ResourceReading[] {
  const lengthMs = now.all - before.all;
  if (lengthMs <= 0 || now.cores !== before.cores) return [];
  const value = ((now.busy - before.busy) / lengthMs) * now.cores;
  return [{ metric: 'machine', value, limit: now.cores }];
}
