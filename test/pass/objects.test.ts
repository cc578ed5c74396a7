/** Single objects, one round at a time: what a writer left unclear or refused is found out by the next one. */
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { changeSource, clearFaults, fault, pictures } from '../world.ts';
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
    expect(await desk.sync('person', 'feihua-0001')).toBe('settled');
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
    expect(await desk.sync('person', 'feihua-0002')).toBe('settled');
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
    expect(await desk.sync('person', 'short')).toBe('held');
    expect(await dead()).toEqual([]);
  });
});
