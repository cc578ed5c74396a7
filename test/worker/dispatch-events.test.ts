/** From the inbox to workflows: one signal per object and batch, whoever dies where, whatever is away. */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { ObjectRef } from '../../model/directory.ts';
import { createEvents, createInbox } from '../../store/inbox.ts';
import type { Inbox } from '../../store/inbox.ts';
import { dispatchBatch, dispatchEvents } from '../../worker/dispatch-events.ts';
import type { DispatchParts } from '../../worker/dispatch-events.ts';
import { openDesk } from '../store/desk.ts';
import type { Desk } from '../store/desk.ts';

let desk: Desk;
let inbox: Inbox;
/** What the workflows of objects were told: ids of events by object. */
let told: Map<string, string[]>;
let signals: number;

beforeAll(async () => {
  desk = await openDesk(inject('mongoUri'));
  inbox = createInbox(desk.c);
});
afterAll(() => desk.close());
beforeEach(async () => {
  told = new Map();
  signals = 0;
  await desk.c.inbox.deleteMany({});
  await desk.c.events.deleteMany({});
});

async function send(_connection: string, object: ObjectRef, events: string[]): Promise<void> {
  signals += 1;
  told.set(object.id, [...(told.get(object.id) ?? []), ...events]);
}

const parts = (more: Partial<DispatchParts> = {}): DispatchParts => ({
  inbox,
  send,
  log: { warn: () => undefined },
  ...more,
});

const person = (id: string): ObjectRef => ({ kind: 'person', id });

function add(id: string, objects: ObjectRef[], known = true): Promise<boolean> {
  const type = known ? 'user_modify_org' : 'bpms_task_change';
  return inbox.add('feihua', { id, type, known, objects, happenedAt: null }, 'callback');
}

/** Makes leases end at once, as time would. */
const letLeasesEnd = (): Promise<unknown> =>
  desk.c.inbox.updateMany({}, { $set: { until: new Date(0) } });

describe('a batch', () => {
  it('is one signal per object, with the ids of all its events, and leaves the inbox empty', async () => {
    for (let n = 0; n < 30; n += 1) await add(`e${n}`, [person(`p${n % 3}`)]);
    await add('many', [person('p0'), person('p9')]);
    expect(await dispatchBatch(parts())).toBe(31);
    expect(signals).toBe(4);
    expect(told.get('p0')).toHaveLength(11);
    expect(told.get('p9')).toEqual(['feihua/many']);
    expect(await inbox.waiting()).toEqual({ count: 0, oldest: null });
    expect(await dispatchBatch(parts())).toBe(0);
  });

  it('sends the objects of a long event side by side, and no payload without bound', async () => {
    await add(
      'long',
      Array.from({ length: 400 }, (_, n) => person(`q${n}`)),
    );
    for (let n = 0; n < 150; n += 1) await add(`f${n}`, [person('busy')]);
    let now = 0;
    let most = 0;
    let longest = 0;
    const slow: DispatchParts['send'] = async (connection, object, events) => {
      now += 1;
      most = Math.max(most, now);
      longest = Math.max(longest, events.length);
      await new Promise(setImmediate);
      await send(connection, object, events);
      now -= 1;
    };
    await dispatchBatch(parts({ send: slow }));
    expect(told.size).toBe(401);
    expect(most).toBe(16);
    expect(longest).toBe(100);
  });

  it('counts what names nobody and what is unknown, without a signal', async () => {
    await add('nobody', []);
    await add('odd', [], false);
    await dispatchBatch(parts());
    expect(signals).toBe(0);
    const rows = await createEvents(desk.c).list('feihua', 10);
    expect(rows.map((it) => it.outcome).sort()).toEqual(['nothing', 'unknown']);
  });
});

describe('nothing is lost', () => {
  it('while Temporal is away: events wait longer each time, and are sent when it is back', async () => {
    await add('e1', [person('a'), person('b')]);
    await add('e2', [person('b')]);
    const away: DispatchParts['send'] = (connection, object, events) =>
      object.id === 'a' ? Promise.reject(new Error('14')) : send(connection, object, events);
    await dispatchBatch(parts({ send: away }));
    expect((await desk.c.inbox.find({}).toArray()).map((it) => [it._id, it.tries])).toEqual([
      ['feihua/e1', 1],
    ]);
    expect(await dispatchBatch(parts())).toBe(0);
    await letLeasesEnd();
    await dispatchBatch(parts());
    expect(told.get('a')).toEqual(['feihua/e1']);
    expect((await inbox.waiting()).count).toBe(0);
  });

  const deaths: [string, (real: Inbox) => Partial<DispatchParts>][] = [
    ['before the first signal', () => ({ send: () => new Promise(() => undefined) })],
    [
      'after the signals',
      (real) => ({ inbox: { ...real, sent: () => new Promise(() => undefined) } }),
    ],
    [
      'after the event has left the inbox',
      (real) => ({
        inbox: {
          ...real,
          async sent(taken) {
            await real.sent(taken);
            return new Promise(() => undefined);
          },
        },
      }),
    ],
  ];

  it.each(deaths)('when a dispatcher dies %s', async (_, dying) => {
    await add('e1', [person('a')]);
    // It never comes back from that step; whatever it held is free when its lease ends.
    void dispatchBatch(parts(dying(inbox)));
    await expect.poll(() => desk.c.events.countDocuments({})).toBe(1);
    await expect.poll(async () => told.size + (await inbox.waiting()).count).toBeGreaterThan(0);
    await letLeasesEnd();
    await dispatchBatch(parts());
    await expect.poll(() => told.get('a')?.[0]).toBe('feihua/e1');
    await expect.poll(async () => (await inbox.waiting()).count).toBe(0);
    const [row] = await createEvents(desk.c).list('feihua', 10);
    expect(row).toMatchObject({ outcome: 'sent', open: [person('a')] });
  });

  it('and nothing is sent twice by several dispatchers that live', async () => {
    for (let n = 0; n < 60; n += 1) await add(`e${n}`, [person(`p${n}`)]);
    const running = [1, 2, 3].map(() => dispatchEvents(parts()));
    await expect.poll(async () => (await inbox.waiting()).count).toBe(0);
    await Promise.all(running.map((it) => it.stop()));
    expect(told.size).toBe(60);
    expect(signals).toBe(60);
  });
});
