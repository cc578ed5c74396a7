/** What must be so when all is quiet: the target compared with the source by a reading of its own. */
import type { SourceDepartment, SourcePerson, TargetPerson } from '../../model/directory.ts';
import type { RunProblem } from '../../model/run.ts';
import type { State } from './company.ts';
import { REFUSED_NAME } from './edits.ts';
import { FOREIGN_DEPARTMENT } from './pool.ts';
import type { Pool } from './pool.ts';
import { keyOf } from './stage.ts';
import type { Stage } from './stage.ts';

/** Problems that say that an object could not be brought in line, and why. */
const REFUSALS = new Set([
  'DATA_NAME_MISSING',
  'DATA_PHONE_TAKEN',
  'DATA_EMAIL_TAKEN',
  'DATA_IDENTIFIER_SHARED',
  'DATA_NO_DEPARTMENT',
]);

/** The same of departments. */
const DEPARTMENT_REFUSALS = new Set(['DATA_FIELD_REFUSED', 'DATA_PARENT_MISSING']);

/** What may not be any more once nothing is under way, beside differences. */
export function resting(stage: Stage, listed: RunProblem[] | null): string[] {
  const claimed = [...stage.store.tables.links.documents.values()].filter((it) => it['claim']);
  return [
    ...differences(stage, listed),
    ...claimed.map((it) => `10: ${String(it['_id'])} is still claimed`),
  ];
}

/** Differences between the target and what the source wants, as sentences; none when all is well. */
export function differences(stage: Stage, listed: RunProblem[] | null): string[] {
  const state = stage.company.last;
  const { pool, world } = stage;
  const found: string[] = [];
  const unsaid = (id: string, codes: Set<string>): void => {
    const said = listed?.some((it) => it.object?.id === id && codes.has(it.problem.code));
    if (listed && !said) found.push(`9: ${id} is not in line, and it is not said`);
  };
  for (const department of state.departments.values()) {
    const why = departmentDiffers(pool, department);
    if (why === null) continue;
    if (isRefused(pool, state, department)) unsaid(department.id, DEPARTMENT_REFUSALS);
    else found.push(`1: department ${department.id} ${why}`);
  }
  for (const person of state.people.values()) {
    const why = personDiffers(pool, state, person, world.switches.leaving);
    if (why === null) continue;
    if (isExcused(pool, state, person)) unsaid(person.id, REFUSALS);
    else found.push(`1: ${person.id} ${why}`);
  }
  return [...found, ...needless(stage, listed ?? []), ...mapping(stage)];
}

function departmentDiffers(pool: Pool, { id, parentId, name }: SourceDepartment): string | null {
  if (parentId === null) return null;
  const at = pool.departmentByKey(keyOf(id));
  const parent = parentId === '1' ? 'ROOT' : pool.departmentByKey(keyOf(parentId))?.id;
  if (!at) return 'is missing';
  if (at.name !== name) return `is called ${at.name}, not ${name}`;
  return at.parentId === parent ? null : `is below ${at.parentId}`;
}

/** Its name is refused by the target, or it stands below one that could not be made for that. */
function isRefused(pool: Pool, state: State, { name, parentId }: SourceDepartment): boolean {
  if (name.endsWith(REFUSED_NAME)) return true;
  const parent = state.departments.get(parentId ?? '');
  return parent !== undefined && isAbsent(pool, state, parent);
}

function isAbsent(pool: Pool, state: State, department: SourceDepartment): boolean {
  if (department.parentId === null || pool.departmentByKey(keyOf(department.id))) return false;
  return isRefused(pool, state, department);
}

/** What a quiet pass says of objects must be true. */
function needless(stage: Stage, listed: RunProblem[]): string[] {
  const state = stage.company.last;
  return listed.flatMap(({ problem: { code }, object }) => {
    if (code === 'TARGET_DIFFERS') return [`14: ${object?.id} differs, and is not put right`];
    const groundless = [`9: ${object?.id} is listed without a reason: ${code}`];
    if (object?.kind === 'department') {
      const department = state.departments.get(object.id);
      if (!department || !DEPARTMENT_REFUSALS.has(code)) return [];
      return isRefused(stage.pool, state, department) ? [] : groundless;
    }
    const person = state.people.get(object?.id ?? '');
    if (!person || !REFUSALS.has(code)) return [];
    return isExcused(stage.pool, state, person) ? [] : groundless;
  });
}

/** @param has whoever has something to sign in with at the target needs no name made for it */
function wantedFields(person: SourcePerson, has: Record<string, unknown>): Record<string, string> {
  const wanted: Record<string, string> = { name: person.name };
  if (person.mobile) Object.assign(wanted, { phone: person.mobile, phoneCountryCode: '+86' });
  if (person.email) wanted['email'] = person.email;
  const nothing = !person.mobile && !person.email && !has['phone'] && !has['email'];
  if (nothing) wanted['username'] = keyOf(person.id);
  if (person.avatar) wanted['photo'] = person.avatar;
  return wanted;
}

function personDiffers(
  pool: Pool,
  state: State,
  person: SourcePerson,
  leaving: 'hold' | 'apply',
): string | null {
  const at = pool.personByKey(keyOf(person.id));
  if (!at) return 'is missing';
  const has = at.fields as Record<string, unknown>;
  for (const [name, value] of Object.entries(wantedFields(person, has))) {
    if (has[name] !== value) return `has ${name} ${String(has[name])}, not ${value}`;
  }
  const wanted = placesOf(pool, state, person).map((id) =>
    id === '1' ? 'ROOT' : (pool.departmentByKey(keyOf(id))?.id ?? '?'),
  );
  const inside = at.departmentIds ?? [];
  const missed = wanted.find((id) => !inside.includes(id));
  if (missed !== undefined) return `is not in ${missed}`;
  if (leaving === 'hold') return null;
  const more = managed(pool, state, at).find((id) => !wanted.includes(id));
  return more === undefined ? null : `is still in ${more}`;
}

/** The person's departments, without those that could not be made. */
function placesOf(pool: Pool, state: State, { departmentIds }: SourcePerson): string[] {
  return departmentIds.filter((id) => {
    const department = state.departments.get(id);
    return department !== undefined && !isAbsent(pool, state, department);
  });
}

/** Departments of ours that still stand at the source; what was removed there is held. */
function managed(pool: Pool, state: State, person: TargetPerson): string[] {
  return (person.departmentIds ?? []).filter((id) => {
    if (id === FOREIGN_DEPARTMENT) return false;
    const key = id === 'ROOT' ? keyOf('1') : (pool.departments.get(id)?.key ?? '');
    return state.departments.has(key.slice(keyOf('').length));
  });
}

/** Is there a reason in the data for which this person cannot be as the source wants? */
function isExcused(pool: Pool, state: State, person: SourcePerson): boolean {
  if (person.name === '' || placesOf(pool, state, person).length === 0) return true;
  return [...pool.people.values()].some(
    (it) =>
      it.key !== keyOf(person.id) &&
      ((person.mobile !== undefined && it.fields.phone === person.mobile) ||
        (person.email !== undefined && it.fields.email === person.email)),
  );
}

/** Links and objects of ours belong to each other, one to one. */
function mapping(stage: Stage): string[] {
  const { pool } = stage;
  const found: string[] = [];
  for (const kind of ['department', 'person'] as const) {
    const objects = kind === 'department' ? pool.departments : pool.people;
    for (const { id, key } of objects.values()) {
      if (key === null) continue;
      const sourceId = key.slice(keyOf('').length);
      const state = stage.company.last;
      // What left the source before the links were lost is nobody's to find.
      if (!(kind === 'department' ? state.departments : state.people).has(sourceId)) continue;
      const link = stage.link(kind, sourceId);
      if (link?.targetId !== id) found.push(`3: ${kind} ${key} is linked to ${link?.targetId}`);
    }
  }
  for (const document of stage.store.tables.links.documents.values()) {
    const targetId = document['targetId'] as string | null;
    const there = targetId === null || targetId === 'ROOT' || pool.departments.has(targetId);
    if (!there && !pool.people.has(targetId)) {
      found.push(`3: ${String(document['_id'])} is linked to nothing`);
    }
  }
  return found;
}
