/** Departments that were there before: taken over by their path where that was chosen, else made beside them. */
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { changeSource, clearLog, fault, requestLog, targetWrites } from '../world.ts';
import type { TargetState } from '../world.ts';
import { openDesk } from './desk.ts';
import type { Desk } from './desk.ts';

let desk: Desk;
let inner: string;
let research: string;

type Department = TargetState['pools'][number]['departments'][number] & { code: string | null };

const all = async (): Promise<Department[]> => {
  const { pools } = await desk.control<TargetState>('/state/authing');
  return (pools[0]?.departments ?? []) as Department[];
};
const named = async (name: string): Promise<Department[]> =>
  (await all()).filter((it) => it.name === name);
const key = (id: number): string => `${desk.facts.corpId}:${id}`;

async function made(name: string, more: object = {}): Promise<string> {
  const body = { organizationCode: 'feihua', parentDepartmentId: 'root', name, ...more };
  const reply = await desk.control<{ data: { departmentId: string } }>('/authing/by-hand', {
    body: { interface: 'create-department', body },
  });
  return reply.data.departmentId;
}

beforeEach(async () => {
  const times = { claimMs: 2500, longestWriteMs: 1200 };
  desk = await openDesk({ mongoUri: inject('mongoUri'), ...times });
  const body = { organizationCode: 'feihua', organizationName: 'Feihua' };
  await desk.control('/authing/by-hand', { body: { interface: 'create-organization', body } });
  research = await made('研发部');
  const parent = { parentDepartmentId: research, departmentIdType: 'department_id' };
  inner = await made('平台组', parent);
  await made('自留地', parent);
  await changeSource(
    desk,
    { do: 'addDepartment', id: 300000010, name: '平台组', parentId: 300000001 },
    { do: 'addDepartment', id: 300000011, name: '平台组', parentId: 300000002 },
  );
});
afterEach(() => desk.stop());

describe('departments of the same path', () => {
  it('are made a second time where nothing was chosen', async () => {
    expect(await desk.pass()).toMatchObject({ status: 'succeeded', verified: true });
    expect((await named('研发部')).map((it) => it.code ?? null)).toEqual([null, null]);
    expect(await named('平台组')).toHaveLength(3);
  });

  it('are taken over where it was chosen, bear our key in their code, and stay themselves', async () => {
    await desk.settings({ adoptDepartmentsByPath: true });
    const passed = await desk.pass();
    expect(passed).toMatchObject({ status: 'succeeded', verified: true, problems: [] });
    expect(passed.counts.departments).toMatchObject({ adopted: 2, created: 3 });
    expect(await named('研发部')).toMatchObject([{ id: research, code: key(300000001) }]);
    const groups = await named('平台组');
    expect(groups.find((it) => it.id === inner)).toMatchObject({ code: key(300000010) });
    expect(groups.find((it) => it.id !== inner)).toMatchObject({
      openDepartmentId: key(300000011),
    });
    expect(await named('自留地')).toHaveLength(1);
    const links = await desk.c.links.find({ kind: 'department', adopted: true }).toArray();
    expect(links.map((it) => it.sourceId).sort()).toEqual(['300000001', '300000010']);
    await clearLog(desk);
    expect(await desk.pass()).toMatchObject({ verified: true });
    expect(await targetWrites(desk)).toEqual([]);
  });

  it('are known again when the store has lost them, and follow what changes at the source', async () => {
    await desk.settings({ adoptDepartmentsByPath: true });
    await desk.pass();
    await desk.c.links.deleteMany({ kind: 'department' });
    await changeSource(desk, { do: 'renameDepartment', id: 300000001, name: '产研部' });
    const passed = await desk.pass();
    expect(passed).toMatchObject({ verified: true, problems: [] });
    expect(passed.counts.departments).toMatchObject({ adopted: 0, created: 0, updated: 1 });
    expect(await named('产研部')).toMatchObject([{ id: research }]);
    const link = await desk.c.links.findOne({ sourceId: '300000001' });
    expect(link).toMatchObject({ targetId: research, adopted: true });
  });

  it('are known as adopted when the reply is lost and the place cannot be looked at', async () => {
    await desk.settings({ adoptDepartmentsByPath: true });
    const lost = { side: 'authing', count: 1 };
    await fault(desk, { ...lost, kind: 'reset-after-commit', interface: 'update-department' });
    await fault(desk, { ...lost, kind: '5xx', interface: 'get-department' });
    const passed = await desk.pass();
    expect(passed).toMatchObject({ verified: true, problems: [] });
    expect(passed.counts.departments).toMatchObject({ adopted: 2, created: 3 });
    expect((await requestLog(desk)).filter((it) => it.fault)).toHaveLength(2);
    const link = await desk.c.links.findOne({ sourceId: '300000001' });
    expect(link).toMatchObject({ targetId: research, adopted: true });
  });

  it('are taken over by the next try when the first one failed, and none is made beside them', async () => {
    await desk.settings({ adoptDepartmentsByPath: true });
    await fault(desk, { side: 'authing', kind: '5xx', interface: 'update-department', count: 1 });
    const passed = await desk.pass();
    expect(passed).toMatchObject({ verified: true, problems: [] });
    expect(passed.counts.departments).toMatchObject({ adopted: 2, created: 3 });
    expect((await requestLog(desk)).filter((it) => it.fault)).toHaveLength(1);
    expect(await named('研发部')).toMatchObject([{ id: research, code: key(300000001) }]);
  });

  it('that are several, or bear a code, are left alone, and the department is listed', async () => {
    await desk.settings({ adoptDepartmentsByPath: true });
    await made('商业化部');
    await made('商业化部');
    await made('运营部', { code: 'ops' });
    const before = JSON.stringify([...(await named('商业化部')), ...(await named('运营部'))]);
    const passed = await desk.pass();
    const codes = passed.problems.map(({ object, problem }) =>
      [object?.id, problem.code].join(' '),
    );
    expect(codes).toContain('300000002 DEPARTMENT_SEVERAL');
    expect(codes).toContain('300000003 DEPARTMENT_FOREIGN_KEY');
    expect(passed.counts.departments).toMatchObject({ adopted: 2 });
    const after = JSON.stringify([...(await named('商业化部')), ...(await named('运营部'))]);
    expect(after).toBe(before);
  });
});
