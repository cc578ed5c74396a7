/** Members of departments in the simulated Authing, as the published client sees them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract, data, refusal } from './authing-sdk.ts';
import type { Contract } from './authing-sdk.ts';

let it_: Contract;
let counter = 0;
beforeAll(async () => {
  it_ = await contract();
});
afterAll(() => it_.server.close());

/** A new organisation with one department and one below it. */
async function organization() {
  counter += 1;
  const organizationCode = `northwind-${counter}`;
  const metadata = {};
  const { sdk } = it_;
  await data(sdk.createOrganization({ organizationCode, organizationName: 'N', metadata }));
  const create = (parentDepartmentId: string) =>
    data(sdk.createDepartment({ organizationCode, name: 'D', parentDepartmentId, metadata }));
  const top = await create('root');
  const below = await create(top.departmentId);
  return { organizationCode, top, below };
}

const person = async (username: string) => data(it_.sdk.createUser({ username }));

describe('members', () => {
  it('join, are counted and listed, and leave again', async () => {
    const { organizationCode, top, below } = await organization();
    const a = await person(`a-${organizationCode}`);
    const b = await person(`b-${organizationCode}`);
    const { sdk } = it_;
    const inTop = { organizationCode, departmentId: top.departmentId };
    const inBelow = { organizationCode, departmentId: below.departmentId };
    await data(sdk.addDepartmentMembers({ ...inTop, userIds: [a.userId] }));
    await data(sdk.addDepartmentMembers({ ...inBelow, userIds: [b.userId] }));
    await data(sdk.addDepartmentMembers({ ...inBelow, userIds: [b.userId] }));
    expect(await data(sdk.listDepartmentMemberIds(inTop))).toEqual([a.userId]);
    expect(await data(sdk.getDepartment(inBelow))).toMatchObject({ membersCount: 1 });
    const whole = await data(
      sdk.listDepartmentMembers({ ...inTop, includeChildrenDepartments: true, orderBy: 'Asc' }),
    );
    expect(whole.list.map((it) => it.userId)).toEqual([a.userId, b.userId]);
    const inside = (includeChildrenDepartments: boolean) =>
      data(sdk.isUserInDepartment({ ...inTop, userId: b.userId, includeChildrenDepartments }));
    expect(await inside(false)).toEqual({ inDepartment: false });
    expect(await inside(true)).toEqual({ inDepartment: true });
    const hits = await data(sdk.searchDepartmentMembers({ ...inTop, keywords: 'a-north' }));
    expect(hits.list.map((it) => it.userId)).toEqual([a.userId]);
    await data(sdk.removeDepartmentMembers({ ...inTop, userIds: [a.userId, b.userId] }));
    expect(await data(sdk.listDepartmentMemberIds(inTop))).toEqual([]);
    expect(await data(sdk.listDepartmentMemberIds(inBelow))).toEqual([b.userId]);
  });

  it('are paged, at most 50 a page, newest first', async () => {
    const { organizationCode, top } = await organization();
    const { departmentId } = top;
    const list = Array.from({ length: 7 }, (_, n) => ({
      username: `${organizationCode}-${n}`,
      departmentIds: [departmentId],
    }));
    const made = await data(it_.sdk.createUsersBatch({ list }));
    const where = { organizationCode, departmentId };
    const page = await data(it_.sdk.listDepartmentMembers({ ...where, page: 2, limit: 3 }));
    expect(page.totalCount).toBe(7);
    const ids = made.map((it) => it.userId);
    expect(page.list.map((it) => it.userId)).toEqual([ids[3], ids[2], ids[1]]);
    expect(await refusal(it_.sdk.listDepartmentMembers({ ...where, limit: 51 }))).toEqual([
      400,
      '参数 limit 格式错误',
    ]);
  });
});
