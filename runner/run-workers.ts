/** A load of Locust that a master and its workers make: which processes that are, and what a run tells of them. */
import { hostname } from 'node:os';
import type { StreamRecord } from '../core/measure/record';
import type { CompiledLocust, MasterAddress } from '../engines/locust/compile';
import type { GeneratorsEnd } from './conduct-generators';
import { conductWorkers } from './conduct-workers';
import type { LoadTool } from './load-tool';
import type { StreamRecorder } from './record-stream';
import type { RunContext } from './run-context';
import { isEndedByUs, stopsOf, tellLoss, type LoadOrder } from './load-order';
import { runProcess } from './run-process';

/** So long a master waits for its workers: people have to start those of other machines. */
const joinMs = { here: 60_000, elsewhere: 600_000 } as const;

/** Locust takes any port that is free. */
const ownAddress: MasterAddress = { host: '127.0.0.1', port: 0 };

export interface WorkersLoad {
  hear(record: StreamRecord): void;
  /** @param recorder takes the records of the master, which are those of all. */
  run(recorder: StreamRecorder): Promise<GeneratorsEnd>;
}

interface WorkersWish {
  readonly tool: LoadTool;
  readonly compiled: CompiledLocust;
  /** Called with the process of each worker of this machine, in the order of their start. */
  readonly onWorker: (pid: number) => void;
}

/** @returns `undefined` where one Locust makes the load alone. */
export function workersOf(
  context: RunContext,
  order: LoadOrder,
  { tool, compiled: { workers }, onWorker }: WorkersWish,
): WorkersLoad | undefined {
  if (workers === undefined) return undefined;
  const { count, onLost, listen } = workers;
  const waitMs = listen === undefined ? joinMs.here : joinMs.elsewhere;
  const stops = stopsOf(context, order);
  let recorder: StreamRecorder | undefined;
  const notice = (code: string, message: string): void => {
    context.options.onEvent({ kind: 'notice', phase: order.phase, code, message });
  };
  const conduct = conductWorkers({
    count,
    onLost,
    runMaster: (stop) =>
      runProcess(context, order, {
        tool,
        ...(recorder && { recorder }),
        role: { kind: 'master', count, listen: listen ?? ownAddress, joinMs: waitMs },
        waitMs,
        stops: [...stops, stop],
        isEnded: () => isEndedByUs(context, order) || stop.aborted,
      }),
    ...(listen === undefined
      ? {
          // The master tells them when the load is over: what they have not told by then would be lost.
          runWorker: (number, port, stop) =>
            runProcess(context, order, {
              tool,
              role: { kind: 'worker', number, port },
              number,
              onStarted: onWorker,
              waitMs,
              stops: [stop],
              isEnded: () => stop.aborted,
            }),
        }
      : {
          onListening: () => {
            const command = tool.workerCommand?.(reachable(listen)) ?? '';
            const place = `${listen.host}:${listen.port}`;
            const message = `${count === 1 ? 'a worker is' : `${count} workers are`} waited for at ${place}: start each of them, in a copy of the folder of the plan, by “${command}”`;
            notice('workers-awaited', message);
          },
        }),
    onLoss: (lost) => {
      tellLoss(context, order, count, lost);
    },
    onJoin: (number) => {
      notice('joined-generator', `generator ${number} joined the load`);
    },
  });
  return {
    hear: (record) => {
      conduct.hear(record);
    },
    run: (master) => {
      recorder = master;
      return conduct.run();
    },
  };
}

/** An address of all the machine has is none to be reached by. */
function reachable({ host, port }: MasterAddress): MasterAddress {
  return { host: host === '*' || host === '0.0.0.0' || host === '[::]' ? hostname() : host, port };
}
