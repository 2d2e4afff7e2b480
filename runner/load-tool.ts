/** What the runner asks of a tool that makes load. All else it does with a run is the same, whichever tool that is. */
import path from 'node:path';
import { explainExit as explainK6, k6Command } from '../engines/k6/command';
import type { CompiledPhase } from '../engines/k6/compile/compile';
import { lastError } from '../engines/k6/log';
import type { GeneratorShare } from '../engines/k6/segments';
import type { ToolCommand } from '../engines/host/process-host';
import { locustCommand, workerCommand, type LocustRole } from '../engines/locust/command';
import type { CompiledLocust, MasterAddress } from '../engines/locust/compile';
import { causeIn, explainExit as explainLocust } from '../engines/locust/exit';
import type { ToolExit } from '../core/measure/verdict';
import { isLocustLoad, type CompiledLoad } from './compile-phase';
import { fileNames } from './layout';
import type { RunContext } from './run-context';

/** A load that is about to start. */
interface LoadPlace {
  /** The name in the stream: that of the phase, or of a part of it. */
  readonly name: string;
  /** Absolute path of the folder of the phase. */
  readonly dir: string;
  /** Absolute path of the file with the script. */
  readonly scriptFile: string;
  /** Where it is one of several that make the load together. */
  readonly share?: GeneratorShare | undefined;
  /** Between two records, where a second is too long for whoever watches and the tool can tell more often. */
  readonly recordEveryMs: number | undefined;
  /** Of Locust: where it is one of several processes. */
  readonly role?: LocustRole | undefined;
}

export interface LoadTool {
  /** The name of the tool, for people. */
  readonly title: string;
  /** What the tool reads, as the content of a file. */
  script(place: Pick<LoadPlace, 'name'>): string;
  command(place: LoadPlace): ToolCommand;
  /** What starts a worker on another machine, for people. Only Locust has them. */
  workerCommand?(address: MasterAddress): string;
  explain(
    code: number | null,
    signal: string | null,
  ): { readonly kind: ToolExit['kind']; readonly message: string };
  /** Why it ended, by the last lines of its log. */
  cause(lines: readonly string[]): string | undefined;
}

export function toolFor(context: RunContext, compiled: CompiledLoad): LoadTool {
  return isLocustLoad(compiled) ? locustTool(context, compiled) : k6Tool(context, compiled);
}

/** The names of what a load reads and of its log. @param part `trial-3`; without it, the load is the whole phase. */
export function loadFileNames(
  compiled: CompiledLoad,
  part?: string,
): { readonly script: string; readonly log: string } {
  if (isLocustLoad(compiled))
    return part === undefined
      ? { script: fileNames.order, log: fileNames.locustLog }
      : { script: `${part}.json`, log: `${part}.log` };
  return part === undefined
    ? { script: fileNames.script, log: fileNames.log }
    : { script: `${part}.js`, log: `${part}.log` };
}

function k6Tool(context: RunContext, compiled: CompiledPhase): LoadTool {
  const { options, prepared, observer, folder } = context;
  return {
    title: 'k6',
    script: () => compiled.script,
    command: ({ name, dir, scriptFile, share, recordEveryMs }) => ({
      ...k6Command({
        k6: needed(prepared.k6).path,
        script: scriptFile,
        config: path.join(dir, fileNames.config),
        phase: name,
        environment: only(Object.keys(compiled.environment), prepared.env),
        secrets: only(Object.keys(compiled.secrets), prepared.secrets),
        privateFiles: new Map(
          Object.entries(compiled.privateFiles).map(([file, variable]) => [
            variable,
            prepared.privateFiles.get(file) ?? '',
          ]),
        ),
        inherited: options.variables,
        share,
        recordEveryMs,
        remoteWrite: observer.remoteWrite && { ...observer.remoteWrite, run: folder.id },
      }),
      cwd: dir,
    }),
    explain: explainK6,
    cause: lastError,
  };
}

function locustTool({ options, prepared }: RunContext, compiled: CompiledLocust): LoadTool {
  const listener = options.locustListener ?? path.join(__dirname, 'locust-listener');
  return {
    title: 'Locust',
    script: ({ name }) =>
      `${JSON.stringify({ ...compiled.order, phase: name, hosts: prepared.foreignHosts }, null, 2)}\n`,
    command: ({ scriptFile, role = { kind: 'alone' } }) =>
      locustCommand({
        role,
        python: needed(prepared.locust).python,
        listener,
        compiled,
        orderFile: scriptFile,
        folder: path.dirname(path.resolve(options.planFile)),
        inherited: options.variables,
      }),
    workerCommand: (address) => workerCommand({ listener, compiled }, address),
    explain: explainLocust,
    cause: causeIn,
  };
}

function needed<T>(tool: T | undefined): T {
  if (tool === undefined) throw new Error('a load runs with a tool that was not looked for');
  return tool;
}

/** What this phase takes from outside, out of what the run does. */
function only(names: readonly string[], values: ReadonlyMap<string, string>): Map<string, string> {
  return new Map(names.map((name) => [name, values.get(name) ?? '']));
}
