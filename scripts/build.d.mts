import type { BuildOptions } from 'esbuild';

export function build(options?: { production?: boolean }): Promise<readonly string[]>;
export function presentWebPrograms(shared: BuildOptions): BuildOptions[];
