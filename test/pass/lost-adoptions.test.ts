/** Accounts that are taken over while replies are lost: known as adopted, never there twice, never guessed. */
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { linkId } from '../../model/link.ts';
import { changeSource, fault, requestLog } from '../world.ts';
import type { TargetState } from '../world.ts';
import { openDesk } from './desk.ts';
import type { Desk } from './desk.ts';

let desk: Desk;
let id: string;
beforeEach(async () => {
  desk = await openDesk({ mongoUri: inject('mongoUri'), claimMs: 2500, longestWriteMs: 1200 });
  await desk.settings({ correlation: ['email', 'mobile'] });
  await desk.pass();
  id = await account('lost', { email: 'lost@example.com', phone: '13900000001' });
});
afterEach(() => desk.stop());

const users = async () => {
  const { pools } = await desk.control<TargetState>('/state/authing');
  return pools[0]?.users ?? [];
};
const key = (userid: string): string => `${desk.facts.corpId}:${userid}`;

async function account(username: string, fields: object): Promise<string> {
  const body = { username, name: '旧名', ...fields };
  await desk.control('/authing/by-hand', { body: { interface: 'create-user', body } });
  return (await users()).find((it) => it.profile['username'] === username)?.id ?? '';
}

const add = (userid: string, fields: object): Promise<void> =>
  changeSource(desk, {
    ...{ do: 'addPerson', userid, name: userid, departments: [300000001], ...fields },
  });

/** Rounds as the object's workflow makes them, until it is not busy any more. */
async function settle(userid: string): Promise<string> {
  for (let round = 0; round < 200; round++) {
    const { end } = await desk.sync('person', userid);
    if (end !== 'busy') return end;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('never settled');
}

async function expectAdopted(): Promise<void> {
  const link = await desk.c.links.findOne({ kind: 'person', sourceId: 'p-lost' });
  expect(link).toMatchObject({ targetId: id, adopted: true, state: 'present' });
  const own = (await users()).filter((it) => it.profile['externalId'] === key('p-lost'));
  expect(own.map((it) => [it.id, it.profile['name']])).toEqual([[id, 'p-lost']]);
}

/** The write is kept and its reply lost; then nobody can look whether it was kept, until a claim is over. */
async function lose(interfaces = 'update-user'): Promise<void> {
  const lost = { side: 'authing', count: 1 };
  await fault(desk, { ...lost, kind: 'reset-after-commit', interface: interfaces });
  // One read by e-mail comes first and is answered.
  await fault(desk, { ...lost, kind: '5xx', interface: 'get-user-batch', skip: 1, count: 2 });
}

describe('an account that is taken over', () => {
  it('is known as adopted although its write was lost and could not be read back', async () => {
    await add('p-lost', { email: 'lost@example.com' });
    await lose();
    expect((await desk.sync('person', 'p-lost')).end).toBe('busy');
    const uncertain = await desk.c.links.findOne({ kind: 'person', sourceId: 'p-lost' });
    expect(uncertain).toMatchObject({ targetId: null });
    expect(await settle('p-lost')).toBe('settled');
    expect((await requestLog(desk)).filter((it) => it.fault)).toHaveLength(3);
    await expectAdopted();
  });

  it('is counted as adopted by a pass that lost the reply', async () => {
    await add('p-lost', { email: 'lost@example.com' });
    await lose();
    const passed = await desk.pass();
    expect(passed).toMatchObject({ verified: true, problems: [] });
    expect(passed.counts.people).toMatchObject({ adopted: 1, created: 0 });
    await expectAdopted();
  });

  it('is taken over by who had reserved it, when their writer died before it wrote', async () => {
    await add('p-lost', { email: 'lost@example.com' });
    const { links, correlation } = await desk.parts();
    const { number } = await links.next('feihua');
    const request = { kind: 'person' as const, sourceId: 'p-lost', number, exists: false };
    const claims = await links.claim('feihua', [request], 100);
    expect(claims.won.has(linkId('feihua', 'person', 'p-lost'))).toBe(true);
    await correlation.reserve([{ connection: 'feihua', sourceId: 'p-lost', targetId: id }]);
    expect(await settle('p-lost')).toBe('settled');
    await expectAdopted();
  });

  it('is not called adopted where it was made by us, and a reply was lost', async () => {
    await add('p-own', { email: 'own@example.com' });
    const lost = { side: 'authing', count: 1 };
    await fault(desk, { ...lost, kind: 'reset-after-commit', interface: 'create-user' });
    await fault(desk, { ...lost, kind: '5xx', interface: 'get-user-batch', skip: 1, count: 2 });
    expect(await settle('p-own')).toBe('settled');
    const link = await desk.c.links.findOne({ kind: 'person', sourceId: 'p-own' });
    expect(link).toMatchObject({ adopted: false, state: 'present' });
    const own = (await users()).filter((it) => it.profile['email'] === 'own@example.com');
    expect(own).toHaveLength(1);
  });
});

describe('an account that a person must decide about', () => {
  const why = async (userid: string): Promise<string[]> => {
    const listed = await desk.c.problems.find({ run: 'sync/feihua' }).toArray();
    return listed.filter((it) => it.object?.id === userid).map((it) => it.problem.code);
  };

  it('is one that another of ours has adopted, whose value the newcomer has now', async () => {
    await add('p-lost', { email: 'lost@example.com' });
    expect(await settle('p-lost')).toBe('settled');
    await add('p-next', { mobile: '13900000001' });
    const { problems } = await desk.pass();
    expect(problems.map(({ problem, object }) => [object?.id, problem.code])).toEqual([
      ['p-next', 'CORRELATION_LINKED'],
    ]);
    await expectAdopted();
  });

  it('is one of two that fit, or one with somebody’s key, and stays as it is', async () => {
    await account('other', { phone: '13900000002' });
    await account('keyed', { phone: '13900000003', externalId: 'hr:7' });
    const before = JSON.stringify(await users());
    await add('p-two', { email: 'lost@example.com', mobile: '13900000002' });
    await add('p-keyed', { mobile: '13900000003' });
    for (const userid of ['p-two', 'p-keyed']) expect(await settle(userid)).toBe('settled');
    expect(await why('p-two')).toEqual(['CORRELATION_SEVERAL']);
    expect(await why('p-keyed')).toEqual(['CORRELATION_FOREIGN_KEY']);
    expect(JSON.stringify(await users())).toBe(before);
  });
});
