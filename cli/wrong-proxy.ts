/** A proxy that is wrong on purpose, to show how the mistake is explained. */
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Mistake } from './demo-options.ts';

export interface WrongProxy {
  url: string;
  stop(): void;
}

/** An address where nothing listens, or a listener that accepts and never answers; null for other mistakes. */
export async function wrongProxy(mistake: Mistake | null): Promise<WrongProxy | null> {
  if (mistake !== 'proxy-refused' && mistake !== 'proxy-hangs') return null;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  if (mistake === 'proxy-refused') close();
  return { url: `http://127.0.0.1:${port}`, stop: close };
}
