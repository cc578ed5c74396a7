/** Bad records and bad days in one process: who is bad is listed, nobody else suffers, nobody is there twice. */
import { afterEach, describe, expect, inject, it } from 'vitest';
import { changeSource, fault, pictures, requestLog } from '../world.ts';
import type { SourceState, TargetState } from '../world.ts';
import { openDesk } from './desk.ts';
import type { Desk, DeskOptions } from './desk.ts';

let desk: Desk;
afterEach(() => desk.stop());

async function open(options: Partial<DeskOptions> = {}): Promise<Desk> {
  const times = { claimMs: 2500, longestWriteMs: 1200 };
  desk = await openDesk({ mongoUri: inject('mongoUri'), ...times, ...options });
  return desk;
}

const generator = { people: 160, departments: 12, seed: 8 };
const done = { status: 'succeeded', verified: true, problems: [] };

async function expectEqual(): Promise<void> {
  const { wanted, found } = await pictures(desk);
  expect(found).toEqual(wanted);
}

/** Everybody gets a new name and a second department. */
async function stirAll(): Promise<void> {
  const { companies } = await desk.control<SourceState>('/state/dingtalk');
  const { departments = [], people = [] } = companies[0] ?? {};
  const changes = people.flatMap(({ userid, memberships }, at) => {
    const more = departments[1 + (at % (departments.length - 1))]?.id;
    const all = [...new Set([...memberships.map((it) => it.departmentId), more])];
    return [
      { do: 'changePerson', userid, fields: { name: `${userid} neu` } },
      { do: 'movePerson', userid, departments: all },
    ];
  });
  await changeSource(desk, ...changes);
}

describe('bad records', () => {
  it('are listed one by one with what to do, and everybody else arrives', async () => {
    await open({
      generator: { ...generator, clean: false, duplicateRate: 0.05, missingRate: 0.05 },
    });
    await changeSource(
      desk,
      { do: 'addPerson', userid: 'nameless', name: '\u0007', departments: [1] },
      { do: 'addPerson', userid: 'lonely', name: '正常', departments: [1] },
    );
    const passed = await desk.pass();
    const { wanted, found } = await pictures(desk);
    const absent = Object.keys(wanted.people).filter((key) => !found.people[key]);
    expect(absent.map((key) => wanted.people[key]?.fields.name)).toEqual(['\u0007']);
    for (const key of absent) delete wanted.people[key];
    const without: string[] = [];
    for (const [key, { fields }] of Object.entries(found.people)) {
      const wants = wanted.people[key]?.fields ?? {};
      const lacks = (['phone', 'email'] as const).filter((it) => wants[it] && !fields[it]);
      for (const it of lacks) {
        const holders = Object.values(found.people).filter((one) => one.fields[it] === wants[it]);
        expect(holders).toHaveLength(1);
        delete wants[it];
        if (it === 'phone') delete wants.phoneCountryCode;
      }
      if (lacks.length > 0) without.push(key);
      // Whoever is left with nothing to sign in with has the key for that.
      if (lacks.length > 0 && !fields.phone && !fields.email) wants.username = key;
    }
    expect(without.length).toBeGreaterThan(10);
    expect(found).toEqual(wanted);
    const listed = passed.problems.map((it) => `${desk.facts.corpId}:${it.object?.id}`);
    expect([...new Set(listed)].sort()).toEqual([...absent, ...without].sort());
    expect(passed).toMatchObject({ status: 'partly_succeeded', verified: true });
    expect(passed.counts.people).toMatchObject({
      read: 162,
      failed: absent.length,
      created: 162 - absent.length,
    });
    const codes = new Set(passed.problems.map((it) => it.problem.code));
    expect([...codes].sort()).toEqual(['DATA_IDENTIFIER_SHARED', 'DATA_NAME_MISSING']);
  });
});

describe('a person whom somebody deleted at the target', () => {
  it('is made again, and holds up nobody who moves along', { timeout: 60_000 }, async () => {
    await open({ generator });
    await desk.pass();
    const { companies } = await desk.control<SourceState>('/state/dingtalk');
    const { departments = [], people = [] } = companies[0] ?? {};
    const { pools } = await desk.control<TargetState>('/state/authing');
    const ids = people.slice(0, 8).map(({ userid }) => userid);
    const key = `${desk.facts.corpId}:${ids[3]}`;
    const user = pools[0]?.users.find((it) => it.profile['externalId'] === key);
    const body = { userIds: [user?.id] };
    await desk.control('/authing/by-hand', { body: { interface: 'delete-users-batch', body } });
    const more = departments.at(-1)?.id;
    const moves = people.slice(0, 8).map(({ userid, memberships }) => {
      const all = [...new Set([...memberships.map((it) => it.departmentId), more])];
      return { do: 'movePerson', userid, departments: all };
    });
    await changeSource(desk, ...moves);
    expect(await desk.pass()).toMatchObject(done);
    await expectEqual();
  });
});

describe('replies that are lost after the target did the work', () => {
  const cases = [
    ['create-department', 3, { kind: 'reset-after-commit' }],
    ['create-users-batch', 2, { kind: 'reset-after-commit' }],
    ['create-users-batch', 1, { kind: 'half-batch' }],
  ] as const;
  it.each(cases)('double nobody at the first import: %s %i', async (name, count, kind) => {
    await open({ generator });
    await desk.control('/settings/authing', {
      method: 'PUT',
      body: { duplicateOpenDepartmentId: 'allow' },
    });
    await fault(desk, { side: 'authing', interface: name, count, ...kind });
    expect(await desk.pass()).toMatchObject(done);
    expect((await requestLog(desk)).filter((it) => it.fault)).toHaveLength(count);
    await expectEqual();
  });

  it('change nobody twice and leave nothing out afterwards', { timeout: 60_000 }, async () => {
    await open({ generator });
    expect(await desk.pass()).toMatchObject(done);
    await stirAll();
    const lost = { side: 'authing', kind: 'reset-after-commit' };
    await fault(desk, { ...lost, interface: 'update-user-batch', count: 1 });
    await fault(desk, { ...lost, interface: 'add-department-members', count: 4, skip: 1 });
    await fault(desk, { ...lost, kind: 'half-batch', interface: 'update-user-batch', count: 1 });
    expect(await desk.pass()).toMatchObject(done);
    expect((await requestLog(desk)).filter((it) => it.fault)).toHaveLength(6);
    await expectEqual();
  });
});

describe('limits that are lower than was thought', () => {
  it('slow an import down and change nothing else', { timeout: 120_000 }, async () => {
    const rates = { sourcePerSecond: 60, egressPerSecond: 400, targetPerSecond: 30 };
    await open({ generator: { people: 150, departments: 24, seed: 4 }, limits: 'vendor', rates });
    await desk.control('/settings/authing', { method: 'PUT', body: { callsPerSecond: 6 } });
    expect(await desk.pass()).toMatchObject(done);
    const log = await requestLog(desk);
    const throttled = log.filter((it) => it.code === '90018' || it.code === '429');
    expect(throttled.length).toBeGreaterThan(0);
    expect(throttled.length).toBeLessThan(log.length / 2);
    await expectEqual();
  });
});

describe('the tree', () => {
  it('is built from the top, however deep, and turned upside down without a circle', async () => {
    await open({ generator: { people: 60, departments: 40, seed: 2, depth: 30 } });
    expect(await desk.pass()).toMatchObject(done);
    const { companies } = await desk.control<SourceState>('/state/dingtalk');
    const tree = new Map((companies[0]?.departments ?? []).map((it) => [it.id, it.parentId]));
    const depth = (id: number): number => (id === 1 ? 0 : 1 + depth(tree.get(id) ?? 1));
    const [deepest = 1] = [...tree.keys()].sort((a, b) => depth(b) - depth(a));
    const chain: number[] = [];
    for (let id = deepest; id !== 1; id = tree.get(id) ?? 1) chain.push(id);
    // First everybody directly below the root, then one below the other in the opposite order.
    const flat = chain.flatMap((id) => [
      { do: 'renameDepartment', id, name: `组${id}` },
      { do: 'moveDepartment', id, parentId: 1 },
    ]);
    const turned = chain.slice(1).map((id, at) => {
      return { do: 'moveDepartment', id, parentId: chain[at] };
    });
    await changeSource(desk, ...flat, ...turned);
    const passed = await desk.pass();
    expect(passed).toMatchObject(done);
    expect(passed.counts.departments.moved).toBe(chain.length);
    expect(chain.length).toBeGreaterThan(20);
    await expectEqual();
  });

  it('takes a person who is in very many departments', async () => {
    await open({ generator: { people: 20, departments: 50, seed: 6 } });
    const { companies } = await desk.control<SourceState>('/state/dingtalk');
    const departments = companies[0]?.departments.map((it) => it.id).filter((id) => id !== 1);
    await changeSource(desk, { do: 'addPerson', userid: 'busy', name: '处处', departments });
    expect(await desk.pass()).toMatchObject(done);
    await expectEqual();
  });
});
