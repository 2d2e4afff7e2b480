import { isLocustLoad, type CompiledLoad } from './compile-phase';
import type { RunContext } from './run-context';

/** The cores that whoever makes a load may use: those of this machine, or one of each pod. */
export function generatorCpus({ prepared, machine }: RunContext, compiled: CompiledLoad): number {
  return prepared.cluster === undefined || isLocustLoad(compiled) ? machine.cpus : compiled.generators;
}
