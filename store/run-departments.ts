/** Departments of a run: counted from frontier and links while it runs, kept as it ended when it has. */
import type { RunDepartment } from '../model/run.ts';
import type { Collections, QueueDocument, RunDocument } from './documents.ts';
import { guard } from './database.ts';

/** Rows of one kept document, far below the 16 MB that one may have. */
const ROWS = 1_000;

/** All documents whose ids begin with "{run}/": "0" is the sign behind "/". */
export const below = (run: string) => ({ $gte: `${run}/`, $lt: `${run}0` });

const chunkId = (run: string, at: number): string => `${run}/${String(at).padStart(6, '0')}`;

type Tally = Omit<RunDepartment['people'], 'read'>;

/** What links say this run did to people, by the department under which it read them. */
async function tallies(c: Collections, run: RunDocument): Promise<Map<string, Tally>> {
  const made = new Map<string, Tally>();
  const links = c.links
    .find({ connection: run.connection, kind: 'person', 'run.id': run._id })
    .project<{ run: { department: string; outcome: string } }>({
      'run.department': 1,
      'run.outcome': 1,
    });
  for await (const { run: mark } of links) {
    const tally = made.get(mark.department) ?? { written: 0, changed: 0, failed: 0 };
    tally.written++;
    if (mark.outcome === 'failed') tally.failed++;
    else if (mark.outcome !== 'unchanged') tally.changed++;
    made.set(mark.department, tally);
  }
  return made;
}

function statusOf(queued: QueueDocument, ended: boolean): RunDepartment['status'] {
  if (queued.membersDone) return ended ? 'done' : 'read';
  return queued.pages > 0 ? 'reading' : 'waiting';
}

/** From the frontier and the links; a scan of both. */
async function counted(c: Collections, run: RunDocument): Promise<RunDepartment[]> {
  // A run that carries out a plan goes over the walk of the run that made it.
  const walk = run.plan ?? run._id;
  const lane = await c.lanes.findOne({ _id: `${walk}/departments` });
  if (!lane) return [];
  const { generation } = lane;
  const queued = await c.queue.find({ _id: below(walk), generation }).toArray();
  const people = await tallies(c, run);
  const none = { written: 0, changed: 0, failed: 0 };
  return queued
    .filter((it) => it.position < lane.tail && it.parentId !== null)
    .sort((a, b) => a.position - b.position)
    .map((it) => ({
      ...{ id: it.id, name: it.name, status: statusOf(it, run.endedAt !== null) },
      people: { read: it.people, ...(people.get(it.id) ?? none) },
    }));
}

/** As they were when the run ended; null when they were not kept, or an operator has reset the run since. */
async function kept(c: Collections, run: RunDocument): Promise<RunDepartment[] | null> {
  if (run.endedAt === null) return null;
  const head = await c.summaries.findOne({ _id: run._id });
  if (head?.endedAt !== run.endedAt) return null;
  const ids = Array.from({ length: head.chunks }, (_, at) => chunkId(run._id, at));
  const chunks = await c.summaries.find({ _id: { $in: ids } }).toArray();
  return chunks.sort((a, b) => (a._id < b._id ? -1 : 1)).flatMap((it) => it.rows);
}

/**
 * Keeps the departments of a run that has just ended, for its frontier is swept and the next run marks the
 * links anew. Safe to repeat: what was kept of this end stays.
 */
export async function keepDepartments(c: Collections, id: string): Promise<void> {
  await guard(async () => {
    const run = await c.runs.findOne({ _id: id });
    if (!run || run.endedAt === null || (await kept(c, run)) !== null) return;
    const rows = await counted(c, run);
    const { endedAt } = run;
    const chunks = Math.ceil(rows.length / ROWS);
    for (let at = 0; at < chunks; at++) {
      const part = { endedAt, chunks: 0, rows: rows.slice(at * ROWS, (at + 1) * ROWS) };
      await c.summaries.replaceOne({ _id: chunkId(id, at) }, part, { upsert: true });
    }
    // The head comes last: without it what was written is not taken for whole.
    await c.summaries.replaceOne({ _id: id }, { endedAt, chunks, rows: [] }, { upsert: true });
  });
}

/** In the order of the walk, without the root. */
export async function departmentsOf(c: Collections, id: string): Promise<RunDepartment[]> {
  return guard(async () => {
    const run = await c.runs.findOne({ _id: id });
    if (!run) return [];
    return (await kept(c, run)) ?? (await counted(c, run));
  });
}

/** True when every department of the run is known. */
export async function treeKnown(c: Collections, id: string): Promise<boolean> {
  const lane = await guard(() => c.lanes.findOne({ _id: `${id}/departments` }));
  return lane?.done === true;
}
