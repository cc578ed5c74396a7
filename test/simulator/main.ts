/** `npm run simulate -- --seeds N [--seed S] [--world W] [--bugs]`: many seeded worlds; a failure is shrunk and printed. */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { search } from './plant.ts';
import type { Search } from './plant.ts';
import { plantedBugs } from './planted-bugs.ts';
import { play } from './play.ts';
import { shrink } from './shrink.ts';
import { drawWorld } from './world.ts';
import type { World } from './world.ts';

const { values } = parseArgs({
  options: {
    /** How many seeds are played. */
    seeds: { type: 'string' },
    /** The first of them. */
    from: { type: 'string', default: '1' },
    /** One seed alone. */
    seed: { type: 'string' },
    /** A file with one world, as a failure prints it. */
    world: { type: 'string' },
    /** Everything that happened, line by line. */
    log: { type: 'boolean', default: false },
    /** Go on after a failure. */
    all: { type: 'boolean', default: false },
    /** The failing world as it is. */
    unshrunk: { type: 'boolean', default: false },
    /** Plant every bug of the list, and say which seed finds it. */
    bugs: { type: 'boolean', default: false },
    /** Only bugs whose name holds this. */
    only: { type: 'string', default: '' },
    /** A file in which the smallest worlds that show the bugs are kept. */
    save: { type: 'string' },
  },
});
const say = (text: string): boolean => process.stdout.write(`${text}\n`);
const started = performance.now();
const seconds = (): number => Math.round((performance.now() - started) / 100) / 10;

function* worlds(): Generator<World> {
  const from = Number(values.seed ?? values.from);
  const count = values.seed === undefined ? Number(values.seeds ?? 500) : 1;
  for (let seed = from; seed < from + count; seed++) yield drawWorld(seed);
}

async function playAll(given: Iterable<World>): Promise<number> {
  const failed: { seed: number; law: string }[] = [];
  let seeds = 0;
  let events = 0;
  for (const world of given) {
    const played = await play(world, values.log);
    seeds++;
    events += played.events;
    for (const line of played.log) say(line);
    const [law] = played.broken;
    if (law === undefined) continue;
    failed.push({ seed: world.seed, law });
    say(`seed ${world.seed}: ${played.broken.slice(0, 5).join('\n  ')}`);
    if (!values.unshrunk && !values.all) await printSmallest(world);
    if (!values.all) break;
  }
  say(JSON.stringify({ seeds, failed, events, seconds: seconds() }));
  return failed.length > 0 ? 1 : 0;
}

async function printSmallest(world: World): Promise<void> {
  const smallest = await shrink(world);
  const { broken } = await play(smallest);
  say(`faults: ${JSON.stringify(smallest.faults)}`);
  say(`the smallest world that fails (${broken[0]}):`);
  say(JSON.stringify(smallest));
}

/** Two at a time: each is a process of its own. */
async function findBugs(): Promise<number> {
  const bugs = plantedBugs.filter((it) => it.name.includes(values.only));
  const found: Search[] = [];
  let next = 0;
  let saving = Promise.resolve();
  const lane = async (): Promise<void> => {
    for (let bug = bugs[next++]; bug; bug = bugs[next++]) {
      const result = await search(bug, Number(values.from), Number(values.seeds ?? 10_000));
      found.push(result);
      say(`| ${result.name} | ${result.seed ?? 'not found'} | ${result.law ?? ''} |`);
      const { save } = values;
      // One after the other: the file is read and written whole.
      if (save !== undefined && result.world) saving = saving.then(() => keep(save, result));
    }
  };
  await Promise.all([lane(), lane()]);
  await saving;
  const missed = found.filter((it) => it.seed === null).map((it) => it.name);
  say(JSON.stringify({ bugs: found.length, missed, seconds: seconds() }));
  return missed.length > 0 ? 1 : 0;
}

async function keep(path: string, { name, world }: Search): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => '{}');
  const kept = { ...(JSON.parse(text) as Record<string, World>), [name]: world };
  const lines = Object.entries(kept).map(
    (it) => `  ${it.map((one) => JSON.stringify(one)).join(': ')}`,
  );
  await writeFile(path, `{\n${lines.join(',\n')}\n}\n`);
}

async function worldOf(path: string): Promise<World[]> {
  return [JSON.parse(await readFile(path, 'utf8')) as World];
}

process.exitCode = values.bugs
  ? await findBugs()
  : await playAll(values.world === undefined ? worlds() : await worldOf(values.world));
