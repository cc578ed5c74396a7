/** What the target has of people whose link cannot be trusted: read by key, put into the link's terms. */
import type { TargetPerson } from '../model/directory.ts';
import type { DepartmentTargets } from './department-targets.ts';
import { persist } from './pass.ts';
import type { Pass } from './pass.ts';
import { keyOf, printsOf } from './staged.ts';
import { compareAgain } from './person-work.ts';
import type { PersonWork } from './person-work.ts';

/** People at the target by our key; at most 50 keys. */
export async function readByKey(pass: Pass, ids: string[]): Promise<Map<string, TargetPerson>> {
  const keys = new Map(ids.map((id) => [keyOf(pass, id), id]));
  const found = await persist(pass, () =>
    pass.reader.people([...keys.keys()], 'external_id', pass.signal),
  );
  const byId = new Map<string, TargetPerson>();
  for (const person of found) {
    const id = person.key === null ? undefined : keys.get(person.key);
    if (id !== undefined) byId.set(id, person);
  }
  return byId;
}

/** Which of these departments (source ids) the person is in at the target. */
export function departmentsAt(
  person: TargetPerson,
  ids: string[],
  targets: DepartmentTargets,
): string[] {
  const at = new Set(person.departmentIds ?? []);
  return ids.filter((id) => at.has(targets.of(id) ?? ''));
}

/** Replaces the base of each work by what the target shows now, and the difference with it. */
export async function readBases(
  pass: Pass,
  works: PersonWork[],
  targets: DepartmentTargets,
): Promise<void> {
  if (works.length === 0) return;
  const found = await readByKey(
    pass,
    works.map((work) => work.person.id),
  );
  await targets.loadSources([...found.values()].flatMap((it) => it.departmentIds ?? []));
  for (const work of works) {
    const person = found.get(work.person.id);
    work.base = person ? baseOf(pass, person, targets) : null;
    compareAgain(work);
  }
}

/**
 * What the target shows, in the link's terms. Every linked department counts: a lost write may have
 * entered one that neither link nor source names now.
 */
export function baseOf(
  pass: Pass,
  person: TargetPerson,
  targets: DepartmentTargets,
): NonNullable<PersonWork['base']> {
  return {
    targetId: person.id,
    fields: person.fields,
    prints: printsOf(pass.key, person.fields),
    departments: (person.departmentIds ?? []).flatMap((id) => targets.sourceOf(id) ?? []),
  };
}
