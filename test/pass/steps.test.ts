/** Steps of a pass: they end anywhere, run twice at a time, come late, and the pass ends equal all the same. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Parts, Pass } from '../../activities/pass.ts';
import { changeSource, clearLog, pictures, targetWrites } from '../world.ts';
import type { SourceState, TargetState } from '../world.ts';
import { instead, lanes, openDesk, runLane, writeAll } from './desk.ts';
import type { Desk } from './desk.ts';

let desk: Desk;

beforeAll(async () => {
  desk = await openDesk({
    mongoUri: inject('mongoUri'),
    // Also a target that takes any key twice must not get an object twice.
    generator: { people: 420, departments: 12, seed: 3, bigDepartment: 330, memberships: 1.2 },
  });
  await desk.control('/settings/authing', {
    method: 'PUT',
    body: { duplicateOpenDepartmentId: 'allow' },
  });
});
afterAll(() => desk?.stop());
beforeEach(() => clearLog(desk));
afterEach(() => expectEqual());

const expectEqual = async (): Promise<void> => {
  const { wanted, found } = await pictures(desk);
  expect(found).toEqual(wanted);
};

let round = 0;

/** Something to do for the next pass: new names, new people, new departments, in old departments and new ones. */
async function stir(): Promise<void> {
  round++;
  const { companies } = await desk.control<SourceState>('/state/dingtalk');
  const { people = [], departments = [] } = companies[0] ?? {};
  const parentId = departments[3]?.id;
  await changeSource(
    desk,
    { do: 'addDepartment', name: `新${round}`, parentId, id: 400_000_000 + round },
    ...Array.from({ length: 30 }, (_, at) => {
      const userid = `late-${round}-${at}`;
      return { do: 'addPerson', userid, name: userid, departments: [400_000_000 + round] };
    }),
    ...people.slice(0, 100).map(({ userid }) => {
      return { do: 'changePerson', userid, fields: { name: `${userid} ${round}` } };
    }),
  );
}

/** Holds the first reply of one reading call back until it is let go. */
function holding(method: 'childDepartments' | 'members'): {
  parts: (parts: Parts) => Parts;
  held: Promise<void>;
  letGo: () => void;
} {
  let letGo = (): void => undefined;
  let arrived = (): void => undefined;
  const gone = new Promise<void>((resolve) => (letGo = resolve));
  const held = new Promise<void>((resolve) => (arrived = resolve));
  let first = true;
  const wait = async <T>(reply: Promise<T>): Promise<T> => {
    const found = await reply;
    if (first) {
      first = false;
      arrived();
      await gone;
    }
    return found;
  };
  const parts = (them: Parts): Parts => {
    const { source } = them;
    const methods: Partial<typeof source> =
      method === 'members'
        ? { members: (...args) => wait(source.members(...args)) }
        : { childDepartments: (...args) => wait(source.childDepartments(...args)) };
    return { ...them, source: instead(source, methods) };
  };
  return { parts, held, letGo };
}

describe('steps that end after every call', () => {
  it('still bring a pass to its end, equal and everybody once', { timeout: 60_000 }, async () => {
    const passed = await desk.pass({ calls: 1 });
    expect(passed).toMatchObject({ status: 'succeeded', verified: true, problems: [] });
    expect(passed.counts.people).toMatchObject({ read: 420, created: 420 });
  });
});

describe('steps of which three attempts run at once', () => {
  it('write everything once and count everybody once', { timeout: 60_000 }, async () => {
    await stir();
    const passed = await desk.pass({ calls: 7, attempts: 3 });
    expect(passed).toMatchObject({ status: 'succeeded', verified: true, problems: [] });
    expect(passed.counts.people).toMatchObject({ created: 30, updated: 100 });
    const writes = (await targetWrites(desk)).map((it) => it.interface);
    expect(writes.filter((it) => it === 'create-department')).toHaveLength(1);
  });
});

describe('an attempt whose reply comes when everything is over', () => {
  it.each(['childDepartments', 'members'] as const)('changes nothing (%s)', async (method) => {
    await stir();
    const { parts, held, letGo } = holding(method);
    const late: Pass = await desk.open(parts);
    const lane = method === 'members' ? 'readMembers' : 'readDepartments';
    if (lane === 'readMembers') await runLane(late, 'readDepartments');
    const frozen = lanes[lane](late).catch((error: unknown) => error);
    await held;
    const own: Pass = { ...late, source: (await desk.parts()).source };
    const people = (await pictures(desk)).wanted.people;
    await changeSource(desk, {
      do: 'addPerson',
      userid: `on-${round}`,
      name: 'x',
      departments: [1],
    });
    await writeAll(own);
    letGo();
    expect(await frozen).toMatchObject({ problem: { code: 'RUN_SUPERSEDED' } });
    await runLane(own, 'verify');
    const passed = await desk.finish(own);
    expect(passed).toMatchObject({ status: 'succeeded', verified: true, problems: [] });
    expect(passed.counts.people.read).toBe(Object.keys(people).length + 1);
  });
});

describe('a run that another execution takes over in the middle', () => {
  it('refuses the old steps and ends equal, everybody once', async () => {
    await stir();
    const old = await desk.open();
    await runLane(old, 'readDepartments');
    await runLane(old, 'readMembers');
    await runLane(old, 'applyDepartments');
    const taken = await desk.takeOver(old);
    await expect(runLane(old, 'applyPeople')).rejects.toMatchObject({
      problem: { code: 'RUN_SUPERSEDED' },
    });
    await writeAll(taken);
    await runLane(taken, 'verify');
    const passed = await desk.finish(taken);
    expect(passed).toMatchObject({ status: 'succeeded', verified: true, problems: [] });
    expect(passed.counts.departments.created).toBe(1);
    expect(passed.counts.people).toMatchObject({ created: 30, updated: 100 });
  });
});

describe('verification', () => {
  const byHand = (name: string, body: object) =>
    desk.control('/authing/by-hand', { body: { interface: name, body } });

  it('repairs a person whom somebody changed after we wrote', async () => {
    await stir();
    const passed = await desk.pass({
      async beforeVerify() {
        const { pools } = await desk.control<TargetState>('/state/authing');
        const user = pools[0]?.users.find((it) => it.profile['externalId']);
        await byHand('update-user', { userId: user?.id, name: '别人改的' });
      },
    });
    expect(passed).toMatchObject({ status: 'succeeded', verified: true, problems: [] });
  });

  it('puts departments right that somebody renamed, moved or deleted', async () => {
    await stir();
    const passed = await desk.pass({
      async beforeVerify() {
        const { pools } = await desk.control<TargetState>('/state/authing');
        const ours = pools[0]?.departments.filter((it) => it.openDepartmentId) ?? [];
        const newest = (back: number) =>
          ours.find((it) => it.openDepartmentId?.endsWith(`:${400_000_000 + round - back}`))?.id;
        const more = { organizationCode: 'feihua', departmentIdType: 'department_id' };
        await byHand('update-department', { departmentId: newest(0), name: '别人改的', ...more });
        const parentDepartmentId = newest(0);
        const moved = { departmentId: newest(1), parentDepartmentId, ...more };
        await byHand('update-department', moved);
        await desk.control('/settings/authing', {
          method: 'PUT',
          body: { deleteDepartment: 'cascade' },
        });
        await byHand('delete-department', { departmentId: newest(2), ...more });
      },
    });
    expect(passed).toMatchObject({ status: 'succeeded', verified: true, problems: [] });
  });

  it('does not call verified what is not equal, and names it', async () => {
    const parts = (them: Parts): Parts => {
      const reader = instead(them.reader, {
        async departments(...args) {
          const [first, ...more] = await them.reader.departments(...args);
          return first ? [{ ...first, name: '?' }, ...more] : [];
        },
      });
      return { ...them, reader };
    };
    const passed = await desk.pass({ parts });
    expect(passed).toMatchObject({ status: 'partly_succeeded', verified: false });
    expect(passed.problems.map((it) => it.problem.code)).toEqual(['TARGET_DIFFERS']);
  });
});
