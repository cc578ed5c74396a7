/** What the target has of people whose link cannot be trusted: read by key, put into the link's terms. */
import type { TargetPerson } from '../model/directory.ts';
import { diffPerson } from '../plan/diff.ts';
import type { DepartmentTargets } from './department-targets.ts';
import { persist } from './pass.ts';
import type { Pass } from './pass.ts';
import { keyOf, printsOf } from './staged.ts';
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
  await targets.load(works.flatMap((work) => work.link.departments ?? []));
  const found = await readByKey(
    pass,
    works.map((work) => work.person.id),
  );
  for (const work of works) {
    const person = found.get(work.person.id);
    work.base = person ? baseOf(pass, work, person, targets) : null;
    const base = work.base ?? { prints: {}, departments: [] };
    work.difference = diffPerson(
      { prints: work.person.prints, departments: work.departments },
      base,
    );
  }
}

function baseOf(
  pass: Pass,
  work: PersonWork,
  person: TargetPerson,
  targets: DepartmentTargets,
): NonNullable<PersonWork['base']> {
  const asked = [...new Set([...work.departments, ...(work.link.departments ?? [])])];
  return {
    targetId: person.id,
    prints: printsOf(pass.key, person.fields),
    departments: departmentsAt(person, asked, targets),
  };
}
