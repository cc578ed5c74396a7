/** A keep-alive agent that opens CONNECT tunnels with bounds: header size, time, and no socket left after a failure. */
import * as http from 'node:http';
import * as net from 'node:net';
import * as tls from 'node:tls';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { attemptOf } from './transport-attempt.ts';
import { guardedLookup } from './address-forbidden.ts';
import type { ProxyAddress } from './address.ts';
import type { Attempt } from './transport-attempt.ts';

/** Largest header of an answer to CONNECT; without a bound a proxy can fill the memory (88 MB in 5 s). */
const MAX_CONNECT_HEADER = 8 * 1024;
/** Idle sockets are closed before common servers and proxies do it (60 s), so that few are found dead. */
export const IDLE_SOCKET_MS = 30_000;

export interface TunnelOptions {
  proxy: ProxyAddress;
  secureContext?: tls.SecureContext;
}

export class TunnelAgent extends HttpsProxyAgent<string> {
  readonly #proxy: ProxyAddress;
  readonly #secureContext: tls.SecureContext | undefined;
  readonly #sockets = new Set<net.Socket>();

  constructor(options: TunnelOptions) {
    // The library writes its proxy URL to debug output, so it gets one without user and password.
    super(`${options.proxy.protocol}//${options.proxy.authority}`, { keepAlive: true });
    this.options.timeout = IDLE_SOCKET_MS;
    this.#proxy = options.proxy;
    this.#secureContext = options.secureContext;
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  override destroy(): void {
    super.destroy();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Replaces the library's own, which neither bounds the proxy's answer nor cleans up after an abort. */
  override async connect(
    request: http.ClientRequest,
    options: Parameters<HttpsProxyAgent<string>['connect']>[1],
  ): Promise<tls.TLSSocket> {
    const attempt = attemptOf(request);
    const host = options.host ?? '';
    const port = options.port;
    try {
      const socket = await this.#openTunnel(attempt, host, Number(port));
      attempt.phase = 'tls';
      const secure = await this.#secure(attempt, socket, host);
      attempt.phase = 'sent';
      return secure;
    } catch (error) {
      attempt.failure = error;
      throw error;
    }
  }

  async #openTunnel(attempt: Attempt, host: string, port: number): Promise<net.Socket> {
    attempt.phase = 'proxy';
    const socket = this.#connectToProxy();
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    // Between two owners a socket may fail while nobody listens; that must not end the process.
    socket.on('error', () => undefined);
    return bounded(attempt.signal, socket, (resolve, reject) => {
      socket.once('error', reject);
      socket.once('close', () => reject(closed()));
      socket.once(this.#proxy.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        attempt.phase = 'tunnel';
        this.#requestTunnel(attempt, socket, host, port, resolve, reject);
      });
    });
  }

  #connectToProxy(): net.Socket {
    const { host, port, protocol } = this.#proxy;
    if (protocol === 'http:') return net.connect({ host, port, lookup: guardedLookup });
    return tls.connect({
      host,
      port,
      lookup: guardedLookup,
      servername: net.isIP(host) ? undefined : host,
      secureContext: this.#secureContext,
      rejectUnauthorized: true,
      ALPNProtocols: ['http/1.1'],
    });
  }

  #requestTunnel(
    attempt: Attempt,
    socket: net.Socket,
    host: string,
    port: number,
    resolve: (socket: net.Socket) => void,
    reject: (error: unknown) => void,
  ): void {
    const authority = `${net.isIPv6(host) ? `[${host}]` : host}:${port}`;
    const headers: Record<string, string> = { Host: authority, 'Proxy-Connection': 'Keep-Alive' };
    const { user, password } = this.#proxy;
    if (user !== undefined) {
      const pair = Buffer.from(`${user}:${password ?? ''}`).toString('base64');
      headers['Proxy-Authorization'] = `Basic ${pair}`;
    }
    const connect = http.request({
      method: 'CONNECT',
      path: authority,
      headers,
      setHost: false,
      maxHeaderSize: MAX_CONNECT_HEADER,
      // No `agent` here, not even false: with one, Node ignores this socket and opens its own.
      createConnection: () => socket,
    });
    connect.on('error', reject);
    connect.once('connect', (answer, _socket, head) => {
      const status = answer.statusCode ?? 0;
      if (status < 200) return reject(new Error('the proxy sent an answer that is none'));
      if (status >= 300) {
        attempt.proxyStatus = status;
        return reject(new Error('the proxy declined'));
      }
      // TLS begins with us; whatever arrives before is not the vendor speaking.
      if (head.length > 0) return reject(new Error('the proxy sent bytes of its own'));
      resolve(socket);
    });
    connect.end();
  }

  #secure(attempt: Attempt, socket: net.Socket, host: string): Promise<tls.TLSSocket> {
    const secure = tls.connect({
      socket,
      host,
      servername: net.isIP(host) ? undefined : host,
      secureContext: this.#secureContext,
      // Said explicitly, so that NODE_TLS_REJECT_UNAUTHORIZED cannot switch it off.
      rejectUnauthorized: true,
      ALPNProtocols: ['http/1.1'],
    });
    secure.on('error', () => undefined);
    secure.once('close', () => socket.destroy());
    return bounded(attempt.signal, secure, (resolve, reject) => {
      secure.once('error', reject);
      secure.once('close', () => reject(closed()));
      secure.once('secureConnect', () => resolve(secure));
    });
  }
}

function closed(): Error {
  return Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' });
}

/**
 * Runs one step on a socket; when it fails or is aborted, the socket is destroyed. The signal also carries the
 * time limit of the whole request, which the HTTP client itself would not apply before the tunnel stands.
 */
function bounded<T>(
  signal: AbortSignal,
  socket: net.Socket,
  step: (resolve: (value: T) => void, reject: (error: unknown) => void) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const fail = (error: unknown): void => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    const onAbort = (): void => fail(Object.assign(new Error('aborted'), { code: 'ABORT_ERR' }));
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) return onAbort();
    step((value) => {
      signal.removeEventListener('abort', onAbort);
      resolve(value);
    }, fail);
  });
}
