/** A plain HTTP server around the simulated Authing, for clients that need a real one. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IncomingMessage } from 'node:http';
import type { SandboxReply, SandboxRequest } from '../../sandbox/exchange.ts';
import type { Authing } from '../../sandbox/authing/vendor.ts';

export interface AuthingServer {
  /** "http://localhost:PORT": the published client leaves this form untouched. */
  host: string;
  /** Replies so far, newest last. */
  replies: { name: string; reply: SandboxReply }[];
  close(): Promise<void>;
}

export async function serveAuthing(authing: Authing): Promise<AuthingServer> {
  const replies: AuthingServer['replies'] = [];
  const server = createServer((incoming, response) => {
    void requestOf(incoming).then((request) => {
      const reply = authing.handle(request);
      replies.push({ name: authing.interfaceOf(request), reply });
      response.writeHead(reply.status ?? 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(reply.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: `http://localhost:${port}`,
    replies,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function requestOf(incoming: IncomingMessage): Promise<SandboxRequest> {
  let rawBody = '';
  for await (const chunk of incoming.setEncoding('utf8')) rawBody += String(chunk);
  const url = new URL(incoming.url ?? '/', 'http://localhost');
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
    ),
    host: (incoming.headers.host ?? '').split(':')[0] ?? '',
    body: rawBody === '' ? null : (JSON.parse(rawBody) as Record<string, unknown>),
    rawBody,
    egress: null,
  };
}
