/** A receiver in the test's own process, over a real database, and clients that speak to it well or badly. */
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createCallbackApp } from '../../api/callback-app.ts';
import type { ReceiverParts } from '../../api/callback-app.ts';
import { createReceiverServer } from '../../api/receiver-server.ts';
import { createCallback } from '../../connectors/dingtalk/callback.ts';
import type { SourceEvent } from '../../model/event.ts';
import { silentLog } from '../../runtime/log.ts';
import { seal } from '../../sandbox/dingtalk/callback-crypto.ts';
import type { CallbackKey } from '../../sandbox/dingtalk/callback-crypto.ts';

export const PATH = '0123456789abcdef0123456789abcdef';
export const KEY: CallbackKey = {
  token: 'simtoken2026',
  aesKey: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ',
  receiver: 'dingsimappkey00000001',
};

export interface Receiver {
  url: string;
  port: number;
  /** How events are stored; changed by tests that need it to fail. */
  store: (connection: string, event: SourceEvent) => Promise<unknown>;
  close(): Promise<void>;
}

export async function openReceiver(
  store: Receiver['store'],
  more: Partial<ReceiverParts> = {},
): Promise<Receiver> {
  const callback = createCallback({ ...KEY, corpId: 'dingsimcorp0001' });
  const app = createCallbackApp({
    subscription: (path) =>
      Promise.resolve(path === PATH ? { connection: 'feihua', ...callback } : null),
    store: (connection, event) => it.store(connection, event),
    log: silentLog,
    now: () => Date.now(),
    ...more,
  });
  const server = createReceiverServer(app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const it: Receiver = {
    url: `http://127.0.0.1:${port}/callbacks/dingtalk/${PATH}`,
    port,
    store,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return it;
}

/** A push as DingTalk makes it: the query's text and the body's. */
export function pushOf(payload: object, key = KEY): { query: string; body: string } {
  const { signature, timestamp, nonce, encrypt } = seal(
    key,
    JSON.stringify(payload),
    `${Date.now()}`,
  );
  const query = new URLSearchParams({ msg_signature: signature, timestamp, nonce });
  return { query: query.toString(), body: JSON.stringify({ encrypt }) };
}

export const eventOf = (id: string): object => ({
  EventType: 'user_modify_org',
  EventTime: Date.now(),
  CorpId: 'dingsimcorp0001',
  eventId: id,
  userId: ['u-1'],
});

export function push(it: Receiver, payload: object): Promise<Response> {
  const { query, body } = pushOf(payload);
  const headers = { 'content-type': 'application/json' };
  return fetch(`${it.url}?${query}`, { method: 'POST', headers, body });
}

/** A connection that says what it is told, byte by byte as it likes. */
export async function socketTo(it: Receiver): Promise<Socket> {
  const socket = connect(it.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

/** The push as the bytes of a request. */
export function requestText(it: Receiver, payload: object): string {
  const { query, body } = pushOf(payload);
  return [
    `POST ${new URL(it.url).pathname}?${query} HTTP/1.1`,
    'Host: receiver',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}
