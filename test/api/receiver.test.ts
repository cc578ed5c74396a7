/** The receiver: stored before acknowledged, one refusal for everything else, and bad clients in nobody's way. */
import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { createInbox } from '../../store/inbox.ts';
import { faultOf } from '../../sandbox/dingtalk/callback-crypto.ts';
import { startSandbox } from '../../sandbox/start.ts';
import { openDesk } from '../store/desk.ts';
import type { Desk } from '../store/desk.ts';
import {
  KEY,
  eventOf,
  openReceiver,
  push,
  pushOf,
  requestText,
  socketTo,
} from './receiver-desk.ts';
import type { Receiver } from './receiver-desk.ts';

let desk: Desk;
let receiver: Receiver;
const sockets: Socket[] = [];

beforeAll(async () => {
  desk = await openDesk(inject('mongoUri'));
  // Patient, so that a machine under load stores in time too; that the time ends is tested by itself.
  receiver = await openReceiver(inboxStore(), { storeMs: 20_000 });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  receiver.store = inboxStore();
  await desk.c.inbox.deleteMany({});
});
afterAll(async () => {
  await receiver.close();
  await desk.close();
});

function inboxStore(): Receiver['store'] {
  const inbox = createInbox(desk.c);
  return (connection, event) => inbox.add(connection, event, 'callback');
}

const ids = async (): Promise<string[]> =>
  (await desk.c.inbox.find({}).toArray()).map((each) => each._id).sort();

describe('an event', () => {
  it('is in the inbox when DingTalk reads success', async () => {
    const reply = await push(receiver, eventOf('e1'));
    expect(faultOf(KEY, reply.status, await reply.text())).toBeNull();
    expect(await ids()).toEqual(['feihua/e1']);
  });

  it('that comes again is acknowledged again and kept once', async () => {
    const replies = await Promise.all([1, 2, 3].map(() => push(receiver, eventOf('e1'))));
    expect(replies.map((each) => each.status)).toEqual([200, 200, 200]);
    expect(await ids()).toEqual(['feihua/e1']);
  });

  it('that cannot be stored, or not within a second, is an error', async () => {
    receiver.store = () => Promise.reject(new Error('away'));
    expect((await push(receiver, eventOf('e1'))).status).toBe(503);
    const strict = await openReceiver(() => new Promise(() => undefined));
    try {
      expect((await push(strict, eventOf('e1'))).status).toBe(503);
    } finally {
      await strict.close();
    }
    expect(await ids()).toEqual([]);
  });

  it('is not stored for a knock that only proves the address', async () => {
    receiver.store = () => Promise.reject(new Error('nothing to store'));
    const reply = await push(receiver, { EventType: 'check_url' });
    expect(faultOf(KEY, reply.status, await reply.text())).toBeNull();
  });
});

describe('everything else', () => {
  const send = (path: string, init: RequestInit): Promise<Response> =>
    fetch(new URL(path, receiver.url), init);
  const json = { 'content-type': 'application/json' };
  const { query, body } = pushOf(eventOf('never'));
  const good = (more: object = {}, text = body) => ({
    method: 'POST',
    headers: json,
    body: text,
    ...more,
  });
  const at = (search: string): string => `${new URL(receiver.url).pathname}?${search}`;
  const swap = (name: string, value: string): string => {
    const changed = new URLSearchParams(query);
    changed.set(name, value);
    return changed.toString();
  };

  const cases: [string, () => Promise<Response>][] = [
    ['another path', () => send(`/callbacks/dingtalk/${'0'.repeat(32)}?${query}`, good())],
    ['a path that none ever is', () => send(`/callbacks/dingtalk/%7B?${query}`, good())],
    ['a bad escape', () => send(`/callbacks/dingtalk/%E0%A4?${query}`, good())],
    ['the control API', () => send('/api/v1/connections', { headers: json })],
    ['the health of the control API', () => send('/healthz', {})],
    ['another method', () => send(at(query), { method: 'GET' })],
    ['no query', () => send(at(''), good())],
    ['a wrong signature', () => send(at(swap('msg_signature', '0'.repeat(40))), good())],
    ['a parameter twice', () => send(at(`${query}&nonce=a`), good())],
    ['a parameter as an object', () => send(at(query.replace('nonce', 'nonce[$ne]')), good())],
    ['an old time', () => send(at(swap('timestamp', '1445827045067')), good())],
    ['no body', () => send(at(query), { method: 'POST', headers: json })],
    ['a body of text', () => send(at(query), good({ headers: { 'content-type': 'text/plain' } }))],
    ['a body that is no JSON', () => send(at(query), good({}, '{"encrypt":'))],
    ['a body that is a list', () => send(at(query), good({}, `[${body}]`))],
    [
      'another ciphertext',
      () => send(at(query), good({}, JSON.stringify({ encrypt: 'A'.repeat(64) }))),
    ],
    [
      'a long body',
      () => send(at(query), good({}, JSON.stringify({ encrypt: 'A'.repeat(70_000) }))),
    ],
    [
      'a packed body',
      () => send(at(query), good({ headers: { ...json, 'content-encoding': 'gzip' } })),
    ],
  ];

  it.each(cases)('(%s) gets the same refusal and changes nothing', async (_, ask) => {
    const reply = await ask();
    expect([reply.status, await reply.text()]).toEqual([400, '{"error":"not accepted"}']);
    // Or the rest of a bad request would have to be read.
    expect(reply.headers.get('connection')).toBe('close');
    expect(await ids()).toEqual([]);
  });
});

describe('bad clients', () => {
  const open = async (): Promise<Socket> => {
    const socket = await socketTo(receiver);
    sockets.push(socket);
    return socket;
  };

  it('that are slow, half open or silent do not hold up good ones', async () => {
    const text = requestText(receiver, eventOf('slow'));
    for (let number = 0; number < 300; number += 1) {
      const socket = await open();
      if (number % 3 === 0) socket.write(text.slice(0, 20 + number));
      if (number % 3 === 1) socket.end(text.slice(0, -10));
    }
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, number) => push(receiver, eventOf(`good-${number}`))),
    );
    expect(replies.map((each) => each.status)).toEqual(Array(20).fill(200));
    expect(await ids()).toHaveLength(20);
  });

  it('that send everything at once get every answer, in order', async () => {
    const socket = await open();
    let answers = '';
    const all = new Promise<void>((resolve) => {
      socket.on('data', (chunk: Buffer) => {
        answers += chunk.toString('utf8');
        if (answers.split('HTTP/1.1 200').length > 30) resolve();
      });
    });
    const requests = Array.from({ length: 30 }, (_, n) => requestText(receiver, eventOf(`p${n}`)));
    socket.write(requests.join(''));
    const other = await push(receiver, eventOf('other'));
    expect(other.status).toBe(200);
    await all;
    expect(await ids()).toHaveLength(31);
  });

  it('that announce a body without end are cut off after the refusal', async () => {
    const socket = await open();
    const ended = new Promise((resolve) => socket.once('close', resolve));
    const head = requestText(receiver, eventOf('x')).split('\r\n\r\n')[0] ?? '';
    socket.write(head.replace(/Content-Length: \d+/, 'Content-Length: 1000000000') + '\r\n\r\n');
    const chunk = 'x'.repeat(16 * 1024);
    const feed = setInterval(() => socket.write(chunk), 1);
    await ended;
    clearInterval(feed);
    expect(await ids()).toEqual([]);
  });
});

describe('the simulated DingTalk', () => {
  it('is answered its knock, and what fails once is stored by its first retry', async () => {
    const sandbox = await startSandbox();
    try {
      const { control, appKey } = sandbox.addresses;
      const ask = (method: string, path: string, body: object): Promise<Response> =>
        fetch(`${control}${path}`, { method, body: JSON.stringify(body) });
      const { token, aesKey } = KEY;
      const subscribed = { url: receiver.url, token, aesKey };
      const reply = await ask('PUT', `/apps/${appKey}/callback`, subscribed);
      expect([reply.status, await reply.json()]).toMatchObject([200, { receiver: KEY.receiver }]);
      receiver.store = () => Promise.reject(new Error('the database is away'));
      const change = { do: 'renameDepartment', id: 300000001, name: '产研部' };
      await ask('POST', '/dingtalk/changes', { changes: [change] });
      const { events } = sandbox.dingtalk.core;
      await events.idle();
      expect(await ids()).toEqual([]);
      receiver.store = inboxStore();
      sandbox.clock.advance(10_000);
      await events.idle();
      const [event] = events.sent();
      expect(event?.pushes.map((each) => each.fault)).toEqual(['http statusCode is:503', null]);
      expect(await desk.c.inbox.findOne({})).toMatchObject({
        _id: `feihua/${event?.eventId}`,
        type: 'org_dept_modify',
        way: 'callback',
        objects: [{ kind: 'department', id: '300000001' }],
      });
    } finally {
      await sandbox.stop();
    }
  });
});
