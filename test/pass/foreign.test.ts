/** What is not ours stays as it is, and what belongs to one connection never meets another’s. */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { changeSource, clearLog, pictures, requestLog } from '../world.ts';
import type { TargetState } from '../world.ts';
import { openDesk } from './desk.ts';
import type { CompanyFacts, Desk } from './desk.ts';

let desk: Desk;

beforeAll(async () => {
  desk = await openDesk({ mongoUri: inject('mongoUri') });
});
afterAll(() => desk?.stop());
beforeEach(() => clearLog(desk));

async function byHand<T>(name: string, body: object): Promise<T> {
  const reply = await desk.control<{ statusCode: number; message: string; data: T }>(
    '/authing/by-hand',
    { body: { interface: name, body } },
  );
  if (reply.statusCode !== 200) throw new Error(`${name}: ${reply.message}`);
  return reply.data;
}

const poolOf = async (): Promise<TargetState['pools'][number]> => {
  const { pools } = await desk.control<TargetState>('/state/authing');
  const [pool] = pools;
  if (!pool) throw new Error('no pool');
  return pool;
};

const ours = (key: unknown): boolean => typeof key === 'string' && key.startsWith('dingsimcorp');

/** Everything without a key of ours, whole, as text that shows any changed byte. */
async function foreign(): Promise<string> {
  const pool = await poolOf();
  const isRoot = (id: string): boolean =>
    pool.departments.some((it) => it.id === id && !it.parentId);
  const departments = pool.departments.filter((it) => !ours(it.openDepartmentId));
  const elsewhere = new Set(departments.map((it) => it.id));
  return JSON.stringify({
    departments: departments.filter((it) => !isRoot(it.id)),
    users: pool.users.filter((it) => !ours(it.profile['externalId'])),
    memberships: pool.users.map(({ id, memberships }) => [
      id,
      memberships.filter((it) => elsewhere.has(it.departmentId) && !isRoot(it.departmentId)),
    ]),
  });
}

describe('foreign objects', () => {
  it('stay byte for byte, inside our organisation too, and our people stay where others put them', async () => {
    expect(await desk.pass()).toMatchObject({ status: 'succeeded' });
    const organizationCode = 'elsewhere';
    const created = { organizationCode, organizationName: 'Elsewhere' };
    await byHand('create-organization', created);
    const at = { parentDepartmentId: 'root', organizationCode };
    const there = await byHand<{ departmentId: string }>('create-department', {
      ...{ ...at, name: '研发部' },
    });
    const pool = await poolOf();
    const research = pool.departments.find((it) => it.openDepartmentId?.endsWith(':300000001'));
    const inside = await byHand<{ departmentId: string }>('create-department', {
      ...{ organizationCode: 'feihua', parentDepartmentId: research?.id, name: '外来组' },
    });
    const person = pool.users.find((it) => String(it.profile['name']) === '小红');
    const outsider = { username: 'outsider', name: '外人' };
    const departmentIds = [research?.id, inside.departmentId];
    await byHand('create-user', { ...outsider, departmentIds });
    const entered = { organizationCode, departmentId: there.departmentId };
    await byHand('add-department-members', { ...entered, userIds: [person?.id] });
    const before = await foreign();
    expect(before).toContain('外来组');
    await changeSource(
      desk,
      { do: 'renameDepartment', id: 300000001, name: '产研部' },
      { do: 'moveDepartment', id: 300000001, parentId: 300000002 },
      {
        do: 'changePerson',
        userid: 'feihua-0001',
        fields: { name: '红红', mobile: '13800000077' },
      },
      { do: 'movePerson', userid: 'feihua-0001', departments: [300000001, 300000003] },
    );
    const passed = await desk.pass();
    expect(passed).toMatchObject({ status: 'succeeded', verified: true });
    expect(passed.counts).toMatchObject({ departments: { moved: 1 }, people: { moved: 1 } });
    expect(await foreign()).toBe(before);
  });
});

describe('two companies in one pool', () => {
  it('are read each through its own proxy with its own app, and both arrive', async () => {
    const second = await desk.control<CompanyFacts & { egress: string }>('/companies', {
      body: { name: '第二家公司', generator: { people: 60, departments: 6, seed: 5 } },
    });
    const facts = { ...second, organizationName: '第二家公司' };
    await desk.connect('second', facts);
    const ended = await Promise.all([desk.pass(), desk.pass({ connection: 'second' })]);
    expect(ended.map((it) => it.verified)).toEqual([true, true]);
    const { wanted, found } = await pictures({ ...desk, facts });
    expect(Object.keys(wanted.people)).toHaveLength(60);
    expect(found).toEqual(wanted);
    const log = await requestLog(desk);
    const calls = log.filter((it) => it.side === 'dingtalk' && it.app !== null);
    const appKeys = [desk.facts.appKey, second.appKey];
    const used = appKeys.map((key) => calls.filter((it) => it.app?.includes(key)));
    expect(used.flat()).toHaveLength(calls.length);
    const ways = used.map((some) => [...new Set(some.map((it) => it.egress))]);
    expect(ways).toEqual([['198.51.100.7'], [second.egress]]);
    const links = await desk.c.links.find({ connection: 'second', kind: 'person' }).toArray();
    expect(links).toHaveLength(60);
  });
});
