/** The mapping an administrator chose, over both vendors: what arrives, what is emptied, what is left out. */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { changeSource, clearLog, requestLog, targetWrites } from '../world.ts';
import type { TargetState } from '../world.ts';
import { openDesk } from './desk.ts';
import type { Desk } from './desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk({ mongoUri: inject('mongoUri') });
});
afterAll(() => desk?.stop());
beforeEach(() => clearLog(desk));

interface User {
  profile: Record<string, unknown>;
  customData: Record<string, unknown>;
}

async function user(id: string): Promise<User> {
  const { pools } = await desk.control<TargetState>('/state/authing');
  const found = pools[0]?.users.find((it) => String(it.profile['externalId']).endsWith(`:${id}`));
  if (!found) throw new Error(`no ${id}`);
  return found as unknown as User;
}

const change = (fields: object) =>
  changeSource(desk, { do: 'changePerson', userid: 'feihua-0001', fields });

const reads = async (name: string): Promise<number> =>
  (await requestLog(desk)).filter((it) => it.interface === name).length;

const custom = {
  jobNumber: { from: ['jobNumber'], label: '工号' },
  title: { from: ['title'], label: '职位', whenEmpty: 'clear' },
};

describe('a default import', () => {
  it('makes no call that a setting would have to choose', async () => {
    expect(await desk.pass()).toMatchObject({ status: 'succeeded', verified: true });
    const calls = (await requestLog(desk)).map((it) => it.interface);
    const chosen = ['get-custom-fields', 'list-users', 'update-department', 'user/get'];
    expect(calls.filter((name) => chosen.includes(name))).toEqual([]);
    expect(calls.filter((name) => name === 'get-user-batch')).toHaveLength(1);
  });
});

describe('custom fields', () => {
  it('that the target does not have are left out and named once, for the run', async () => {
    await desk.settings({ mapping: { custom } });
    await change({ jobNumber: 'E1', title: '工程师', workPlace: '杭州' });
    const passed = await desk.pass();
    expect(passed).toMatchObject({ status: 'partly_succeeded', verified: true });
    expect(passed.problems.map((it) => [it.problem.code, it.problem.detail.field])).toEqual([
      ['CUSTOM_FIELDS_MISSING', 'jobNumber, title'],
    ]);
    expect(await user('feihua-0001')).toMatchObject({ profile: { address: '杭州' } });
    expect((await user('feihua-0001')).customData).toEqual({});
    expect(await reads('set-custom-fields')).toBe(0);
  });

  it('are defined when that was said, filled for everybody, and then quiet', async () => {
    await desk.settings({ mapping: { custom, defineCustomFields: true } });
    expect(await desk.pass()).toMatchObject({ status: 'succeeded', verified: true, problems: [] });
    expect((await user('feihua-0001')).customData).toEqual({ jobNumber: 'E1', title: '工程师' });
    await clearLog(desk);
    expect(await desk.pass()).toMatchObject({ status: 'succeeded', verified: true });
    expect(await targetWrites(desk)).toEqual([]);
  });

  it('of single objects are the same', async () => {
    await change({ jobNumber: 'E2' });
    expect(await desk.sync('person', 'feihua-0001')).toMatchObject({ end: 'settled' });
    expect((await user('feihua-0001')).customData).toEqual({ jobNumber: 'E2', title: '工程师' });
  });
});

describe('managers', () => {
  it('are read person by person where that was chosen, and go into their field', async () => {
    const boss = { from: ['managerId'], label: 'Manager' };
    const mapping = { custom: { ...custom, boss }, defineCustomFields: true };
    await desk.settings({ mapping, managers: true });
    await change({ managerUserid: 'feihua-0003' });
    expect(await desk.pass()).toMatchObject({ status: 'succeeded', verified: true, problems: [] });
    expect((await user('feihua-0001')).customData).toMatchObject({ boss: 'feihua-0003' });
    expect(await reads('user/get')).toBe(4);
    await desk.settings({ mapping: { custom } });
    expect(await desk.pass()).toMatchObject({ status: 'succeeded', verified: true });
    expect((await user('feihua-0001')).customData).toMatchObject({ boss: 'feihua-0003' });
  });
});

describe('a value that is emptied at the source', () => {
  it('stays at the target, unless the mapping clears it', async () => {
    await change({ title: '', jobNumber: '', workPlace: '' });
    expect(await desk.pass()).toMatchObject({ status: 'succeeded', verified: true, problems: [] });
    const at = await user('feihua-0001');
    expect(at.profile).toMatchObject({ address: '杭州', name: '小红' });
    expect(at.customData).toMatchObject({ jobNumber: 'E2', title: '' });
    const address = { from: ['workPlace'], whenEmpty: 'clear' };
    await desk.settings({ mapping: { custom, fields: { address } } });
    expect(await desk.pass()).toMatchObject({ status: 'succeeded', verified: true, problems: [] });
    expect((await user('feihua-0001')).profile).toMatchObject({ address: '', name: '小红' });
    await clearLog(desk);
    expect(await desk.pass()).toMatchObject({ status: 'succeeded', verified: true });
    expect(await targetWrites(desk)).toEqual([]);
  });

  it('stays when the app may not read it any more, also where the mapping clears', async () => {
    await change({ workPlace: '北京', title: '主管' });
    await desk.pass();
    const { appKey } = desk.facts;
    const body = { fields: { mobile: true, email: false } };
    await desk.control(`/apps/${appKey}`, { method: 'PUT', body });
    await change({ name: '小小红' });
    expect(await desk.pass()).toMatchObject({ status: 'succeeded', verified: true });
    expect((await user('feihua-0001')).profile).toMatchObject({ address: '北京', name: '小小红' });
  });
});
