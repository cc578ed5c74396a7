/** What is ours and was not met by a pass: held, with the reason, or left to its own sync; nothing is taken away. */
import type { DepartmentId, ObjectRef } from '../model/directory.ts';
import { ROOT_DEPARTMENT } from '../model/directory.ts';
import type { Link } from '../model/link.ts';
import { problem } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';
import { isWhole, isWithin } from '../plan/scope.ts';
import { Coverage, isOutOfSight } from './coverage.ts';
import { persist } from './pass.ts';
import type { Pass } from './pass.ts';

/** Objects read one by one to learn why they were not met; of more it is only said that they were not. */
const READS_MAX = 200;

type Reason = 'REMOVAL_HELD' | 'SCOPE_LEFT_HELD' | 'elsewhere';

/** Parents of departments as they were settled last. */
export type Parents = ReadonlyMap<DepartmentId, DepartmentId>;

export interface Missing {
  held: { problem: Problem; object: ObjectRef }[];
  /** In scope, at another place than this pass looked at: their own sync settles them. */
  elsewhere: ObjectRef[];
}

/** Why each was not met, as far as the settled links and a limited number of direct reads tell. */
export async function explainMissing(
  pass: Pass,
  missing: Link[],
  parents: Parents,
): Promise<Missing> {
  const { branch } = pass.place;
  const { settings } = pass.connection;
  const plain = branch === null && isWhole(settings.scope);
  const coverage = new Coverage(pass);
  const found: Missing = { held: [], elsewhere: [] };
  let reads = 0;
  for (const link of missing) {
    const object = { kind: link.kind, id: link.sourceId };
    const left = leftByScope(pass, link, parents);
    let why: Reason = left ? 'SCOPE_LEFT_HELD' : 'REMOVAL_HELD';
    if (!plain && !left && reads++ < READS_MAX) why = await readWhy(pass, object, coverage);
    if (why === 'elsewhere') found.elsewhere.push(object);
    else found.held.push({ problem: problem(why, { object }), object });
  }
  return found;
}

/** Those that this run should have met. */
export function missedBy(pass: Pass, missing: Link[], parents: Parents): Link[] {
  const { branch } = pass.place;
  return branch === null ? missing : missing.filter((it) => isIn(it, branch, parents));
}

/** Those that left only because the connection's own scope was narrowed: no read says anything about them. */
export function leftByScope(pass: Pass, link: Link, parents: Parents): boolean {
  const { scope } = pass.connection.settings;
  return placesOf(link, parents).every((path) => !isWithin(path, scope));
}

function isIn(link: Link, branch: DepartmentId, parents: Parents): boolean {
  return placesOf(link, parents).some((path) => path.includes(branch));
}

/** A department's own path, or those of a person's departments. */
function placesOf(link: Link, parents: Parents): DepartmentId[][] {
  const ids = link.kind === 'department' ? [link.sourceId] : (link.departments ?? []);
  return ids.map((id) => pathAsSettled(id, parents));
}

export function pathAsSettled(id: DepartmentId, parents: Parents): DepartmentId[] {
  const path = [id];
  for (let at = parents.get(id); at !== undefined && at !== ''; at = parents.get(at)) {
    if (path.includes(at)) return path;
    path.push(at);
  }
  return path.includes(ROOT_DEPARTMENT) ? path : [...path, ROOT_DEPARTMENT];
}

/** One direct read; what cannot be read is not known to be anywhere else. */
async function readWhy(pass: Pass, object: ObjectRef, coverage: Coverage): Promise<Reason> {
  try {
    const places = await placesAtSource(pass, object);
    if (places === 'gone') return 'REMOVAL_HELD';
    for (const id of places) if (await coverage.covers(id)) return 'elsewhere';
    return 'SCOPE_LEFT_HELD';
  } catch (error) {
    if (isOutOfSight(error)) return 'REMOVAL_HELD';
    throw error;
  }
}

async function placesAtSource(pass: Pass, { kind, id }: ObjectRef): Promise<string[] | 'gone'> {
  const { source, signal } = pass;
  if (kind === 'person') {
    const person = await persist(pass, () => source.person(id, signal));
    return person === 'gone' ? 'gone' : person.departmentIds;
  }
  const found = await persist(pass, () => source.department(id, signal));
  return found === 'gone' ? 'gone' : [id];
}
