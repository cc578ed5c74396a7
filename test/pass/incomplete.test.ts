/** A source that shows too little, or contradicts itself: nobody is listed as gone, and the run says where it was. */
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Source } from '../../connectors/source.ts';
import { showEnd } from '../../cli/watch.ts';
import type { RunView } from '../../cli/views.ts';
import { viewRun } from '../../api/run-view.ts';
import { changeSource, clearFaults, fault, pictures, requestLog, clearLog } from '../world.ts';
import type { Picture } from '../world.ts';
import { instead, openDesk } from './desk.ts';
import type { Desk, PassOptions } from './desk.ts';

let desk: Desk;
let before: Picture;
const BIG = 300000003;

beforeAll(async () => {
  desk = await openDesk({ mongoUri: inject('mongoUri') });
  const crowd = Array.from({ length: 130 }, (_, n) => {
    const userid = `crowd-${String(n).padStart(3, '0')}`;
    return { do: 'addPerson', userid, name: `众 ${n}`, departments: [BIG] };
  });
  await changeSource(desk, ...crowd);
  const options = { do: 'addDepartment', name: '组', parentId: BIG, id: 300000010 };
  await changeSource(desk, options, {
    ...{ do: 'addPerson', userid: 'deep', name: '深', departments: [300000010] },
  });
  expect(await desk.pass()).toMatchObject({ status: 'succeeded', complete: true });
  before = (await pictures(desk)).found;
});
afterAll(() => desk?.stop());
afterEach(() => clearFaults(desk));

/** A pass that must not be whole; what it says about it, as "code department". */
async function doubts(options?: PassOptions): Promise<string[]> {
  const passed = await desk.pass(options);
  expect(passed).toMatchObject({ status: 'partly_succeeded', complete: false });
  const codes = passed.problems.map((it) => it.problem.code);
  expect(codes.filter((code) => code.endsWith('_HELD'))).toEqual([]);
  expect((await pictures(desk)).found).toEqual(before);
  expect(passed.counts.people.removed + passed.counts.departments.removed).toBe(0);
  return passed.problems.map((it) => `${it.problem.code} ${it.object?.id}`).sort();
}

const withSource = (change: (source: Source) => Partial<Source>): PassOptions => ({
  parts: (parts) => ({ ...parts, source: instead(parts.source, change(parts.source)) }),
});

const dingtalk = (kind: string, name: string, more: object = {}): Promise<void> =>
  fault(desk, { side: 'dingtalk', kind, interface: name, ...more });

describe('an import is incomplete', () => {
  it('when every list of people is empty', async () => {
    await dingtalk('empty-list', '*user/list');
    expect(await doubts()).toEqual([`READ_COUNT_DIFFERS ${BIG}`, `READ_EMPTY ${BIG}`]);
  });

  it('when the list of departments is empty', async () => {
    await dingtalk('empty-list', '*department/listsub', { count: 1 });
    expect(await doubts()).toEqual(['READ_COUNT_DIFFERS 1', 'READ_EMPTY 1']);
  });

  it('when one department’s list of children is, named by where the missing ones stood', async () => {
    const options = withSource((source) => ({
      childDepartments: async (id, signal) =>
        id === String(BIG) ? [] : source.childDepartments(id, signal),
    }));
    expect(await doubts(options)).toEqual([`READ_COUNT_DIFFERS ${BIG}`]);
  });

  it('when a page of people is left out', async () => {
    await dingtalk('missing-page', '*user/list');
    expect(await doubts()).toEqual([`READ_COUNT_DIFFERS ${BIG}`, `READ_SHRUNK ${BIG}`]);
  });

  it('when departments may not be read any more', async () => {
    const scope = { departments: ['300000001', String(BIG)] };
    await dingtalk('narrowed-scope', '*user/list', { parameters: scope });
    expect(await doubts()).toEqual([
      'READ_COUNT_DIFFERS 300000002',
      'SOURCE_OUT_OF_SCOPE 1',
      'SOURCE_OUT_OF_SCOPE 300000002',
    ]);
  });

  it('when the app’s scope is another at the end', async () => {
    const scope = { departments: ['300000001'] };
    await dingtalk('narrowed-scope', '*auth/scopes', { skip: 1, parameters: scope });
    expect(await doubts()).toEqual(['READ_SCOPE_CHANGED 1']);
  });

  it('when the company counts more people than were read, or far fewer', async () => {
    for (const count of [139, 100]) {
      const options = withSource(() => ({ peopleCount: () => Promise.resolve(count) }));
      expect(await doubts(options)).toEqual(['READ_COUNT_DIFFERS 1']);
    }
  });

  it('when the two lists of a department contradict each other', async () => {
    await dingtalk('empty-list', '*user/listid');
    expect(await doubts()).toEqual([`READ_LIST_CONTRADICTS ${BIG}`]);
  });

  it('and the terminal and the API say so in both languages', async () => {
    await dingtalk('empty-list', '*user/listid');
    const { run } = await desk.pass();
    const { runs } = await desk.parts();
    const [record, problems] = [await runs.get(run), await runs.problems(run)];
    if (!record) throw new Error('no run');
    for (const [language, words] of [
      ['en', ['not read completely', `department ${BIG}`]],
      ['zh', ['未完整读取', `部门 ${BIG}`]],
    ] as const) {
      const view = viewRun(
        record,
        { departments: [], live: null },
        { problems, count: problems.length },
        language,
      ) as RunView;
      expect(view.complete).toBe(false);
      const said: string[] = [];
      showEnd(view, language, (text) => void said.push(text));
      for (const word of words) expect(said.join('\n')).toContain(word);
    }
  });
});

describe('an import is whole', () => {
  it('when a full page says that it is the last one, because the department is closed by ids', async () => {
    await dingtalk('early-end', '*user/list');
    const passed = await desk.pass();
    expect(passed).toMatchObject({ status: 'succeeded', complete: true, problems: [] });
  });

  it('and lists who left, with one look at the scope and one count more', async () => {
    await changeSource(desk, { do: 'removePerson', userid: 'crowd-000' });
    await clearLog(desk);
    const passed = await desk.pass();
    expect(passed).toMatchObject({ status: 'partly_succeeded', complete: true });
    expect(passed.problems.map((it) => it.object?.id)).toEqual(['crowd-000']);
    const calls = (await requestLog(desk)).filter((it) => it.side === 'dingtalk');
    const of = (name: string): number => calls.filter((it) => it.interface.endsWith(name)).length;
    expect([of('auth/scopes'), of('user/count')]).toEqual([2, 1]);
    before = (await pictures(desk)).found;
  });

  it('but not when somebody left and the source counts one more than were read', async () => {
    const options = withSource((source) => ({
      peopleCount: async () => (await source.peopleCount()) + 1,
    }));
    expect(await doubts(options)).toEqual([`READ_COUNT_DIFFERS ${BIG}`]);
  });
});
