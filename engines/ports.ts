/** Ports on loopback: the preferred one where it is free, else any. */
import { connect, createServer } from 'node:net';
import { pause } from './processes.ts';

const LOOPBACK = '127.0.0.1';

/**
 * A port that nobody listens on right now: the preferred one, or a free one. Somebody may still take it
 * before the engine does; whoever starts an engine tries again with another.
 */
export async function freePort(preferred: number): Promise<number> {
  return (await tryListen(preferred)) ?? (await tryListen(0)) ?? preferred;
}

function tryListen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, LOOPBACK, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : undefined;
      server.close(() => resolve(bound));
    });
  });
}

/** Waits until something accepts connections there. @throws after `timeoutMs` */
export async function untilListening(host: string, port: number, timeoutMs: number): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await accepts(host, port))) {
    if (Date.now() > end) throw new Error(`nothing answers on ${host}:${port}`);
    await pause(25);
  }
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(2_000, () => settle(false));
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}
