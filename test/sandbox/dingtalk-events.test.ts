/** What the simulated DingTalk tells of each change, and how it hands events over by HTTP. */
import { expect, test } from 'vitest';
import { decrypt } from '../../sandbox/dingtalk/callback-crypto.ts';
import type { ChangeRequest } from '../../sandbox/dingtalk/change-requests.ts';
import { COMMERCE, desk, OPERATIONS, parsed, RESEARCH } from './dingtalk-desk.ts';
import type { Desk, Json } from './dingtalk-desk.ts';
import { AES_KEY, failOnce, subscribe, success } from './event-desk.ts';

const FAILED = '/call_back/get_call_back_failed_result';
const XIAOHONG = 'feihua-0001';

/** Type and ids of the events of some changes, made with the events' own switches off. */
function told(it: Desk, ...changes: ChangeRequest[]): Json[] {
  const before = it.dingtalk.core.events.sent().length;
  it.change(...changes);
  return it.dingtalk.core.events
    .sent()
    .slice(before)
    .map(({ type, userIds, deptIds }) => [type, ...(userIds ?? []), ...(deptIds ?? [])]);
}

test('each change of the address book is told by the events that the console sends', () => {
  const it = desk();
  const cases: [ChangeRequest, Json[]][] = [
    [{ do: 'addDepartment', id: 501, name: '甲', parentId: 1 }, [['org_dept_create', 501]]],
    [{ do: 'addDepartment', id: 502, name: '乙', parentId: 501 }, [['org_dept_create', 502]]],
    [{ do: 'renameDepartment', id: 501, name: '丙' }, [['org_dept_modify', 501]]],
    // A move tells nothing of what stands below.
    [{ do: 'moveDepartment', id: 501, parentId: RESEARCH }, [['org_dept_modify', 501]]],
    [{ do: 'renameDepartment', id: 1, name: '新名' }, [['org_change'], ['org_dept_modify', 1]]],
    [
      { do: 'addPerson', userid: 'n', name: '新', departments: [502] },
      [
        ['user_add_org', 'n'],
        ['user_modify_org', 'n'],
      ],
    ],
    [{ do: 'movePerson', userid: 'n', departments: [502, 501] }, [['user_modify_org', 'n']]],
    [{ do: 'changePerson', userid: 'n', fields: { title: 'x' } }, [['user_modify_org', 'n']]],
    [
      { do: 'changePerson', userid: 'n', fields: { admin: true } },
      [
        ['user_modify_org', 'n'],
        ['org_admin_add', 'n'],
      ],
    ],
    // Its people first, then one event with the whole branch.
    [
      { do: 'removeDepartment', id: 501, branch: true },
      [
        ['user_modify_org', 'n'],
        ['user_leave_org', 'n'],
        ['org_dept_remove', 501, 502],
      ],
    ],
    [{ do: 'removePerson', userid: XIAOHONG }, [['user_leave_org', XIAOHONG]]],
  ];
  for (const [change, events] of cases)
    expect([change, told(it, change)]).toEqual([change, events]);
});

test('a push names its type, company and ids, is encrypted for the receiver, and answered once', async () => {
  const it = desk();
  subscribe(it);
  it.answer = () => Promise.resolve(success(it));
  it.change({ do: 'renameDepartment', id: COMMERCE, name: '商务部' });
  await it.dingtalk.core.events.idle();
  const { message, receiver } = decrypt({ aesKey: AES_KEY }, it.pushes[0]?.body.encrypt ?? '');
  expect(receiver).toBe(it.app.appKey);
  expect(JSON.parse(message)).toMatchObject({
    EventType: 'org_dept_modify',
    CorpId: it.company.corpId,
    deptId: [COMMERCE],
  });
  it.advance(60_000);
  expect(it.pushes).toHaveLength(1);
});

test.each([
  ['another word', (it: Desk) => success(it, 'sucess')],
  ['plain text', () => ({ status: 200, body: 'success' })],
  ['an error', (it: Desk) => ({ ...success(it), status: 500 })],
])('%s is no success: the same bytes come after 10 s and 30 s more', async (_, answer) => {
  const it = desk();
  subscribe(it);
  it.answer = () => Promise.resolve(answer(it));
  it.change({ do: 'renameDepartment', id: COMMERCE, name: '商务部' });
  const { events } = it.dingtalk.core;
  const after: number[] = [];
  for (const wait of [9_999, 1, 29_999, 1, 600_000]) {
    await events.idle();
    it.advance(wait);
    after.push(it.pushes.length);
  }
  expect(after).toEqual([1, 2, 2, 3, 3]);
  expect(new Set(it.pushes.map((each) => each.url.href + each.body.encrypt)).size).toBe(1);
  expect(it.call(FAILED).failed_list).toHaveLength(1);
});

test('the failed list gives 200 a read, says that there is more, and forgets what was read', async () => {
  const it = desk();
  it.set({ failedListDelaySeconds: 0 });
  await failOnce(it);
  const event = it.dingtalk.core.events.sent().at(-1);
  if (!event) throw new Error('no event');
  for (let more = 0; more < 200; more += 1) {
    it.dingtalk.core.events.failed.add(it.app.appKey, event, 0);
  }
  const [first, second, third] = [1, 2, 3].map(() => it.call(FAILED));
  expect([first.failed_list.length, first.has_more]).toEqual([200, true]);
  expect([second.failed_list.length, second.has_more]).toEqual([1, false]);
  expect(third).toMatchObject({ errcode: 0, failed_list: [], has_more: false });
  expect(first.failed_list[0]).toEqual({
    call_back_tag: 'org_dept_modify',
    event_time: event.at,
    org_dept_modify: { deptid: [RESEARCH], corpid: it.company.corpId },
  });
});

test('a subscription by API knocks first, is encrypted for the company, and is kept once', async () => {
  const it = desk();
  const query = new URLSearchParams({ access_token: it.token });
  const asked = { call_back_tag: ['user_add_org'], token: '123456', aes_key: AES_KEY };
  const url = 'https://receiver.example/callback?tenant=1';
  const call = async (name: string, body?: Json): Promise<Json> => {
    const reply = it.raw({ path: `/call_back/${name}`, query, ...(body ? { body } : {}) });
    return parsed((await reply.later) ?? reply);
  };
  const code = async (more: Json): Promise<number> =>
    (await call('register_call_back', { ...asked, url, ...more })).errcode;
  expect(await code({ call_back_tag: ['nothing'] })).toBe(71008);
  expect(await code({ aes_key: 'short' })).toBe(400040);
  expect(await code({ url: 'ftp://x' })).toBe(71011);
  expect(await code({})).toBe(71012);
  expect((await call('get_call_back')).errcode).toBe(71007);

  const corpId = it.company.corpId;
  it.answer = async (push) => {
    const { message, receiver } = decrypt({ aesKey: AES_KEY }, push.body.encrypt);
    expect([message, receiver]).toEqual(['{"EventType":"check_url"}', corpId]);
    expect(push.url.searchParams.get('tenant')).toBe('1');
    it.app.callback = { url, token: '123456', aesKey: AES_KEY, receiver: corpId, tags: [] };
    const answer = success(it);
    delete it.app.callback;
    return answer;
  };
  expect(await code({})).toBe(0);
  expect(await code({})).toBe(71006);
  expect(await call('get_call_back')).toMatchObject({ errcode: 0, ...asked, url });
  expect((await call('delete_call_back')).errcode).toBe(0);
  expect((await call('delete_call_back')).errcode).toBe(71007);
});

test('only subscribed types are pushed, and nothing once the subscription is gone', async () => {
  const it = desk();
  subscribe(it);
  if (it.app.callback) it.app.callback.tags = ['user_leave_org'];
  it.change({ do: 'removePerson', userid: XIAOHONG });
  expect(it.pushes).toHaveLength(1);
  delete it.app.callback;
  await it.dingtalk.core.events.idle();
  it.advance(100_000);
  it.change({ do: 'removePerson', userid: 'feihua-0002' });
  expect(it.pushes).toHaveLength(1);
});

test('held pushes come in one burst, and a spread lets later events overtake earlier ones', async () => {
  const it = desk();
  subscribe(it);
  it.answer = () => Promise.resolve(success(it));
  it.set({ eventsHeld: true });
  for (let number = 0; number < 50; number += 1) {
    it.change({ do: 'renameDepartment', id: OPERATIONS, name: `运营${number}` });
  }
  expect(it.pushes).toHaveLength(0);
  it.set({ eventsHeld: false, eventSpreadMs: 5_000 });
  expect(it.pushes).toHaveLength(0);
  it.advance(5_000);
  const order = it.pushes.map(
    (push) => JSON.parse(decrypt({ aesKey: AES_KEY }, push.body.encrypt).message).eventId,
  );
  const born = it.dingtalk.core.events.sent().map((each) => each.eventId);
  expect([...order].sort()).toEqual([...born].sort());
  expect(order).not.toEqual(born);
});

test('what could not be pushed outlives the sandbox', async () => {
  const it = desk();
  await failOnce(it);
  const kept = JSON.parse(JSON.stringify(it.dingtalk.snapshot()));
  const other = desk();
  other.dingtalk.restore(kept);
  other.token = it.token;
  other.advance(300_000);
  expect(other.call(FAILED).failed_list).toHaveLength(1);
});
