/** The control API: state of both sides, changes of an address book, log, settings, companies, bad requests. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { getToken, run } from './running.ts';
import type { Json, Running } from './running.ts';
import { openTunnel } from './tunnel.ts';

let it: Running;
beforeAll(async () => {
  it = await run({ limits: 'none' });
});
afterAll(() => it.stop());

const RESEARCH = 300000001;
const XIAOHONG = 'feihua-0001';

const change = (...changes: Json[]): Promise<Json> =>
  it.control('POST', '/dingtalk/changes', { changes });
const refusedChange = async (...changes: Json[]): Promise<string> =>
  (await it.refused('POST', '/dingtalk/changes', { changes }))[1];

test('the state of both sides can be read whole', async () => {
  const { dingtalk, authing } = await it.control('GET', '/state');
  const [company] = dingtalk.companies;
  expect(company.name).toBe('北京飞花科技有限公司');
  const names = company.departments.map((each: Json) => each.name);
  expect(names).toEqual(['北京飞花科技有限公司', '研发部', '商业化部', '运营部']);
  expect(company.people.map((each: Json) => each.name)).toEqual(['小红', '李明', '王芳', '陈晨']);
  expect(await it.control('GET', '/state/authing')).toEqual(authing);
  expect(authing.pools).toHaveLength(1);
});

test('departments and people are added, renamed, moved, changed and removed in one call', async () => {
  const { ids } = await change(
    { do: 'addDepartment', name: '平台组', parentId: RESEARCH },
    { do: 'addPerson', userid: 'n1', name: '新人', departments: [RESEARCH, 300000002] },
    { do: 'changePerson', userid: 'n1', fields: { mobile: '13800009999', title: null } },
    { do: 'movePerson', userid: 'n1', departments: [{ departmentId: RESEARCH, leader: true }] },
    { do: 'renameDepartment', id: 300000002, name: '商务部' },
    { do: 'moveDepartment', id: 300000002, parentId: RESEARCH },
    { do: 'removePerson', userid: 'feihua-0003' },
    { do: 'removeDepartment', id: 300000002 },
  );
  expect(ids.slice(1, 3)).toEqual(['n1', 'n1']);
  const children = (await it.dingtalk('/topapi/v2/department/listsub', { dept_id: RESEARCH }))
    .result;
  expect(children).toMatchObject([{ dept_id: Number(ids[0]), name: '平台组' }]);
  const person = (await it.dingtalk('/topapi/v2/user/get', { userid: 'n1' })).result;
  expect(person).toMatchObject({
    mobile: '13800009999',
    leader_in_dept: [{ dept_id: RESEARCH, leader: true }],
  });
  await change(
    { do: 'removePerson', userid: 'n1' },
    { do: 'removeDepartment', id: Number(ids[0]) },
  );
});

test('what the console would refuse is refused with its code, and what came before stays', async () => {
  const refusals: [string, Json][] = [
    ['60021', { do: 'renameDepartment', id: RESEARCH, name: '运营部' }],
    ['400002', { do: 'renameDepartment', id: RESEARCH, name: '研发-部' }],
    ['60004', { do: 'moveDepartment', id: RESEARCH, parentId: RESEARCH }],
    ['60003', { do: 'moveDepartment', id: RESEARCH, parentId: 9 }],
    ['60018', { do: 'moveDepartment', id: 1, parentId: RESEARCH }],
    ['60007', { do: 'removeDepartment', id: 1 }],
    ['60005', { do: 'removeDepartment', id: RESEARCH }],
    ['60121', { do: 'removePerson', userid: 'nobody' }],
    ['60102', { do: 'addPerson', userid: XIAOHONG, name: 'x', departments: [1] }],
    ['400002', { do: 'movePerson', userid: XIAOHONG, departments: [] }],
  ];
  for (const [code, asked] of refusals) {
    expect([asked.do, await refusedChange(asked)]).toEqual([
      asked.do,
      expect.stringContaining(`(DingTalk: ${code})`),
    ]);
  }
  const title = { do: 'changePerson', userid: XIAOHONG, fields: { title: '总监' } };
  const words = await refusedChange(title, { do: 'removePerson', userid: 'nobody' });
  expect(words).toContain('change 2 of 2');
  const { result } = await it.dingtalk('/topapi/v2/user/get', { userid: XIAOHONG });
  expect(result.title).toBe('总监');
});

test('a whole branch can go at once; who is elsewhere too stays', async () => {
  await change(
    { do: 'addDepartment', id: 501, name: '甲', parentId: 1 },
    { do: 'addDepartment', id: 502, name: '乙', parentId: 501 },
    { do: 'addPerson', userid: 'b1', name: '只在乙', departments: [502] },
    { do: 'addPerson', userid: 'b2', name: '也在研发', departments: [502, RESEARCH] },
    { do: 'removeDepartment', id: 501, branch: true },
  );
  const code = async (path: string, body: Json): Promise<number> =>
    (await it.dingtalk(path, body)).errcode;
  expect(await code('/topapi/v2/department/get', { dept_id: 502 })).toBe(60003);
  expect(await code('/topapi/v2/user/get', { userid: 'b1' })).toBe(60121);
  const { result } = await it.dingtalk('/topapi/v2/user/get', { userid: 'b2' });
  expect(result.dept_id_list).toEqual([RESEARCH]);
});

test('bad requests get a sentence that names the place', async () => {
  expect(await refusedChange({ do: 'fly' })).toMatch(/^changes\.0\.do: /);
  const extra = { do: 'removePerson', userid: 'x', really: true };
  expect(await refusedChange(extra)).toContain('really');
  expect(await it.refused('GET', '/nothing')).toEqual([404, expect.stringContaining('GET /state')]);
  expect(await it.refused('DELETE', '/state')).toEqual([405, '/state takes GET']);
  expect(await it.refused('PUT', '/settings/dingtalk', { cursor: 'x' })).toEqual([
    400,
    'cursor is one of offset, opaque, not "x"',
  ]);
  expect((await it.refused('PUT', '/settings/authing', { x: 1 }))[0]).toBe(400);
  expect((await it.refused('GET', '/settings/other'))[0]).toBe(404);
  expect((await it.refused('GET', '/log?since=yesterday'))[1]).toBe('since is a whole number');
  expect((await it.refused('PUT', '/apps/none', {}))[0]).toBe(404);
  const raw = await fetch(`${it.sandbox.addresses.control}/faults`, { method: 'POST', body: '{' });
  expect([raw.status, await raw.json()]).toEqual([400, { error: 'the body is no JSON' }]);
});

test('the log tells calls by side, interface, time and number, and never holds a token', async () => {
  await it.control('DELETE', '/log');
  await it.dingtalk('/topapi/v2/user/get', { userid: XIAOHONG });
  const { entries } = await it.control('GET', '/log');
  const [call] = entries.filter((each: Json) => each.side === 'dingtalk');
  expect(call).toMatchObject({
    interface: 'user/get',
    method: 'POST',
    path: '/topapi/v2/user/get',
    egress: '198.51.100.7',
    status: 200,
    code: '0',
    objects: [XIAOHONG],
    wrote: false,
    fault: null,
  });
  expect(JSON.stringify(entries)).not.toContain(it.token);
  expect((await it.control('GET', `/log?after=${call.seq}`)).entries).toEqual([]);
  expect((await it.control('GET', `/log?since=${call.time}`)).entries).toHaveLength(1);
  expect((await it.control('GET', '/log?side=authing')).entries).toEqual([]);
  expect(await it.control('GET', '/log/counts')).toMatchObject({ 'dingtalk user/get': 1 });
});

test('an app changes its secret, its rights, and what it may see', async () => {
  const { appKey, appSecret } = it.sandbox.addresses;
  const path = `/apps/${appKey}`;
  const changed = await it.control('PUT', path, {
    permissions: ['qyapi_base'],
    fields: { mobile: false },
    scope: { departments: [RESEARCH], people: [] },
  });
  expect(changed.fields).toEqual({ mobile: false, email: true });
  const count = await it.dingtalk('/topapi/user/count', { only_active: false });
  expect(count.sub_code).toBe('60011');
  await it.control('PUT', path, { appSecret: 'rotated' });
  expect(await getToken(it.tunnel, { appKey, appSecret })).toBe('undefined');
  const [company] = (await it.control('GET', '/state/dingtalk')).companies;
  const { permissions } = company.apps[0];
  expect(permissions).toEqual(['qyapi_base']);
});

test('a further company has its own app, address and people, and cannot see the first', async () => {
  const generator = { people: 30, departments: 4, seed: 9 };
  const made = await it.control('POST', '/companies', { name: '第二家', generator });
  expect([made.corpId, made.egress]).toEqual(['dingsimcorp0002', '203.0.113.2']);
  const tunnel = openTunnel(made.proxy, it.sandbox.caPem);
  const token = await getToken(tunnel, made);
  const call = async (path: string, body: Json): Promise<Json> =>
    (await tunnel.send({ path: `${path}?access_token=${token}`, body })).json();
  expect((await call('/topapi/user/count', { only_active: false })).result.count).toBe(30);
  expect((await call('/topapi/v2/user/get', { userid: XIAOHONG })).errcode).toBe(60121);
  const elsewhere = await it.send(`/topapi/user/count?access_token=${token}`, {
    body: { only_active: false },
  });
  expect(elsewhere.json().sub_code).toBe('60020');
  tunnel.close();
  await it.control('PUT', `/companies/${made.corpId}`, { standing: 'dissolved' });
  const add = { do: 'addPerson', userid: 'n', name: '新', departments: [1] };
  const asked = { company: made.corpId, changes: [add] };
  expect((await it.control('POST', '/dingtalk/changes', asked)).ids).toEqual(['n']);
});

test('the clock moves forward for tokens', async () => {
  const { now } = await it.control('GET', '/clock');
  const moved = await it.control('POST', '/clock', { advanceMs: 7_200_000 });
  expect(moved.now - now).toBeGreaterThanOrEqual(7_200_000);
  expect((await it.dingtalk('/auth/scopes')).sub_code).toBe('40014');
});

test('Authing gets pools, keys and edits by hand', async () => {
  const { id, secret } = await it.control('POST', '/authing/pools', {});
  expect(secret).toMatch(/^[0-9a-f]{32}$/);
  expect(await it.control('GET', '/authing/pools')).toContain(id);
  const byHand = { interface: 'create-organization', pool: id };
  const body = { organizationCode: 'acme', organizationName: 'Acme' };
  const made = await it.control('POST', '/authing/by-hand', { ...byHand, body });
  expect(made.statusCode).toBe(200);
  const unknown = { interface: 'nothing', body: {} };
  expect((await it.refused('POST', '/authing/by-hand', unknown))[0]).toBe(400);
});
