/** Missed events: the list of failed pushes is stored before anything else, and what no list has is read as a whole. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { recover } from '../../activities/recover.ts';
import type { RecoverParts } from '../../activities/recover.ts';
import { newRun } from '../../model/run.ts';
import { defaultSwitches, limitSwitches } from '../../sandbox/dingtalk/switches.ts';
import { startSandbox } from '../../sandbox/start.ts';
import type { Sandbox } from '../../sandbox/start.ts';
import { createFeeds } from '../../store/feeds.ts';
import { createEvents, createInbox } from '../../store/inbox.ts';
import { createRuns } from '../../store/runs.ts';
import { companyOf, readerOf } from '../connectors/dingtalk-company.ts';
import type { Reader } from '../connectors/dingtalk-company.ts';
import { openDesk } from '../store/desk.ts';
import type { Desk } from '../store/desk.ts';

let sandbox: Sandbox;
let desk: Desk;
let reader: Reader;

beforeAll(async () => {
  [sandbox, desk] = await Promise.all([startSandbox(), openDesk(inject('mongoUri'))]);
});
afterAll(async () => {
  await sandbox.stop();
  await desk.close();
});
beforeEach(async () => {
  sandbox.faults.remove();
  sandbox.dingtalk.configure({ ...defaultSwitches(), ...limitSwitches('none') });
  reader = readerOf(sandbox);
  for (const it of [desk.c.inbox, desk.c.events, desk.c.feeds, desk.c.runs, desk.c.receivers]) {
    await it.deleteMany({});
  }
});
afterEach(() => reader.transport.close());

const parts = (more: Partial<RecoverParts> = {}): RecoverParts => ({
  connection: 'feihua',
  workflowId: 'import/feihua',
  failedPushes: (signal) => reader.source.failedPushes(signal),
  feeds: createFeeds(desk.c),
  inbox: createInbox(desk.c),
  events: createEvents(desk.c),
  runs: createRuns(desk.c),
  sleep: async () => undefined,
  ...more,
});
const round = (more?: Partial<RecoverParts>) => recover(parts(more), new AbortController().signal);

const LIST = 'call_back/get_call_back_failed_result';
let number = 0;

/** Events that could not be pushed, as they stand in the list. */
function failed(count: number): string[] {
  const { corpId, appKey } = sandbox.addresses;
  const { events, clock } = sandbox.dingtalk.core;
  const company = companyOf(sandbox);
  expect(company.corpId).toBe(corpId);
  return Array.from({ length: count }, () => {
    number += 1;
    const id = `p${number}`;
    const event = { type: 'user_modify_org', userIds: [id], eventId: `e${number}`, corpId };
    events.failed.add(appKey, { ...event, at: clock.now() + number }, clock.now() - 3_600_000);
    return id;
  });
}
const waiting = async () =>
  (await desk.c.inbox.find({}).toArray()).flatMap((it) => it.objects.map(({ id }) => id)).sort();
const passes = () => desk.c.runs.find({}).toArray();

describe('the list of failed pushes', () => {
  it('is read to its end, page after page, and every event waits in the inbox once', async () => {
    const ids = failed(450);
    expect(await round()).toEqual({ found: 450, run: null, problem: null });
    expect(await waiting()).toEqual(ids.sort());
    const [one] = await desk.c.inbox.find({}).toArray();
    expect(one).toMatchObject({ way: 'list', known: true, type: 'user_modify_org' });
    expect(await round()).toMatchObject({ found: 0 });
    expect(await passes()).toEqual([]);
  });

  it.each(['deptid', 'deptId', 'DeptId'])('names departments by %s', async (key) => {
    sandbox.dingtalk.configure({ failedListDepartmentKey: key });
    const { corpId, appKey } = sandbox.addresses;
    const event = { type: 'org_dept_remove', deptIds: [7, 8], eventId: 'x', corpId };
    const { events, clock } = sandbox.dingtalk.core;
    events.failed.add(appKey, { ...event, at: clock.now() }, clock.now() - 3_600_000);
    await round();
    const [stored] = await desk.c.inbox.find({}).toArray();
    expect(stored?.objects).toEqual([
      { kind: 'department', id: '7' },
      { kind: 'department', id: '8' },
    ]);
  });

  it('is stored before it is read on, also by a store that first says no', async () => {
    const ids = failed(3);
    const inbox = createInbox(desk.c);
    let refusals = 2;
    const shy: RecoverParts['inbox'] = {
      addAll: (...all) =>
        refusals-- > 0 ? Promise.reject(new Error('away')) : inbox.addAll(...all),
    };
    expect(await round({ inbox: shy })).toMatchObject({ found: 3, run: null });
    expect(await waiting()).toEqual(ids);
  });
});

describe('a gap that no list cures', () => {
  const died: [string, () => Partial<RecoverParts>][] = [
    [
      'a reader died with a page in its hands',
      () => ({ inbox: { addAll: () => Promise.reject(new Error('killed')) } }),
    ],
  ];

  it.each(died)('when %s starts one whole pass, and says so in the history', async (_, dying) => {
    failed(2);
    await expect(round(dying())).rejects.toThrow();
    const { run } = await round();
    expect(await passes()).toMatchObject([
      { _id: run, trigger: 'event', status: 'queued', scope: { kind: 'organization' } },
    ]);
    const [row] = await createEvents(desk.c).list('feihua', 5);
    expect(row).toMatchObject({ outcome: 'missed', problem: { code: 'EVENTS_MISSED' } });
    expect(await round()).toMatchObject({ run: null });
    expect(await passes()).toHaveLength(1);
  });

  it('waits while a pass is under way: it may have read too early', async () => {
    failed(1);
    await expect(round(died[0]?.[1]())).rejects.toThrow();
    const runs = createRuns(desk.c);
    const asked = { connection: 'feihua', workflowId: 'import/feihua', trigger: 'manual' } as const;
    const scope = { kind: 'organization' } as const;
    const now = new Date().toISOString();
    await runs.create(newRun('r1', now, { ...asked, scope }));
    expect(await round()).toMatchObject({ run: null });
    await desk.c.runs.updateOne({ _id: 'r1' }, { $set: { status: 'succeeded', endedAt: now } });
    expect((await round()).run).not.toBeNull();
  });

  it.each([
    ['a reply that was lost on its way', 'reset-after-commit'],
    ['a reply that came in half', 'truncated'],
    ['a connection that broke', 'reset-before'],
  ])('%s (%s) starts a pass: a page may be gone', async (_, kind) => {
    failed(1);
    sandbox.faults.add({ side: 'dingtalk', interface: LIST, kind, count: 1 });
    expect((await round()).problem).not.toBeNull();
    expect(await passes()).toHaveLength(1);
  });

  it('a clear refusal is none: nothing was taken off the list', async () => {
    const ids = failed(1);
    sandbox.faults.add({ side: 'dingtalk', interface: LIST, kind: 'throttle', count: 1 });
    expect((await round()).problem).toBe('SOURCE_RATE_LIMITED');
    expect(await passes()).toEqual([]);
    await round();
    expect(await waiting()).toEqual(expect.arrayContaining(ids));
  });

  const ago = (ms: number) => new Date(Date.now() - ms);
  it.each([
    [150_000, 'list', 0],
    [3_600_000, 'pass', 1],
  ])('receivers that could not store for %i ms: cure by %s', async (ms, cure, count) => {
    const { _id, sealed } = { _id: 'f'.repeat(32), sealed: null as never };
    await desk.c.callbacks.insertOne({ _id, connection: 'feihua', receiver: 'appKey', sealed });
    await desk.c.receivers.insertOne({ _id: 'all', at: ago(ms) });
    const feeds = createFeeds(desk.c);
    await feeds.receiving();
    await feeds.receiving();
    await desk.c.callbacks.deleteMany({});
    expect((await feeds.get('feihua'))?.gap).toMatchObject({ way: 'callback', cure });
    await round();
    expect(await passes()).toHaveLength(count);
  });

  it.each([
    [5_000, 0],
    [600_000, 1],
  ])('a Stream that was not open for %i ms starts %i passes', async (ms, count) => {
    const feeds = createFeeds(desk.c);
    await feeds.streaming('feihua', ms);
    await feeds.streaming('feihua', 0);
    await round();
    expect(await passes()).toHaveLength(count);
  });
});

describe('the right to keep a Stream open', () => {
  it('has one holder, passes on when it was given up or its time is over, and is renewed', async () => {
    const feeds = createFeeds(desk.c);
    const token = await feeds.hold('feihua', 60_000);
    expect(token).not.toBeNull();
    expect(await feeds.hold('feihua', 60_000)).toBeNull();
    expect(await feeds.hold('feihua', 60_000, token ?? '')).toBe(token);
    await feeds.letGo('feihua', token ?? '');
    expect(await feeds.hold('feihua', 0)).not.toBeNull();
    expect(await feeds.hold('feihua', 60_000)).not.toBeNull();
  });
});
