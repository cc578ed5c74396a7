/** What must be so when all is quiet: the target compared with the source by a reading of its own. */
import type { SourcePerson, TargetPerson } from '../../model/directory.ts';
import type { RunProblem } from '../../model/run.ts';
import type { State } from './company.ts';
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
]);

/** Differences between the target and what the source wants, as sentences; none when all is well. */
export function differences(stage: Stage, listed: RunProblem[] | null): string[] {
  const state = stage.company.last;
  const { pool, world } = stage;
  const found: string[] = [];
  for (const { id, parentId, name } of state.departments.values()) {
    if (parentId === null) continue;
    const at = pool.departmentByKey(keyOf(id));
    const parent = parentId === '1' ? 'ROOT' : pool.departmentByKey(keyOf(parentId))?.id;
    if (!at) found.push(`1: department ${id} is missing`);
    else if (at.name !== name) found.push(`1: department ${id} is called ${at.name}, not ${name}`);
    else if (at.parentId !== parent) found.push(`1: department ${id} is below ${at.parentId}`);
  }
  for (const person of state.people.values()) {
    const why = personDiffers(pool, state, person, world.switches.leaving);
    if (why === null) continue;
    if (isExcused(pool, person)) {
      const said = listed?.some(
        (it) => it.object?.id === person.id && REFUSALS.has(it.problem.code),
      );
      if (listed && !said) found.push(`9: ${person.id} is not in line, and it is not said`);
    } else found.push(`1: ${person.id} ${why}`);
  }
  return [...found, ...needless(stage, listed ?? []), ...mapping(stage)];
}

/** What a quiet pass says of objects must be true. */
function needless(stage: Stage, listed: RunProblem[]): string[] {
  const people = stage.company.last.people;
  return listed.flatMap(({ problem: { code }, object }) => {
    if (code === 'TARGET_DIFFERS') return [`14: ${object?.id} differs, and is not put right`];
    const person = people.get(object?.id ?? '');
    if (object?.kind !== 'person' || !person || !REFUSALS.has(code)) return [];
    return isExcused(stage.pool, person) ? [] : [`9: ${object.id} is listed without a reason`];
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
  const wanted = person.departmentIds
    .filter((id) => state.departments.has(id))
    .map((id) => (id === '1' ? 'ROOT' : (pool.departmentByKey(keyOf(id))?.id ?? '?')));
  const inside = at.departmentIds ?? [];
  const missed = wanted.find((id) => !inside.includes(id));
  if (missed !== undefined) return `is not in ${missed}`;
  if (leaving === 'hold') return null;
  const more = managed(pool, state, at).find((id) => !wanted.includes(id));
  return more === undefined ? null : `is still in ${more}`;
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
function isExcused(pool: Pool, person: SourcePerson): boolean {
  if (person.name === '') return true;
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
    if (document['claim']) found.push(`10: ${String(document['_id'])} is still claimed`);
  }
  return found;
}
