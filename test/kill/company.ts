/** A company that is stirred before each import, so that every kind of write happens in it, at any size. */
import type { Chance } from '../simulator/chance.ts';
import { changeSource } from '../world.ts';
import type { Sides, SourceState } from '../world.ts';

/** What an import that follows has to write at least. */
export interface Stirred {
  newPeople: number;
  newDepartments: number;
}

interface Book {
  departments: { id: number; parentId: number }[];
  people: SourceState['companies'][number]['people'];
}

/** @param round makes names that were never there before */
export async function stir(lab: Sides, it: Chance, round: number): Promise<Stirred> {
  const { companies } = await lab.control<SourceState>('/state/dingtalk');
  const company = companies[0];
  if (!company) throw new Error('no company');
  const book = { ...company, departments: company.departments.filter(({ id }) => id !== 1) };
  const added = newcomers(book, it, round);
  await changeSource(
    lab,
    ...added.departments,
    ...added.people,
    ...moved(book, it, round),
    ...renamed(book, it, round),
  );
  return { newPeople: added.people.length, newDepartments: added.departments.length };
}

/** Two departments, one below the other, and five people in both and in an older one. */
function newcomers(book: Book, it: Chance, round: number) {
  const above = 700_000_000 + round * 10;
  const below = above + 1;
  const old = it.of(book.departments).id;
  const departments = [
    { do: 'addDepartment', id: above, name: `第${round}部`, parentId: old },
    { do: 'addDepartment', id: below, name: `第${round}组`, parentId: above },
  ];
  const people = [0, 1, 2, 3, 4].map((n) => ({
    ...{ do: 'addPerson', userid: `new-${round}-${n}`, name: `新人${round}-${n}` },
    departments: it.yes(0.3) ? [below, old] : [it.of([above, below, old])],
    ...(it.yes(0.5) ? { mobile: `199${String(round * 10 + n).padStart(8, '0')}` } : {}),
  }));
  return { departments, people };
}

/** A department goes below another, and three people are in one department more than before. */
function moved(book: Book, it: Chance, round: number): Record<string, unknown>[] {
  const parents = new Set(book.departments.map(({ parentId }) => parentId));
  const leaves = book.departments.filter(({ id }) => !parents.has(id));
  const leaf = it.of(leaves).id;
  const others = book.departments.filter(({ id }) => id !== leaf).map(({ id }) => id);
  const people = new Map<string, number[]>();
  for (let n = 0; n < 3; n++) {
    const person = it.of(book.people);
    const now = person.memberships.map(({ departmentId }) => departmentId);
    const more = it.of(others.filter((id) => !now.includes(id)));
    people.set(person.userid, [...now, more]);
  }
  return [
    { do: 'moveDepartment', id: leaf, parentId: it.of(others) },
    { do: 'renameDepartment', id: it.of(others), name: `改名${round}` },
    ...[...people].map(([userid, departments]) => ({ do: 'movePerson', userid, departments })),
  ];
}

/** More people than two batches hold, so that there is a batch before and one after the strike. */
function renamed(book: Book, it: Chance, round: number): Record<string, unknown>[] {
  const from = it.whole(0, book.people.length - 1);
  const turned = [...book.people.slice(from), ...book.people.slice(0, from)];
  return turned.slice(0, 120).map(({ userid }) => {
    return { do: 'changePerson', userid, fields: { name: `第${round}轮${userid}` } };
  });
}
