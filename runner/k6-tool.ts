import path from 'node:path';
import type { ToolExit } from '../core/measure/verdict';
import type { ToolCommand } from '../engines/host/process-host';
import type { K6Binary } from '../engines/k6/binary';
export function k6Command(
  k6: K6Binary,
  phase: string,
  dir: string,
  variables: Record<string, string>,
): ToolCommand {
  return {
    file: k6.path,
    args: [
      'run',
      '--quiet',
      '--no-color',
      '--no-usage-report',
      '--summary-mode',
      'disabled',
      '--no-thresholds',
      '--log-output',
      'stderr',
      '--log-format',
      'json',
      '--address',
      '',
      '--out',
      'benchwright',
      'script.js',
    ],
    cwd: dir,
    env: {
      ...variables,
      PATH: '/usr/bin:/bin',
      HOME: path.join(dir),
      K6_AUTO_EXTENSION_RESOLUTION: 'false',
      K6_NO_USAGE_REPORT: 'true',
      BENCHWRIGHT_PHASE: phase,
      GOGC: '400',
    },
  };
}
export function explainExit(code: number | null, signal: string | null): ToolExit {
  if (signal !== null) return { kind: 'killed', message: `k6 was ended by ${signal}` };
  if (code === 0) return { kind: 'clean' };
  if (code === 105) return { kind: 'killed', message: 'k6 was told to stop' };
  if (code === 108) return { kind: 'aborted', message: 'the script stopped the test' };
  return { kind: 'error', message: `k6 ended with exit code ${code ?? 0}` };
}
