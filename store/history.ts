/** What of old runs and events is forgotten, and when: first what runs staged, later they themselves. */
import type { Collections } from './documents.ts';
import { guard } from './database.ts';
import { below } from './run-departments.ts';

export interface Retention {
  /** Runs that ended before, and events that came before, are forgotten. */
  runsBefore: Date;
  /** Of runs that ended before, staged people and the frontier are forgotten. */
  stagedBefore: Date;
}

/** Runs taken up in one round; the rest waits for the next. */
const RUNS_A_ROUND = 50;

async function forgetStaged(c: Collections, run: string): Promise<void> {
  const range = { _id: below(run) };
  await c.pages.deleteMany(range);
  await c.queue.deleteMany(range);
  await c.seen.deleteMany(range);
  await c.lanes.deleteMany(range);
  await c.values.deleteMany(range);
  await c.planItems.deleteMany(range);
  await c.plans.deleteOne({ _id: run });
}

/** One round; safe to repeat and to be done by several processes. Returns how many runs it dealt with. */
export async function forgetOld(
  c: Collections,
  { runsBefore, stagedBefore }: Retention,
): Promise<{ forgotten: number; swept: number }> {
  return guard(async () => {
    const before = runsBefore.toISOString();
    const old = await c.runs
      .find({ endedAt: { $lt: before } })
      .limit(RUNS_A_ROUND)
      .toArray();
    for (const { _id } of old) {
      await forgetStaged(c, _id);
      await c.problems.deleteMany({ _id: below(_id) });
      await c.changes.deleteMany({ _id: below(_id) });
      await c.summaries.deleteMany({ _id: below(_id) });
      await c.summaries.deleteOne({ _id });
      // The run goes last: a crash before leaves it in the list, and the next round goes on.
      await c.runs.deleteOne({ _id });
    }
    const staged = await c.runs
      .find({ endedAt: { $lt: stagedBefore.toISOString() }, swept: { $ne: true } })
      .limit(RUNS_A_ROUND)
      .toArray();
    let swept = 0;
    for (const { _id } of staged) {
      // A run that carries out a plan reads the pages of the run that made it.
      if (await c.runs.findOne({ plan: _id, endedAt: null })) continue;
      await forgetStaged(c, _id);
      await c.runs.updateOne({ _id }, { $set: { swept: true } });
      swept++;
    }
    // Those of single objects belong to no run.
    const single = { _id: { $gte: 'sync/', $lt: 'sync0' }, at: { $lt: before } };
    await c.problems.deleteMany(single);
    await c.changes.deleteMany(single);
    // Those that still wait stand in the inbox, whatever their age.
    await c.events.deleteMany({ receivedAt: { $lt: runsBefore } });
    return { forgotten: old.length, swept };
  });
}
