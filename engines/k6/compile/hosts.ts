/** Where a plan's load goes, and what keeps it from going anywhere else. */
import { addressesOf } from '../../../core/plan/addresses';
import type { Plan } from '../../../core/plan/schema';
import { formatEndpoint, isLoopback, readTarget } from '../../../core/run/target';

/** The endpoints of targets, as the user approves them: `127.0.0.1:8000`, `[::1]:80`. */
export function endpointsOf(plan: Plan, targets: readonly string[]): string[] {
  const endpoints = addresses(plan, targets).map(readTarget);
  return [...new Set(endpoints.flatMap((read) => (read.ok ? [formatEndpoint(read.endpoint)] : [])))];
}

/** Whether every one of the targets is of this machine. */
export function areLoopback(plan: Plan, targets: readonly string[]): boolean {
  return addresses(plan, targets).every((url) => {
    const read = readTarget(url);
    return read.ok && isLoopback(read.endpoint.host);
  });
}

function addresses(plan: Plan, targets: readonly string[]): string[] {
  return targets.flatMap((name) => addressesOf(plan.targets[name]).map(({ url }) => url));
}

/** Cloud machines hand out credentials at these addresses; no load has business there. */
export const metadataBlocks = ['169.254.169.254/32', 'fd00:ec2::254/128'] as const;

/** The code of a list with every address block that is not loopback. */
export const notLoopbackCode = `// Every address block but 127.0.0.0/8 and ::1, so that a redirect or a name cannot lead the load elsewhere.
const notLoopback = [
  ...['0.0.0.0/2', '64.0.0.0/3', '96.0.0.0/4', '112.0.0.0/5', '120.0.0.0/6', '124.0.0.0/7', '126.0.0.0/8'],
  ...['128.0.0.0/1', '::/128'],
  // For each of the first 127 bits, all zero in ::1, the addresses in which it is the first that is not.
  ...Array.from({ length: 127 }, (_, bit) => {
    const groups = new Array(8).fill('0');
    groups[Math.floor(bit / 16)] = (1 << (15 - (bit % 16))).toString(16);
    return \`\${groups.join(':')}/\${bit + 1}\`;
  }),
];`;
