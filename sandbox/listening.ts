/** Makes a server listen on this machine only, on the wished port where it is free. */
import type { Server } from 'node:net';

/** @param wished 0 for any; returns the port that it became. */
export async function listenOn(server: Server, wished: number): Promise<number> {
  try {
    return await listen(server, wished);
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    if (!taken || wished === 0) throw error;
    return listen(server, 0);
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}
