/** The end of a pass: counts from the links, removals that are held, and the status that is true. */
import { ROOT_DEPARTMENT } from '../model/directory.ts';
import type { DepartmentId, ObjectRef } from '../model/directory.ts';
import type { Link } from '../model/link.ts';
import { PLAN_DAYS } from '../model/plan.ts';
import { emptyCounts } from '../model/run.ts';
import type { DepartmentCounts, Run, RunStatus } from '../model/run.ts';
import { proveComplete, unusable } from './completeness.ts';
import { explainMissing, leftByScope, missedBy } from './missing.ts';
import type { Missing, Parents } from './missing.ts';
import type { Parts, Pass } from './pass.ts';
import { detailOf, sealedItem } from './plan-detail.ts';

const HELD_A_WRITE = 500;

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
  const nothing: Missing = { held: [], elsewhere: [] };
  let unmet = nothing;
  let complete = true;
  if (pass.place.plan) unmet = { held: await heldInPlan(pass, pass.place.plan.run), elsewhere: [] };
  else {
    const bad = unusable(await pass.runs.problems(run));
    const missed = missedBy(pass, missing, parents).filter((it) => !bad.has(it.sourceId));
    const unseen = missed.filter((it) => !leftByScope(pass, it, parents));
    const people = counts.people.read + bad.size;
    complete = await proveComplete(pass, { departments: met, people }, unseen, parents);
    unmet = complete ? await explainMissing(pass, missed, parents) : nothing;
  }
  const { held, elsewhere: handOver } = unmet;
  for (let from = 0; from < held.length; from += HELD_A_WRITE) {
    await pass.runs.addProblems(run, held.slice(from, from + HELD_A_WRITE));
  }
  const problems = await pass.runs.problems(run);
  const differs = problems.some((it) => it.problem.code === 'TARGET_DIFFERS');
  const status = problems.length > 0 ? 'partly_succeeded' : 'succeeded';
  await pass.runs.end(run, { status, counts, stage: 'done', complete, verified: !differs }, at);
  return { status, counts, handOver };
}

/** What the plan holds and refuses, said again by the run that carries it out. */
async function heldInPlan(pass: Pass, plan: string): Promise<Missing['held']> {
  const held: Missing['held'] = [];
  for (let after: string | undefined; ;) {
    const page = await pass.plans.list(plan, HELD_A_WRITE, after);
    for (const item of page) {
      const { problem } = detailOf(pass.key, pass.connection.id, plan, item) ?? {};
      if (problem) held.push({ problem, object: { kind: item.kind, id: item.id } });
    }
    after = page.at(-1)?.place;
    if (page.length < HELD_A_WRITE) return held;
  }
}

/** Ends a run that plans: what was not met is held, everything is counted, and the plan can be looked at. */
export async function finishPlan(pass: Pass, at?: number): Promise<Finished> {
  const { run, branch, generation, roots, above } = pass.place;
  const { missing, parents } = await countRun(pass, { run, connection: pass.connection.id });
  const read = await pass.plans.count(run);
  const bad = unusable(await pass.runs.problems(run));
  const unmet = await unmetBy(pass, missedBy(pass, missing, parents));
  const missed = unmet.filter((it) => !bad.has(it.sourceId));
  const unseen = missed.filter((it) => !leftByScope(pass, it, parents));
  const away = new Set(unmet.map((it) => it.sourceId));
  const departments = new Set([...parents.keys()].filter((id) => !away.has(id)));
  const met = { departments, people: read.person.read + bad.size };
  const complete = await proveComplete(pass, met, unseen, parents);
  const held = complete ? (await explainMissing(pass, missed, parents)).held : [];
  await pass.plans.put(
    run,
    held.map(({ problem, object }) => {
      const known = { ...object, number: 0, before: '', changes: ['held' as const] };
      return sealedItem(pass, known, { name: '', fields: [], enter: [], leave: [], problem });
    }),
  );
  const planned = await pass.plans.count(run);
  const madeAt = new Date();
  await pass.plans.close({
    ...{ id: run, connection: pass.connection.id, version: pass.connection.version },
    scope: branch === null ? { kind: 'organization' } : { kind: 'branch', departmentId: branch },
    madeAt: madeAt.toISOString(),
    expiresAt: new Date(madeAt.getTime() + PLAN_DAYS * 24 * 3600 * 1000).toISOString(),
    ...{ appliedBy: null, counts: planned, walk: { generation, roots, above } },
  });
  const counts = emptyCounts();
  for (const kind of ['department', 'person'] as const) {
    const { read, create, rename, move, change, enter, refused } = planned[kind];
    const tally = kind === 'department' ? counts.departments : counts.people;
    Object.assign(tally, { read, created: create, updated: rename + change, moved: move + enter });
    tally.failed = refused;
  }
  const problems = await pass.runs.problemCount(run);
  const status = problems > 0 ? 'partly_succeeded' : 'succeeded';
  await pass.runs.end(run, { status, counts, stage: 'done', complete }, at);
  return { status, counts, handOver: [] };
}

/** Links of objects that no page of the plan brought. */
async function unmetBy(pass: Pass, links: Link[]): Promise<Link[]> {
  const unmet: Link[] = [];
  for (const kind of ['department', 'person'] as const) {
    const own = links.filter((it) => it.kind === kind);
    for (let from = 0; from < own.length; from += HELD_A_WRITE) {
      const part = own.slice(from, from + HELD_A_WRITE);
      const ids = part.map((it) => it.sourceId);
      const met = await pass.plans.of(pass.place.run, kind, ids);
      unmet.push(...part.filter((it) => !met.has(it.sourceId)));
    }
  }
  return unmet;
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
