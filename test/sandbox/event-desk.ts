/** Subscribers of the simulated DingTalk's events, without a network: a callback, and a Stream client. */
import { EVENT_TYPES } from '../../sandbox/dingtalk/book-events.ts';
import { seal } from '../../sandbox/dingtalk/callback-crypto.ts';
import type { StreamConnection } from '../../sandbox/dingtalk/stream-connection.ts';
import { parsed, RESEARCH } from './dingtalk-desk.ts';
import type { Desk, Json } from './dingtalk-desk.ts';

export const AES_KEY = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ';
const TOKEN = 'simtoken2026';

/** Lets promises that wait for nothing else go on. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The console's subscription, kept without a knock. */
export function subscribe(it: Desk): void {
  const url = 'http://receiver.example/callback';
  it.app.callback = {
    url,
    token: TOKEN,
    aesKey: AES_KEY,
    receiver: it.app.appKey,
    tags: EVENT_TYPES,
  };
}

/** The encrypted word that the vendor waits for. */
export function success(it: Desk, word = 'success'): { status: number; body: string } {
  const { callback } = it.app;
  if (!callback) throw new Error('nobody has subscribed');
  const { signature, timestamp, nonce, encrypt } = seal(callback, word, '1767225600000');
  const body = { msg_signature: signature, timeStamp: timestamp, nonce, encrypt };
  return { status: 200, body: JSON.stringify(body) };
}

/** One event of a department that no attempt hands over. */
export async function failOnce(it: Desk): Promise<void> {
  subscribe(it);
  it.change({ do: 'renameDepartment', id: RESEARCH, name: '产研部' });
  for (const wait of [10_000, 30_000]) {
    await it.dingtalk.core.events.idle();
    it.advance(wait);
  }
  await it.dingtalk.core.events.idle();
}

export interface StreamClient {
  /** What came down, parsed. */
  frames: Json[];
  connection: StreamConnection;
  /** Answers the last frame with this status. */
  answer(status: string): void;
  /** How the vendor ended the connection, once it did. */
  ended: { abrupt: boolean } | null;
}

export function openStream(it: Desk, clientSecret = it.app.appSecret): Json {
  const body = { clientId: it.app.appKey, clientSecret };
  const path = '/v1.0/gateway/connections/open';
  return parsed(it.raw({ path, host: 'api.dingtalk.com', body }));
}

export function connectStream(it: Desk): StreamClient {
  const frames: Json[] = [];
  const { ticket } = openStream(it);
  const connection = it.dingtalk.core.stream.accept(ticket, {
    send: (text) => void frames.push(JSON.parse(text)),
    close(abrupt) {
      client.ended = { abrupt };
    },
  });
  if (!connection) throw new Error('the ticket is no good');
  const client: StreamClient = {
    frames,
    connection,
    ended: null,
    answer(status) {
      const { messageId } = frames.at(-1).headers;
      const data = JSON.stringify({ status });
      const headers = { messageId, contentType: 'application/json' };
      connection.receive(JSON.stringify({ code: 200, message: 'OK', headers, data }));
    },
  };
  connection.begin();
  return client;
}
