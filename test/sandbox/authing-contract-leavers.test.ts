/** A person's departments, resignation, deletion and the search, as the published client sees them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract, data, refusal, word } from './authing-sdk.ts';
import type { Contract } from './authing-sdk.ts';

const metadata = {};
const LONG = '1234567891'.repeat(10);

let it_: Contract;
let counter = 0;
beforeAll(async () => {
  it_ = await contract();
});
afterAll(() => it_.server.close());

const fresh = (prefix = 'u'): string => `${prefix}${(counter += 1)}`;

/** An organisation with a department "A", and "B" below it. */
async function tree() {
  const organizationCode = fresh('org');
  const { sdk } = it_;
  await data(sdk.createOrganization({ organizationCode, organizationName: 'Root', metadata }));
  const make = (name: string, parentDepartmentId: string) =>
    data(
      sdk.createDepartment({ organizationCode, name, code: name, parentDepartmentId, metadata }),
    );
  const a = await make('A', 'root');
  const b = await make('B', a.departmentId);
  return { organizationCode, a: a.departmentId, b: b.departmentId };
}

async function person(more: object = {}) {
  return data(it_.sdk.createUser({ username: fresh(), externalId: fresh('e'), ...more }));
}

describe('the departments of a person', () => {
  it('are replaced as a list, with main department and leader', async () => {
    const { organizationCode, a, b } = await tree();
    const { userId, externalId = '' } = await person({ departmentIds: [a] });
    const { sdk } = it_;
    await data(
      sdk.setUserDepartments({
        userId: externalId,
        departments: [{ departmentId: b, isMainDepartment: true, isLeader: true }],
        options: { userIdType: word('external_id') },
      }),
    );
    const { list } = await data(sdk.getUserDepartments({ userId, withDepartmentPaths: true }));
    expect(list).toMatchObject([
      {
        organizationCode,
        departmentId: b,
        isRoot: false,
        isMainDepartment: true,
        isLeader: true,
        departmentNamePath: ['Root', 'A', 'B'],
        departmentCodePath: [organizationCode, 'A', 'B'],
      },
    ]);
    const led = await data(sdk.getDepartment({ organizationCode, departmentId: b }));
    expect(led.leaderUserIds).toEqual([userId]);
  });

  it('cannot be cleared by an empty list, nor set to unknown ones', async () => {
    const { a } = await tree();
    const { userId } = await person({ departmentIds: [a] });
    const { sdk } = it_;
    expect(await refusal(sdk.setUserDepartments({ userId, departments: [] }))).toEqual([
      400,
      '参数 departments 格式错误',
    ]);
    for (const departmentId of ['zzz', '', ' ', LONG]) {
      const departments = [{ departmentId }];
      expect(await refusal(sdk.setUserDepartments({ userId, departments }))).toEqual([
        404,
        `存在不合法的 departmentId: ${departmentId}`,
      ]);
    }
    const { totalCount } = await data(sdk.getUserDepartments({ userId }));
    expect(totalCount).toBe(1);
  });

  it('are asked for by id in the vendor’s words', async () => {
    const { sdk } = it_;
    expect(await refusal(sdk.getUserDepartments({ userId: '' }))).toEqual([
      400,
      '参数 userId 格式错误',
    ]);
    for (const userId of [' ', LONG]) {
      expect(await refusal(sdk.getUserDepartments({ userId }))).toEqual([404, '用户不存在']);
    }
  });
});

describe('resignation', () => {
  it('takes people out of departments, keeps their profile and is not undone', async () => {
    const { a, b } = await tree();
    const { sdk } = it_;
    const one = await person({ departmentIds: [a, b], name: 'Stays' });
    const two = await person({ departmentIds: [a] });
    await data(sdk.resignUser({ userId: one.userId }));
    const userIds = [two.externalId ?? ''];
    await data(sdk.resignUserBatch({ userIds, userIdType: word('external_id') }));
    const read = await data(
      sdk.getUserBatch({ userIds: [one.userId, two.userId], withDepartmentIds: true }),
    );
    expect(read).toMatchObject([
      { status: 'Resigned', workStatus: 'Closed', name: 'Stays', departmentIds: [] },
      { status: 'Resigned', departmentIds: [] },
    ]);
    const back = sdk.updateUser({ userId: one.userId, status: word('Activated') });
    expect((await refusal(back))[0]).toBe(422);
    const again = sdk.createUser({ username: one.username ?? '' });
    expect((await refusal(again))[0]).toBe(409);
    expect(await refusal(sdk.resignUser({ userId: 'nobody' }))).toEqual([404, '用户不存在']);
  });
});

describe('deletion', () => {
  it('removes people with all relations and frees their keys', async () => {
    const { organizationCode, a } = await tree();
    const { sdk } = it_;
    const gone = await person({ departmentIds: [a] });
    await data(
      sdk.updateDepartment({
        organizationCode,
        departmentId: a,
        leaderUserIds: [gone.userId],
        metadata,
      }),
    );
    const userIds = [gone.externalId ?? ''];
    await data(sdk.deleteUsersBatch({ userIds, options: { userIdType: word('external_id') } }));
    const left = await data(sdk.getDepartment({ organizationCode, departmentId: a }));
    expect(left).toMatchObject({ membersCount: 0, leaderUserIds: [] });
    expect((await refusal(sdk.getUser({ userId: gone.userId })))[0]).toBe(404);
    await data(sdk.createUser({ username: gone.username ?? '' }));
    expect(await refusal(sdk.deleteUsersBatch({ userIds: [] }))).toEqual([
      400,
      '参数 userIds 格式错误',
    ]);
  });
});

describe('the search over people', () => {
  it('filters by fields and departments, sorts and pages', async () => {
    const { organizationCode, a, b } = await tree();
    const { sdk } = it_;
    const names = ['Zoë', 'Ann', 'Bob'];
    for (const [n, name] of names.entries()) {
      await person({ name, departmentIds: [n === 0 ? a : b] });
    }
    const inTree = (includeChildrenDepartments: boolean) => ({
      field: 'department',
      operator: word('IN'),
      value: [{ organizationCode, departmentId: a, includeChildrenDepartments }],
    });
    const search = async (advancedFilter: ReturnType<typeof inTree>[], page = 1, limit = 50) => {
      const sort = [{ field: word('username'), order: word('desc') }];
      const options = { pagination: { page, limit }, sort };
      const found = await data(sdk.listUsers({ advancedFilter, options }));
      return { total: found.totalCount, names: found.list.map((user) => user.name) };
    };
    expect(await search([inTree(false)])).toEqual({ total: 1, names: ['Zoë'] });
    expect(await search([inTree(true)])).toEqual({ total: 3, names: ['Bob', 'Ann', 'Zoë'] });
    expect(await search([inTree(true)], 2, 2)).toEqual({ total: 3, names: ['Zoë'] });
    const named = { field: 'name', operator: word('CONTAINS'), value: 'o' as never };
    expect(await search([inTree(true), named])).toEqual({ total: 2, names: ['Bob', 'Zoë'] });
  });

  it('finds key words in names and shows parts only under options', async () => {
    const { sdk } = it_;
    const name = `Unusual ${fresh()}`;
    await person({ name });
    const plain = await data(sdk.listUsers({ keywords: name }));
    expect(plain.list).toMatchObject([{ name }]);
    expect(plain.list[0]).not.toHaveProperty('customData');
    const options = { withCustomData: true, withIdentities: true, withDepartmentIds: true };
    const full = await data(sdk.listUsers({ keywords: name, options }));
    expect(full.list).toMatchObject([{ customData: {}, identities: [], departmentIds: [] }]);
  });

  it('refuses bad pages and filters in the vendor’s words', async () => {
    const { sdk } = it_;
    const page = (pagination: object) => refusal(sdk.listUsers({ options: { pagination } }));
    expect(await page({ page: 0 })).toEqual([400, '参数 page 格式错误']);
    expect(await page({ limit: 0 })).toEqual([400, '参数 limit 格式错误']);
    expect(await page({ limit: 220 })).toEqual([400, 'limit must less than 50']);
    await data(sdk.listUsers({ options: { pagination: { limit: 50 } } }));
    const status = { field: 'status', operator: word('EQUAL'), value: 'invalid' as never };
    expect(await refusal(sdk.listUsers({ advancedFilter: [status] }))).toEqual([
      400,
      '参数 status 格式错误',
    ]);
  });

  it('lists archived people', async () => {
    const { sdk } = it_;
    const { userId } = await person({ status: 'Archived' });
    const { list } = await data(sdk.listArchivedUsers({}));
    expect(list).toMatchObject([{ userId }]);
    expect(await refusal(sdk.listArchivedUsers({ limit: 220 }))).toEqual([
      400,
      'limit must less than 50',
    ]);
  });
});
