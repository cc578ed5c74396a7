/** Whichever way the vendors' open questions turn out, a company arrives whole: every value of every switch is met. */
import { afterEach, describe, expect, inject, it } from 'vitest';
import { authingSwitches } from '../../sandbox/authing/switches.ts';
import { SWITCHES } from '../../sandbox/dingtalk/switches.ts';
import { changeSource, clearLog, pictures, targetWrites } from '../world.ts';
import type { Picture, SourceState, TargetState } from '../world.ts';
import { openDesk } from './desk.ts';
import type { Desk, Passed } from './desk.ts';

let desk: Desk | undefined;
afterEach(async () => {
  await desk?.stop();
  desk = undefined;
});

type Table = Record<string, { values?: readonly unknown[] | undefined }>;

/** One value of each switch; after as many rounds as the longest list has values, all were met. */
function settingsOf(table: Table, round: number): Record<string, unknown> {
  const chosen = Object.entries(table).flatMap(([name, { values = [] }], at) => {
    // Shifted by the switch's place, so that rounds mix the values differently; long runs mix on.
    const shift = round === 0 ? 0 : at * (1 + Math.floor(round / longest));
    const value = values[(round + shift) % Math.max(values.length, 1)];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(chosen);
}

const tables = [authingSwitches, SWITCHES] as unknown as Table[];
const longest = Math.max(
  ...tables.flatMap((table) => Object.values(table).map(({ values }) => values?.length ?? 0)),
);
const ROUNDS = process.env['ORGSYNC_LONG'] === '1' ? 10 * longest : longest;
const CLASH = 'u-clash';

async function stir(it: Desk): Promise<void> {
  const { companies } = await it.control<SourceState>('/state/dingtalk');
  const { departments = [], people = [] } = companies[0] ?? {};
  const [, first, second] = departments;
  await changeSource(
    it,
    { do: 'renameDepartment', id: first?.id, name: '改名的部门' },
    { do: 'addDepartment', name: '新部门', parentId: second?.id, id: 400_000_001 },
    { do: 'addPerson', userid: 'u-new', name: '新人', departments: [400_000_001, second?.id] },
    ...people.slice(0, 60).map(({ userid }, at) => {
      const fields = { name: `改${at}`, mobile: `1370000${String(at).padStart(4, '0')}` };
      return { do: 'changePerson', userid, fields };
    }),
  );
}

/** Everybody, and the one whose phone somebody else has without it. */
async function expectEqual(it: Desk): Promise<void> {
  const { wanted, found } = await pictures(it);
  const key = `${it.facts.corpId}:${CLASH}`;
  const without = (picture: Picture) => ({ ...picture.people, [key]: undefined });
  expect(found.departments).toEqual(wanted.departments);
  expect(without(found)).toEqual(without(wanted));
  expect(found.people[key]?.fields).toEqual({ externalId: key, name: '撞号', username: key });
}

function expectOnlyClash(passed: Passed): void {
  expect(passed.problems).toMatchObject([{ object: { id: CLASH } }]);
  expect(passed.problems[0]?.problem.code).toBe('DATA_PHONE_TAKEN');
  expect(passed).toMatchObject({ status: 'partly_succeeded', verified: true });
}

const foreignOf = async (it: Desk): Promise<unknown> =>
  (await it.control<TargetState>('/state/authing')).pools[0]?.users.filter(
    ({ profile: { externalId: key } }) =>
      typeof key !== 'string' || !key.startsWith(it.facts.corpId),
  );

describe('an import', () => {
  it.each(Array.from({ length: ROUNDS }, (_, round) => round))(
    'arrives whole with the switches of round %i',
    { timeout: 60_000 },
    async (round) => {
      const it = await openDesk({
        mongoUri: inject('mongoUri'),
        generator: { people: 130, departments: 8, seed: round + 1, bigDepartment: 104 },
      });
      desk = it;
      const [authing, dingtalk] = tables.map((table) => settingsOf(table, round));
      await it.control('/settings/authing', { method: 'PUT', body: authing });
      await it.control('/settings/dingtalk', { method: 'PUT', body: dingtalk });
      const mobile = '13912345678';
      const body = { username: 'foreign', phone: mobile, name: '外人' };
      await it.control('/authing/by-hand', { body: { interface: 'create-user', body } });
      const foreign = await foreignOf(it);
      await changeSource(it, {
        ...{ do: 'addPerson', userid: CLASH, name: '撞号', departments: [1], mobile },
      });
      for (const change of [() => undefined, stir]) {
        await change(it);
        expectOnlyClash(await it.pass());
        await expectEqual(it);
      }
      await clearLog(it);
      expectOnlyClash(await it.pass());
      expect(await targetWrites(it)).toEqual([]);
      expect(await foreignOf(it)).toEqual(foreign);
    },
  );
});
