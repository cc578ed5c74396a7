/** The department interfaces of the simulated DingTalk against the reference's shapes. */
import { expect, test } from 'vitest';
import { COMMERCE, desk, RESEARCH } from './dingtalk-desk.ts';

test('listsub gives the direct children as an array, the root by default, nothing for a leaf', () => {
  const it = desk();
  it.change({ do: 'addDepartment', name: '平台组', parentId: RESEARCH });
  const first = it.ok('/topapi/v2/department/listsub', {});
  expect(first.map((each: { name: string }) => each.name)).toEqual([
    '研发部',
    '商业化部',
    '运营部',
  ]);
  expect(first[0]).toEqual({
    auto_add_user: true,
    create_dept_group: true,
    dept_id: RESEARCH,
    name: '研发部',
    parent_id: 1,
  });
  expect(it.ok('/topapi/v2/department/listsub', { dept_id: COMMERCE })).toEqual([]);
});

test('ids may come as digits of a form, and nothing else is taken for an id', () => {
  const it = desk();
  expect(it.ok('/topapi/v2/department/listsub', { dept_id: '1' })).toHaveLength(3);
  expect(it.code('/topapi/v2/department/listsub', { dept_id: 'x' })).toBe('400002');
  expect(it.code('/topapi/v2/department/get', {})).toBe('400002');
});

test('the root has the company as its name and no parent', () => {
  const it = desk();
  const root = it.ok('/topapi/v2/department/get', { dept_id: 1 });
  expect(root.name).toBe('北京飞花科技有限公司');
  expect('parent_id' in root).toBe(false);
  it.set({ rootParentId: 'null' });
  expect(it.ok('/topapi/v2/department/get', { dept_id: 1 }).parent_id).toBe(null);
  it.set({ rootParentId: 'zero' });
  expect(it.ok('/topapi/v2/department/get', { dept_id: 1 }).parent_id).toBe(0);
});

test('department/get counts with and without what is below, and names the heads', () => {
  const it = desk();
  const [below = ''] = it.change(
    { do: 'addDepartment', name: '平台组', parentId: RESEARCH, sourceIdentifier: 'RD-PLAT' },
    { do: 'changeDepartment', id: RESEARCH, fields: { managers: ['feihua-0001'] } },
  );
  it.change({ do: 'addPerson', userid: 'n1', name: '新人', departments: [Number(below)] });
  expect(it.ok('/topapi/v2/department/get', { dept_id: RESEARCH })).toMatchObject({
    dept_id: RESEARCH,
    parent_id: 1,
    member_count: 3,
    owning_member_count: 2,
    dept_manager_userid_list: ['feihua-0001'],
  });
  const got = it.ok('/topapi/v2/department/get', { dept_id: Number(below) });
  expect(got.source_identifier).toBe('RD-PLAT');
});

test('orders are raw integers that a double cannot hold', () => {
  const it = desk();
  const order = '176275808490200513';
  it.change({ do: 'changeDepartment', id: RESEARCH, fields: { order } });
  const query = new URLSearchParams({ access_token: it.token });
  const path = '/topapi/v2/department/get';
  const text = String(it.raw({ path, query, body: { dept_id: RESEARCH } }).body);
  expect(text).toContain(`"order":${order},`);
  expect(String(JSON.parse(text).result.order)).not.toBe(order);
});

test('paths run from the department itself up to the root', () => {
  const it = desk();
  const [below = ''] = it.change({ do: 'addDepartment', name: '平台组', parentId: RESEARCH });
  const dept_id = Number(below);
  expect(it.ok('/topapi/v2/department/listparentbydept', { dept_id })).toEqual({
    parent_id_list: [dept_id, RESEARCH, 1],
  });
  it.change({ do: 'movePerson', userid: 'feihua-0001', departments: [dept_id, COMMERCE] });
  const of = { userid: 'feihua-0001' };
  expect(it.ok('/topapi/v2/department/listparentbyuser', of)).toEqual({
    parent_list: [
      { parent_dept_id_list: [dept_id, RESEARCH, 1] },
      { parent_dept_id_list: [COMMERCE, 1] },
    ],
  });
  expect(it.code('/topapi/v2/department/listparentbyuser', { userid: 'nobody' })).toBe('33012');
});

test('a department that is not there is 60003 everywhere, unwrapped, without a result', () => {
  const it = desk();
  for (const name of ['listsub', 'listsubid', 'get', 'listparentbydept']) {
    const reply = it.call(`/topapi/v2/department/${name}`, { dept_id: 999 });
    expect(reply).toMatchObject({ errcode: 60003, errmsg: '部门不存在' });
    expect('result' in reply).toBe(false);
  }
});

test('unknown paths and wrong methods are told as on the wire', () => {
  const it = desk();
  const unknown = it.call('/topapi/v2/user/notexist', {});
  expect(unknown.errcode).toBe(22);
  expect(unknown.sub_msg).toBe('不合法ApiName，ApiName = dingtalk.oapi.v2.user.notexist');
  expect(it.call('/v1.0/nothing', undefined, { host: 'api.dingtalk.com' })).toEqual({
    errcode: 404,
    errmsg: '请求的URI地址不存在',
  });
  expect(it.code('/topapi/v2/department/listsub')).toBe('43002');
});
