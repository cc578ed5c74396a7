/** The lane that writes people: full batches that may cross departments, as soon as their departments exist. */
import { DepartmentTargets } from './department-targets.ts';
import { sideBySide, waitForOthers } from './pass.ts';
import type { LaneResult, Pass } from './pass.ts';
import { PeopleFeed } from './people-feed.ts';
import type { Positions } from './page-walk.ts';
import { plannedOf } from './planned.ts';
import type { Planned } from './planned.ts';
import { writeOpen } from './write-people.ts';

/** Batches on the way at once; at 150 ms a write and 50 ms in the store, six keep 20 calls a second busy. */
const WIDTH = 6;

/** What a step works with: where departments are, and the plan when one is carried out. */
interface Reach {
  targets: DepartmentTargets;
  planned: Planned | undefined;
}

/** One step of the lane; `done` once every staged person is settled or listed as failed. */
export async function applyPeople(pass: Pass): Promise<LaneResult> {
  const { run, generation } = pass.place;
  const at: Reach = { targets: new DepartmentTargets(pass), planned: plannedOf(pass) };
  const report = new Map<string, number>();
  const ended = await forward(pass, at, report);
  if (ended) await takeUpAgain(pass, at);
  const lane = await pass.frontier.lane(run, generation, 'applyPeople');
  const ahead = await pass.frontier.departments(pass.place, lane.head, lane.head + 5);
  const departments = [...report].map(([name, people]) => ({
    name,
    people,
    pages: 0,
    retries: 0,
    ms: 0,
  }));
  const handOver = (await at.planned?.handOver()) ?? [];
  return { done: lane.done, departments, next: ahead.map((it) => it.name), handOver };
}

/** First time through: everybody whose departments exist; pages with others are kept for later. */
async function forward(pass: Pass, reach: Reach, report: Map<string, number>): Promise<boolean> {
  const { run, generation } = pass.place;
  const lane = await pass.frontier.lane(run, generation, 'applyPeople');
  let position = lane.head;
  const positions: Positions = {
    async ahead(most) {
      const walk = await pass.frontier.lane(run, generation, 'departments');
      if (walk.done && position >= walk.tail) return 'end';
      // Who is in a department that is still to be written would only have to be taken up again.
      const { head: written } = await pass.frontier.lane(run, generation, 'applyDepartments');
      return range(position, Math.min(position + most, written));
    },
    advance: () => void position++,
  };
  const feed = new PeopleFeed(pass, reach.targets, positions, false, reach.planned);
  await drain(pass, feed, reach, false);
  for (const [name, people] of feed.report) report.set(name, people);
  const deferred = [...new Set([...lane.deferred, ...feed.again])].sort((a, b) => a - b);
  const to = { head: position, deferred };
  const moved = await pass.frontier.advance(run, generation, 'applyPeople', lane.head, to);
  // Another attempt has moved on: who waits here is not kept there, so the lane is walked again from its head.
  return moved && feed.ended;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, n) => from + n);
}

/** Those of a sorted list that are not farther away than they may be many. */
function near(positions: number[], from: number, most: number): number[] {
  const first = positions[from] ?? 0;
  return positions.slice(from, from + most).filter((it) => it < first + most);
}

async function drain(
  pass: Pass,
  feed: PeopleFeed,
  { targets, planned }: Reach,
  final: boolean,
): Promise<void> {
  await sideBySide(WIDTH, async () => {
    const batch = await feed.batch();
    if (batch.length === 0) return null;
    return async () => {
      const items = batch.map((it) => it.item);
      try {
        const ids = items.map((it) => it.person.id);
        const links = await pass.links.get(pass.connection.id, 'person', ids);
        const ends = await writeOpen(pass, items, links, targets, {
          ...{ final, planned },
          ...{ force: planned !== undefined, skipEqual: !planned },
        });
        await feed.settle(batch, ends);
      } catch (error) {
        feed.release(batch);
        throw error;
      }
    };
  });
}

/** After all departments are written: pages with people who waited, until none is left. */
async function takeUpAgain(pass: Pass, reach: Reach): Promise<void> {
  const { run, generation } = pass.place;
  for (;;) {
    const departments = await pass.frontier.lane(run, generation, 'applyDepartments');
    if (departments.done) break;
    if (pass.budget.spent) return;
    await waitForOthers(pass);
  }
  const lane = await pass.frontier.lane(run, generation, 'applyPeople');
  let deferred = lane.deferred;
  while (deferred.length > 0 && !pass.budget.spent) {
    let at = 0;
    const round = deferred;
    const positions: Positions = {
      ahead: (most) => Promise.resolve(at < round.length ? near(round, at, most) : 'end'),
      advance: () => void at++,
    };
    const feed = new PeopleFeed(pass, reach.targets, positions, true, reach.planned);
    await drain(pass, feed, reach, true);
    deferred = [...new Set([...feed.again, ...round.slice(at)])].sort((a, b) => a - b);
    // Whoever another writer holds is free when its claim ends; asking every second is enough.
    if (deferred.length > 0) await waitForOthers(pass, 1000);
  }
  const done = deferred.length === 0;
  await pass.frontier.advance(run, generation, 'applyPeople', lane.head, { deferred, done });
}
