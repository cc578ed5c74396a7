/** Steps of a pass: they end anywhere, run twice at a time, come late, and the pass ends equal all the same. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { pictures } from '../world.ts';
import { openDesk } from './desk.ts';
import type { Desk } from './desk.ts';

let desk: Desk;

beforeAll(async () => {
  desk = await openDesk({
    mongoUri: inject('mongoUri'),
    generator: { people: 420, departments: 12, seed: 3, bigDepartment: 330, memberships: 1.2 },
  });
});
afterAll(() => desk?.stop());

const expectEqual = async (): Promise<void> => {
  const { wanted, found } = await pictures(desk);
  expect(found).toEqual(wanted);
};

describe('steps that end after every call', () => {
  it('still bring a pass to its end, equal and everybody once', { timeout: 60_000 }, async () => {
    const passed = await desk.pass({ calls: 1 });
    expect(passed).toMatchObject({ status: 'succeeded', verified: true, problems: [] });
    expect(passed.counts.people).toMatchObject({ read: 420, created: 420 });
    await expectEqual();
  });
});
