/** Custom fields, identities and sync relations of the simulated Authing, as the published client sees them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract, data, refusal, word } from './authing-sdk.ts';
import type { Contract } from './authing-sdk.ts';

const metadata = {};
const USER = word('USER');
const DEPARTMENT = word('DEPARTMENT');

let it_: Contract;
let counter = 0;
beforeAll(async () => {
  it_ = await contract();
  const field = (targetType: never, key: string, dataType: string) => ({
    targetType,
    key,
    dataType: word(dataType),
    label: key,
  });
  await data(
    it_.sdk.setCustomFields({
      list: [
        field(USER, 'intro', 'STRING'),
        field(USER, 'school', 'ENUM'),
        field(USER, 'age', 'NUMBER'),
        field(USER, 'graduated', 'BOOLEAN'),
        field(DEPARTMENT, 'cost_center', 'STRING'),
      ],
    }),
  );
});
afterAll(() => it_.server.close());

const fresh = (prefix = 'u'): string => `${prefix}${(counter += 1)}`;

async function person(customData?: object) {
  return data(it_.sdk.createUser({ username: fresh(), ...(customData && { customData }) }));
}

describe('custom fields', () => {
  it('are defined, listed by target and relabelled, never retyped', async () => {
    const { sdk } = it_;
    const fields = await data(sdk.getCustomFields({ targetType: 'DEPARTMENT' }));
    expect(fields).toMatchObject([
      { targetType: 'DEPARTMENT', key: 'cost_center', dataType: 'STRING', isUnique: false },
    ]);
    const relabelled = { targetType: DEPARTMENT, key: 'cost_center', label: '成本中心' };
    const done = await data(sdk.setCustomFields({ list: [relabelled] }));
    expect(done).toMatchObject([{ label: '成本中心', dataType: 'STRING' }]);
    const retyped = { ...relabelled, dataType: word('NUMBER') };
    expect((await refusal(sdk.setCustomFields({ list: [retyped] })))[0]).toBe(422);
    const builtIn = { targetType: USER, key: 'username', label: 'x' };
    expect((await refusal(sdk.setCustomFields({ list: [builtIn] })))[0]).toBe(400);
  });

  it('hold the values of a new person, without those that are not defined', async () => {
    const customData = { intro: '你好', school: 'elsewhere', age: 30, graduated: true };
    const user = await person({ ...customData, unknown: 'x' });
    expect(user.customData).toEqual(customData);
    const read = await data(it_.sdk.getUser({ userId: user.userId, withCustomData: true }));
    expect(read.customData).toEqual(customData);
    const flat = await data(
      it_.sdk.getUser({ userId: user.userId, withCustomData: true, flatCustomData: true }),
    );
    expect(flat).toMatchObject({ intro: '你好', age: 30 });
  });

  it('refuse a value of 1,025 characters in the vendor’s words', async () => {
    const intro = 'hello'.repeat(205);
    const create = it_.sdk.createUser({ username: fresh(), customData: { intro } });
    expect(await refusal(create)).toEqual([400, 'customData must be less than 1024 characters']);
  });

  it('are written one object at a time, with the type of their field only', async () => {
    const { sdk } = it_;
    const { userId } = await person({ intro: 'before' });
    const set = (key: string, value: unknown) =>
      sdk.setCustomData({
        targetType: USER,
        targetIdentifier: userId,
        list: [{ key, value: value as string }],
      });
    await data(set('age', 7));
    expect((await refusal(set('age', 'seven')))[0]).toBe(400);
    const got = await data(
      sdk.getCustomData({ targetType: USER, targetIdentifier: userId, tenantId: '' }),
    );
    expect(got).toEqual({ intro: 'before', age: 7 });
  });

  it('stand on departments too', async () => {
    const { sdk } = it_;
    const organizationCode = fresh('org');
    await data(sdk.createOrganization({ organizationCode, organizationName: 'N', metadata }));
    const made = await data(
      sdk.createDepartment({
        organizationCode,
        name: 'D',
        parentDepartmentId: 'root',
        customData: { cost_center: '42' },
        metadata,
      }),
    );
    const { departmentId } = made;
    await data(
      sdk.setCustomData({
        targetType: DEPARTMENT,
        targetIdentifier: departmentId,
        list: [{ key: 'cost_center', value: '43' }],
      }),
    );
    const where = { organizationCode, departmentId };
    expect(await data(sdk.getDepartment(where))).not.toHaveProperty('customData');
    const all = await data(sdk.getAllDepartments({ organizationCode, withCustomData: true }));
    expect(all.list).toMatchObject([{ customData: { cost_center: '43' } }]);
  });
});

describe('identities', () => {
  it('are linked once, found by, shown and unlinked', async () => {
    const { sdk } = it_;
    const { userId } = await person();
    const identity = { extIdpId: 'idp1', userIdInIdp: fresh('union'), type: 'unionid' };
    await data(sdk.linkIdentity({ ...identity, userId }));
    await data(sdk.linkIdentity({ ...identity, userId }));
    const linked = await data(sdk.getUserIdentities({ userId }));
    expect(linked).toMatchObject([{ ...identity, provider: 'dingtalk' }]);
    const found = await data(
      sdk.getUser({ userId: `idp1:${identity.userIdInIdp}`, userIdType: 'identity' }),
    );
    expect(found.userId).toBe(userId);
    const other = await person();
    const second = sdk.linkIdentity({ ...identity, userId: other.userId });
    expect((await refusal(second))[0]).toBe(409);
    await data(sdk.unlinkIdentity({ userId, extIdpId: 'idp1', type: 'unionid' }));
    expect(await data(sdk.getUserIdentities({ userId }))).toEqual([]);
    await data(sdk.linkIdentity({ ...identity, userId: other.userId }));
    expect(await refusal(sdk.getUserIdentities({ userId: '' }))).toEqual([
      400,
      '参数 userId 格式错误',
    ]);
  });

  it('may be given at creation', async () => {
    const identity = {
      extIdpId: 'idp1',
      provider: word('dingtalk'),
      type: 'unionid',
      userIdInIdp: fresh('union'),
      userInfoInIdp: { name: 'X' },
      originConnIds: ['conn1'],
    };
    const { userId } = await data(
      it_.sdk.createUser({ username: fresh(), identities: [identity] }),
    );
    const read = await data(it_.sdk.getUser({ userId, withIdentities: true }));
    expect(read.identities).toMatchObject([identity]);
  });
});

describe('sync relations', () => {
  it('of people are read, addressed by and deleted', async () => {
    const { sdk, authing } = it_;
    const { userId } = await person();
    const relation = { provider: 'dingtalk', userIdInIdp: 'abc', userInfoInIdp: {} };
    authing.addSyncRelation(userId, relation);
    expect(await data(sdk.getUserSyncRelations({ userId }))).toEqual([relation]);
    const byRelation = { userId: 'dingtalk:abc', userIdType: 'sync_relation' as const };
    expect((await data(sdk.getUser(byRelation))).userId).toBe(userId);
    await data(sdk.deleteUserSyncRelations({ userId, provider: 'dingtalk' }));
    expect(await data(sdk.getUserSyncRelations({ userId }))).toEqual([]);
  });

  it('of departments are read, addressed by and deleted', async () => {
    const { sdk, authing } = it_;
    const organizationCode = fresh('org');
    const { departmentId } = await data(
      sdk.createOrganization({ organizationCode, organizationName: 'N', metadata }),
    );
    const relation = { provider: 'dingtalk', userIdInIdp: '7', userInfoInIdp: {} };
    authing.addSyncRelation(departmentId, relation);
    const where = { organizationCode, departmentId: 'dingtalk:7' };
    const byRelation = { ...where, departmentIdType: word('sync_relation') };
    expect(await data(sdk.getDepartmentSyncRelations(byRelation))).toEqual([relation]);
    await data(sdk.deleteDepartmentSyncRelations({ ...byRelation, provider: 'dingtalk' }));
    const root = { organizationCode, departmentId };
    expect(await data(sdk.getDepartmentSyncRelations(root))).toEqual([]);
  });
});

describe('the published client itself', () => {
  it('does not throw on a refusal, whose envelope has a request id', async () => {
    const answer = await it_.sdk.getUser({ userId: 'nobody' });
    expect(answer).toMatchObject({ statusCode: 404, apiCode: 2004 });
    expect(answer.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('throws when the switch says that a limit is told by HTTP', async () => {
    const { sdk, authing } = it_;
    authing.configure({ callsPerSecond: 1, throttle: 'http' });
    const calls = [1, 2, 3].map(() => sdk.listOrganizations({}));
    const outcomes = await Promise.allSettled(calls);
    authing.configure({ callsPerSecond: 0, throttle: 'body' });
    const thrown = outcomes.filter((it) => it.status === 'rejected');
    expect(thrown.length).toBeGreaterThanOrEqual(1);
    expect(thrown[0]?.reason).toMatchObject({ response: { status: 429 } });
  });
});
