/** The demo system at ports of its own, and plans that load it. */
import { createServer } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { startDemo, type Demo } from '../../scripts/demo.mjs';
import { freePortBase } from '../e2e/harness/workspace';

export const example = path.resolve(import.meta.dirname, '../../examples/agents');

export async function canListen(port: number): Promise<boolean> {
  const server = createServer();
  const isFree = new Promise<boolean>((resolve) => {
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () => {
      resolve(true);
    });
  });
  if (!(await isFree)) return false;
  server.close();
  await once(server, 'close');
  return true;
}

export interface DemoAtPorts extends Demo {
  readonly portBase: number;
}

export async function startDemoAnywhere(env: Readonly<Record<string, string>> = {}): Promise<DemoAtPorts> {
  const portBase = await freePortBase();
  return { ...(await startDemo({ portBase, env })), portBase };
}
