/** One world from its beginning to its end: imported under faults, left to rest, imported twice more, judged. */
import { Driver } from './driver.ts';
import { differences, resting } from './laws.ts';
import { Stuck } from './simulation.ts';
import type { Kind } from './simulation.ts';
import { Stage } from './stage.ts';
import type { World } from './world.ts';

export interface Played {
  /** Laws that were broken, as sentences; none when all is well. */
  broken: string[];
  events: number;
  ms: number;
  log: string[];
  /** Requests made while faults could meet them. */
  requests: Record<Kind, number>;
}

const DAY_MS = 24 * 3600 * 1000;
/** Longer than any claim, any write on its way and any freeze. */
const REST_MS = 61_000;

/** @param keepLog notes of everything that happened, for people */
export async function play(world: World, keepLog = false): Promise<Played> {
  const stage = new Stage(world);
  stage.keepLog = keepLog;
  stage.pool.addForeign(world.foreignPhones);
  const driver = new Driver(stage);
  try {
    await stage.simulation.drive(story(stage, driver), DAY_MS);
  } catch (error) {
    if (error instanceof Error) stage.note(error.stack ?? '');
    stage.breaks(
      error instanceof Stuck ? `liveness: ${error.message}` : `failed: ${String(error)}`,
    );
  }
  const { simulation, broken, log } = stage;
  const { events, now: ms } = simulation;
  return { broken, events, ms, log, requests: stage.requests };
}

/** Of each world that breaks a law: its seed, the law, and its faults. */
export async function brokenIn(worlds: Iterable<World>): Promise<string[]> {
  const broken: string[] = [];
  for (const world of worlds) {
    const [law] = (await play(world)).broken;
    if (law !== undefined)
      broken.push(`seed ${world.seed}: ${law} ${JSON.stringify(world.faults)}`);
  }
  return broken;
}

async function story(stage: Stage, driver: Driver): Promise<void> {
  const { world, simulation, pool } = stage;
  const foreign = pool.foreign();
  if (world.switches.before) {
    await driver.pass();
    pool.enterForeign();
    stage.loseLinks();
  }
  stage.arm();
  const told = scheduleEdits(stage, driver);
  await simulation.wait(world.passAt);
  for (const pause of world.pauses) void driver.pauseAndResume(pause);
  const faulty = await driver.pass(world.takeOverAt);
  if (world.switches.still)
    report(stage, 'a pass under faults', differences(stage, faulty.problems));
  if (stage.broken.length > 0) return;
  await simulation.wait(Math.max(0, told - simulation.now));
  await rest(stage, driver);
  if (stage.broken.length > 0) return;
  if (world.switches.events) report(stage, 'events', resting(stage, null));
  if (stage.broken.length > 0) return;
  stage.rest();
  await simulation.wait(REST_MS);
  if (world.switches.handAtRest) pool.changeByHand();
  const first = await driver.pass();
  report(stage, 'a quiet pass', resting(stage, first.problems));
  const changes = pool.changes;
  const second = await driver.pass();
  report(stage, 'a second quiet pass', resting(stage, second.problems));
  if (pool.changes > changes) stage.breaks(`10: nothing to do, ${pool.changes - changes} changes`);
  if (pool.foreign() !== foreign) stage.breaks('4: something foreign has changed');
}

function report(stage: Stage, when: string, found: string[]): void {
  for (const it of found) stage.breaks(`${it} (after ${when})`);
}

/** Edits and touches at their times; returns when the last of them has been told. */
function scheduleEdits(stage: Stage, driver: Driver): number {
  const { world, simulation, company } = stage;
  const start = simulation.now;
  let last = start;
  for (const edit of world.edits) {
    const at = start + edit.at;
    simulation.at(at, () => {
      const touched = company.edit(simulation.now, edit);
      stage.note(`edit ${JSON.stringify(edit)} ${touched.length}`);
      if (!world.switches.events) return;
      for (const object of touched) {
        for (const delay of edit.told) {
          simulation.at(simulation.now + delay, () => driver.touch(object));
        }
      }
    });
    last = Math.max(last, at + 10_000);
  }
  for (const { at, object } of world.touches) {
    simulation.at(start + at, () => driver.touch(object));
    last = Math.max(last, start + at);
  }
  return last;
}

/** Until every round has ended and no claim is left behind. */
async function rest(stage: Stage, driver: Driver): Promise<void> {
  const { simulation } = stage;
  for (let quiet = 0; quiet < 6;) {
    await simulation.wait(10_000);
    const swept = await driver.sweep();
    // Whoever thaws late may still claim, and leave that to the sweeper.
    const claimed = [...stage.store.tables.links.documents.values()].some((it) => it['claim']);
    quiet = swept === 0 && driver.syncing === 0 && !claimed ? quiet + 1 : 0;
  }
}
