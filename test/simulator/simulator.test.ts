/** The laws over many seeded worlds and over worlds that failed once; and what the simulator is worth. */
import { describe, expect, it } from 'vitest';
import { readCases, tableInDocs, tableOf } from './cases.ts';
import { WrongOption, optionsOf, usage } from './options.ts';
import { checkPlace, search } from './plant.ts';
import { plantedBugs } from './planted-bugs.ts';
import { brokenIn, play } from './play.ts';
import { drawWorld } from './world.ts';
import type { World } from './world.ts';

const long = process.env['ORGSYNC_LONG'] === '1';
const SEEDS = long ? 10_000 : 500;
const MINUTE = 60_000;

function* seeded(): Generator<World> {
  for (let seed = 1; seed <= SEEDS; seed++) yield drawWorld(seed);
}

describe('a pass under faults', () => {
  it(
    `keeps the laws in ${SEEDS} seeded worlds`,
    { timeout: long ? 120 * MINUTE : 10 * MINUTE },
    async () => {
      expect(await brokenIn(seeded())).toEqual([]);
    },
  );

  it('keeps the laws in every world that showed a bug once', { timeout: 10 * MINUTE }, async () => {
    const worlds = [...(await readCases()).values()].map((it) => it.world);
    expect(await brokenIn(worlds)).toEqual([]);
  });

  it('happens the same way every time a seed is played', async () => {
    const [first, second] = [await play(drawWorld(9), true), await play(drawWorld(9), true)];
    expect(second.log).toEqual(first.log);
    expect(first.log.length).toBeGreaterThan(50);
  });
});

describe('the list of planted bugs', () => {
  it('is told in docs/simulator.md as it is, with the seed that found each', async () => {
    const cases = await readCases();
    const names = plantedBugs.map((it) => it.name).filter((it) => cases.has(it));
    expect([...cases.keys()]).toEqual(names);
    expect(cases.size).toBeGreaterThan(30);
    expect(await tableInDocs()).toBe(tableOf(cases));
  });

  it('fits the product: every place that is changed is there once', async () => {
    for (const bug of plantedBugs) await checkPlace(bug);
  });

  const early = ['a live claim is taken', 'I: fields that do not differ are sent along'];
  const some = plantedBugs.filter((it) => long || early.includes(it.name));
  it.each(some)('is found: $name', { timeout: 60 * MINUTE }, async (bug) => {
    expect((await search(bug, 1, long ? 10_000 : 300)).seed).not.toBeNull();
  });
});

describe('the options of npm run simulate', () => {
  it('are what the usage says', () => {
    const names = [...usage.matchAll(/^ {2}--(\w+)/gm)].map((it) => it[1]);
    for (const name of names) expect(() => optionsOf([`--${name}`])).not.toThrow('Unknown');
    expect(optionsOf(['--seeds', '10', '--from', '5'])).toMatchObject({ from: 5, count: 10 });
    expect(optionsOf(['--seed', '7'])).toMatchObject({ from: 7, count: 1 });
    expect(optionsOf(['--bugs']).count).toBe(10_000);
  });

  it.each([
    [['--sedes', '3'], "Unknown option '--sedes'"],
    [['--seeds', '0'], '--seeds takes a whole number from 1, not "0"'],
    [['--seed', '3', '--seeds', '4'], '--seed and --seeds exclude each other'],
    [['--only', 'gate'], '--only says something only with --bugs'],
    [['12'], "Unexpected argument '12'"],
  ])('are refused when they are wrong: %j', (args, sentence) => {
    expect(() => optionsOf(args)).toThrow(new WrongOption(sentence));
  });
});
