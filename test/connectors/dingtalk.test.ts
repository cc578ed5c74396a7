/** DingTalk's documented answers become our nouns; what contradicts itself becomes a problem. */
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../model/problem.ts';
import { desk, examples } from './dingtalk-desk.ts';
import type { Problem } from '../../model/problem.ts';
import type { Desk } from './dingtalk-desk.ts';

async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  const error: unknown = await promise.then(
    (value) => value,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ProblemError)) throw new Error(`no problem: ${JSON.stringify(error)}`);
  return error.problem;
}

const success = (result: unknown): string =>
  JSON.stringify({ errcode: 0, errmsg: 'ok', result, request_id: '15s1k9x2a7m99' });

const userGet = (change: Record<string, unknown>): string => {
  const it = JSON.parse(examples['topapi/v2/user/get']) as { result: Record<string, unknown> };
  return success({ ...it.result, ...change });
};

function membersOf(list: unknown[], more: Record<string, unknown> = {}): Desk {
  const it = desk();
  it.answers['topapi/v2/user/list'] = () => success({ has_more: false, list, ...more });
  return it;
}

describe('the documented answers', () => {
  it('of the scope', async () => {
    expect(await desk().source.scopes()).toEqual({
      departmentIds: ['300000001'],
      personIds: ['u-0002'],
      fields: ['name', 'userid', 'department'],
    });
  });

  it('of departments, with heads from the single read', async () => {
    expect(await desk().source.childDepartments('1')).toEqual([
      { id: '300000001', name: '研发中心', parentId: '1' },
      { id: '300000002', name: '销售部', parentId: '1' },
    ]);
    expect(await desk().source.department('300000003')).toEqual({
      id: '300000003',
      name: '平台组',
      parentId: '300000001',
      managerIds: ['u-0002'],
    });
    expect(await desk().source.departmentPath('300000003')).toEqual([
      '300000003',
      '300000001',
      '1',
    ]);
  });

  it('of a page of people, where an empty field is no value but named as empty, and a missing one is neither', async () => {
    const page = await desk().source.members('300000001', 0);
    expect(page).toEqual({
      people: [
        {
          id: 'u-1001',
          unionId: 'SimUnion0000000000001iE',
          name: '王一',
          departmentIds: ['300000001', '300000002'],
          active: true,
          mobile: '13900000001',
          stateCode: '86',
          email: 'wang1@example.com',
          orgEmail: 'wang1@corp.example.com',
          jobNumber: 'E1001',
          title: '工程师',
          workPlace: '杭州',
          hiredAt: 1609430400000,
          leads: ['300000001'],
          blank: ['avatar', 'telephone', 'remark'],
        },
        {
          id: '0123456789012345',
          unionId: 'SimUnion0000000000002iE',
          name: '李二',
          departmentIds: ['300000001'],
          active: false,
          avatar: 'https://static.example.com/a.jpg',
          leads: [],
          blank: ['jobNumber', 'title', 'telephone'],
        },
      ],
      rejected: [],
      next: 2,
    });
  });

  it('of one person, with manager and the departments led', async () => {
    expect(await desk().source.person('u-1001')).toMatchObject({
      id: 'u-1001',
      leads: ['300000001'],
      managerId: 'u-0002',
      hiredAt: 1609430400000,
    });
  });

  it('of ids and counts', async () => {
    const { source } = desk();
    expect(await source.memberIds('300000001')).toEqual(['u-1001', '0123456789012345']);
    expect(await source.peopleCount()).toBe(17);
    expect(await source.presentFields('u-1001')).toContain('mobile');
  });
});

describe('what is sent', () => {
  it('is the token in the query, and pages of a hundred, oldest first', async () => {
    const it = desk();
    await it.source.members('300000001', 200);
    expect(it.sent.map((one) => one.name)).toEqual(['gettoken', 'topapi/v2/user/list']);
    expect(it.sent[1]).toMatchObject({
      method: 'POST',
      query: { access_token: '5f0c2a9be1d43c7f9a77aa10b2c3d4e5' },
      body: { dept_id: 300000001, cursor: 200, size: 100, order_field: 'entry_asc' },
    });
  });

  it('waits for the limiter before each call, by interface', async () => {
    const asked: string[] = [];
    const it = desk({ limiter: async (name) => void asked.push(name) });
    await it.source.scopes();
    await it.source.peopleCount();
    expect(asked).toEqual(['gettoken', 'auth/scopes', 'topapi/user/count']);
    expect(it.source.calls).toEqual({ source: 2, tokens: 1 });
  });

  it('ends with the signal: no call, and the reason given', async () => {
    const it = desk();
    const signal = AbortSignal.abort(new Error('paused'));
    await expect(it.source.scopes(signal)).rejects.toThrow('paused');
    expect(it.sent.filter((one) => one.name !== 'gettoken')).toHaveLength(0);
  });
});

describe('tolerated', () => {
  it('a root with a parent of 0, null, or none has none', async () => {
    for (const parent_id of [0, null, undefined, 1]) {
      const it = desk();
      it.answers['topapi/v2/department/get'] = () =>
        success({ dept_id: 1, name: '模拟科技有限公司', parent_id });
      expect(await it.source.department('1')).toMatchObject({ id: '1', parentId: null });
    }
  });

  it('pseudo-departments with ids of 0 and below are left out everywhere', async () => {
    const it = desk();
    it.answers['topapi/v2/department/listsub'] = () =>
      success([{ dept_id: -7, name: '家校通讯录' }, { dept_id: 0 }, { dept_id: 5, name: 'a' }]);
    expect(await it.source.childDepartments('1')).toEqual([{ id: '5', name: 'a', parentId: '1' }]);
    const one = membersOf([{ userid: 'u', name: 'n', dept_id_list: [-7, 5] }]);
    expect(await one.source.members('5', 0)).toMatchObject({ people: [{ departmentIds: ['5'] }] });
  });

  it('values as the documents print them: flags and numbers as text, lists as text or single objects', async () => {
    const it = desk();
    it.answers['topapi/v2/user/get'] = () =>
      userGet({
        active: 'false',
        dept_id_list: '[2,3,4]',
        hired_date: '1597573616828',
        leader_in_dept: { dept_id: '2', leader: 'true' },
        job_number: 4,
      });
    expect(await it.source.person('u-1001')).toMatchObject({
      active: false,
      departmentIds: ['2', '3', '4'],
      hiredAt: 1597573616828,
      leads: ['2'],
      jobNumber: '4',
    });
  });

  it('blanks around values, and an extension that is no JSON', async () => {
    const it = desk();
    it.answers['topapi/v2/user/get'] = () =>
      userGet({ email: ' a@b.c ', title: '  ', extension: '{' });
    const person = await it.source.person('u-1001');
    expect(person).toMatchObject({ email: 'a@b.c' });
    expect(person).not.toHaveProperty('title');
  });

  it('a success without errmsg and without request id, and an errcode that is text', async () => {
    const it = desk();
    it.answers['topapi/user/count'] = () => '{"errcode":"0","result":{"count":3}}';
    expect(await it.source.peopleCount()).toBe(3);
  });

  it('an empty page with more behind it, when the cursor moved', async () => {
    const it = membersOf([], { has_more: true, next_cursor: 100 });
    expect(await it.source.members('5', 0)).toEqual({ people: [], rejected: [], next: 100 });
  });

  it('a next cursor on the last page, which is ignored', async () => {
    const it = membersOf([], { next_cursor: 100 });
    expect(await it.source.members('5', 0)).not.toHaveProperty('next');
  });
});

describe('not understood', () => {
  it('a record of a page goes aside with its id and the field; the others stay', async () => {
    const good = { userid: 'good', name: '好', dept_id_list: [5] };
    const it = membersOf([
      { userid: 'no-departments', name: 'x' },
      { userid: 'empty-departments', dept_id_list: [] },
      { userid: 'odd-department', dept_id_list: [1.5] },
      { userid: 'rounded-department', dept_id_list: [176300000000000513] },
      { userid: 'odd-flag', dept_id_list: [5], active: 'perhaps' },
      { userid: 'odd-mobile', dept_id_list: [5], mobile: { number: 'canary' } },
      { userid: 17, dept_id_list: [5] },
      { userid: '', dept_id_list: [5] },
      { userid: 'line\nbreak', dept_id_list: [5] },
      { name: 'nobody' },
      null,
      'text',
      [],
      good,
    ]);
    const page = await it.source.members('5', 0);
    if (page === 'gone') throw new Error('gone');
    expect(page.people).toEqual([{ id: 'good', name: '好', departmentIds: ['5'], active: true }]);
    expect(page.rejected.map((one) => one.id)).toEqual([
      'no-departments',
      'empty-departments',
      'odd-department',
      'rounded-department',
      'odd-flag',
      'odd-mobile',
      ...Array<null>(7).fill(null),
    ]);
    expect(page.rejected[5]?.reason).toBe('mobile');
    expect(JSON.stringify(page.rejected)).not.toContain('canary');
  });

  it('a child of a department without a name is a child all the same', async () => {
    const it = desk();
    const named = { dept_id: 5, name: 'a' };
    it.answers['topapi/v2/department/listsub'] = () =>
      success([named, { dept_id: 6 }, { dept_id: 7, name: ' ' }, { dept_id: 8, name: null }]);
    const children = await it.source.childDepartments('1');
    expect(children).toEqual(
      [named, { dept_id: 6 }, { dept_id: 7 }, { dept_id: 8 }].map((one) => ({
        ...{ id: String(one.dept_id), parentId: '1', name: 'name' in one ? one.name : '' },
      })),
    );
  });

  it('a child that cannot be named makes the list unusable, as its branch would be missing', async () => {
    const it = desk();
    it.answers['topapi/v2/department/listsub'] = () =>
      success([
        { dept_id: 5, name: 'a' },
        { dept_id: 'six', name: 'b' },
      ]);
    const problem = await problemOf(it.source.childDepartments('1'));
    expect(problem).toMatchObject({
      code: 'SOURCE_OBJECT_UNREADABLE',
      kind: 'data',
      detail: { field: 'dept_id', object: { kind: 'department', id: '1' } },
    });
  });

  it('an object under another id than the one asked for', async () => {
    const it = desk();
    const person = await problemOf(it.source.person('U-1001'));
    expect(person).toMatchObject({ code: 'SOURCE_OBJECT_UNREADABLE', detail: { field: 'userid' } });
    const department = await problemOf(it.source.department('300000009'));
    expect(department).toMatchObject({
      code: 'SOURCE_OBJECT_UNREADABLE',
      detail: { field: 'dept_id' },
    });
  });

  it('a list that says more and gives no way to it', async () => {
    for (const more of [{}, { next_cursor: null }, { next_cursor: 100 }]) {
      const it = membersOf([], { has_more: true, ...more });
      expect(await problemOf(it.source.members('5', 100))).toMatchObject({
        code: 'SOURCE_INCOMPLETE',
        detail: { requestId: '15s1k9x2a7m99', object: { kind: 'department', id: '5' } },
      });
    }
    const backwards = membersOf([], { has_more: true, next_cursor: 50 });
    expect((await problemOf(backwards.source.members('5', 100))).code).toBe('SOURCE_INCOMPLETE');
  });

  it('a success without contents, or contents of another kind', async () => {
    const it = desk();
    it.answers['topapi/v2/user/get'] = () => '{"errcode":0,"errmsg":"ok"}';
    expect(await problemOf(it.source.person('u'))).toMatchObject({
      code: 'SOURCE_REPLY_UNREADABLE',
      kind: 'transient',
    });
    it.answers['auth/scopes'] = () => '{"errcode":0,"auth_org_scopes":{"authed_user":[]}}';
    expect((await problemOf(it.source.scopes())).code).toBe('SOURCE_REPLY_UNREADABLE');
    it.answers['topapi/user/listid'] = () => success({ userid_list: 'u' });
    expect((await problemOf(it.source.memberIds('5'))).code).toBe('SOURCE_OBJECT_UNREADABLE');
    it.answers['topapi/v2/user/list'] = () => success({ list: [] });
    expect((await problemOf(it.source.members('5', 0))).code).toBe('SOURCE_OBJECT_UNREADABLE');
  });
});
