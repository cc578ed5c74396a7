/** The inbox and the rows of history: nothing twice, nothing lost, and the truth about what became of an event. */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { SourceEvent } from '../../model/event.ts';
import type { ObjectRef } from '../../model/directory.ts';
import { problem } from '../../model/problem.ts';
import { createCallbacks } from '../../store/callbacks.ts';
import { createConnections } from '../../store/connections.ts';
import { createEvents, createInbox } from '../../store/inbox.ts';
import { openDesk } from './desk.ts';
import type { Desk } from './desk.ts';
import { connectionOf } from './connection.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk(inject('mongoUri'));
});
afterAll(() => desk.close());
beforeEach(async () => {
  await desk.c.inbox.deleteMany({});
  await desk.c.events.deleteMany({});
});

const person = (id: string): ObjectRef => ({ kind: 'person', id });
const event = (id: string | null, ...objects: ObjectRef[]): SourceEvent => ({
  id,
  type: 'user_modify_org',
  known: true,
  objects,
  happenedAt: 1_767_225_600_000,
});
const inbox = () => createInbox(desk.c);
const events = () => createEvents(desk.c);
const add = (it: SourceEvent) => inbox().add('feihua', it, 'callback');

describe('the inbox', () => {
  it('takes an event once, also when its copies come at the same time or after it was sent on', async () => {
    const copies = await Promise.all([1, 2, 3, 4].map(() => add(event('e1', person('a')))));
    expect(copies.filter(Boolean)).toHaveLength(1);
    await inbox().sent(await inbox().take(10, 1_000));
    expect(await add(event('e1', person('a')))).toBe(false);
    expect(await inbox().waiting()).toEqual({ count: 0, oldest: null });
    expect(await inbox().add('other', event('e1', person('a')), 'callback')).toBe(true);
  });

  it('never takes an event without an id for a copy', async () => {
    for (let n = 0; n < 3; n += 1) expect(await add(event(null, person('a')))).toBe(true);
    expect((await inbox().waiting()).count).toBe(3);
  });

  it('gives an event to one taker at a time, and again when that one died', async () => {
    for (let n = 0; n < 20; n += 1) await add(event(`e${n}`, person('a')));
    const both = await Promise.all([inbox().take(15, 60_000), inbox().take(15, 60_000)]);
    const ids = both.flat().map((it) => it.id);
    expect(new Set(ids).size).toBe(ids.length);
    const rest = await inbox().take(20, 0);
    expect(new Set([...ids, ...rest.map((it) => it.id)]).size).toBe(20);
    // A lease of no length is over at once.
    const again = await inbox().take(20, 60_000);
    expect(again.map((it) => it.id).sort()).toEqual(rest.map((it) => it.id).sort());
  });

  it('keeps what was put back until its time has come', async () => {
    await add(event('e1', person('a')));
    await inbox().putBack(await inbox().take(10, 60_000), 60_000);
    expect(await inbox().take(10, 60_000)).toEqual([]);
    await inbox().putBack(
      [{ id: 'feihua/e1', ...{ connection: '', known: true, objects: [], tries: 0 } }],
      0,
    );
    expect(await inbox().take(10, 60_000)).toMatchObject([{ id: 'feihua/e1', tries: 2 }]);
  });
});

describe('a row of history', () => {
  const outcome = async (id: string) => (await events().get(`feihua/${id}`))?.outcome;

  it('waits, is sent, and is applied when the last of its objects has settled', async () => {
    await add(event('e1', person('a'), person('b')));
    expect(await outcome('e1')).toBe('waiting');
    const taken = await inbox().take(10, 60_000);
    expect(await outcome('e1')).toBe('waiting');
    // Faster than the inbox: the workflow has settled before the event has left it.
    await events().settle(['feihua/e1'], person('a'), false);
    await inbox().sent(taken);
    expect(await outcome('e1')).toBe('sent');
    expect((await events().get('feihua/e1'))?.open).toEqual([person('b')]);
    await events().settle(['feihua/e1'], person('b'), false);
    await events().settle(['feihua/e1'], person('b'), false);
    const row = await events().get('feihua/e1');
    expect(row).toMatchObject({ outcome: 'applied', open: [], problem: null });
    expect(row?.appliedAt).toMatch(/Z$/);
  });

  it('settled before the inbox let it go is not opened again by whoever takes it a second time', async () => {
    await add(event('e1', person('a')));
    await inbox().take(10, 0);
    await events().settle(['feihua/e1'], person('a'), false);
    await inbox().sent(await inbox().take(10, 60_000));
    expect(await outcome('e1')).toBe('applied');
  });

  it('says what holds it up, and that it is held or failed', async () => {
    for (const id of ['e1', 'e2']) await add(event(id, person('a')));
    await inbox().sent(await inbox().take(10, 60_000));
    const away = problem('SOURCE_RATE_LIMITED', { vendorCode: '90018' });
    await events().trouble(['feihua/e1'], away, false);
    expect(await events().get('feihua/e1')).toMatchObject({ outcome: 'sent', problem: away });
    await events().trouble(['feihua/e1'], away, true);
    expect(await outcome('e1')).toBe('failed');
    await events().settle(['feihua/e2'], person('a'), true);
    expect(await outcome('e2')).toBe('held');
  });

  it('counts what names nobody, and what we do not know', async () => {
    await add(event('e1'));
    await add({ ...event('e2'), type: 'bpms_task_change', known: false });
    await inbox().sent(await inbox().take(10, 60_000));
    expect([await outcome('e1'), await outcome('e2')]).toEqual(['nothing', 'unknown']);
    const listed = await events().list('feihua', 10);
    expect(listed.map((it) => it.type).sort()).toEqual(['bpms_task_change', 'user_modify_org']);
    expect(await events().list('other', 10)).toEqual([]);
    expect(await events().get('feihua/none')).toBeNull();
  });
});

describe('an address for callbacks', () => {
  it('is random, opens with its secrets, and ends when another takes its place', async () => {
    const connections = createConnections(desk.c, desk.vault);
    await connections.create(...connectionOf('acme'));
    const callbacks = createCallbacks(desk.c, connections);
    const first = await callbacks.replace('acme', 'appKey');
    expect(first.path).toMatch(/^[0-9a-f]{32}$/);
    expect(first.aesKey).toMatch(/^[A-Za-z0-9]{43}$/);
    expect(await callbacks.open(first.path)).toMatchObject({ ...first, connection: 'acme' });
    const stored = JSON.stringify(await desk.c.callbacks.find({}).toArray());
    expect(stored).not.toContain(first.token);
    const second = await callbacks.replace('acme', 'corpId');
    expect(await callbacks.open(first.path)).toBeNull();
    expect(second.path).not.toBe(first.path);
    expect(await callbacks.remove('acme')).toBe(true);
    expect(await callbacks.open(second.path)).toBeNull();
    await expect(callbacks.replace('none', 'appKey')).rejects.toMatchObject({
      problem: { code: 'CONNECTION_UNKNOWN' },
    });
  });
});
