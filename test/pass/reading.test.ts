/** Reading: what is missed is looked for, what cannot be read is listed, and what the app may not see is left alone. */
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Parts } from '../../activities/pass.ts';
import type { SourceDepartment } from '../../model/directory.ts';
import { changeSource, fault, pictures, requestLog } from '../world.ts';
import type { TargetState } from '../world.ts';
import { instead, openDesk } from './desk.ts';
import type { Desk } from './desk.ts';

let desk: Desk;
afterEach(() => desk.stop());

const equal = async (): Promise<void> => {
  const { wanted, found } = await pictures(desk);
  expect(found).toEqual(wanted);
};

describe('a department of several pages', () => {
  beforeEach(async () => {
    const generator = { people: 300, departments: 6, seed: 9, bigDepartment: 260 };
    desk = await openDesk({ mongoUri: inject('mongoUri'), generator });
  });

  it('is closed by its ids: whoever no page brought is read singly', async () => {
    await fault(desk, {
      ...{ side: 'dingtalk', kind: 'early-end', interface: 'user/list', count: 1, skip: 1 },
    });
    const people = Object.keys((await pictures(desk)).wanted.people).length;
    const passed = await desk.pass();
    expect(passed.counts.people.read).toBe(people);
    await equal();
  });

  it('misses nobody when somebody leaves between two pages', async () => {
    const listed = (
      await desk.control<{ companies: { people: { userid: string }[] }[] }>('/state/dingtalk')
    ).companies[0]?.people.map((it) => it.userid);
    let pages = 0;
    const parts = (them: Parts): Parts => {
      const { source } = them;
      const members: typeof source.members = async (id, cursor, signal) => {
        const page = await source.members(id, cursor, signal);
        const [first] = page === 'gone' ? [] : page.people;
        // Everybody behind moves up by one, and the next page begins one too late.
        if (page !== 'gone' && page.next !== undefined && pages++ === 0 && first) {
          await changeSource(desk, { do: 'removePerson', userid: first.id });
        }
        return page;
      };
      return { ...them, source: instead(source, { members }) };
    };
    const passed = await desk.pass({ parts });
    expect(pages).toBeGreaterThan(0);
    expect(passed.counts.people.read).toBe(listed?.length);
    const { wanted, found } = await pictures(desk);
    expect(found).toMatchObject(wanted);
  });
});

describe('the app’s scope', () => {
  beforeEach(async () => {
    desk = await openDesk({ mongoUri: inject('mongoUri') });
  });
  const scope = (departments: number[]) =>
    desk.control(`/apps/${desk.facts.appKey}`, {
      method: 'PUT',
      body: { scope: { departments, people: [] } },
    });

  it('that holds two departments only brings these two, and asks nothing above them', async () => {
    await scope([300000001, 300000002]);
    const passed = await desk.pass();
    expect(passed).toMatchObject({ status: 'succeeded', verified: true });
    const { found, wanted } = await pictures(desk);
    expect(found.departments).toEqual(wanted.departments.filter((it) => it !== '/运营部'));
    const refused = (await requestLog(desk)).filter((it) => it.code === '50004');
    expect(refused).toEqual([]);
  });

  it('that is narrowed later takes nobody away', async () => {
    await desk.pass();
    const before = (await pictures(desk)).found;
    await scope([300000001]);
    const passed = await desk.pass();
    expect(passed.status).toBe('partly_succeeded');
    expect(new Set(passed.problems.map((it) => it.problem.code))).toEqual(
      new Set(['REMOVAL_HELD']),
    );
    expect((await pictures(desk)).found).toEqual(before);
  });

  it('that holds nothing ends the run before anything is written', async () => {
    await scope([]);
    await expect(desk.pass()).rejects.toMatchObject({
      problem: { code: 'SOURCE_NOTHING_VISIBLE' },
    });
    const { pools } = await desk.control<TargetState>('/state/authing');
    expect(pools[0]?.organizations).toEqual([]);
  });
});

describe('a tree that is none', () => {
  it('has a department at two places once, and says so', async () => {
    desk = await openDesk({ mongoUri: inject('mongoUri') });
    const parts = (them: Parts): Parts => {
      const { source } = them;
      const childDepartments: typeof source.childDepartments = async (id, signal) => {
        const children = await source.childDepartments(id, signal);
        if (id !== '300000001' || children === 'gone') return children;
        const again: SourceDepartment = { id: '300000002', parentId: id, name: '商业化部' };
        return [...children, again, { ...again, id: '300000001' }];
      };
      return { ...them, source: instead(source, { childDepartments }) };
    };
    const passed = await desk.pass({ parts });
    const listed = passed.problems.map((it) => [it.problem.code, it.object?.id]);
    expect(listed.sort()).toEqual([
      ['DATA_CYCLE_AT_SOURCE', '300000001'],
      ['DATA_CYCLE_AT_SOURCE', '300000002'],
    ]);
    await equal();
  });
});

describe('the organisation', () => {
  it('is made once, also when the reply is lost', async () => {
    desk = await openDesk({ mongoUri: inject('mongoUri') });
    const lost = { side: 'authing', kind: 'reset-after-commit', interface: 'create-organization' };
    await fault(desk, { ...lost, count: 1 });
    expect(await desk.pass()).toMatchObject({ status: 'succeeded', verified: true });
    const { pools } = await desk.control<TargetState>('/state/authing');
    expect(pools[0]?.organizations).toHaveLength(1);
    await equal();
  });
});
