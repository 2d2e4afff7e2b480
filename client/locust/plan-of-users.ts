/** A first plan for a locustfile: small enough to run as it stands, and meant to be changed. */

export interface UsersToRun {
  /** The name of the file, which lies beside the plan. */
  readonly file: string;
  readonly className: string;
  /** Where requests go. */
  readonly host: string;
}

export const firstPhase = 'smoke';

export function planOfUsers({ file, className, host }: UsersToRun): string {
  return `version: 1
name: ${JSON.stringify(file)}

targets:
  service:
    url: ${JSON.stringify(host)}

scenarios:
  ${className}:
    locustfile: ${JSON.stringify(file)}
    users: [${className}]

phases:
  ${firstPhase}: { scenarios: [${className}], users: 5, spawn: 5/s, for: 30s, warmup: 5s }

goals:
  - errors(${className}) in ${firstPhase} < 1%
`;
}

/** Whether the text of a plan names a class of users. */
export function mentions(plan: string, className: string): boolean {
  return new RegExp(`^[^#\\n]*\\b${className}\\b`, 'm').test(plan);
}

/** The name of the plan beside a locustfile. */
export function planNameOf(file: string): string {
  return `${file.replace(/\.py$/, '')}.bench.yaml`;
}
