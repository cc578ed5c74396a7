/** Heads and departments that were there before, in plans: shown, carried out, and left alone where they are others by then. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { detailOf } from '../../activities/plan-detail.ts';
import type { PlanDetail } from '../../model/plan.ts';
import { changeSource, clearLog, pictures, targetWrites } from '../world.ts';
import type { TargetState } from '../world.ts';
import { openDesk } from './desk.ts';
import type { Desk, Passed } from './desk.ts';

let desk: Desk;
const [research, commerce] = [300000001, 300000002];

const plan = (): Promise<Passed> => desk.pass({ planning: true });
const apply = (id: string): Promise<Passed> => desk.pass({ plan: id });

/** What a plan says, object by object, as a person with the key would read it. */
async function said(
  id: string,
): Promise<Record<string, { changes: string[]; detail: PlanDetail }>> {
  const { plans, key } = await desk.parts();
  const items = await plans.list(id, 100);
  return Object.fromEntries(
    items.map((it) => {
      const detail = detailOf(key, 'feihua', id, it);
      if (!detail) throw new Error('nothing is said');
      return [it.id, { changes: it.changes, detail }];
    }),
  );
}

const changes = async (id: string) =>
  Object.fromEntries(Object.entries(await said(id)).map(([at, it]) => [at, it.changes]));

const settle = async (passed: Passed): Promise<void> => {
  for (const { kind, id } of passed.handOver) await desk.sync(kind, id);
};

describe('heads of departments, and their managers', () => {
  const lead = (userid: string, departmentId: number, leader: boolean) => ({
    ...{ do: 'movePerson', userid, departments: [{ departmentId, leader }] },
  });
  const heads = async (id: number): Promise<string[]> => {
    const { pools } = await desk.control<TargetState>('/state/authing');
    const [pool] = pools;
    const key = `${desk.facts.corpId}:${id}`;
    const found = pool?.departments.find((it) => it.openDepartmentId === key) as unknown as
      { leaderUserIds: string[] } | undefined;
    const users = new Map(pool?.users.map((it) => [it.id, String(it.profile['externalId'])]));
    return (found?.leaderUserIds ?? []).map((it) => users.get(it)?.split(':')[1] ?? it).sort();
  };

  beforeAll(async () => {
    desk = await openDesk({ mongoUri: inject('mongoUri') });
    const boss = { custom: { boss: { from: ['managerId'], label: 'Manager' } } };
    const mapping = { ...boss, defineCustomFields: true };
    await desk.settings({ leaders: true, managers: true, mapping });
    await changeSource(desk, lead('feihua-0001', research, true), {
      ...{ do: 'changePerson', userid: 'feihua-0002', fields: { managerUserid: 'feihua-0001' } },
    });
  });
  afterAll(() => desk.stop());
  beforeEach(() => clearLog(desk));

  it('are in the first plan, and there once it is applied', async () => {
    const made = await plan();
    const items = await said(made.run);
    expect(items[String(research)]?.changes).toEqual(['create', 'lead']);
    expect(items[String(research)]?.detail.fields).toEqual([
      { field: 'leaders', before: null, after: 'feihua-0001' },
    ]);
    expect(items[String(commerce)]?.changes).toEqual(['create']);
    expect(items['feihua-0002']?.detail.fields).toContainEqual({
      ...{ field: 'custom:boss', before: null, after: 'feihua-0001' },
    });
    expect(await targetWrites(desk)).toEqual([]);
    const applied = await apply(made.run);
    expect(applied).toMatchObject({ verified: true, handOver: [], problems: [] });
    expect(await heads(research)).toEqual(['feihua-0001']);
    expect(await changes((await plan()).run)).toEqual({});
  });

  it('are changed only as planned, by the one write that it takes', async () => {
    await changeSource(desk, lead('feihua-0001', research, false), {
      ...lead('feihua-0002', research, true),
    });
    const made = await plan();
    expect(await changes(made.run)).toEqual({ [research]: ['lead'] });
    await changeSource(desk, lead('feihua-0003', commerce, true));
    await clearLog(desk);
    expect(await apply(made.run)).toMatchObject({ verified: true, handOver: [], problems: [] });
    expect((await targetWrites(desk)).map((it) => it.interface)).toEqual(['update-department']);
    expect(await heads(research)).toEqual(['feihua-0002']);
    expect(await heads(commerce)).toEqual([]);
  });

  it('that were changed by hand since are left to the department’s own sync', async () => {
    const made = await plan();
    expect(await changes(made.run)).toEqual({ [commerce]: ['lead'] });
    const { pools } = await desk.control<TargetState>('/state/authing');
    const at = pools[0]?.departments.find((it) => it.openDepartmentId?.endsWith(`:${commerce}`));
    const other = pools[0]?.users.find((it) => String(it.profile['externalId']).endsWith('-0001'));
    const place = { organizationCode: 'feihua', departmentIdType: 'department_id' };
    const body = { ...place, departmentId: at?.id, leaderUserIds: [other?.id] };
    await desk.control('/authing/by-hand', { body: { interface: 'update-department', body } });
    expect(await heads(commerce)).toEqual(['feihua-0001']);
    await clearLog(desk);
    const applied = await apply(made.run);
    expect(applied.handOver).toEqual([{ kind: 'department', id: String(commerce) }]);
    expect(applied.problems.map((it) => it.problem.code)).toEqual(['PLAN_ITEM_LATE']);
    expect(await targetWrites(desk)).toEqual([]);
  });
});

describe('departments that were there before', () => {
  type Made = { data: { departmentId: string } };
  const made = async (name: string, more: object = {}): Promise<string> => {
    const body = { organizationCode: 'feihua', parentDepartmentId: 'root', name, ...more };
    const by = { body: { interface: 'create-department', body } };
    return (await desk.control<Made>('/authing/by-hand', by)).data.departmentId;
  };
  const codes = async (): Promise<Record<string, string | null>> => {
    const { pools } = await desk.control<TargetState>('/state/authing');
    const all = (pools[0]?.departments ?? []) as unknown as { id: string; code: string | null }[];
    return Object.fromEntries(all.map((it) => [it.id, it.code]));
  };
  let there: string;
  let inner: string;

  beforeEach(async () => {
    desk = await openDesk({ mongoUri: inject('mongoUri') });
    await desk.settings({ adoptDepartmentsByPath: true, correlation: ['mobile'] });
    const body = { organizationCode: 'feihua', organizationName: 'Feihua' };
    await desk.control('/authing/by-hand', { body: { interface: 'create-organization', body } });
    there = await made('研发部');
    const parent = { parentDepartmentId: there, departmentIdType: 'department_id' };
    inner = await made('平台组', parent);
    await made('商业化部');
    await made('商业化部');
    const user = { username: 'old', phone: '13800000001', departmentIds: [there] };
    await desk.control('/authing/by-hand', { body: { interface: 'create-user', body: user } });
    await changeSource(
      desk,
      { do: 'addDepartment', id: 300000010, name: '平台组', parentId: research },
      { do: 'addDepartment', id: 300000011, name: '内组', parentId: commerce },
    );
  });
  afterEach(() => desk.stop());

  it('are planned to be taken over by their path, or refused with all below, and so it is done', async () => {
    const planned = await plan();
    expect(await targetWrites(desk)).toEqual([]);
    const items = await said(planned.run);
    const kinds = Object.fromEntries(Object.entries(items).map(([id, it]) => [id, it.changes]));
    expect(kinds).toMatchObject({
      ...{ [research]: ['adopt'], 300000010: ['adopt'], 300000003: ['create'] },
      ...{ [commerce]: ['refused'], 300000011: ['refused'] },
      ...{ 'feihua-0001': ['adopt', 'change'], 'feihua-0002': ['create'] },
    });
    expect(items[String(commerce)]?.detail.problem?.code).toBe('DEPARTMENT_SEVERAL');
    expect(items['300000011']?.detail.problem?.code).toBe('DATA_PARENT_MISSING');
    expect(JSON.stringify(await codes())).not.toContain(desk.facts.corpId);
    const applied = await apply(planned.run);
    expect(applied).toMatchObject({ verified: true, handOver: [] });
    expect(applied.counts.departments).toMatchObject({ adopted: 2, created: 1 });
    expect(await codes()).toMatchObject({
      [there]: `${desk.facts.corpId}:${research}`,
      [inner]: `${desk.facts.corpId}:300000010`,
    });
  });

  it('that are others by then are left alone, and the department to its own sync', async () => {
    const planned = await plan();
    const place = { organizationCode: 'feihua', departmentIdType: 'department_id' };
    const body = { ...place, departmentId: inner, name: '别的组' };
    await desk.control('/authing/by-hand', { body: { interface: 'update-department', body } });
    const applied = await apply(planned.run);
    expect(applied.handOver).toEqual([{ kind: 'department', id: '300000010' }]);
    expect((await codes())[inner] ?? null).toBeNull();
    expect(await desk.c.adoptions.countDocuments({ _id: inner })).toBe(0);
    await settle(applied);
    expect((await pictures(desk)).found.departments).toContain('/研发部/平台组');
  });
});
