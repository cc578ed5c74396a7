/** `npm run simulate`: many seeded worlds; a failure is shrunk and printed. The options: options.ts. */
import { readFile } from 'node:fs/promises';
import { keepCase } from './cases.ts';
import { WrongOption, optionsOf, usage } from './options.ts';
import type { Options } from './options.ts';
import { search } from './plant.ts';
import type { Search } from './plant.ts';
import { plantedBugs } from './planted-bugs.ts';
import { play } from './play.ts';
import { shrink } from './shrink.ts';
import { drawWorld } from './world.ts';
import type { World } from './world.ts';

const say = (text: string): boolean => process.stdout.write(`${text}\n`);
const started = performance.now();
const seconds = (): number => Math.round((performance.now() - started) / 100) / 10;

function* drawn({ from, count }: Options): Generator<World> {
  for (let seed = from; seed < from + count; seed++) yield drawWorld(seed);
}

async function playAll(given: Iterable<World>, options: Options): Promise<number> {
  const failed: { seed: number; law: string }[] = [];
  let seeds = 0;
  let events = 0;
  for (const world of given) {
    const played = await play(world, options.log);
    seeds++;
    events += played.events;
    for (const line of played.log) say(line);
    const [law] = played.broken;
    if (law === undefined) continue;
    failed.push({ seed: world.seed, law });
    say(`seed ${world.seed}: ${played.broken.slice(0, 5).join('\n  ')}`);
    if (!options.unshrunk && !options.all) await printSmallest(world);
    if (!options.all) break;
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
async function findBugs(options: Options): Promise<number> {
  const bugs = plantedBugs.filter((it) => it.name.includes(options.only));
  if (bugs.length === 0) throw new WrongOption(`no planted bug is called "${options.only}"`);
  const found: Search[] = [];
  let next = 0;
  let saving = Promise.resolve();
  const lane = async (): Promise<void> => {
    for (let bug = bugs[next++]; bug; bug = bugs[next++]) {
      const result = await search(bug, options.from, options.count);
      found.push(result);
      const { name, seed, law, world } = result;
      say(`| ${name} | ${seed ?? 'not found'} | ${law ?? ''} |`);
      if (!options.save || !world || law === null) continue;
      // One after the other: the files are read and written whole.
      saving = saving.then(() => keepCase(name, { law, world }));
    }
  };
  await Promise.all([lane(), lane()]);
  await saving;
  const missed = found.filter((it) => it.seed === null).map((it) => it.name);
  say(JSON.stringify({ bugs: found.length, missed, seconds: seconds() }));
  return missed.length > 0 ? 1 : 0;
}

async function worldIn(path: string): Promise<World[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  // A world is long, and only its own writer writes it: what begins like one is taken for one.
  if (!text.startsWith('{"seed":')) throw new WrongOption(`${path} holds no world`);
  return [JSON.parse(text) as World];
}

async function main(): Promise<number> {
  const options = optionsOf(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (options.bugs) return findBugs(options);
  return playAll(options.world === null ? drawn(options) : await worldIn(options.world), options);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof WrongOption)) throw error;
  process.stderr.write(`${error.message}\n${usage}`);
  process.exitCode = 64;
}
