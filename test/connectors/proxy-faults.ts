/** Every way a proxy can fail, and what the transport has to call it. */
import type * as net from 'node:net';
import type { ProblemCode } from '../../model/problem.ts';
import type { Proxy } from './servers.ts';

export interface ProxyFault {
  name: string;
  code: ProblemCode;
  kind: 'transient' | 'config';
  /** Needs the time limit to be noticed. */
  slow?: boolean;
  greet?: Proxy['greet'];
  behave?: Proxy['behave'];
}

const answering = (text: string): Proxy['behave'] => {
  return (client) => void client.end(text);
};

/** Sends pieces until the client hangs up. */
function trickle(client: net.Socket, piece: () => string | Buffer, everyMs: number): void {
  const timer = setInterval(() => client.write(piece()), everyMs);
  client.on('close', () => clearInterval(timer));
}

export function proxyFaults(proxy: Proxy): ProxyFault[] {
  const broken = { code: 'EGRESS_PROXY_BROKEN', kind: 'transient' } as const;
  const upstream = { code: 'EGRESS_PROXY_UPSTREAM', kind: 'transient' } as const;
  const denied = { code: 'EGRESS_PROXY_DENIED', kind: 'config' } as const;
  const cut = { code: 'SOURCE_CONNECTION_BROKEN', kind: 'transient' } as const;
  const late = { code: 'EGRESS_PROXY_TIMEOUT', kind: 'transient', slow: true } as const;
  return [
    { name: 'hangs before its answer', ...late, behave: () => undefined },
    { name: 'accepts and says nothing', ...late, greet: () => true },
    {
      name: 'sends one byte at a time',
      ...late,
      behave: (client) => {
        client.write('HTTP/1.1 200 ');
        trickle(client, () => 'O', 20);
      },
    },
    {
      name: 'sends a sound header one byte at a time',
      ...late,
      behave: (client) => {
        const header = 'HTTP/1.1 200 OK\r\nVia: slow\r\n\r\n';
        let at = 0;
        trickle(client, () => header.slice(at, (at += 1)), 30);
      },
    },
    {
      name: 'sends a header without end',
      ...broken,
      behave: (client) => {
        client.write('HTTP/1.1 200 OK\r\n');
        trickle(client, () => `X-Fill: ${'x'.repeat(1000)}\r\n`, 1);
      },
    },
    {
      name: 'sends a line without end',
      ...broken,
      behave: (client) => {
        client.write('HTTP/1.1 200 ');
        trickle(client, () => Buffer.alloc(4096, 'x'), 1);
      },
    },
    { name: 'resets when greeted', ...broken, greet: (c) => Boolean(c.resetAndDestroy()) },
    { name: 'resets instead of an answer', ...broken, behave: (c) => void c.resetAndDestroy() },
    { name: 'ends instead of an answer', ...broken, behave: (c) => void c.end() },
    { name: 'ends inside its answer', ...broken, behave: answering('HTTP/1.1 200 Conn') },
    { name: 'is no HTTP server', ...broken, behave: answering('\x05\x00\x00\x01') },
    { name: 'answers in TLS', ...broken, behave: answering('\x15\x03\x01\x00\x02\x02\x28') },
    { name: 'answers with 100', ...broken, behave: answering('HTTP/1.1 100 Continue\r\n\r\n') },
    {
      name: 'speaks in the place of the vendor',
      ...broken,
      behave: answering('HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{"errcode":0}'),
    },
    {
      name: 'wants a password',
      code: 'EGRESS_PROXY_AUTH',
      kind: 'config',
      behave: answering(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n',
      ),
    },
    { name: 'forbids', ...denied, behave: answering('HTTP/1.1 403 Forbidden\r\n\r\n<html>') },
    {
      name: 'redirects to a login page',
      ...denied,
      behave: answering('HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\n\r\n'),
    },
    { name: 'does not know CONNECT', ...denied, behave: answering('HTTP/1.1 405 No\r\n\r\n') },
    { name: 'cannot connect', ...upstream, behave: answering('HTTP/1.1 502 Bad Gateway\r\n\r\n') },
    { name: 'is overloaded', ...upstream, behave: answering('HTTP/1.1 503 Busy\r\n\r\n') },
    { name: 'waited in vain', ...upstream, behave: answering('HTTP/1.1 504 Timeout\r\n\r\n') },
    {
      name: 'resets when the tunnel stands',
      ...cut,
      behave: (client, header) => proxy.tunnel(client, header, (it) => void it.resetAndDestroy()),
    },
    {
      name: 'ends when the tunnel stands',
      ...cut,
      behave: (client) => void client.end('HTTP/1.1 200 OK\r\n\r\n'),
    },
    {
      name: 'resets inside the handshake',
      ...cut,
      behave: (client, header) =>
        proxy.tunnel(client, header, (it) => it.once('data', () => it.resetAndDestroy())),
    },
    {
      name: 'resets inside the request or its reply',
      ...cut,
      behave: (client, header) =>
        proxy.tunnel(client, header, (it) => {
          // The second flight of the handshake carries the request along.
          let pieces = 0;
          it.on('data', () => (pieces += 1) === 2 && it.resetAndDestroy());
        }),
    },
    {
      name: 'hangs when the tunnel stands',
      code: 'SOURCE_TIMEOUT',
      kind: 'transient',
      slow: true,
      behave: (client) => void client.write('HTTP/1.1 200 OK\r\n\r\n'),
    },
    {
      name: 'shows its own web page in the tunnel',
      code: 'SOURCE_TLS_FAILED',
      kind: 'config',
      behave: (client) => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        client.once('data', () => client.end('HTTP/1.1 400 Bad Request\r\n\r\n<html>'));
      },
    },
  ];
}
