/** The governor over a real database: two processes' worth of callers share one rate, and nobody calls without a slot. */
import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Governor } from '../../activities/governor.ts';
import type { Rate } from '../../activities/governor.ts';
import { createBudgets } from '../../store/budgets.ts';
import type { Budgets } from '../../store/budgets.ts';
import { collections } from '../../store/database.ts';
import { clock } from '../../worker/parts.ts';
import { collectionsOf, emptyTables } from '../simulator/collection.ts';
import { Process, Simulation } from '../simulator/simulation.ts';

let client: MongoClient;
let budgets: Budgets;

beforeAll(async () => {
  client = await MongoClient.connect(inject('mongoUri'));
  budgets = createBudgets(collections(client.db(`governor_${randomUUID().slice(0, 8)}`)));
});
afterAll(() => client.close());

const rate = (perSecond: number): Rate => ({ id: randomUUID(), perSecond });

/** The most moments in any window of one second. */
function busiest(moments: number[]): number {
  const sorted = [...moments].sort((a, b) => a - b);
  return Math.max(
    ...sorted.map((from) => sorted.filter((it) => it >= from && it < from + 1000).length),
  );
}

describe('the governor', () => {
  it('lets two processes together make no more calls in any second than the limit', async () => {
    const limit = rate(40);
    const moments: number[] = [];
    const governors = [new Governor(budgets, clock), new Governor(budgets, clock)];
    await Promise.all(
      Array.from({ length: 100 }, async (_, at) => {
        await governors[at % 2]?.acquire([limit], 'bulk');
        moments.push(performance.now());
      }),
    );
    expect(moments).toHaveLength(100);
    expect(busiest(moments)).toBeLessThanOrEqual(40);
  });

  it('gives a lone call its slot at once, also when a slot was used a moment ago', async () => {
    const id = randomUUID();
    const isDue = async (): Promise<boolean> => {
      const { startsAt } = await budgets.reserve(id, 20, 1);
      return startsAt <= performance.now();
    };
    expect(await isDue()).toBe(true);
    await clock.sleep(60, new AbortController().signal);
    expect(await isDue()).toBe(true);
  });

  it('puts slots that are reserved together evenly apart, behind those of others', async () => {
    const id = randomUUID();
    const before = performance.now();
    const first = await budgets.reserve(id, 10, 5);
    const second = await budgets.reserve(id, 10, 1);
    // The database's time is known as exactly as its answers come.
    const blur = performance.now() - before;
    expect(first).toMatchObject({ intervalMs: 100, count: 5 });
    expect(Math.abs(second.startsAt - first.startsAt - 500)).toBeLessThanOrEqual(blur);
  });

  it('lets passes of all processes reserve a quarter of a second ahead and no more', async () => {
    const id = randomUUID();
    await budgets.reserve(id, 10, 5);
    const before = performance.now();
    const refused = await budgets.reserve(id, 10, 1, 250);
    expect(refused.count).toBe(0);
    expect(refused.startsAt).toBeGreaterThan(before);
    expect((await budgets.reserve(id, 10, 1)).count).toBe(1);
  });

  it('stops everybody when one process was told "too many"', async () => {
    const limit = rate(1000);
    await budgets.hold(limit.id, 5000);
    const before = performance.now();
    expect((await budgets.reserve(limit.id, 1000, 1)).startsAt - before).toBeGreaterThan(4000);
  });

  it('lets a single object go before bulk work that waits in the same queue', async () => {
    const limit = rate(10);
    const governor = new Governor(budgets, clock);
    const order: string[] = [];
    const bulk = Array.from({ length: 6 }, async () => {
      await governor.acquire([limit], 'bulk');
      order.push('bulk');
    });
    await clock.sleep(30, new AbortController().signal);
    await governor.acquire([limit], 'sync').then(() => order.push('sync'));
    await Promise.all(bulk);
    expect(order.indexOf('sync')).toBeLessThan(3);
  });

  it('fails whoever waits when the store is away: no lease, no call', async () => {
    const away: Budgets = {
      reserve: () => Promise.reject(new Error('away')),
      hold: () => Promise.resolve(),
    };
    const governor = new Governor(away, clock);
    const limit = rate(10);
    const ends = await Promise.allSettled([1, 2, 3].map(() => governor.acquire([limit], 'bulk')));
    expect(ends.map((it) => it.status)).toEqual(['rejected', 'rejected', 'rejected']);
  });

  it('makes calls also where every answer of the database takes longer than a slot lasts', async () => {
    const simulation = new Simulation();
    const process = new Process();
    const virtual = simulation.clock(process);
    const slow = collectionsOf(
      {
        simulation,
        tables: emptyTables(() => new Date(simulation.now)),
        ...{ fault: () => null, latency: () => 150, splits: () => false },
      },
      process,
    );
    const governor = new Governor(createBudgets(slow, virtual.monotonic), virtual);
    const limit = rate(5);
    const moments: number[] = [];
    const calls = async (): Promise<void> => {
      for (let call = 0; call < 10; call++) {
        await governor.acquire([limit], 'bulk');
        moments.push(simulation.now);
      }
    };
    await simulation.drive(calls(), 3600 * 1000);
    expect(moments).toHaveLength(10);
    expect(busiest(moments)).toBeLessThanOrEqual(5);
  });

  it('frees the place of a caller that gave up', async () => {
    const governor = new Governor(budgets, clock);
    const limit = rate(2);
    const stop = new AbortController();
    const first = governor.acquire([limit], 'bulk');
    const second = governor.acquire([limit], 'bulk', stop.signal);
    await first;
    stop.abort(new Error('gave up'));
    await expect(second).rejects.toThrow('gave up');
  });
});
