/** The interfaces about people of the simulated DingTalk: pages, fields, single reads. */
import { expect, test } from 'vitest';
import { COMMERCE, desk, OPERATIONS, RESEARCH } from './dingtalk-desk.ts';
import type { Desk } from './dingtalk-desk.ts';

const LIST = '/topapi/v2/user/list';

function crowd(it: Desk, size: number): void {
  for (let number = 0; number < size; number += 1) {
    const userid = `c${String(number).padStart(4, '0')}`;
    it.change({ do: 'addPerson', userid, name: `人${number}`, departments: [COMMERCE] });
  }
}

/** All pages of a department by `order_field`, as lists of userids. */
function pages(it: Desk, dept_id: number, size: number, order_field = 'entry_asc'): string[][] {
  const found: string[][] = [];
  for (let cursor: number | undefined = 0; cursor !== undefined;) {
    const page = it.ok(LIST, { dept_id, cursor, size, order_field });
    found.push(page.list.map((each: { userid: string }) => each.userid));
    expect(page.has_more).toBe('next_cursor' in page);
    cursor = page.next_cursor;
  }
  return found;
}

test('user/list gives pages of at most 100 direct members, the last one without next_cursor', () => {
  const it = desk();
  crowd(it, 249);
  const found = pages(it, COMMERCE, 100);
  expect(found.map((page) => page.length)).toEqual([100, 100, 50]);
  expect(found.flat()[0]).toBe('feihua-0003');
  expect(new Set(found.flat()).size).toBe(250);
  expect(pages(it, COMMERCE, 50)).toHaveLength(5);
});

test('a department of exactly 100 is one page', () => {
  const it = desk();
  crowd(it, 99);
  expect(pages(it, COMMERCE, 100)).toHaveLength(1);
});

test('order_field sorts by entry, by change, and by the company, in both directions', () => {
  const it = desk();
  it.change(
    { do: 'movePerson', userid: 'feihua-0001', departments: [OPERATIONS] },
    { do: 'changePerson', userid: '0104052619960717', fields: { title: '主管' } },
    { do: 'changePerson', userid: 'feihua-0001', fields: { title: '主管' } },
  );
  const of = (order: string): string[] => pages(it, OPERATIONS, 100, order).flat();
  expect(of('entry_asc')).toEqual(['0104052619960717', 'feihua-0001']);
  expect(of('entry_desc')).toEqual(['feihua-0001', '0104052619960717']);
  expect(of('modify_asc')).toEqual(['0104052619960717', 'feihua-0001']);
  expect(of('modify_desc')).toEqual(['feihua-0001', '0104052619960717']);
  it.change({ do: 'changePerson', userid: '0104052619960717', fields: { title: '总监' } });
  expect(of('modify_asc')).toEqual(['feihua-0001', '0104052619960717']);
  const code = it.code(LIST, { dept_id: OPERATIONS, cursor: 0, size: 1, order_field: 'x' });
  expect(code).toBe('40035');
});

test('somebody who leaves before the cursor shifts the pages, as in a real list of offsets', () => {
  const it = desk();
  crowd(it, 5);
  const first = it.ok(LIST, { dept_id: COMMERCE, cursor: 0, size: 3, order_field: 'entry_asc' });
  it.change({ do: 'removePerson', userid: 'feihua-0003' });
  const cursor = first.next_cursor as number;
  const second = it.ok(LIST, { dept_id: COMMERCE, cursor, size: 3, order_field: 'entry_asc' });
  const seen = [...first.list, ...second.list].map((each: { userid: string }) => each.userid);
  expect(seen).not.toContain('c0002');
});

test('an item carries all memberships, and lead and order of the department asked for', () => {
  const it = desk();
  it.change({
    do: 'movePerson',
    userid: 'feihua-0001',
    departments: [
      { departmentId: RESEARCH, leader: true },
      { departmentId: OPERATIONS, order: '179900000000000257' },
    ],
  });
  const body = { dept_id: RESEARCH, cursor: 0, size: 100 };
  const here = it.ok(LIST, body).list.find((each: { name: string }) => each.name === '小红');
  expect(here).toMatchObject({ dept_id_list: [RESEARCH, OPERATIONS], leader: true });
  const query = new URLSearchParams({ access_token: it.token });
  const there = it.raw({ path: LIST, query, body: { ...body, dept_id: OPERATIONS } });
  expect(String(there.body)).toContain('"dept_order":179900000000000257,"leader":false');
});

test('sizes and cursors that are not allowed have the codes of their interface', () => {
  const it = desk();
  const simple = '/topapi/user/listsimple';
  const of = (path: string, more: Record<string, unknown>): string =>
    it.code(path, { dept_id: RESEARCH, cursor: 0, size: 100, ...more });
  expect(of(LIST, { size: 101 })).toBe('40035');
  expect(of(simple, { size: 101 })).toBe('40069');
  expect(of(LIST, { cursor: -1 })).toBe('40035');
  expect(of(simple, { cursor: -1 })).toBe('40068');
  expect(it.code(LIST, { dept_id: RESEARCH })).toBe('400002');
  expect(it.ok(simple, { dept_id: RESEARCH, cursor: 0, size: 1 })).toEqual({
    has_more: true,
    next_cursor: 1,
    list: [{ userid: 'feihua-0002', name: '李明' }],
  });
});

test('listid gives all ids at once, count the whole company', () => {
  const it = desk();
  crowd(it, 150);
  it.change({ do: 'changePerson', userid: 'c0000', fields: { active: false } });
  expect(it.ok('/topapi/user/listid', { dept_id: COMMERCE }).userid_list).toHaveLength(151);
  expect(it.ok('/topapi/user/count', { only_active: false })).toEqual({ count: 154 });
  expect(it.ok('/topapi/user/count', { only_active: true })).toEqual({ count: 153 });
  expect(it.code('/topapi/user/count', {})).toBe('400002');
});

test('v2/user/get has typed values, lists per department, and the fields that only it knows', () => {
  const it = desk();
  it.change({
    do: 'changePerson',
    userid: 'feihua-0001',
    fields: {
      managerUserid: 'feihua-0002',
      hiredDate: 1609430400000,
      extension: '{"工位":"A-12"}',
      roles: [{ id: 1700000001, name: '主管', groupName: '默认' }],
    },
  });
  const person = it.ok('/topapi/v2/user/get', { userid: 'feihua-0001' });
  expect(person).toMatchObject({
    name: '小红',
    mobile: '13800000001',
    state_code: '86',
    manager_userid: 'feihua-0002',
    hired_date: 1609430400000,
    extension: '{"工位":"A-12"}',
    dept_id_list: [RESEARCH],
    leader_in_dept: [{ dept_id: RESEARCH, leader: false }],
    role_list: [{ id: 1700000001, name: '主管', group_name: '默认' }],
    active: true,
    union_emp_ext: {},
  });
  expect(person.dept_order_list).toHaveLength(1);
  expect('dept_order' in person || 'leader' in person).toBe(false);
});

test('a person who is not there is 60121, also by unionid and by phone', () => {
  const it = desk();
  expect(it.code('/topapi/v2/user/get', { userid: 'nobody' })).toBe('60121');
  expect(it.code('/topapi/v2/user/get', { userid: 'FEIHUA-0001' })).toBe('60121');
  const { unionid } = it.ok('/topapi/v2/user/get', { userid: 'feihua-0001' });
  expect(it.ok('/topapi/user/getbyunionid', { unionid })).toEqual({
    contact_type: 0,
    userid: 'feihua-0001',
  });
  expect(it.code('/topapi/user/getbyunionid', { unionid: 'x' })).toBe('60121');
  expect(it.ok('/topapi/v2/user/getbymobile', { mobile: '13800000002' })).toEqual({
    userid: 'feihua-0002',
  });
  expect(it.code('/topapi/v2/user/getbymobile', { mobile: '13800009999' })).toBe('60121');
  expect(it.code('/topapi/v2/user/getbymobile', { mobile: 'x' })).toBe('40104');
});

test('who leaves is in the leave records, also after coming back', () => {
  const it = desk();
  it.change(
    { do: 'removePerson', userid: 'feihua-0001', reason: 'leave' },
    { do: 'addPerson', userid: 'feihua-0001', name: '小红', departments: [RESEARCH] },
  );
  const query = new URLSearchParams({ startTime: '2026-01-01T00:00:00Z', maxResults: '50' });
  const headers = { 'x-acs-dingtalk-access-token': it.token };
  const host = 'api.dingtalk.com';
  const path = '/v1.0/contact/empLeaveRecords';
  const { records } = it.call(path, undefined, { query, headers, host });
  expect(records).toMatchObject([{ userId: 'feihua-0001', name: '小红', leaveReason: 'leave' }]);
});

test('a change is seen at once by single reads and lists', () => {
  const it = desk();
  const body = { dept_id: RESEARCH, cursor: 0, size: 100, order_field: 'entry_asc' };
  expect(it.ok(LIST, body).list[0].name).toBe('小红');
  it.change({ do: 'changePerson', userid: 'feihua-0001', fields: { name: '晓虹', mobile: null } });
  expect(it.ok(LIST, body).list[0].name).toBe('晓虹');
  expect('mobile' in it.ok('/topapi/v2/user/get', { userid: 'feihua-0001' })).toBe(false);
});
