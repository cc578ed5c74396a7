/** Phone numbers and addresses that go from hand to hand, are claimed twice, or belong to somebody outside. */
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { ProblemError, problem } from '../../model/problem.ts';
import { changeSource, clearFaults, clearLog, fault, pictures, targetWrites } from '../world.ts';
import type { Picture, TargetState } from '../world.ts';
import { instead, openDesk } from './desk.ts';
import type { Desk, Passed } from './desk.ts';

let desk: Desk;
const CLAIM_MS = 1500;
const RESEARCH = 300000001;

beforeAll(async () => {
  desk = await openDesk({ mongoUri: inject('mongoUri'), claimMs: CLAIM_MS, longestWriteMs: 700 });
  await add('ring-1', { mobile: '13900000001' });
  await add('ring-2', { mobile: '13900000002' });
  await add('ring-3', { mobile: '13900000003' });
  await add('last-1', { mobile: '13900000011' });
  expect(await desk.pass()).toMatchObject({ status: 'succeeded', verified: true });
});
afterAll(() => desk?.stop());
afterEach(() => clearFaults(desk));

const add = (userid: string, fields: object): Promise<void> =>
  changeSource(desk, {
    do: 'addPerson',
    userid,
    name: `员 ${userid}`,
    departments: [RESEARCH],
    ...fields,
  });
const change = (userid: string, fields: object): Promise<void> =>
  changeSource(desk, { do: 'changePerson', userid, fields });

/** Both pictures; a name made for who had nothing to sign in with for a while does no harm. */
async function both(): Promise<{ wanted: Picture['people']; found: Picture['people'] }> {
  const { wanted, found } = await pictures(desk);
  for (const [key, { fields }] of Object.entries(found.people)) {
    if (!wanted.people[key]?.fields['username']) delete fields['username'];
  }
  return { wanted: wanted.people, found: found.people };
}

const at = async (userid: string): Promise<Record<string, string>> =>
  (await pictures(desk)).found.people[`${desk.facts.corpId}:${userid}`]?.fields ?? {};

/** Sentences of the objects listed, short. */
const said = ({ problems }: Passed): string[] =>
  problems
    .map(
      ({ problem: { code, detail } }) =>
        `${code} ${detail.object?.id} ${detail.field} ${detail.holder}`,
    )
    .sort();

const link = (sourceId: string) => desk.c.links.findOne({ sourceId, kind: 'person' });

async function poolUsers(): Promise<TargetState['pools'][number]['users']> {
  const { pools } = await desk.control<TargetState>('/state/authing');
  return pools[0]?.users ?? [];
}

describe('values that go from hand to hand', () => {
  it('are swapped by two and passed round by three in one pass, and the next pass writes nothing', async () => {
    await change('feihua-0001', { mobile: '13800000002' });
    await change('feihua-0002', { mobile: '13800000001' });
    await change('ring-1', { mobile: '13900000002' });
    await change('ring-2', { mobile: '13900000003' });
    await change('ring-3', { mobile: '13900000001' });
    expect(await desk.pass()).toMatchObject({ status: 'succeeded', verified: true, problems: [] });
    const { wanted, found } = await both();
    expect(found).toEqual(wanted);
    await clearLog(desk);
    expect(await desk.pass()).toMatchObject({ status: 'succeeded', problems: [] });
    expect(await targetWrites(desk)).toEqual([]);
  });

  it('are let go by who is read afresh to have another, who is handed over and gets that one', async () => {
    await change('feihua-0003', { mobile: '13800000004' });
    await change('0104052619960717', { mobile: '13800000003' });
    expect(await desk.sync('person', 'feihua-0003')).toMatchObject({ end: 'settled' });
    expect((await at('feihua-0003'))['phone']).toBe('13800000004');
    expect((await at('0104052619960717'))['phone']).toBeUndefined();
    const { links } = await desk.parts();
    expect((await links.expired(10)).map((it) => it.sourceId)).toEqual(['0104052619960717']);
    expect(await desk.sync('person', '0104052619960717')).toMatchObject({ end: 'settled' });
    const { wanted, found } = await both();
    expect(found).toEqual(wanted);
    expect(await links.expired(10)).toEqual([]);
  });

  it('that a leaver still has go to the newcomer, and the leaver’s link remembers', async () => {
    const before = await link('last-1');
    await changeSource(desk, { do: 'removePerson', userid: 'last-1' });
    await add('new-1', { mobile: '13900000011' });
    const passed = await desk.pass();
    expect(said(passed)).toEqual(['REMOVAL_HELD last-1 undefined undefined']);
    expect((await at('new-1'))['phone']).toBe('13900000011');
    const leaver = await at('last-1');
    // Nobody is left without a way to sign in.
    expect([leaver['phone'], leaver['username']]).toEqual([undefined, leaver['externalId']]);
    const after = await link('last-1');
    expect(after?.had).toEqual({ phone: before?.prints['phone'] });
    expect(after?.prints['phone']).toBeUndefined();
    expect(after?.claim).toBeNull();
  });

  it('come to the end that was wanted, when one reply of every kind of call is lost', async () => {
    await change('feihua-0001', { mobile: '13800000001' });
    await change('feihua-0002', { mobile: '13800000002' });
    for (const name of ['update-user-batch', 'update-user', 'get-user-batch']) {
      await fault(desk, { side: 'authing', kind: 'reset-after-commit', interface: name, count: 1 });
    }
    await desk.pass();
    await clearFaults(desk);
    await desk.pass();
    const { wanted, found } = await both();
    const { [`${desk.facts.corpId}:last-1`]: _leaver, ...rest } = found;
    expect(rest).toEqual(wanted);
  });

  it('stay where they are when the pool cannot erase, and that is listed with who has it', async () => {
    await desk.control('/settings/authing', { method: 'PUT', body: { emptyInUpdate: 'ignore' } });
    await change('ring-2', { mobile: '13900000022' });
    await change('ring-1', { mobile: '13900000003' });
    expect(await desk.sync('person', 'ring-1')).toMatchObject({ end: 'settled' });
    const listed = await (await desk.parts()).runs.problems('sync/feihua');
    expect(listed.map((it) => it.problem)).toContainEqual(
      expect.objectContaining({
        code: 'DATA_IDENTIFIER_KEPT',
        detail: expect.objectContaining({ field: 'phone', holder: 'ring-2' }) as unknown,
      }),
    );
    const null_ = { emptyInUpdate: 'refuse', nullInUpdate: 'clear' };
    await desk.control('/settings/authing', { method: 'PUT', body: null_ });
    expect(await desk.pass()).toMatchObject({ verified: true });
    const { wanted, found } = await both();
    const { [`${desk.facts.corpId}:last-1`]: _leaver, ...rest } = found;
    expect(rest).toEqual(wanted);
    await desk.control('/settings/authing', {
      ...{ method: 'PUT', body: { emptyInUpdate: 'clear', nullInUpdate: 'ignore' } },
    });
  });
});

describe('a value that two people have', () => {
  it('stays with who has it; the other arrives without, is listed each time, and gets it when it is free', async () => {
    await add('twin-1', { mobile: '13800000001', email: 'twin@example.com' });
    const held = 'REMOVAL_HELD last-1 undefined undefined';
    const holder =
      (await at('feihua-0001'))['phone'] === '13800000001' ? 'feihua-0001' : 'feihua-0002';
    const reason = `DATA_IDENTIFIER_SHARED twin-1 phone ${holder}`;
    const first = await desk.pass();
    expect(first).toMatchObject({ status: 'partly_succeeded', verified: true });
    expect(said(first)).toEqual([reason, held]);
    expect(await at('twin-1')).toMatchObject({ email: 'twin@example.com' });
    expect((await at('twin-1'))['phone']).toBeUndefined();
    await clearLog(desk);
    expect(said(await desk.pass())).toEqual([reason, held]);
    expect(await targetWrites(desk)).toEqual([]);
    await change(holder, { mobile: '13800000031' });
    expect(said(await desk.pass())).toEqual([held]);
    expect((await at('twin-1'))['phone']).toBe('13800000001');
    expect((await link('twin-1'))?.omitted).toEqual({});
  });

  it('goes to the first of them by id when both are new in one batch', async () => {
    await add('both-b', { email: 'both@example.com' });
    await add('both-a', { email: 'both@example.com' });
    const passed = await desk.pass();
    expect(said(passed)).toContain('DATA_IDENTIFIER_SHARED both-b email both-a');
    expect((await at('both-a'))['email']).toBe('both@example.com');
    expect(await at('both-b')).toMatchObject({ username: `${desk.facts.corpId}:both-b` });
    expect(passed.counts.people).toMatchObject({ created: 2, failed: 0 });
  });
});

describe('a value that a foreign account has', () => {
  it('is gone without, listed each time, taken when it is free, and the account stays byte for byte', async () => {
    const outsider = { username: 'outsider', name: '外人', phone: '13911110000' };
    await desk.control('/authing/by-hand', { body: { interface: 'create-user', body: outsider } });
    const foreign = async (): Promise<string> =>
      JSON.stringify((await poolUsers()).filter((it) => it.profile['username'] === 'outsider'));
    const before = await foreign();
    await add('guest-1', { mobile: '13911110000' });
    await add('guest-2', { mobile: '13911110002' });
    const first = await desk.pass();
    const [account] = JSON.parse(before) as { id: string }[];
    expect(said(first)).toContain(`DATA_PHONE_TAKEN guest-1 phone ${account?.id}`);
    expect(await at('guest-1')).toMatchObject({ username: `${desk.facts.corpId}:guest-1` });
    expect((await at('guest-2'))['phone']).toBe('13911110002');
    await clearLog(desk);
    const again = await desk.pass();
    expect([again.verified, said(again)]).toEqual([true, said(first)]);
    expect(await targetWrites(desk)).toEqual([]);
    expect(await foreign()).toBe(before);
    const moved = { userId: account?.id, phone: '13911119999' };
    await desk.control('/authing/by-hand', { body: { interface: 'update-user', body: moved } });
    await desk.pass();
    expect((await at('guest-1'))['phone']).toBe('13911110000');
  });
});

describe('a holder of whom nothing sure is known', () => {
  it('keeps the value', async () => {
    await change('guest-2', { mobile: '13911110042' });
    await add('guest-3', { mobile: '13911110002', email: 'guest3@example.com' });
    const passed = await desk.pass({
      parts: (parts) => ({
        ...parts,
        source: instead(parts.source, {
          // As the members’ list still had it, and no single read is allowed.
          members: async (...asked) => {
            const page = await parts.source.members(...asked);
            if (page === 'gone') return page;
            return { ...page, people: page.people.filter((it) => it.id !== 'guest-2') };
          },
          person: () => Promise.reject(new ProblemError(problem('SOURCE_OUT_OF_SCOPE'))),
        }),
      }),
    });
    expect(said(passed)).toContain('DATA_IDENTIFIER_SHARED guest-3 phone guest-2');
    expect((await at('guest-2'))['phone']).toBe('13911110002');
  });
});
