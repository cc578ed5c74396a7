/**
 * What another writer settled by a newer read, and not as this run has read it, is read once more: the other may
 * have been refused, or have left something out, and that is not told of this run, which must say what is true.
 */
import { ROOT_DEPARTMENT } from '../model/directory.ts';
import type { Link } from '../model/link.ts';
import { Coverage } from './coverage.ts';
import type { DepartmentRead } from './department-work.ts';
import type { DepartmentTargets } from './department-targets.ts';
import { persist } from './pass.ts';
import type { Pass } from './pass.ts';
import type { PersonItem } from './person-work.ts';
import { placed, readSingle } from './read-page.ts';
import { stage } from './staged.ts';

/** Puts what the source has now into the item; who is gone stays as it is. */
export async function readPersonAgain(
  pass: Pass,
  item: PersonItem,
  targets: DepartmentTargets,
): Promise<void> {
  const coverage = new Coverage(pass);
  const read = await readSingle(pass, item.person.id, coverage);
  if (!read) return;
  item.person = stage(pass, await placed(pass, read.person, coverage), read.number);
  await targets.load(item.person.departmentIds);
}

/** A department that the other writer could not make; null when it could, or when there is nothing to make. */
export async function readRefused(
  pass: Pass,
  queued: DepartmentRead,
  link: Link | undefined,
): Promise<DepartmentRead | null> {
  const theirs = pass.counting && link?.targetId === null && link.run?.id !== pass.place.run;
  if (!theirs) return null;
  const { number } = await pass.links.next(pass.connection.id);
  const found = await persist(pass, () => pass.source.department(queued.id, pass.signal));
  if (found === 'gone') return null;
  return { ...queued, parentId: found.parentId ?? ROOT_DEPARTMENT, name: found.name, number };
}
