/** A keep-alive agent without a proxy, for the target and for sources where the administrator said "none". */
import * as https from 'node:https';
import { guardedLookup } from './address-forbidden.ts';
import { IDLE_SOCKET_MS } from './transport-tunnel.ts';
import type { RequestOptions } from 'node:http';
import type { Duplex } from 'node:stream';
import type { SecureContext } from 'node:tls';

export class DirectAgent extends https.Agent {
  readonly #sockets = new Set<Duplex>();

  constructor(options: { secureContext?: SecureContext }) {
    super({
      keepAlive: true,
      timeout: IDLE_SOCKET_MS,
      // Said explicitly, so that NODE_TLS_REJECT_UNAUTHORIZED cannot switch it off.
      rejectUnauthorized: true,
      secureContext: options.secureContext,
      lookup: guardedLookup,
    });
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  override destroy(): void {
    super.destroy();
    for (const socket of this.#sockets) socket.destroy();
  }

  override createConnection(
    options: RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const socket = super.createConnection(options, callback);
    if (socket) {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      socket.on('error', () => undefined);
    }
    return socket;
  }
}
