/** Every single fault of small worlds, and pairs of faults of drawn ones. */
import { expect, it } from 'vitest';
import { chance } from './chance.ts';
import { singleFaults } from './fault-lists.ts';
import type { Fault } from './faults.ts';
import { brokenIn, play } from './play.ts';
import { smallWorlds } from './small-worlds.ts';
import { drawWorld } from './world.ts';
import type { World } from './world.ts';

const long = process.env['ORGSYNC_LONG'] === '1';
const MINUTE = 60_000;

/** All single faults that may meet this world. */
async function faultsOf(world: World): Promise<Fault[]> {
  const { requests, broken } = await play({ ...world, faults: [] });
  expect(broken).toEqual([]);
  // A wrong answer is repaired by the next pass; where events alone must do, there is none.
  const isWrong = (it: Fault): boolean =>
    it.kind === 'source' && (it.what === 'empty' || it.what === 'cut');
  return singleFaults(requests).filter((it) => !world.switches.events || !isWrong(it));
}

it.each(smallWorlds)(
  'the laws are kept under every single fault of a world %s',
  { timeout: 10 * MINUTE },
  async (_name, world) => {
    const faults = await faultsOf(world);
    expect(faults.length).toBeGreaterThan(500);
    expect(await brokenIn(faults.map((fault) => ({ ...world, faults: [fault] })))).toEqual([]);
  },
);

if (long) {
  /** All pairs of one world are millions; so many are drawn of each. */
  const PAIRS = 1000;
  const worlds = Array.from({ length: 20 }, (_, n) => drawWorld(20_001 + n));

  it.each(worlds)(
    `the laws are kept under ${PAIRS} pairs of faults of the world of seed $seed`,
    { timeout: 30 * MINUTE },
    async (world) => {
      const faults = await faultsOf(world);
      const it = chance(world.seed, 'pairs of faults');
      const pairs = Array.from({ length: PAIRS }, () => [it.of(faults), it.of(faults)]);
      expect(await brokenIn(pairs.map((pair) => ({ ...world, faults: pair })))).toEqual([]);
    },
  );
}
