/** Organisations, departments and members of the simulated Authing, as the published client sees them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract, data, refusal, word } from './authing-sdk.ts';
import type { Contract } from './authing-sdk.ts';

const metadata = {};
const OPEN = word('open_department_id');
const LONG = '1234567891'.repeat(10);

let it_: Contract;
let counter = 0;
beforeAll(async () => {
  it_ = await contract();
});
afterAll(() => it_.server.close());

/** A new organisation with a code of its own. */
async function organization(name = 'Northwind') {
  counter += 1;
  const organizationCode = `northwind-${counter}`;
  const body = { organizationCode, organizationName: name, metadata };
  return data(it_.sdk.createOrganization(body));
}

async function department(
  organizationCode: string,
  more: {
    name?: string;
    parentDepartmentId?: string;
    openDepartmentId?: string;
    code?: string;
  } = {},
) {
  const body = {
    organizationCode,
    name: 'Platform',
    parentDepartmentId: 'root',
    metadata,
    ...more,
  };
  return data(it_.sdk.createDepartment(body));
}

async function person(username: string, departmentIds: string[] = []) {
  return data(it_.sdk.createUser({ username, departmentIds }));
}

describe('organisations', () => {
  it('are their own root department', async () => {
    const made = await organization();
    expect(made).toMatchObject({
      organizationName: 'Northwind',
      hasChildren: false,
      membersCount: 0,
      isVirtualNode: false,
    });
    const { organizationCode } = made;
    const root = await data(it_.sdk.getDepartment({ organizationCode, departmentId: 'root' }));
    expect(root).toMatchObject({ departmentId: made.departmentId, name: 'Northwind' });
  });

  it('are got, listed, searched and read in batches', async () => {
    const { organizationCode } = await organization('Findable 某公司');
    const { sdk } = it_;
    const one = await data(sdk.getOrganization({ organizationCode }));
    expect(one.organizationName).toBe('Findable 某公司');
    const batch = await data(
      sdk.getOrganizationsBatch({ organizationCodeList: [organizationCode, 'southwind'] }),
    );
    expect(batch.map((found) => found.organizationCode)).toEqual([organizationCode]);
    const found = await data(sdk.searchOrganizations({ keywords: '某公' }));
    expect(found.list.map((hit) => hit.organizationCode)).toEqual([organizationCode]);
    const all = await data(sdk.listOrganizations({ fetchAll: true }));
    const page = await data(sdk.listOrganizations({ page: 2, limit: 1 }));
    expect(page.totalCount).toBe(all.list.length);
    expect(page.list).toEqual([all.list[1]]);
  });

  it('change name and code, and keep their departments', async () => {
    const { organizationCode } = await organization();
    const child = await department(organizationCode);
    await data(
      it_.sdk.updateOrganization({
        organizationCode,
        organizationNewCode: `${organizationCode}-new`,
        organizationName: 'Renamed',
      }),
    );
    const moved = await data(
      it_.sdk.getDepartment({
        organizationCode: `${organizationCode}-new`,
        departmentId: child.departmentId,
      }),
    );
    expect(moved).toMatchObject({
      organizationCode: `${organizationCode}-new`,
      parentDepartmentCode: `${organizationCode}-new`,
    });
    expect(await refusal(it_.sdk.getOrganization({ organizationCode }))).toEqual([
      404,
      `organization not found for code: ${organizationCode}`,
    ]);
  });

  it('go with their whole tree, while the people stay', async () => {
    const { organizationCode } = await organization();
    const { departmentId } = await department(organizationCode);
    const { userId } = await person(`of-${organizationCode}`, [departmentId]);
    expect(await data(it_.sdk.deleteOrganization({ organizationCode }))).toEqual({ success: true });
    const left = await data(it_.sdk.getUser({ userId, withDepartmentIds: true }));
    expect(left.departmentIds).toEqual([]);
    expect((await refusal(it_.sdk.getDepartmentById({ departmentId })))[0]).toBe(404);
  });

  it('refuse bad codes, pages and key words in the vendor’s words', async () => {
    const { sdk } = it_;
    const create = (organizationCode: string) =>
      refusal(sdk.createOrganization({ organizationCode, organizationName: 'X', metadata }));
    expect(await create('额！ ')).toEqual([400, 'invalid organization code: 额！ ']);
    expect(await create(' ')).toEqual([400, 'invalid organization code:  ']);
    expect(await create(LONG)).toEqual([400, '参数 organizationCode 格式错误']);
    expect(await refusal(sdk.deleteOrganization({ organizationCode: '' }))).toEqual([
      400,
      '参数 organizationCode 格式错误',
    ]);
    expect(await refusal(sdk.deleteOrganization({ organizationCode: 'southwind' }))).toEqual([
      404,
      'organization not found for code: southwind',
    ]);
    for (const page of [{ page: -1 }, { limit: -1 }, { limit: 10_000 }]) {
      const [field] = Object.keys(page);
      expect(await refusal(sdk.listOrganizations(page))).toEqual([400, `参数 ${field} 格式错误`]);
    }
    expect(await refusal(sdk.searchOrganizations({ keywords: '' }))).toEqual([
      400,
      '参数 keywords 格式错误',
    ]);
    const { organizationCode } = await organization();
    expect((await create(organizationCode))[0]).toBe(409);
  });
});

describe('departments', () => {
  it('are created under the root or under a parent of any id type', async () => {
    const { organizationCode, departmentId: rootId } = await organization();
    const parent = await department(organizationCode, { openDepartmentId: 'dt-1', code: 'c1' });
    expect(parent).toMatchObject({
      organizationCode,
      openDepartmentId: 'dt-1',
      code: 'c1',
      parentDepartmentId: rootId,
      parentDepartmentCode: organizationCode,
      membersCount: 0,
      hasChildren: false,
    });
    const child = await data(
      it_.sdk.createDepartment({
        organizationCode,
        name: '研发 A / B',
        parentDepartmentId: 'dt-1',
        departmentIdType: OPEN,
        openDepartmentId: 'dt-2',
        metadata,
      }),
    );
    expect(child).toMatchObject({
      parentDepartmentId: parent.departmentId,
      parentDepartmentCode: 'c1',
    });
    const read = { organizationCode, departmentId: 'dt-2', departmentIdType: OPEN };
    expect(await data(it_.sdk.getDepartment(read))).toMatchObject({ name: '研发 A / B' });
    expect(await data(it_.sdk.getParentDepartment(read))).toMatchObject({ name: 'Platform' });
    const byCode = { organizationCode, departmentCode: 'c1' };
    expect(await data(it_.sdk.getDepartment(byCode))).toMatchObject({ hasChildren: true });
    const byId = { departmentId: child.departmentId };
    expect(await data(it_.sdk.getDepartmentById(byId))).toMatchObject({ organizationCode });
  });

  it('are listed as children, as a whole tree without its root, and found by search', async () => {
    const { organizationCode } = await organization();
    const a = await department(organizationCode, { name: 'A' });
    const b = await department(organizationCode, {
      name: 'B',
      parentDepartmentId: a.departmentId,
      openDepartmentId: 'b',
    });
    const c = await department(organizationCode, { name: 'C', parentDepartmentId: b.departmentId });
    const { sdk } = it_;
    const all = await data(sdk.getAllDepartments({ organizationCode }));
    expect(all.totalCount).toBe(3);
    expect(all.list.map((it) => it.name)).toEqual(['A', 'B', 'C']);
    const below = await data(
      sdk.getAllDepartments({ organizationCode, departmentId: 'b', departmentIdType: OPEN }),
    );
    expect(below.list.map((it) => it.departmentId)).toEqual([c.departmentId]);
    const children = await data(
      sdk.listChildrenDepartments({ organizationCode, departmentId: a.departmentId }),
    );
    expect(children.list.map((it) => it.name)).toEqual(['B']);
    const found = await data(sdk.searchDepartments({ organizationCode, keywords: 'C' }));
    expect(found.map((it) => it.departmentId)).toEqual([c.departmentId]);
    const listed = await data(
      sdk.searchDepartmentsList({
        organizationCode,
        advancedFilter: [
          {
            field: 'name',
            operator: word('IN'),
            value: ['A', 'C'],
          },
        ],
        sort: [
          {
            field: word('name'),
            order: word('desc'),
          },
        ],
      }),
    );
    expect(listed.map((it) => it.name)).toEqual(['C', 'A']);
  });

  it('are renamed, moved and given leaders in one update', async () => {
    const { organizationCode } = await organization();
    const from = await department(organizationCode);
    const to = await department(organizationCode, { name: 'New home' });
    const moved = await department(organizationCode, {
      parentDepartmentId: from.departmentId,
      openDepartmentId: 'moved',
    });
    const { userId } = await person(`leader-${organizationCode}`);
    const answer = await data(
      it_.sdk.updateDepartment({
        organizationCode,
        departmentId: 'moved',
        departmentIdType: OPEN,
        name: 'Platform Eng',
        leaderUserIds: [userId],
        metadata,
      }),
    );
    expect(answer).toMatchObject({ name: 'Platform Eng', leaderUserIds: [userId] });
    await data(
      it_.sdk.updateDepartment({
        organizationCode,
        departmentId: moved.departmentId,
        parentDepartmentId: to.departmentId,
        metadata,
      }),
    );
    const children = await data(
      it_.sdk.listChildrenDepartments({ organizationCode, departmentId: to.departmentId }),
    );
    expect(children.list).toMatchObject([{ name: 'Platform Eng', openDepartmentId: 'moved' }]);
    const { hasChildren } = await data(
      it_.sdk.getDepartment({ organizationCode, departmentId: from.departmentId }),
    );
    expect(hasChildren).toBe(false);
  });

  it('keep the openDepartmentId of their creation', async () => {
    const { organizationCode } = await organization();
    const { departmentId } = await department(organizationCode, { openDepartmentId: 'first' });
    const change = { organizationCode, departmentId, openDepartmentId: 'second', metadata };
    expect(await data(it_.sdk.updateDepartment(change))).toMatchObject({
      openDepartmentId: 'first',
    });
  });

  it('never move below themselves, and never into another organisation', async () => {
    const { organizationCode } = await organization();
    const other = await organization();
    const top = await department(organizationCode);
    const below = await department(organizationCode, { parentDepartmentId: top.departmentId });
    const move = async (parentDepartmentId: string) =>
      (
        await refusal(
          it_.sdk.updateDepartment({
            organizationCode,
            departmentId: top.departmentId,
            parentDepartmentId,
            metadata,
          }),
        )
      )[0];
    expect(await move(below.departmentId)).toBe(422);
    expect(await move(top.departmentId)).toBe(422);
    expect(await move(other.departmentId)).toBe(404);
  });

  it('are deleted bottom-up only', async () => {
    const { organizationCode } = await organization();
    const top = await department(organizationCode);
    const below = await department(organizationCode, { parentDepartmentId: top.departmentId });
    const { userId } = await person(`in-${organizationCode}`, [below.departmentId]);
    const { sdk } = it_;
    const remove = ({ departmentId }: { departmentId: string }) =>
      sdk.deleteDepartment({ organizationCode, departmentId });
    expect((await refusal(remove(top)))[0]).toBe(422);
    expect((await refusal(remove(below)))[0]).toBe(422);
    await data(
      sdk.removeDepartmentMembers({
        organizationCode,
        departmentId: below.departmentId,
        userIds: [userId],
      }),
    );
    expect(await data(remove(below))).toEqual({ success: true });
    expect(await data(remove(top))).toEqual({ success: true });
    expect((await refusal(remove(top)))[0]).toBe(404);
    expect((await refusal(remove({ departmentId: 'root' })))[0]).toBe(422);
  });

  it('refuse a second code or openDepartmentId in one organisation, but not in another', async () => {
    const { organizationCode } = await organization();
    await department(organizationCode, { openDepartmentId: 'k', code: 'k' });
    const again = (more: object, code = organizationCode) =>
      it_.sdk.createDepartment({
        organizationCode: code,
        name: 'X',
        parentDepartmentId: 'root',
        metadata,
        ...more,
      });
    expect((await refusal(again({ openDepartmentId: 'k' })))[0]).toBe(409);
    expect((await refusal(again({ code: 'k' })))[0]).toBe(409);
    const other = await organization();
    await data(again({ openDepartmentId: 'k', code: 'k' }, other.organizationCode));
  });

  it('refuse bad organisation codes in the vendor’s words', async () => {
    const { sdk } = it_;
    const create = (organizationCode: string) =>
      refusal(
        sdk.createDepartment({ organizationCode, name: 'X', parentDepartmentId: 'root', metadata }),
      );
    expect(await create('southwind')).toEqual([404, 'organization not found for code: southwind']);
    expect(await create('')).toEqual([404, 'organization not found for code: ']);
    expect(await create(' ')).toEqual([400, 'invalid organization code  ']);
    expect(await create(LONG)).toEqual([400, '参数 organizationCode 格式错误']);

    const address = (organizationCode: string) => ({ organizationCode, departmentId: 'root' });
    const members = (code: string) => ({ ...address(code), userIds: ['x'] });
    const calls = [
      (code: string) => sdk.deleteDepartment(address(code)),
      (code: string) => sdk.getDepartment(address(code)),
      (code: string) => sdk.getParentDepartment(address(code)),
      (code: string) => sdk.listChildrenDepartments(address(code)),
      (code: string) => sdk.listDepartmentMembers(address(code)),
      (code: string) => sdk.listDepartmentMemberIds(address(code)),
      (code: string) => sdk.addDepartmentMembers(members(code)),
      (code: string) => sdk.removeDepartmentMembers(members(code)),
      (code: string) => sdk.isUserInDepartment({ ...address(code), userId: 'x' }),
      (code: string) => sdk.searchDepartments({ organizationCode: code, keywords: 'x' }),
    ];
    for (const call of calls) {
      for (const code of ['额！ ', '', ' ']) {
        expect(await refusal(call(code))).toEqual([
          404,
          `organization not found for code: ${code}`,
        ]);
      }
      expect(await refusal(call(LONG))).toEqual([400, '参数 organizationCode 格式错误']);
    }
  });

  it('check their own code with the validator of organisations, sic', async () => {
    const { organizationCode } = await organization();
    const { departmentId } = await department(organizationCode);
    const update = (code: string) =>
      it_.sdk.updateDepartment({ organizationCode, departmentId, code, metadata });
    expect(await refusal(update('额！ '))).toEqual([400, 'invalid organization code: 额！ ']);
    expect(await refusal(update(' '))).toEqual([400, 'invalid organization code:  ']);
    expect(await refusal(update(LONG))).toEqual([400, '参数 code 格式错误']);
    expect(await data(update('anyway'))).toMatchObject({ code: 'anyway' });
  });
});
