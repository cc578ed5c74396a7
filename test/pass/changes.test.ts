/** What a pass writes is kept field by field, before and after; sealed, and swept with its run. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { changesOf, changesOfRun } from '../../activities/change-log.ts';
import type { PlacedChange } from '../../activities/change-log.ts';
import { forgetOld } from '../../store/history.ts';
import { changeSource, pictures } from '../world.ts';
import { openDesk } from './desk.ts';
import type { Desk } from './desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk({ mongoUri: inject('mongoUri') });
});
afterAll(() => desk.stop());

const of = async (run: string): Promise<Record<string, PlacedChange>> => {
  const all = await changesOfRun(await desk.parts(), run, 100);
  return Object.fromEntries(all.map((it) => [it.id, it]));
};
const field = (change: PlacedChange | undefined, name: string) =>
  change?.fields.find((it) => it.field === name);

describe('what a run changed', () => {
  let first: string;

  it('is everything, when everything is made', async () => {
    first = (await desk.pass()).run;
    const made = await of(first);
    expect(Object.keys(made)).toHaveLength(7);
    expect(made['300000001']).toMatchObject({ kind: 'department', outcome: 'created' });
    expect(field(made['feihua-0001'], 'phone')).toEqual({
      ...{ field: 'phone', before: null, after: '+86 13800000001' },
    });
    expect(made['feihua-0001']).toMatchObject({ outcome: 'created', enter: ['300000001'] });
  });

  it('is nothing, when nothing changed', async () => {
    const { run } = await desk.pass();
    expect(await of(run)).toEqual({});
  });

  it('shows what Authing had before, department by department and field by field', async () => {
    await changeSource(
      desk,
      { do: 'renameDepartment', id: 300000001, name: '产研部' },
      { do: 'moveDepartment', id: 300000003, parentId: 300000001 },
      { do: 'changePerson', userid: 'feihua-0001', fields: { name: '小红红' } },
      { do: 'movePerson', userid: 'feihua-0002', departments: [300000001, 300000002] },
    );
    const { run } = await desk.pass();
    const changed = await of(run);
    expect(Object.keys(changed).sort()).toEqual([
      ...['300000001', '300000003', 'feihua-0001', 'feihua-0002'],
    ]);
    expect(changed['300000001']?.fields).toEqual([
      { field: 'name', before: '研发部', after: '产研部' },
    ]);
    expect(changed['300000003']).toMatchObject({
      ...{ outcome: 'moved', fields: [{ field: 'parent', before: '1', after: '300000001' }] },
    });
    expect(field(changed['feihua-0001'], 'name')).toEqual({
      ...{ field: 'name', before: '小红', after: '小红红' },
    });
    expect(changed['feihua-0002']).toMatchObject({ outcome: 'moved', fields: [] });
    const { wanted, found } = await pictures(desk);
    expect(found.people).toEqual(wanted.people);
  });

  it('is known of a single object too, over all runs, newest first', async () => {
    await changeSource(desk, {
      ...{ do: 'changePerson', userid: 'feihua-0001', fields: { name: '小红三' } },
    });
    await desk.sync('person', 'feihua-0001');
    const object = { kind: 'person' as const, id: 'feihua-0001' };
    const course = await changesOf(await desk.parts(), 'feihua', object, 10);
    expect(course.map((it) => [it.run === 'sync/feihua', field(it, 'name')?.before])).toEqual([
      ...[
        [true, '小红红'],
        [false, '小红'],
        [false, null],
      ],
    ]);
  });

  it('comes page by page, each change once', async () => {
    const parts = await desk.parts();
    const seen: string[] = [];
    for (let after: string | undefined; ;) {
      const page = await changesOfRun(parts, first, 2, after);
      seen.push(...page.map((it) => it.id));
      after = page.at(-1)?.place;
      if (page.length < 2) break;
    }
    expect(seen.sort()).toEqual(Object.keys(await of(first)).sort());
    expect(seen).toHaveLength(7);
  });

  it('says who somebody is only under the connection’s key, and opens only in its place', async () => {
    const stored = await desk.c.changes.find({}).toArray();
    const text = JSON.stringify(stored.map((it) => ({ ...it, sealed: it.sealed.toString() })));
    for (const canary of ['13800000001', '小红', '产研部']) expect(text).not.toContain(canary);
    const [one, other] = stored;
    if (!one || !other) throw new Error('nothing is stored');
    await desk.c.changes.updateOne({ _id: one._id }, { $set: { sealed: other.sealed } });
    await expect(of(one.run)).rejects.toMatchObject({ problem: { code: 'SECRET_UNREADABLE' } });
  });

  it('goes with its run, and that of single objects when it is as old', async () => {
    const later = new Date(Date.now() + 60_000);
    await forgetOld(desk.c, { runsBefore: new Date(0), stagedBefore: later });
    expect((await desk.c.changes.find({}).toArray()).length).toBeGreaterThan(0);
    await forgetOld(desk.c, { runsBefore: later, stagedBefore: later });
    expect(await desk.c.changes.find({}).toArray()).toEqual([]);
  });
});
