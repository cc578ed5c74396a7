/** Bad records among good ones: each stops only itself, is listed with reason and remedy, and everybody else arrives. */
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Source } from '../../connectors/source.ts';
import type { SourceDepartment } from '../../model/directory.ts';
import { say } from '../../model/say.ts';
import { changeSource, fault, pictures } from '../world.ts';
import type { Picture } from '../world.ts';
import { instead, openDesk } from './desk.ts';
import type { Desk, Passed } from './desk.ts';

let desk: Desk;
const HERE = 300000001;
beforeEach(async () => {
  desk = await openDesk({ mongoUri: inject('mongoUri') });
});
afterEach(() => desk.stop());

const add = (userid: string, name: string, more: object = {}): Promise<void> =>
  changeSource(desk, { do: 'addPerson', userid, name, departments: [HERE], ...more });
const department = (id: number, parentId: number): Promise<void> =>
  changeSource(desk, { do: 'addDepartment', id, parentId, name: `部 ${id}` });

/** What is listed, as "code id"; every line has reason and remedy in both languages. */
function listed(passed: Passed): string[] {
  for (const { problem } of passed.problems) {
    for (const language of ['en', 'zh'] as const) {
      for (const sentence of Object.values(say(problem, language))) {
        expect(sentence.length).toBeGreaterThan(5);
      }
    }
  }
  return passed.problems.map(({ problem, object }) => `${problem.code} ${object?.id}`).sort();
}

/** All but the named ones are as the source has them. */
async function othersArrived(...except: string[]): Promise<Picture['people']> {
  const { wanted, found } = await pictures(desk);
  const keys = except.map((it) => `${desk.facts.corpId}:${it}`);
  const without = ({ people }: Picture) =>
    Object.fromEntries(Object.entries(people).filter(([key]) => !keys.includes(key)));
  expect(without(found)).toEqual(without(wanted));
  return found.people;
}

const keyed = (id: string): string => `${desk.facts.corpId}:${id}`;
const partly = { status: 'partly_succeeded', verified: true };

describe('a record of a person', () => {
  it('of every odd kind arrives as far as it can among the others, or is listed', async () => {
    const odd = ['__proto__', 'constructor', '$&'];
    await add('plain', '素人');
    await add('odd-mail', '怪邮箱', { email: 'nobody@local' });
    await add('nameless', '');
    await add('long', '长'.repeat(80));
    await add('controls', '甲\u0000乙\u0007\u009f');
    await add('half', '丙\ud800丁');
    // Called like parts of the language.
    for (const id of odd) await add(id, id, { email: `x${id.length}@example.com` });
    const passed = await desk.pass();
    expect(passed).toMatchObject({ ...partly, complete: true });
    expect(listed(passed)).toEqual(['DATA_FIELD_REFUSED odd-mail', 'DATA_NAME_MISSING nameless']);
    const found = await othersArrived('odd-mail', 'nameless', 'controls', 'half');
    expect(found[keyed('odd-mail')] ?? found[keyed('nameless')]).toBeUndefined();
    expect(found[keyed('plain')]?.fields['username']).toBe(keyed('plain'));
    expect(found[keyed('long')]?.fields['name']).toHaveLength(80);
    expect(found[keyed('controls')]?.fields['name']).toBe('甲 乙');
    expect(found[keyed('half')]?.fields['name']).toBe('丙\ufffd丁');
    for (const id of odd) expect(found[keyed(id)]?.fields['name']).toBe(id);
    expect((await desk.pass()).counts.people).toMatchObject({ created: 0, updated: 0, failed: 2 });
  });

  it('with an id that nobody can have is listed for its department, and nobody is held meanwhile', async () => {
    await add('left', '走');
    await desk.pass();
    await changeSource(desk, { do: 'removePerson', userid: 'left' });
    await add('bad\u0001id', '坏');
    const passed = await desk.pass();
    expect(passed).toMatchObject({ ...partly, complete: false });
    expect(listed(passed)).toEqual([
      `DATA_RECORD_UNREADABLE ${HERE}`,
      `READ_COUNT_DIFFERS ${HERE}`,
    ]);
    await othersArrived('left', 'bad\u0001id');
  });
});

describe('a department', () => {
  const withChildren = (
    change: (source: Source, id: string) => Promise<SourceDepartment[] | 'gone'>,
  ): Promise<Passed> =>
    desk.pass({
      parts: (parts) => ({
        ...parts,
        source: instead(parts.source, { childDepartments: (id) => change(parts.source, id) }),
      }),
    });

  it('that stands below its own child is listed, and its people and all others arrive', async () => {
    await department(500000001, HERE);
    await department(500000002, 500000001);
    await add('inside', '环', { departments: [500000002] });
    const passed = await withChildren(async (source, id) => {
      const children = await source.childDepartments(id);
      if (id !== '500000002' || children === 'gone') return children;
      return [...children, { id: '500000001', parentId: id, name: '部 500000001' }];
    });
    expect(passed).toMatchObject(partly);
    expect(listed(passed)).toEqual(['DATA_CYCLE_AT_SOURCE 500000001']);
    await othersArrived();
  });

  it('without a name goes by its id, or by the name it had, and all below it arrives', async () => {
    await changeSource(desk, { do: 'addDepartment', id: 500000001, parentId: HERE, name: ' ' });
    await department(500000002, 500000001);
    await add('inside', '内', { departments: [500000002] });
    await add('beside', '旁', { departments: [500000001] });
    const departments = async (): Promise<string[]> => (await pictures(desk)).found.departments;
    const passed = await desk.pass();
    expect(passed).toMatchObject({ ...partly, complete: true });
    expect(listed(passed)).toEqual(['DEPARTMENT_NAME_MISSING 500000001']);
    expect(await departments()).toContain('/研发部/500000001/部 500000002');
    const at = (found: Picture['people'], id: string) => found[keyed(id)]?.departments;
    const { found } = await pictures(desk);
    expect(at(found.people, 'inside')).toEqual(['/研发部/500000001/部 500000002']);
    expect(at(found.people, 'beside')).toEqual(['/研发部/500000001']);
    await changeSource(desk, { do: 'renameDepartment', id: 500000001, name: '有名' });
    expect((await desk.pass()).status).toBe('succeeded');
    await changeSource(desk, { do: 'renameDepartment', id: 500000001, name: ' ' });
    expect(await desk.pass()).toMatchObject({ ...partly, complete: true });
    expect((await desk.sync('department', '500000001')).end).toBe('settled');
    expect(await departments()).toContain('/研发部/有名/部 500000002');
  });

  it('that moves below its own child while we walk stays this time, and is there after the next', async () => {
    await department(500000001, HERE);
    await department(500000002, 500000001);
    await add('inside', '环', { departments: [500000001] });
    await desk.pass();
    let moved = false;
    const passed = await withChildren(async (source, id) => {
      const children = await source.childDepartments(id);
      if (id === '500000001' && !moved) {
        moved = true;
        await changeSource(
          desk,
          { do: 'moveDepartment', id: 500000002, parentId: 1 },
          { do: 'moveDepartment', id: 500000001, parentId: 500000002 },
        );
      }
      return children;
    });
    expect(listed(passed)).toEqual(['DATA_CYCLE_AT_SOURCE 500000001']);
    expect(passed.status).toBe('partly_succeeded');
    expect(await desk.pass()).toMatchObject({ status: 'succeeded', verified: true });
    const { wanted, found } = await pictures(desk);
    expect(found).toEqual(wanted);
  });

  it('whose parent could not be made is listed with all that is only in it, and everybody else arrives', async () => {
    await department(500000001, HERE);
    await department(500000002, 500000001);
    await add('both', '两处', { departments: [500000002, HERE] });
    await add('only', '一处', { departments: [500000002] });
    const parameters = { statusCode: 422, message: 'no' };
    const refused = { side: 'authing', kind: 'statuscode', interface: 'create-department' };
    await fault(desk, { ...refused, parameters, skip: 3 });
    const passed = await desk.pass();
    expect(passed.status).toBe('partly_succeeded');
    expect(listed(passed)).toEqual([
      'DATA_NO_DEPARTMENT only',
      'DATA_PARENT_MISSING 500000002',
      'DATA_REFUSED 500000001',
    ]);
    const { found } = await pictures(desk);
    expect(found.people[keyed('only')]).toBeUndefined();
    expect(found.people[keyed('both')]?.departments).toEqual(['/研发部']);
    expect(Object.keys(found.people)).toHaveLength(5);
  });
});
