/** Single objects, one round at a time: what a writer left unclear or refused is found out by the next one. */
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { changeSource, clearFaults, clearLog, fault, holdCall } from '../world.ts';
import { pictures, targetWrites } from '../world.ts';
import type { Picture } from '../world.ts';
import { openDesk } from './desk.ts';
import type { Desk } from './desk.ts';

let desk: Desk;
const CLAIM_MS = 1500;

beforeAll(async () => {
  desk = await openDesk({ mongoUri: inject('mongoUri'), claimMs: CLAIM_MS, longestWriteMs: 700 });
  expect(await desk.pass()).toMatchObject({ status: 'succeeded', verified: true });
});
afterAll(() => desk?.stop());
afterEach(() => clearFaults(desk));

const settled = { end: 'settled' };

const found = async (userid: string): Promise<Picture['people'][string] | undefined> =>
  (await pictures(desk)).found.people[`${desk.facts.corpId}:${userid}`];

describe('a person who was written in part', () => {
  it('is read at the target by the next writer, also when the source went back in between', async () => {
    const change = { do: 'changePerson', userid: 'feihua-0001' };
    await changeSource(
      desk,
      { ...change, fields: { name: '半路' } },
      { do: 'movePerson', userid: 'feihua-0001', departments: [300000001, 300000002] },
    );
    const before = await found('feihua-0001');
    const refusing = { side: 'authing', kind: 'statuscode', interface: 'add-department-members' };
    await fault(desk, { ...refusing, parameters: { statusCode: 422, message: 'no' } });
    await desk.sync('person', 'feihua-0001');
    expect((await found('feihua-0001'))?.fields['name']).toBe('半路');
    await clearFaults(desk);
    await changeSource(
      desk,
      { ...change, fields: { name: before?.fields['name'] } },
      { do: 'movePerson', userid: 'feihua-0001', departments: [300000001] },
    );
    expect(await desk.sync('person', 'feihua-0001')).toMatchObject(settled);
    expect(await found('feihua-0001')).toEqual(before);
  });
});

describe('a write that ended unclear', () => {
  it('stays so when the next writer gives its claim back without having written', async () => {
    const change = { do: 'changePerson', userid: 'feihua-0002' };
    const before = await found('feihua-0002');
    await changeSource(desk, { ...change, fields: { name: '不明' } });
    // Committed, and neither the reply nor reading back arrives.
    await fault(desk, { side: 'authing', kind: 'reset-after-commit', interface: 'update-user*' });
    await fault(desk, { side: 'authing', kind: 'reset-before', interface: 'get-user*' });
    await desk.sync('person', 'feihua-0002').catch(() => undefined);
    expect((await found('feihua-0002'))?.fields['name']).toBe('不明');
    await clearFaults(desk);
    await new Promise((resolve) => setTimeout(resolve, CLAIM_MS + 100));
    // The next writer claims the dead claim, and is throttled before anything is sent.
    await changeSource(desk, { ...change, fields: { name: '再来' } });
    await fault(desk, { side: 'authing', kind: 'throttle', interface: 'update-user*' });
    await desk.sync('person', 'feihua-0002').catch(() => undefined);
    await clearFaults(desk);
    await changeSource(desk, { ...change, fields: { name: before?.fields['name'] } });
    await new Promise((resolve) => setTimeout(resolve, CLAIM_MS + 100));
    expect(await desk.sync('person', 'feihua-0002')).toMatchObject(settled);
    expect(await found('feihua-0002')).toEqual(before);
  });

  it('is not swept up for ever when its object has gone at the source', async () => {
    await changeSource(desk, {
      ...{ do: 'addPerson', userid: 'short', name: '短暂', departments: [300000001] },
    });
    await fault(desk, { side: 'authing', kind: 'reset-before', interface: '*user*' });
    await desk.sync('person', 'short').catch(() => undefined);
    await clearFaults(desk);
    await changeSource(desk, { do: 'removePerson', userid: 'short' });
    await new Promise((resolve) => setTimeout(resolve, CLAIM_MS + 100));
    const { links } = await desk.parts();
    const dead = async () => (await links.expired(10)).map((it) => it.sourceId);
    expect(await dead()).toEqual(['short']);
    expect(await desk.sync('person', 'short')).toMatchObject({ end: 'held' });
    expect(await dead()).toEqual([]);
  });
});

describe('one object', () => {
  const equal = async (): Promise<void> => {
    const { wanted, found: there } = await pictures(desk);
    expect(there).toEqual(wanted);
  };

  it('brings the departments it needs, parents first, and hands over what else is in them', async () => {
    await changeSource(
      desk,
      { do: 'addDepartment', name: '一', parentId: 300000003, id: 500000001 },
      { do: 'addDepartment', name: '二', parentId: 500000001, id: 500000002 },
      { do: 'addDepartment', name: '三', parentId: 500000002, id: 500000003 },
      { do: 'addPerson', userid: 'deep', name: '深', departments: [500000003, 300000001] },
      { do: 'addPerson', userid: 'other', name: '旁', departments: [500000002] },
    );
    const { end, handOver } = await desk.sync('person', 'deep');
    expect(end).toBe('settled');
    expect(handOver.map((it) => it.id).sort()).toEqual(['500000002', '500000003', 'deep', 'other']);
    for (const { kind, id } of handOver) {
      expect((await desk.sync(kind, id)).end).toBe('settled');
    }
    await equal();
  });

  it('that did not change settles its read and writes nothing', async () => {
    await clearLog(desk);
    const before = await desk.c.links.findOne({ sourceId: 'deep' });
    expect(await desk.sync('person', 'deep')).toMatchObject(settled);
    expect(await desk.sync('department', '500000003')).toMatchObject(settled);
    expect(await targetWrites(desk)).toEqual([]);
    const after = await desk.c.links.findOne({ sourceId: 'deep' });
    expect(after?.applied).toBeGreaterThan(before?.applied ?? Infinity);
  });

  it('is renamed and moved, and the root is nothing to do', async () => {
    await changeSource(
      desk,
      { do: 'renameDepartment', id: 500000003, name: '三三' },
      { do: 'moveDepartment', id: 500000003, parentId: 1 },
    );
    expect(await desk.sync('department', '500000003')).toMatchObject(settled);
    expect(await desk.sync('department', '1')).toMatchObject(settled);
    await equal();
  });

  it('that is gone is held, listed and left where it is, with or without children', async () => {
    const before = (await pictures(desk)).found;
    await changeSource(desk, { do: 'removeDepartment', id: 500000001, branch: true });
    await clearLog(desk);
    for (const id of ['500000001', '500000002']) {
      expect((await desk.sync('department', id)).end).toBe('held');
    }
    expect((await pictures(desk)).found).toEqual(before);
    expect(await targetWrites(desk)).toEqual([]);
    const listed = await (await desk.parts()).runs.problems('sync/feihua');
    const codes = listed.filter((it) => it.object?.kind === 'department');
    expect(codes.map((it) => it.problem.code)).toEqual(['REMOVAL_HELD', 'REMOVAL_HELD']);
  });
});

describe('two writers of one person', () => {
  it('never write side by side: who comes second waits, and the last word is the source’s', async () => {
    // Claims that no slow machine outlasts while the first writer is held.
    const own = await openDesk({
      ...{ mongoUri: inject('mongoUri'), claimMs: 10_000, longestWriteMs: 3000 },
    });
    try {
      await own.pass();
      const rename = (name: string): Promise<void> =>
        changeSource(own, { do: 'changePerson', userid: 'feihua-0003', fields: { name } });
      await rename('第一');
      const held = await holdCall(own, { side: 'authing', interface: 'update-user*' });
      const first = own.sync('person', 'feihua-0003');
      await held.met(() => Promise.resolve(null));
      for (const name of ['第二', '第三']) {
        await rename(name);
        expect(await own.sync('person', 'feihua-0003')).toMatchObject({ end: 'busy' });
      }
      await held.letGo();
      await first.catch(() => undefined);
      const end = async () => (await own.sync('person', 'feihua-0003')).end;
      await expect.poll(end).toBe('settled');
      const { people } = (await pictures(own)).found;
      expect(people[`${own.facts.corpId}:feihua-0003`]?.fields['name']).toBe('第三');
    } finally {
      await own.stop();
    }
  });
});
