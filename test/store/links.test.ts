/** Claims and settlements on a real database: one writer at a time, and never an older read over a newer one. */
import { MongoBulkWriteError } from 'mongodb';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { isUncertain, linkId } from '../../model/link.ts';
import { createLinks } from '../../store/links.ts';
import type { ClaimRequest } from '../../store/claims.ts';
import type { Links } from '../../store/links.ts';
import { createGate } from '../../store/gate.ts';
import { openDesk } from './desk.ts';
import type { Desk } from './desk.ts';

let desk: Desk;
let links: Links;
const C = 'acme';
const LONG = 60_000;
/** A claim that is dead as soon as it is made. */
const DEAD = -1;

beforeAll(async () => {
  desk = await openDesk(inject('mongoUri'));
  links = createLinks(desk.c);
});
afterAll(() => desk.close());

const person = (sourceId: string, number: number, exists = true): ClaimRequest => {
  return { kind: 'person', sourceId, number, exists };
};
const idOf = (sourceId: string): string => linkId(C, 'person', sourceId);

async function settled(sourceId: string, number: number): Promise<void> {
  const claims = await links.claim(C, [person(sourceId, number, false)], LONG);
  const link = claims.won.get(idOf(sourceId));
  if (!link) throw new Error('not won');
  await links.settle(claims.token, [
    { link, number, set: { targetId: 't', state: 'present', prints: { name: 'x' } }, mark: null },
  ]);
}

const read = async (sourceId: string) => (await links.get(C, 'person', [sourceId])).get(sourceId);

describe('claims', () => {
  it('let one of many racers win, also for a link that nobody had', async () => {
    const racers = Array.from({ length: 12 }, () =>
      links.claim(C, [person('race', 5, false)], LONG),
    );
    const won = (await Promise.all(racers)).filter((claims) => claims.won.size === 1);
    expect(won).toHaveLength(1);
  });

  it('do not mind that somebody else made the link at the same moment, and mind everything else', async () => {
    const colliding = (code: number): Links => {
      const { links: real } = desk.c;
      const bulkWrite: typeof real.bulkWrite = async (operations, options) => {
        const result = await real.bulkWrite(operations, options);
        if (!JSON.stringify(operations).includes('$setOnInsert')) return result;
        throw new MongoBulkWriteError({ code, message: 'x', writeErrors: [] }, result);
      };
      const other = Object.create(real) as typeof real;
      return createLinks({ ...desk.c, links: Object.assign(other, { bulkWrite }) });
    };
    const request = person('made twice', 1, false);
    expect((await colliding(11000).claim(C, [request], LONG)).won.size).toBe(1);
    await expect(
      colliding(91).claim(C, [{ ...request, sourceId: 'x' }], LONG),
    ).rejects.toMatchObject({ problem: { code: 'STORE_UNAVAILABLE' } });
  });

  it('are not won with a number that is not above the settled one', async () => {
    await settled('older', 10);
    for (const number of [9, 10]) {
      expect((await links.claim(C, [person('older', number)], LONG)).won.size).toBe(0);
    }
    expect((await links.claim(C, [person('older', 11)], LONG)).won.size).toBe(1);
  });

  it('are not won while another one is alive', async () => {
    await links.claim(C, [person('alive', 1, false)], LONG);
    expect((await links.claim(C, [person('alive', 2)], LONG)).won.size).toBe(0);
  });

  it('are won after another one died, and the link is uncertain then', async () => {
    await links.claim(C, [person('died', 1, false)], DEAD);
    const { won } = await links.claim(C, [person('died', 2)], LONG);
    const link = won.get(idOf('died'));
    expect(link && isUncertain(link)).toBe(true);
  });

  it('of a settled link leave it certain', async () => {
    await settled('certain', 1);
    const { won } = await links.claim(C, [person('certain', 2)], LONG);
    const link = won.get(idOf('certain'));
    expect(link && isUncertain(link)).toBe(false);
  });

  it('tell how long a write may still be sent, never more than the claim lasts', async () => {
    const claims = await links.claim(C, [person('time', 1, false)], 1000);
    expect(claims.remainingMs()).toBeLessThanOrEqual(1000);
    const dead = await links.claim(C, [person('time2', 1, false)], DEAD);
    expect(dead.remainingMs()).toBe(0);
  });

  it('and leases of the gate count from before the database was asked, so they end early at most', async () => {
    let now = 5000;
    const { numbers } = desk.c;
    const asked = (...question: Parameters<typeof numbers.findOneAndUpdate>) => {
      now += 300;
      return numbers.findOneAndUpdate(...question);
    };
    const other = Object.create(numbers) as typeof numbers;
    const c = { ...desk.c, numbers: Object.assign(other, { findOneAndUpdate: asked }) };
    const claims = await createLinks(c, () => now).claim(C, [person('time3', 1, false)], 1000);
    expect(claims.remainingMs()).toBe(700);
    const lease = await createGate(c, () => now).acquire('time', 1000);
    expect(lease?.remainingMs()).toBe(700);
    now += 10_000;
    expect([claims.remainingMs(), lease?.remainingMs()]).toEqual([0, 0]);
  });
});

describe('settling', () => {
  it('stores what is true now and frees the link', async () => {
    await settled('free', 3);
    expect(await read('free')).toMatchObject({
      applied: 3,
      claim: null,
      state: 'present',
      targetId: 't',
      prints: { name: 'x' },
    });
  });

  it('changes nothing after the claim died and somebody else took the link', async () => {
    const late = await links.claim(C, [person('late', 1, false)], DEAD);
    const lateLink = late.won.get(idOf('late'));
    const next = await links.claim(C, [person('late', 2)], LONG);
    if (!lateLink) throw new Error('not won');
    const tooLate = { link: lateLink, number: 1, set: { targetId: 'old' }, mark: null };
    expect(await links.settle(late.token, [tooLate])).toEqual(new Set());
    expect(await read('late')).toMatchObject({ targetId: null, claim: { token: next.token } });
    const link = next.won.get(idOf('late'));
    if (!link) throw new Error('not won');
    const inTime = { link, number: 2, set: { targetId: 'new' }, mark: null };
    expect(await links.settle(next.token, [inTime])).toEqual(new Set([idOf('late')]));
    // A newer read is settled: what the late one wanted to say is said.
    expect(await links.settle(late.token, [tooLate])).toEqual(new Set([idOf('late')]));
    expect((await read('late'))?.targetId).toBe('new');
  });

  it('needs the token', async () => {
    const { won } = await links.claim(C, [person('token', 1, false)], LONG);
    const link = won.get(idOf('token'));
    if (!link) throw new Error('not won');
    await links.settle('another token', [
      { link, number: 1, set: { targetId: 'wrong' }, mark: null },
    ]);
    expect(await read('token')).toMatchObject({ targetId: null, applied: 0, settled: 0 });
  });

  it('of a claim that is given back leaves unclear what was unclear, and nothing else', async () => {
    await links.claim(C, [person('unclear', 1, false)], DEAD);
    await settled('clear', 1);
    for (const [id, unclear] of [['unclear', true] as const, ['clear', false] as const]) {
      const { won, token } = await links.claim(C, [person(id, 2)], LONG);
      const link = won.get(idOf(id));
      if (!link) throw new Error('not won');
      await links.settle(token, [{ link, number: link.applied, set: {}, mark: null }]);
      const after = await read(id);
      expect(after?.claim).toBeNull();
      expect(after && isUncertain(after)).toBe(unclear);
    }
  });

  it('after a write that was refused half way leaves the link unclear', async () => {
    await settled('half', 1);
    const { won, token } = await links.claim(C, [person('half', 2)], LONG);
    const link = won.get(idOf('half'));
    if (!link) throw new Error('not won');
    await links.settle(token, [{ link, number: 2, set: {}, mark: null, unclear: true }]);
    const after = await read('half');
    expect(after).toMatchObject({ applied: 2, claim: null });
    expect(after && isUncertain(after)).toBe(true);
  });

  it('is what the sweeper looks for when it did not happen', async () => {
    await links.claim(C, [person('swept', 1, false)], DEAD);
    const found = (await links.expired(100)).map((it) => it.sourceId);
    expect(found).toContain('swept');
    expect(found).not.toContain('alive');
  });
});

describe('the numbers of reads', () => {
  it('are never given twice, by any number of readers at once', async () => {
    const taken = await Promise.all(Array.from({ length: 60 }, () => links.next('numbers')));
    expect(new Set(taken.map((it) => it.number)).size).toBe(60);
    expect(Math.max(...taken.map((it) => it.number))).toBe(60);
  });
});

describe('links met again without a difference', () => {
  const mark = { id: 'r', outcome: 'unchanged', department: '1', page: '0/0' } as const;

  it('keep what was settled, and remember the highest number under which they were seen', async () => {
    await settled('equal', 5);
    await links.markEqual([{ _id: idOf('equal'), number: 9, mark }]);
    await links.markEqual([{ _id: idOf('equal'), number: 7, mark: null }]);
    const after = await read('equal');
    expect(after).toMatchObject({ seen: 9, applied: 5, targetId: 't', run: mark, claim: null });
  });

  it('do not lose the claim of somebody who writes at that moment', async () => {
    await settled('written', 5);
    const { token } = await links.claim(C, [person('written', 6)], LONG);
    await links.markEqual([{ _id: idOf('written'), number: 5, mark }]);
    expect((await read('written'))?.claim?.token).toBe(token);
  });

  it('of departments are listed by run or by name, those of others and those not made are not', async () => {
    const department = async (sourceId: string, connection = C): Promise<void> => {
      const request = { kind: 'department' as const, sourceId, number: 1, exists: false };
      const { token, won } = await links.claim(connection, [request], LONG);
      const [link] = won.values();
      const set = sourceId === 'd4' ? {} : { targetId: 't', state: 'present' as const };
      if (link) await links.settle(token, [{ link, number: 1, set, mark: null }]);
    };
    for (const id of ['d1', 'd2', 'd3', 'd4']) await department(id);
    await department('d1', 'other');
    await links.markEqual([{ _id: linkId(C, 'department', 'd1'), number: 1, mark }]);
    await links.markListed(C, { run: 'r', except: [] });
    await links.markListed(C, { ids: ['d2', 'd4'] });
    const found = await links.get(C, 'department', ['d1', 'd2', 'd3', 'd4']);
    const listed = [...found.values()].filter((it) => it.listed).map((it) => it.sourceId);
    expect(listed.sort()).toEqual(['d1', 'd2']);
    expect((await links.get('other', 'department', ['d1'])).get('d1')?.listed).toBeUndefined();
  });

  it('of departments that failed in the run are not listed: who makes them brings their contents', async () => {
    const request = { kind: 'department' as const, sourceId: 'd9', number: 1, exists: false };
    await links.claim(C, [request], LONG);
    const failed = { ...mark, id: 'r9', outcome: 'failed' as const };
    await links.markEqual([{ _id: linkId(C, 'department', 'd9'), number: 1, mark: failed }]);
    await links.markListed(C, { run: 'r9', except: [] });
    expect((await links.get(C, 'department', ['d9'])).get('d9')?.listed).toBeUndefined();
  });
});

describe('links taken back from the target', () => {
  it('never replace one that is known', async () => {
    await settled('known', 4);
    const known = await read('known');
    if (!known) throw new Error('missing');
    await links.recover([
      { ...known, targetId: 'other' },
      { ...known, _id: idOf('new'), sourceId: 'new' },
    ]);
    expect((await read('known'))?.targetId).toBe('t');
    expect((await read('new'))?.targetId).toBe('t');
  });

  it('tell a link whose writer died before it wrote what was found, and leave it to who claims it', async () => {
    await settled('found', 4);
    const found = await read('found');
    if (!found) throw new Error('missing');
    await links.claim(C, [person('blank', 1, false)], DEAD);
    const { won, token } = await links.claim(C, [person('blank', 2)], LONG);
    const link = won.get(idOf('blank'));
    if (!link) throw new Error('not won');
    const other = { ...found, _id: idOf('blank'), sourceId: 'blank' };
    await links.recover([other]);
    expect(await read('blank')).toMatchObject({ targetId: null, claim: { token } });
    await links.settle(token, [{ link, number: link.applied, set: {}, mark: null }]);
    await links.recover([other]);
    expect(await read('blank')).toMatchObject({ targetId: 't', state: 'present', applied: 0 });
  });
});

describe('the gate', () => {
  it('is held by one at a time, given back, or free when its time is over', async () => {
    const gate = createGate(desk.c);
    const tries = await Promise.all(Array.from({ length: 8 }, () => gate.acquire('g', LONG)));
    const [lease, ...more] = tries.filter((it) => it !== null);
    expect(more).toEqual([]);
    if (!lease) throw new Error('nobody has it');
    expect(await gate.acquire('g', LONG)).toBeNull();
    await gate.release('g', lease);
    expect(await gate.acquire('g', DEAD)).not.toBeNull();
    expect(await gate.acquire('g', LONG)).not.toBeNull();
  });

  it('is not taken from its new holder by an old one that gives it back late', async () => {
    const gate = createGate(desk.c);
    const old = await gate.acquire('late', DEAD);
    await gate.acquire('late', LONG);
    if (old) await gate.release('late', old);
    expect(await gate.acquire('late', LONG)).toBeNull();
  });
});
