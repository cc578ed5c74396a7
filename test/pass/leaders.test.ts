/** Heads of departments: one write where they differ, none where they do not, and nobody else's are touched. */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { changeSource, clearLog, targetWrites } from '../world.ts';
import type { TargetState } from '../world.ts';
import { openDesk } from './desk.ts';
import type { Desk } from './desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk({ mongoUri: inject('mongoUri') });
  await desk.settings({ leaders: true });
});
afterAll(() => desk?.stop());
beforeEach(() => clearLog(desk));

const [research, commerce] = [300000001, 300000002];

const byHand = (name: string, body: object): Promise<{ data: { userId: string } }> =>
  desk.control('/authing/by-hand', { body: { interface: name, body } });

type Department = TargetState['pools'][number]['departments'][number] & { leaderUserIds: string[] };

async function department(id: number): Promise<Department> {
  const { pools } = await desk.control<TargetState>('/state/authing');
  const found = pools[0]?.departments.find((it) => it.openDepartmentId?.endsWith(`:${id}`));
  if (!found) throw new Error(`no department ${id}`);
  return found as Department;
}

/** Source ids of the heads a department has at the target; usernames of those who are not ours. */
async function heads(id: number): Promise<string[]> {
  const { pools } = await desk.control<TargetState>('/state/authing');
  const users = new Map(pools[0]?.users.map((it) => [it.id, it.profile]));
  return (await department(id)).leaderUserIds
    .map((it) => {
      const { externalId, username } = users.get(it) ?? {};
      return String(externalId ?? username).replace(/^.*:/, '');
    })
    .sort();
}

const lead = (userid: string, departmentId: number, leader = true) => ({
  ...{ do: 'movePerson', userid, departments: [{ departmentId, leader }] },
});

const updates = async (): Promise<number> =>
  (await targetWrites(desk)).filter((it) => it.interface === 'update-department').length;

describe('heads of departments', () => {
  it('are set once their people are there; those who are not imported are left out', async () => {
    await changeSource(
      desk,
      lead('feihua-0001', research),
      lead('feihua-0002', research),
      lead('feihua-0003', commerce),
      {
        ...{ do: 'addPerson', userid: 'nameless', name: '\u0007' },
        departments: [{ departmentId: commerce, leader: true }],
      },
    );
    const passed = await desk.pass();
    expect(passed.problems.map((it) => it.problem.code)).toEqual(['DATA_NAME_MISSING']);
    expect(passed.verified).toBe(true);
    expect(await heads(research)).toEqual(['feihua-0001', 'feihua-0002']);
    expect(await heads(commerce)).toEqual(['feihua-0003']);
    expect(await updates()).toBe(2);
  });

  it('that are as they should be are not written again', async () => {
    expect(await desk.pass()).toMatchObject({ verified: true });
    expect(await targetWrites(desk)).toEqual([]);
  });

  it('follow a change in the next pass; one who is not ours stays, one of ours does not', async () => {
    const { data } = await byHand('create-user', { username: 'outsider', name: '外人' });
    const { pools } = await desk.control<TargetState>('/state/authing');
    const chen = pools[0]?.users.find((it) => it.profile['name'] === '陈晨');
    const { id, leaderUserIds } = await department(research);
    await byHand('update-department', {
      ...{ organizationCode: 'feihua', departmentId: id, departmentIdType: 'department_id' },
      leaderUserIds: [...leaderUserIds, data.userId, chen?.id],
    });
    await clearLog(desk);
    await changeSource(desk, lead('feihua-0002', research, false));
    expect(await desk.pass()).toMatchObject({ verified: true });
    expect(await heads(research)).toEqual(['feihua-0001', 'outsider']);
    expect(await updates()).toBe(1);
  });

  it('follow a change when their department alone is read', async () => {
    await changeSource(desk, lead('feihua-0003', commerce, false), {
      ...{ do: 'changeDepartment', id: commerce, fields: { managers: ['feihua-0001'] } },
    });
    expect(await desk.sync('department', `${commerce}`)).toMatchObject({ end: 'settled' });
    expect(await heads(commerce)).toEqual(['feihua-0001']);
    await clearLog(desk);
    expect(await desk.sync('department', `${commerce}`)).toMatchObject({ end: 'settled' });
    expect(await targetWrites(desk)).toEqual([]);
  });

  it('that somebody changes behind our back are said to differ', async () => {
    await changeSource(desk, lead('feihua-0001', research), lead('feihua-0003', commerce));
    const passed = await desk.pass({
      parts: (them) => ({
        ...them,
        writer: (window) => ({
          ...them.writer(window),
          updateDepartment: () => Promise.resolve(),
        }),
      }),
    });
    expect(passed.verified).toBe(false);
    const differs = passed.problems.filter((it) => it.problem.code === 'TARGET_DIFFERS');
    expect(differs.map((it) => it.object?.id)).toEqual([`${commerce}`]);
  });
});
