/** Scope: branches in, branches out, single people; who is outside is not brought by any way, and nobody is taken away. */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Parts } from '../../activities/pass.ts';
import type { MembersPage } from '../../model/directory.ts';
import type { Scope } from '../../model/settings.ts';
import { changeSource, clearLog, pictures, requestLog, targetWrites } from '../world.ts';
import { instead, openDesk } from './desk.ts';
import type { Desk, Passed } from './desk.ts';

let desk: Desk;
const [research, commerce, lab, deep] = ['300000001', '300000002', '400000001', '400000002'];

/** Two departments below research: somebody in each, and one person who is in commerce too. */
async function open(): Promise<void> {
  desk = await openDesk({ mongoUri: inject('mongoUri') });
  await changeSource(
    desk,
    { do: 'addDepartment', name: '实验室', parentId: Number(research), id: Number(lab) },
    { do: 'addDepartment', name: '深处', parentId: Number(lab), id: Number(deep) },
    { do: 'addPerson', userid: 'in-lab', name: '甲', departments: [Number(lab)] },
    { do: 'addPerson', userid: 'in-deep', name: '乙', departments: [Number(deep)] },
    {
      do: 'addPerson',
      userid: 'in-both',
      name: '丙',
      departments: [Number(deep), Number(commerce)],
    },
  );
}

async function setScope(scope: Partial<Scope>): Promise<void> {
  const whole: Scope = { include: [], exclude: [] };
  const change = { 'settings.scope': { ...whole, ...scope } };
  await desk.c.connections.updateOne({ _id: 'feihua' }, { $set: change, $inc: { version: 1 } });
}

const move = (userid: string, ...departments: string[]) =>
  changeSource(desk, { do: 'movePerson', userid, departments: departments.map(Number) });

const people = async (): Promise<Record<string, string[]>> => {
  const { found } = await pictures(desk);
  const own = Object.entries(found.people).map(([key, it]) => [
    key.slice(desk.facts.corpId.length + 1),
    it.departments,
  ]);
  return Object.fromEntries(own) as Record<string, string[]>;
};

const listed = (passed: Passed): string[] =>
  passed.problems.map((it) => `${it.problem.code} ${it.object?.id ?? ''}`).sort();

const asked = async (name: string): Promise<number> =>
  (await requestLog(desk)).filter((it) => it.interface.endsWith(name)).length;

describe('a connection of one branch', () => {
  beforeAll(async () => {
    await open();
    await setScope({ include: [lab] });
  });
  afterAll(() => desk.stop());
  beforeEach(() => clearLog(desk));

  it('imports the branch below its ancestors, without their people and without asking for them', async () => {
    expect(await desk.pass()).toMatchObject({ status: 'succeeded', verified: true });
    const { found } = await pictures(desk);
    expect(found.departments).toEqual(['/研发部', '/研发部/实验室', '/研发部/实验室/深处']);
    expect(await people()).toEqual({
      'in-lab': ['/研发部/实验室'],
      'in-deep': ['/研发部/实验室/深处'],
      'in-both': ['/研发部/实验室/深处'],
    });
    expect(await asked('user/list')).toBe(2);
    await clearLog(desk);
    expect((await desk.pass()).status).toBe('succeeded');
    expect(await targetWrites(desk)).toEqual([]);
  });

  it('does not bring who or what is outside when it is asked for singly', async () => {
    for (const [kind, id] of [
      ['person', 'feihua-0001'],
      ['person', 'feihua-0003'],
      ['department', commerce],
    ] as const) {
      expect(await desk.sync(kind, id)).toEqual({ end: 'outside', handOver: [] });
    }
    expect(await targetWrites(desk)).toEqual([]);
  });

  it('renames what stands above the branch, and still brings nobody of it', async () => {
    await changeSource(desk, { do: 'renameDepartment', id: Number(research), name: '产研部' });
    expect(await desk.sync('department', research)).toEqual({ end: 'settled', handOver: [] });
    expect((await targetWrites(desk)).map((it) => it.interface)).toEqual(['update-department']);
    expect(Object.keys(await people())).toHaveLength(3);
  });

  it('enters nobody into what stands above, though the person is there at the source', async () => {
    await move('in-deep', deep, research);
    expect((await desk.sync('person', 'in-deep')).end).toBe('settled');
    expect((await desk.pass()).status).toBe('succeeded');
    expect(await targetWrites(desk)).toEqual([]);
  });

  it('holds who left the branch, with that reason, in a pass and singly', async () => {
    await move('in-deep', commerce);
    const before = await people();
    expect(listed(await desk.pass())).toEqual(['SCOPE_LEFT_HELD in-deep']);
    expect((await desk.sync('person', 'in-deep')).end).toBe('held');
    const single = await (await desk.parts()).runs.problems('sync/feihua');
    expect(single.map((it) => [it.problem.code, it.object?.id])).toEqual([
      ['SCOPE_LEFT_HELD', 'in-deep'],
    ]);
    expect(await people()).toEqual(before);
    await move('in-deep', deep);
  });

  it('leaves out who is named when a department is closed and belongs somewhere else', async () => {
    const parts = (them: Parts): Parts => {
      const { source } = them;
      // A department of two pages, whose ids name somebody who has just gone to another branch.
      const members: typeof source.members = async (id, cursor, signal) => {
        const page = await source.members(id, 0, signal);
        if (page === 'gone') return page;
        const people = cursor === 0 ? page.people : [];
        return { ...page, people, ...(cursor === 0 ? { next: 1 } : {}) } satisfies MembersPage;
      };
      const memberIds: typeof source.memberIds = async (id, signal) => {
        const ids = await source.memberIds(id, signal);
        return ids === 'gone' ? ids : [...ids, 'feihua-0003'];
      };
      return { ...them, source: instead(source, { members, memberIds }) };
    };
    expect((await desk.pass({ parts })).problems).toEqual([]);
    expect(Object.keys(await people())).not.toContain('feihua-0003');
  });

  it('says so when a department of the scope is not there, and when nothing is left of it', async () => {
    await setScope({ include: [lab, '999'] });
    expect(listed(await desk.pass())).toEqual(['SCOPE_DEPARTMENT_UNKNOWN 999']);
    await setScope({ include: [deep], exclude: [lab] });
    await expect(desk.pass()).rejects.toMatchObject({ problem: { code: 'SCOPE_EMPTY' } });
    expect(await targetWrites(desk)).toEqual([]);
  });
});

describe('a branch that is taken out later', () => {
  beforeAll(open);
  afterAll(() => desk.stop());

  it('is neither walked nor written, and all of it is held with that reason', async () => {
    expect((await desk.pass()).status).toBe('succeeded');
    const before = (await pictures(desk)).found;
    await setScope({ exclude: [lab] });
    await move('feihua-0002', deep);
    await changeSource(desk, { do: 'changePerson', userid: 'in-lab', fields: { name: '改名' } });
    await clearLog(desk);
    const held = ['400000001', '400000002', 'feihua-0002', 'in-deep', 'in-lab'];
    expect(listed(await desk.pass())).toEqual([
      'MEMBERSHIP_HELD in-both',
      ...held.map((id) => `SCOPE_LEFT_HELD ${id}`),
    ]);
    expect(await asked('user/list')).toBe(4);
    expect(await targetWrites(desk)).toEqual([]);
    expect((await pictures(desk)).found).toEqual(before);
  });
});

describe('single people of the app’s scope', () => {
  beforeAll(open);
  afterAll(() => desk.stop());
  const rights = (departments: string[], ...singles: string[]) =>
    desk.control(`/apps/${desk.facts.appKey}`, {
      method: 'PUT',
      body: { scope: { departments: departments.map(Number), people: singles } },
    });

  it('are imported into the departments they name that are there, else into the root', async () => {
    await rights([commerce], 'in-lab', 'in-both');
    expect(await desk.pass()).toMatchObject({ status: 'succeeded', verified: true });
    const wanted = {
      'in-lab': [''],
      'in-both': ['/商业化部'],
      'feihua-0003': ['/商业化部'],
    };
    expect(await people()).toEqual(wanted);
    await clearLog(desk);
    expect((await desk.pass()).status).toBe('succeeded');
    expect((await desk.sync('person', 'in-lab')).end).toBe('settled');
    expect((await desk.sync('person', 'in-both')).end).toBe('settled');
    expect(await targetWrites(desk)).toEqual([]);
    expect(await people()).toEqual(wanted);
  });

  it('are all there is when the scope holds no department', async () => {
    await rights([], 'feihua-0001');
    await desk.pass();
    expect((await people())['feihua-0001']).toEqual(['']);
  });

  it('whom the app may not see any more are left as they are by a single look', async () => {
    await rights([commerce]);
    await clearLog(desk);
    expect((await desk.sync('person', 'in-lab')).end).toBe('outside');
    expect(await targetWrites(desk)).toEqual([]);
  });
});

describe('a run over a branch', () => {
  beforeAll(open);
  afterAll(() => desk.stop());
  beforeEach(() => clearLog(desk));
  const branch = (departmentId: string) => desk.pass({ scope: { kind: 'branch', departmentId } });

  it('brings its ancestors, reads and writes only what is below it, and verifies that', async () => {
    expect(await branch(lab)).toMatchObject({ status: 'succeeded', verified: true });
    const { found } = await pictures(desk);
    expect(found.departments).toEqual(['/研发部', '/研发部/实验室', '/研发部/实验室/深处']);
    expect(Object.keys(await people()).sort()).toEqual(['in-both', 'in-deep', 'in-lab']);
    expect(await asked('user/list')).toBe(2);
    expect(await asked('department/listsub')).toBe(2);
  });

  it('leaves what stands above open for its own sync, which hands over who is in it', async () => {
    const { handOver } = await desk.sync('department', research);
    expect(handOver.map((it) => it.id).sort()).toEqual(['400000001', 'feihua-0001', 'feihua-0002']);
  });

  it('holds only who is gone from it, and hands over who moved to another branch', async () => {
    expect((await desk.pass()).status).toBe('succeeded');
    await changeSource(
      desk,
      { do: 'removePerson', userid: 'in-deep' },
      { do: 'removePerson', userid: 'feihua-0001' },
    );
    await move('in-lab', commerce);
    await clearLog(desk);
    const passed = await branch(lab);
    expect(listed(passed)).toEqual(['REMOVAL_HELD in-deep']);
    expect(passed.handOver).toEqual([{ kind: 'person', id: 'in-lab' }]);
    expect(await targetWrites(desk)).toEqual([]);
  });

  it('of a department that is unknown, or not in scope, ends before anything is written', async () => {
    await expect(branch('999')).rejects.toMatchObject({ problem: { code: 'BRANCH_UNKNOWN' } });
    await setScope({ exclude: [lab] });
    await expect(branch(deep)).rejects.toMatchObject({ problem: { code: 'BRANCH_OUT_OF_SCOPE' } });
    expect(await targetWrites(desk)).toEqual([]);
  });
});
