/** Planned mode: everything is read and nothing written; a plan is applied as it stands, and only where it still fits. */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { detailOf } from '../../activities/plan-detail.ts';
import type { PlanDetail } from '../../model/plan.ts';
import { forgetOld } from '../../store/history.ts';
import { changeSource, clearLog, pictures, targetWrites } from '../world.ts';
import type { TargetState } from '../world.ts';
import { openDesk } from './desk.ts';
import type { Desk, Passed } from './desk.ts';

let desk: Desk;
const [research, commerce] = [300000001, 300000002];

const plan = (more = {}): Promise<Passed> => desk.pass({ planning: true, ...more });
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

const equal = async (): Promise<void> => {
  const { wanted, found } = await pictures(desk);
  expect(found).toEqual(wanted);
};

async function byHand(userid: string, name: string): Promise<void> {
  const { pools } = await desk.control<TargetState>('/state/authing');
  const key = `${desk.facts.corpId}:${userid}`;
  const user = pools[0]?.users.find((it) => it.profile['externalId'] === key);
  const body = { userId: user?.id, name };
  await desk.control('/authing/by-hand', { body: { interface: 'update-user', body } });
}

const nameOf = async (userid: string): Promise<string | undefined> =>
  (await pictures(desk)).found.people[`${desk.facts.corpId}:${userid}`]?.fields['name'];

const settle = async (passed: Passed): Promise<void> => {
  for (const { kind, id } of passed.handOver) await desk.sync(kind, id);
};

describe('the first plan of a company', () => {
  beforeAll(async () => {
    desk = await openDesk({ mongoUri: inject('mongoUri') });
  });
  afterAll(() => desk.stop());
  beforeEach(() => clearLog(desk));

  it('names everything that would be made, and makes nothing, the organisation neither', async () => {
    const made = await plan();
    expect(made.status).toBe('succeeded');
    const stored = await (await desk.parts()).plans.get(made.run);
    expect(stored?.counts).toMatchObject({
      department: { read: 3, create: 3 },
      person: { read: 4, create: 4, change: 0, held: 0, refused: 0 },
    });
    expect((await said(made.run))['feihua-0001']?.detail).toMatchObject({
      name: '小红',
      fields: expect.arrayContaining([
        { field: 'phone', before: null, after: '+86 13800000001' },
      ]) as unknown,
      enter: ['300000001'],
    });
    expect(await targetWrites(desk)).toEqual([]);
    const { pools } = await desk.control<TargetState>('/state/authing');
    expect(pools[0]?.organizations).toEqual([]);
  });

  it('says who somebody is only under the connection’s key', async () => {
    const stored = JSON.stringify([
      await desk.c.planItems.find({}).toArray(),
      await desk.c.plans.find({}).toArray(),
    ]);
    expect(stored).not.toContain('13800000001');
    expect(stored).not.toContain('小红');
  });

  it('is applied in as many writes as an import makes, once', async () => {
    const made = await plan();
    await clearLog(desk);
    expect(await apply(made.run)).toMatchObject({ status: 'succeeded', verified: true });
    const writes = (await targetWrites(desk)).map((it) => it.interface);
    expect(writes.filter((it) => !it.startsWith('create-user')).sort()).toEqual([
      ...['create-department', 'create-department', 'create-department', 'create-organization'],
    ]);
    await equal();
    await expect(apply(made.run)).rejects.toMatchObject({ problem: { code: 'PLAN_APPLIED' } });
  });

  it('is empty when nothing changed, and applying it writes nothing', async () => {
    const made = await plan();
    expect(await said(made.run)).toEqual({});
    const applied = await apply(made.run);
    expect(applied).toMatchObject({ status: 'succeeded', verified: true, handOver: [] });
    expect(await targetWrites(desk)).toEqual([]);
  });
});

describe('a plan', () => {
  beforeAll(async () => {
    desk = await openDesk({ mongoUri: inject('mongoUri') });
    await desk.pass();
  });
  afterAll(() => desk.stop());
  beforeEach(() => clearLog(desk));

  it('tells renames, moves, fields, departments and what is held, and is applied exactly', async () => {
    await changeSource(
      desk,
      { do: 'renameDepartment', id: research, name: '产研部' },
      { do: 'addDepartment', name: '新部', parentId: research, id: 300000009 },
      { do: 'moveDepartment', id: 300000003, parentId: 300000009 },
      { do: 'changePerson', userid: 'feihua-0001', fields: { name: '小红红' } },
      { do: 'movePerson', userid: 'feihua-0002', departments: [commerce, 300000009] },
      { do: 'removePerson', userid: 'feihua-0003' },
      { do: 'addPerson', userid: 'new', name: '新人', departments: [300000009] },
    );
    const made = await plan();
    expect(await targetWrites(desk)).toEqual([]);
    expect(await changes(made.run)).toEqual({
      '300000001': ['rename'],
      '300000003': ['move'],
      '300000009': ['create'],
      'feihua-0001': ['change'],
      'feihua-0002': ['enter', 'held'],
      'feihua-0003': ['held'],
      new: ['create'],
    });
    const { detail } = (await said(made.run))['feihua-0001'] ?? {};
    expect(detail?.fields.find((it) => it.field === 'name')).toEqual({
      ...{ field: 'name', before: '小红', after: '小红红' },
    });
    const applied = await apply(made.run);
    expect(applied).toMatchObject({ verified: true, handOver: [] });
    expect(applied.problems.map((it) => it.problem.code).sort()).toEqual([
      ...['MEMBERSHIP_HELD', 'REMOVAL_HELD'],
    ]);
    const writes = (await targetWrites(desk)).map((it) => it.interface).sort();
    expect(writes).toEqual([
      ...['add-department-members', 'add-department-members', 'create-department'],
      ...['create-user', 'update-department', 'update-department', 'update-user'],
    ]);
    expect((await plan()).counts.people).toMatchObject({ created: 0, updated: 0, moved: 0 });
  });

  it('sees what somebody changed by hand, and puts it right when it is applied', async () => {
    await byHand('feihua-0001', '手改');
    const made = await plan();
    const known = (await said(made.run))['feihua-0001'];
    expect(known?.detail.fields).toEqual([{ field: 'name', before: '手改', after: '小红红' }]);
    expect((await apply(made.run)).handOver).toEqual([]);
    expect(await nameOf('feihua-0001')).toBe('小红红');
  });

  it('leaves who was changed by hand since to a sync of their own', async () => {
    await changeSource(desk, {
      ...{ do: 'changePerson', userid: 'feihua-0001', fields: { name: '第二' } },
    });
    const made = await plan();
    await byHand('feihua-0001', '后来手改');
    await clearLog(desk);
    const applied = await apply(made.run);
    expect(applied.handOver).toEqual([{ kind: 'person', id: 'feihua-0001' }]);
    expect(applied.problems.map((it) => it.problem.code)).toContain('PLAN_ITEM_LATE');
    expect(await targetWrites(desk)).toEqual([]);
    await settle(applied);
  });

  it('never brings back what a newer read has settled', async () => {
    await changeSource(
      desk,
      { do: 'changePerson', userid: 'feihua-0001', fields: { name: '第三' } },
      { do: 'renameDepartment', id: research, name: '第三部' },
    );
    const made = await plan();
    await changeSource(
      desk,
      { do: 'changePerson', userid: 'feihua-0001', fields: { name: '第四' } },
      { do: 'renameDepartment', id: research, name: '第四部' },
    );
    await desk.sync('person', 'feihua-0001');
    await desk.sync('department', String(research));
    await clearLog(desk);
    const applied = await apply(made.run);
    expect(applied.handOver.map((it) => it.id).sort()).toEqual(['300000001', 'feihua-0001']);
    expect(await targetWrites(desk)).toEqual([]);
    expect(await nameOf('feihua-0001')).toBe('第四');
    expect((await pictures(desk)).found.departments).toContain('/第四部');
  });

  it('leaves a department that was renamed by hand since to a sync of its own', async () => {
    await changeSource(desk, { do: 'renameDepartment', id: research, name: '第五部' });
    const made = await plan();
    const { pools } = await desk.control<TargetState>('/state/authing');
    const there = pools[0]?.departments.find((it) => it.name === '第四部');
    const body = { organizationCode: 'feihua', departmentId: there?.id, name: '手改部' };
    await desk.control('/authing/by-hand', { body: { interface: 'update-department', body } });
    await clearLog(desk);
    const applied = await apply(made.run);
    expect(applied.handOver).toEqual([{ kind: 'department', id: String(research) }]);
    expect(await targetWrites(desk)).toEqual([]);
    expect((await pictures(desk)).found.departments).toContain('/手改部');
  });

  it('of a branch plans that branch only', async () => {
    await changeSource(
      desk,
      { do: 'changePerson', userid: 'new', fields: { name: '支' } },
      { do: 'addPerson', userid: 'other', name: '旁', departments: [commerce] },
    );
    const made = await plan({ scope: { kind: 'branch', departmentId: '300000009' } });
    expect(Object.keys(await said(made.run)).sort()).toEqual(['300000001', 'feihua-0002', 'new']);
  });

  it('that is unknown, old, or of other settings is refused before anything is written', async () => {
    const made = await plan();
    await clearLog(desk);
    await expect(apply('none')).rejects.toMatchObject({ problem: { code: 'PLAN_UNKNOWN' } });
    const { plans } = desk.c;
    const stored = await plans.findOne({ _id: made.run });
    await plans.updateOne({ _id: made.run }, { $set: { expiresAt: '2020-01-01T00:00:00.000Z' } });
    await expect(apply(made.run)).rejects.toMatchObject({ problem: { code: 'PLAN_OVER' } });
    await plans.updateOne(
      { _id: made.run },
      { $set: { expiresAt: stored?.expiresAt ?? '', version: 99 } },
    );
    await expect(apply(made.run)).rejects.toMatchObject({ problem: { code: 'PLAN_OVER' } });
    expect(await targetWrites(desk)).toEqual([]);
  });
});

describe('what is kept for a week', () => {
  it('is swept with the pages of its run: plans, objects, staged people; what is younger stays', async () => {
    desk = await openDesk({ mongoUri: inject('mongoUri') });
    const made = await plan();
    const week = 7 * 24 * 3600 * 1000;
    const at = (ms: number) => new Date(Date.now() + ms);
    const sweep = async (ms: number): Promise<number> =>
      (await forgetOld(desk.c, { runsBefore: at(-9 * week), stagedBefore: at(ms) })).swept;
    expect(await sweep(-week)).toBe(0);
    expect(await desk.c.pages.countDocuments({})).toBeGreaterThan(0);
    // A run that is under way may read the pages of an older plan.
    const other = await desk.open();
    await desk.c.runs.updateOne({ _id: other.place.run }, { $set: { plan: made.run } });
    expect(await sweep(1000)).toBe(0);
    await desk.finish(other);
    expect(await sweep(1000)).toBe(2);
    expect(await (await desk.parts()).plans.get(made.run)).toBeNull();
    for (const left of [desk.c.pages, desk.c.planItems, desk.c.plans, desk.c.seen] as const) {
      expect(await (left as typeof desk.c.pages).countDocuments({})).toBe(0);
    }
    expect(await sweep(1000)).toBe(0);
    await desk.stop();
  });
});
