/** The Stream gateway by its documents: tickets, frames, acknowledgements, pings, and how connections end. */
import { expect, test } from 'vitest';
import { COMMERCE, desk } from './dingtalk-desk.ts';
import type { Desk } from './dingtalk-desk.ts';
import { connectStream, openStream, settle } from './event-desk.ts';

const rename = (it: Desk, name: string): void =>
  void it.change({ do: 'renameDepartment', id: COMMERCE, name });

const socket = { send: () => undefined, close: () => undefined };

test('a ticket opens one connection within 90 s', () => {
  const it = desk();
  const { stream } = it.dingtalk.core;
  const { ticket, endpoint } = openStream(it);
  expect(endpoint).toBe('wss://wss-open-connection.dingtalk.com:443/connect');
  expect(stream.accept(ticket, socket)).not.toBeNull();
  expect(stream.accept(ticket, socket)).toBeNull();
  expect(stream.accept('made up', socket)).toBeNull();
  const late = openStream(it).ticket;
  it.advance(90_000);
  expect(stream.accept(late, socket)).toBeNull();
  expect(openStream(it, 'wrong')).toMatchObject({ code: 'authFailed' });
});

test('an event comes as a frame with its id in the headers, and is over once acknowledged', async () => {
  const it = desk();
  const client = connectStream(it);
  rename(it, '商务部');
  const [frame] = client.frames;
  expect(frame).toMatchObject({
    specVersion: '1.0',
    type: 'EVENT',
    headers: { topic: '*', eventType: 'org_dept_modify', eventCorpId: it.company.corpId },
  });
  expect(JSON.parse(frame.data)).toEqual({ deptId: [COMMERCE] });
  client.answer('SUCCESS');
  await it.dingtalk.core.events.idle();
  it.advance(3_000);
  it.advance(26_000);
  expect(client.frames).toHaveLength(1);
  expect(it.dingtalk.core.events.sent()[0]?.pushes).toMatchObject([{ way: 'stream', fault: null }]);
});

test('what is answered with LATER, or not within 3 s, comes again after a minute with another message id', async () => {
  const it = desk();
  it.set({ streamPingSeconds: 0 });
  const client = connectStream(it);
  rename(it, '商务部');
  client.answer('LATER');
  await settle();
  it.advance(60_000);
  await settle();
  it.advance(3_000);
  await settle();
  it.advance(60_000);
  await settle();
  client.answer('SUCCESS');
  await it.dingtalk.core.events.idle();
  const [first, second, third] = client.frames.map((each) => each.headers);
  expect(client.frames).toHaveLength(3);
  expect(new Set([first.eventId, second.eventId, third.eventId]).size).toBe(1);
  expect(new Set([first.messageId, second.messageId, third.messageId]).size).toBe(3);
});

test('who is told to go gets nothing new, has ten seconds, and another connection takes over', async () => {
  const it = desk();
  it.set({ streamPingSeconds: 0 });
  const old = connectStream(it);
  expect(it.dingtalk.core.stream.disconnect(it.app.appKey, false)).toBe(1);
  expect(old.frames.at(-1).headers.topic).toBe('disconnect');
  const next = connectStream(it);
  rename(it, '商务部');
  expect([old.frames.length, next.frames.length]).toEqual([1, 1]);
  next.answer('SUCCESS');
  await it.dingtalk.core.events.idle();
  it.advance(9_999);
  expect(old.ended).toBeNull();
  it.advance(1);
  expect(old.ended).toEqual({ abrupt: false });
});

test('a connection that drops loses nothing: its event comes again on the next one', async () => {
  const it = desk();
  it.set({ streamPingSeconds: 0 });
  const old = connectStream(it);
  rename(it, '商务部');
  it.dingtalk.core.stream.disconnect(undefined, true);
  expect(old.ended).toEqual({ abrupt: true });
  await settle();
  const next = connectStream(it);
  it.advance(60_000);
  await settle();
  expect(next.frames).toHaveLength(1);
  next.answer('SUCCESS');
  await it.dingtalk.core.events.idle();
});

test('an unanswered ping ends the connection, an answered one keeps it', async () => {
  const it = desk();
  const [silent, lively] = [connectStream(it), connectStream(it)];
  it.advance(30_000);
  expect(silent.frames.at(-1)).toMatchObject({ type: 'SYSTEM', headers: { topic: 'ping' } });
  const { headers, data } = lively.frames.at(-1);
  lively.connection.receive(JSON.stringify({ code: 200, message: 'OK', headers, data }));
  it.advance(30_000);
  expect([silent.ended, lively.ended]).toEqual([{ abrupt: false }, null]);
  expect(it.dingtalk.core.stream.connections()).toHaveLength(1);
});
