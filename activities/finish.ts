/** The end of a pass: counts from the links, removals that are held, and the status that is true. */
import { ROOT_DEPARTMENT } from '../model/directory.ts';
import type { ObjectRef } from '../model/directory.ts';
import type { Link } from '../model/link.ts';
import { problem } from '../model/problem.ts';
import { emptyCounts } from '../model/run.ts';
import type { DepartmentCounts, Run, RunStatus } from '../model/run.ts';
import type { Parts } from './pass.ts';

export interface Finished {
  status: RunStatus;
  counts: Run['counts'];
}

/**
 * Closes a run that went through.
 * @param at when Temporal scheduled the step, in Temporal's time
 */
export async function finish(parts: Parts, run: string, at?: number): Promise<Finished> {
  const { counts, missing } = await countRun(parts, { run, connection: parts.connection.id });
  await parts.links.markListed(parts.connection.id, { run });
  await listHeld(parts, run, missing);
  const problems = await parts.runs.problems(run);
  const differs = problems.some((it) => it.problem.code === 'TARGET_DIFFERS');
  const status = problems.length > 0 ? 'partly_succeeded' : 'succeeded';
  await parts.runs.end(run, { status, counts, stage: 'done', verified: !differs }, at);
  return { status, counts };
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
): Promise<{ counts: Run['counts']; missing: ObjectRef[] }> {
  const counts = emptyCounts();
  const missing: ObjectRef[] = [];
  for (const kind of ['department', 'person'] as const) {
    const tally = kind === 'department' ? counts.departments : counts.people;
    for await (const link of parts.links.all(connection, kind)) {
      if (kind === 'department' && link.sourceId === ROOT_DEPARTMENT) continue;
      if (link.run?.id === run) count(tally, link);
      else if (link.state === 'present') missing.push({ kind, id: link.sourceId });
    }
  }
  return { counts, missing };
}

function count(tally: DepartmentCounts, link: Link): void {
  tally.read++;
  const outcome = link.run?.outcome ?? 'failed';
  const key = outcome === 'held' ? 'unchanged' : outcome;
  const all = tally as unknown as Record<string, number>;
  all[key] = (all[key] ?? 0) + 1;
}

/** What this pass did not see is listed, not removed. */
async function listHeld(parts: Parts, run: string, objects: ObjectRef[]): Promise<void> {
  const CHUNK = 500;
  for (let from = 0; from < objects.length; from += CHUNK) {
    const part = objects.slice(from, from + CHUNK);
    await parts.runs.addProblems(
      run,
      part.map((object) => ({ problem: problem('REMOVAL_HELD', { object }), object })),
    );
  }
}
