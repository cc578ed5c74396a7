/** The end of a pass: counts from the links, removals that are held, and the status that is true. */
import { ROOT_DEPARTMENT } from '../model/directory.ts';
import type { DepartmentId, ObjectRef } from '../model/directory.ts';
import type { Link } from '../model/link.ts';
import { emptyCounts } from '../model/run.ts';
import type { DepartmentCounts, Run, RunStatus } from '../model/run.ts';
import { proveComplete, unusable } from './completeness.ts';
import { leftByScope, listMissing, missedBy } from './missing.ts';
import type { Parents } from './missing.ts';
import type { Parts, Pass } from './pass.ts';

export interface Finished {
  status: RunStatus;
  counts: Run['counts'];
  /** Objects for their own sync. */
  handOver: ObjectRef[];
}

/**
 * Closes a run that went through.
 * @param at when Temporal scheduled the step, in Temporal's time
 */
export async function finish(pass: Pass, at?: number): Promise<Finished> {
  const { run, above } = pass.place;
  const { counts, missing, parents, met } = await countRun(pass, {
    run,
    connection: pass.connection.id,
  });
  await pass.links.markListed(pass.connection.id, { run, except: above });
  const bad = unusable(await pass.runs.problems(run));
  const missed = missedBy(pass, missing, parents).filter((it) => !bad.has(it.sourceId));
  const unseen = missed.filter((it) => !leftByScope(pass, it, parents));
  const people = counts.people.read + bad.size;
  const complete = await proveComplete(pass, { departments: met, people }, unseen, parents);
  const handOver = complete ? await listMissing(pass, missed, parents) : [];
  const problems = await pass.runs.problems(run);
  const differs = problems.some((it) => it.problem.code === 'TARGET_DIFFERS');
  const status = problems.length > 0 ? 'partly_succeeded' : 'succeeded';
  await pass.runs.end(run, { status, counts, stage: 'done', complete, verified: !differs }, at);
  return { status, counts, handOver };
}

/** Closes a run that failed or was cancelled, with what it had done until then. */
export async function endEarly(
  parts: Pick<Parts, 'links' | 'runs'>,
  ended: Pick<Run, 'connection' | 'status' | 'failure'> & { run: string },
  at?: number,
): Promise<void> {
  const { run, status, failure } = ended;
  const { counts } = await countRun(parts, ended);
  await parts.runs.end(run, { status, failure, counts, stage: 'done' }, at);
}

/** Nothing is guessed: every count is a count of links. `missing` are those that the run did not meet. */
async function countRun(
  parts: Pick<Parts, 'links'>,
  { run, connection }: { run: string; connection: string },
): Promise<{ counts: Run['counts']; missing: Link[]; parents: Parents; met: Set<DepartmentId> }> {
  const counts = emptyCounts();
  const missing: Link[] = [];
  const met = new Set<DepartmentId>([ROOT_DEPARTMENT]);
  const parents = new Map<DepartmentId, DepartmentId>();
  for (const kind of ['department', 'person'] as const) {
    const tally = kind === 'department' ? counts.departments : counts.people;
    for await (const link of parts.links.all(connection, kind)) {
      if (kind === 'department' && link.sourceId === ROOT_DEPARTMENT) continue;
      if (kind === 'department') parents.set(link.sourceId, link.parentId ?? '');
      if (link.run?.id === run) {
        count(tally, link);
        if (kind === 'department') met.add(link.sourceId);
      } else if (link.state === 'present') missing.push(link);
    }
  }
  return { counts, missing, parents, met };
}

function count(tally: DepartmentCounts, link: Link): void {
  tally.read++;
  const outcome = link.run?.outcome ?? 'failed';
  const key = outcome === 'held' ? 'unchanged' : outcome;
  const all = tally as unknown as Record<string, number>;
  all[key] = (all[key] ?? 0) + 1;
}
