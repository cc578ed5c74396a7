/** What the simulated DingTalk lets an app see: permissions, fields, scope, egress address, standing. */
import { expect, test } from 'vitest';
import { COMMERCE, desk, OPERATIONS, parsed, RESEARCH } from './dingtalk-desk.ts';
import type { Desk } from './dingtalk-desk.ts';

const LIST = '/topapi/v2/user/list';
const page = (dept_id: number): Record<string, unknown> => ({ dept_id, cursor: 0, size: 100 });

/** Calls by the permission point that each of them needs. */
const NEEDS: [string, string, Record<string, unknown>?][] = [
  ['qyapi_get_department_list', '/topapi/v2/department/listsub', {}],
  ['qyapi_get_department_list', '/topapi/v2/department/listsubid', { dept_id: 1 }],
  ['qyapi_get_department_list', '/topapi/v2/department/get', { dept_id: 1 }],
  ['qyapi_get_department_list', '/topapi/v2/department/listparentbydept', { dept_id: 1 }],
  [
    'qyapi_get_department_list',
    '/topapi/v2/department/listparentbyuser',
    { userid: 'feihua-0001' },
  ],
  ['qyapi_get_department_member', LIST, page(1)],
  ['qyapi_get_department_member', '/topapi/user/listsimple', page(1)],
  ['qyapi_get_member', '/topapi/v2/user/get', { userid: 'feihua-0001' }],
  ['qyapi_get_member', '/topapi/user/listid', { dept_id: 1 }],
  ['qyapi_get_member', '/topapi/user/count', { only_active: false }],
  ['qyapi_get_member_by_mobile', '/topapi/v2/user/getbymobile', { mobile: '13800000001' }],
  ['qyapi_base', '/auth/scopes'],
];

test('each interface asks for its own permission point, and 60011 names it', () => {
  const it = desk();
  const all = it.app.permissions;
  for (const [permission, path, body] of NEEDS) {
    it.app.permissions = all.filter((each) => each !== permission);
    const refused = it.call(path, body);
    expect([path, refused.errcode, refused.sub_code]).toEqual([path, 88, '60011']);
    expect(refused.sub_msg).toContain(`应用尚未开通所需的权限：[${permission}]`);
    it.app.permissions = [permission];
    expect([path, it.code(path, body)]).toEqual([path, '0']);
  }
});

test('without field permissions the keys are absent, in lists and single reads', () => {
  const it = desk();
  it.app.fields = { mobile: false, email: false };
  const keys = Object.keys(it.ok('/topapi/v2/user/get', { userid: 'feihua-0001' }));
  const listed = Object.keys(it.ok(LIST, page(RESEARCH)).list[0]);
  const gated = ['mobile', 'state_code', 'email', 'org_email', 'work_place', 'remark', 'extension'];
  for (const key of gated) {
    expect(keys).not.toContain(key);
    expect(listed).not.toContain(key);
  }
  expect(keys).toContain('job_number');
  expect(it.call('/auth/scopes').auth_user_field).not.toContain('mobile');
  it.app.fields = { mobile: true, email: false };
  expect(it.ok(LIST, page(RESEARCH)).list[0].mobile).toBe('13800000002');
});

function narrowed(): Desk {
  const it = desk();
  it.change({ do: 'addDepartment', id: 400, name: '平台组', parentId: RESEARCH });
  it.change({ do: 'addPerson', userid: 'deep', name: '深', departments: [400] });
  it.app.scope = { departments: [RESEARCH], people: ['feihua-0003'] };
  return it;
}

test('a narrow scope hides departments and people behind 50004 and 50002', () => {
  const it = narrowed();
  expect(it.call('/auth/scopes').auth_org_scopes).toEqual({
    authed_user: ['feihua-0003'],
    authed_dept: [RESEARCH],
  });
  expect(it.code('/topapi/v2/department/listsub', { dept_id: 1 })).toBe('50004');
  expect(it.code('/topapi/v2/department/get', { dept_id: OPERATIONS })).toBe('50004');
  expect(it.code(LIST, page(COMMERCE))).toBe('50004');
  expect(it.code('/topapi/v2/user/get', { userid: '0104052619960717' })).toBe('50002');
  expect(it.ok('/topapi/v2/department/listsub', { dept_id: RESEARCH })).toHaveLength(1);
  expect(it.ok(LIST, page(400)).list).toHaveLength(1);
  expect(it.ok('/topapi/v2/user/get', { userid: 'feihua-0003' }).name).toBe('王芳');
});

test('ids and counts ignore the scope, as their pages say', () => {
  const it = narrowed();
  const ids = it.ok('/topapi/v2/department/listsubid', { dept_id: 1 }).dept_id_list;
  expect(ids).toHaveLength(3);
  const people = it.ok('/topapi/user/listid', { dept_id: OPERATIONS }).userid_list;
  expect(people).toEqual(['0104052619960717']);
  expect(it.ok('/topapi/user/count', { only_active: false }).count).toBe(5);
  expect(it.code('/topapi/v2/department/listparentbydept', { dept_id: OPERATIONS })).toBe('0');
});

test('reads above the scope may give what is inside it', () => {
  const it = narrowed();
  it.set({ partialScopeRoot: 'filter' });
  const names = it.ok('/topapi/v2/department/listsub', { dept_id: 1 });
  expect(names.map((each: { name: string }) => each.name)).toEqual(['研发部']);
  expect(it.ok(LIST, page(1)).list).toEqual([]);
  expect(it.code('/topapi/v2/department/listsub', { dept_id: OPERATIONS })).toBe('50004');
});

test('a foreign address gets 60020 with the address observed; the token call does not', () => {
  const it = desk();
  const { appKey, appSecret } = it.app;
  const body = { only_active: false };
  for (const [egress, seen] of [
    ['2409:8a00::7', '2409:8a00::7'],
    [null, '127.0.0.1'],
  ] as const) {
    const reply = it.call('/topapi/user/count', body, { egress });
    expect([reply.errcode, reply.sub_code]).toEqual([88, '60020']);
    expect(reply.errmsg).toBe(
      `ding talk error[subcode=60020,submsg=访问ip不在白名单之中,request ip=${seen} appKey(${appKey})]`,
    );
    const query = new URLSearchParams({ appkey: appKey, appsecret: appSecret });
    expect(parsed(it.raw({ path: '/gettoken', query, egress })).errcode).toBe(0);
  }
});

test('the new host refuses a foreign address and a missing permission with HTTP 403', () => {
  const it = desk();
  const query = new URLSearchParams({ startTime: '2026-01-01T00:00:00Z', maxResults: '50' });
  const headers = { 'x-acs-dingtalk-access-token': it.token };
  const asked = { host: 'api.dingtalk.com', path: '/v1.0/contact/empLeaveRecords', query, headers };
  const foreign = it.raw({ ...asked, egress: '192.0.2.1' });
  expect([foreign.status, parsed(foreign).code]).toEqual([
    403,
    'Forbidden.AccessDenied.IpNotInWhiteList',
  ]);
  it.app.permissions = [];
  const missing = it.raw(asked);
  expect(missing.status).toBe(403);
  expect(parsed(missing)).toMatchObject({
    code: 'Forbidden.AccessDenied.AccessTokenPermissionDenied',
    accessdenieddetail: { requiredScopes: ['Contact.Common.Read'] },
  });
});

test('an allow-list takes one star in a pattern; 0.0.0.0 is nobody; an empty one is off', () => {
  const it = desk();
  const from = (list: string[]): string => {
    it.app.allowList = list;
    return it.code('/auth/scopes');
  };
  expect(from(['198.51.100.*'])).toBe('0');
  expect(from(['198.51.1*'])).toBe('0');
  expect(from(['198.*.100.*'])).toBe('60020');
  expect(from(['192.0.2.1', '198.51.100.7'])).toBe('0');
  expect(from(['0.0.0.0'])).toBe('60020');
  expect(from([])).toBe('0');
  it.set({ emptyAllowList: 'refuse' });
  expect(from([])).toBe('60020');
});

test('an app or a company that is switched off is told apart', () => {
  const it = desk();
  it.app.enabled = false;
  expect(it.code('/auth/scopes')).toBe('50003');
  it.company.standing = 'disabled';
  expect(it.code('/auth/scopes')).toBe('50005');
  it.company.standing = 'dissolved';
  expect(it.code('/auth/scopes')).toBe('70001');
});
