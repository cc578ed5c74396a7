/** Hands a vendor's reply to the network. */
import type { ServerResponse } from 'node:http';
import type { SandboxReply } from './exchange.ts';

/** The body as it goes over the wire. */
export function textOf(reply: SandboxReply): string {
  return typeof reply.body === 'string' ? reply.body : (JSON.stringify(reply.body) ?? '');
}

/** Sends the reply, with `text` in place of its own when given; returns the HTTP status. */
export function send(outgoing: ServerResponse, reply: SandboxReply, text = textOf(reply)): number {
  const status = reply.status ?? 200;
  const body = Buffer.from(text, 'utf8');
  outgoing.writeHead(status, {
    ...reply.headers,
    'content-type': reply.contentType ?? 'application/json;charset=utf-8',
    'content-length': body.length,
  });
  outgoing.end(body);
  return status;
}
