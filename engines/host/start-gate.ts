/** Lets several programs begin at once: each connects when it is ready, and all are told when nobody is missing. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface StartGate {
  /** `host:port` to connect to; what comes is one line: milliseconds to wait, from then on. */
  readonly address: string;
  /** One of those that are waited for is gone; the others need not wait for it. */
  giveUp(): void;
  /** Whoever still waits is told by the end of its connection. */
  close(): void;
}

/** The line reaches the last within a few milliseconds of the first, also on a machine that is busy. */
const leadMs = 100;

/**
 * @param count how many are waited for.
 * @throws the error of the network where nothing can listen on this machine.
 */
export async function openStartGate(count: number): Promise<StartGate> {
  const waiting = new Set<Socket>();
  let expected = count;
  let isOpen = false;
  const openWhenAllAreHere = (): void => {
    if (isOpen || waiting.size === 0 || waiting.size < expected) return;
    isOpen = true;
    const startMs = performance.now() + leadMs;
    for (const socket of waiting) socket.end(`${Math.max(0, Math.round(startMs - performance.now()))}\n`);
  };
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('close', () => waiting.delete(socket));
    // Whoever comes too late begins at once.
    if (isOpen) socket.end('0\n');
    else waiting.add(socket);
    openWhenAllAreHere();
  });
  await listen(server);
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    giveUp: () => {
      expected -= 1;
      openWhenAllAreHere();
    },
    close: () => {
      server.close();
      for (const socket of waiting) socket.destroy();
    },
  };
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
