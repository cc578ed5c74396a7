/** Makes a failing world smaller while it still fails: fewer faults, edits, people, departments, and plainer switches. */
import { play } from './play.ts';
import type { Switches } from './switches.ts';
import type { World } from './world.ts';

const LISTS = [
  ...(['faults', 'pauses', 'edits', 'touches', 'foreignPhones', 'people', 'departments'] as const),
];
const PLAIN: Partial<Switches> = {
  workers: 1,
  before: false,
  linksLost: 'nothing',
  storeMs: 3,
  perSecond: 0,
  staleMs: 0,
  callsPerStep: 300,
  handAtRest: false,
  stepsPerHistory: 0,
};

/** @param budget worlds that may be played */
export async function shrink(world: World, budget = 150): Promise<World> {
  let smallest = world;
  let left = budget;
  const fails = async (tried: World): Promise<boolean> => {
    if (left-- <= 0) return false;
    if ((await play(tried)).broken.length === 0) return false;
    smallest = tried;
    return true;
  };
  for (let before = Infinity; sizeOf(smallest) < before && left > 0;) {
    before = sizeOf(smallest);
    for (const list of LISTS) await thin(list, () => smallest, fails);
    if (smallest.passAt !== 0) await fails({ ...smallest, passAt: 0 });
    if (smallest.takeOverAt !== null) await fails({ ...smallest, takeOverAt: null });
    for (const [name, value] of Object.entries(PLAIN)) {
      if (smallest.switches[name as keyof Switches] === value) continue;
      await fails({ ...smallest, switches: { ...smallest.switches, [name]: value } });
    }
  }
  return smallest;
}

const sizeOf = (world: World): number => JSON.stringify(world).length;

/** Leaves out halves, quarters and so on of one list, down to single entries. */
async function thin(
  list: (typeof LISTS)[number],
  smallest: () => World,
  fails: (tried: World) => Promise<boolean>,
): Promise<void> {
  for (let part = Math.ceil(smallest()[list].length / 2); part >= 1; part = Math.floor(part / 2)) {
    for (let from = smallest()[list].length - part; from >= 0; from -= part) {
      const kept = smallest()[list].filter((_, at) => at < from || at >= from + part);
      await fails({ ...smallest(), [list]: kept });
    }
  }
}
