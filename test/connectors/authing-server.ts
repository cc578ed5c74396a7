/** A small HTTPS server that answers as Authing, from a function or from the sandbox's Authing. */
import { createServer } from 'node:https';
import { createAuthingClient } from '../../connectors/authing/client.ts';
import { createAuthingReader } from '../../connectors/authing/reader.ts';
import { createAuthingWriter } from '../../connectors/authing/writer.ts';
import { createTransport } from '../../connectors/transport.ts';
import { createAuthority, issue } from './certificates.ts';
import type { AddressInfo } from 'node:net';
import type { Transport } from '../../connectors/transport.ts';
import type { AuthingOptions } from '../../connectors/authing/client.ts';
import type { WriterOptions } from '../../connectors/authing/writer.ts';

export interface Asked {
  /** The interface, for example "create-user". */
  name: string;
  method: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
  rawBody: string;
  path: string;
  headers: Record<string, string>;
}

export interface Answer {
  status?: number;
  /** Sent as JSON, a string as it is. */
  body: unknown;
  headers?: Record<string, string>;
  /** Sends nothing and breaks the connection, after the answer was made. */
  lost?: boolean;
}

export const POOL = '64a0c0ffee00000000000001';
export const SECRET = 'secret-of-the-pool';

/** A server on this machine only; `close` leaves no socket. */
export async function startAuthing(answer: (asked: Asked) => Answer) {
  const authority = await createAuthority();
  const own = await issue(authority, { hosts: ['localhost'] });
  const server = createServer({ key: own.key, cert: own.cert }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const rawBody = Buffer.concat(chunks).toString('utf8');
      const url = new URL(request.url ?? '/', 'https://localhost');
      const it = answer({
        name: url.pathname.replace('/api/v3/', ''),
        path: url.pathname,
        method: request.method ?? '',
        query: url.searchParams,
        body: (rawBody ? JSON.parse(rawBody) : {}) as Record<string, unknown>,
        rawBody,
        headers: request.headers as Record<string, string>,
      });
      if (it.lost) {
        request.socket.destroy();
        return;
      }
      response.writeHead(it.status ?? 200, { 'content-type': 'application/json', ...it.headers });
      response.end(typeof it.body === 'string' ? it.body : JSON.stringify(it.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const transports: Transport[] = [];
  const host = `https://localhost:${(server.address() as AddressInfo).port}`;

  return {
    host,
    ca: authority.cert,
    /** A client of its own; the writer's window never closes unless told. */
    connect(options: Partial<AuthingOptions> & WriterOptions = {}) {
      const transport =
        options.transport ?? createTransport({ side: 'target', proxy: 'none', ca: authority.cert });
      transports.push(transport);
      const client = createAuthingClient({
        address: { host, accessKeyId: POOL, organizationCode: 'northwind' },
        accessKeySecret: SECRET,
        ...options,
        transport,
      });
      return {
        client,
        transport,
        reader: createAuthingReader(client),
        writer: createAuthingWriter(client, { window: options.window ?? (() => true) }),
      };
    },
    /** Ends the connections of all clients so far. */
    disconnect() {
      for (const transport of transports.splice(0)) transport.close();
    },
    close() {
      this.disconnect();
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

export type AuthingServer = Awaited<ReturnType<typeof startAuthing>>;

/** A token as Authing issues it: a JWT whose claim names the pool. */
export function tokenFor(pool: string, serial = 0): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256' })}.${part({ scoped_userpool_id: pool, serial })}.c2ln`;
}

export const ok = (data: unknown) => ({ body: { statusCode: 200, message: '', data } });

export const refused = (statusCode: number, message: string, apiCode?: number) => ({
  body: { statusCode, message, apiCode, requestId: '0b6b2a3e-0000-4000-8000-000000000003' },
});
