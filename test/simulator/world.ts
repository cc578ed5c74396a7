/** A world as data: organisation, edits, faults and switches, all drawn from one seed, all printable and shrinkable. */
import type { ObjectRef, SourceDepartment, SourcePerson } from '../../model/directory.ts';
import { chance } from './chance.ts';
import type { Chance } from './chance.ts';
import { drawFaults, drawPairs } from './faults.ts';
import type { Fault } from './faults.ts';
import type { Switches } from './switches.ts';

/** One change at the source; one that makes no sense any more when its time comes is passed over. */
export type Edit = { at: number } & (
  | { kind: 'person-added'; person: SourcePerson }
  | { kind: 'person-removed'; id: string }
  | { kind: 'person-moved'; id: string; departments: string[] }
  | { kind: 'person-changed'; id: string; change: Partial<SourcePerson> }
  | { kind: 'department-added'; department: SourceDepartment }
  | { kind: 'department-renamed'; id: string; name: string }
  | { kind: 'department-moved'; id: string; parentId: string }
  | { kind: 'department-removed'; id: string }
);

export interface World {
  seed: number;
  switches: Switches;
  departments: SourceDepartment[];
  people: SourcePerson[];
  edits: Edit[];
  faults: Fault[];
  /** Single objects that are synchronised out of the blue. */
  touches: { at: number; object: ObjectRef }[];
  /** When another execution takes the run over; null when none does. */
  takeOverAt: number | null;
  /** Accounts of others that hold a phone number of one of our people. */
  foreignPhones: string[];
}

/** While the faulty pass runs, most things happen in this time. */
const BUSY_MS = 12_000;

function drawSwitches(it: Chance): Switches {
  const events = it.yes(0.5);
  return {
    uniqueKeys: it.yes(0.5),
    refusesCycles: it.yes(0.5),
    staleMs: it.of([0, 1500, 5000]),
    events,
    perSecond: it.yes(0.15) ? 20 : 0,
    leaving: it.yes(0.5) ? 'hold' : 'apply',
    workers: it.yes(0.5) ? 2 : 1,
    before: it.yes(0.3),
    linksLost: it.yes(0.2),
    callsPerStep: it.of([300, 300, 12, 3]),
    handAtRest: false,
  };
}

/** What a world is mostly about: in a small one the same objects are met by many writers. */
interface Theme {
  departments: [least: number, most: number];
  people: [least: number, most: number];
  /** Kinds of edits, by their place in `drawEdits`. */
  edits: number[];
  touches: number;
}

const themes: Record<'company' | 'tree' | 'few', Theme> = {
  company: {
    ...{ departments: [1, 9], people: [0, 18], touches: 6 },
    edits: [0, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 6, 6, 6, 7],
  },
  tree: { departments: [2, 5], people: [0, 2], edits: [4, 5, 6, 6, 6, 6, 6, 7], touches: 8 },
  few: { departments: [1, 2], people: [1, 3], edits: [1, 2, 2, 2, 3, 3, 3, 4, 6], touches: 8 },
};

/** Draws the world of a seed. */
export function drawWorld(seed: number): World {
  const it = chance(seed, 'world');
  const theme = themes[chance(seed, 'theme').of(['company', 'tree', 'few'] as const)];
  const switches: Switches = { ...drawSwitches(it), handAtRest: chance(seed, 'hand').yes(0.2) };
  const departments = drawDepartments(it, theme);
  const people = drawPeople(it, theme, departments);
  const foreignPhones = people.flatMap((one) =>
    one.mobile !== undefined && it.yes(0.04) ? [one.mobile] : [],
  );
  const swing = drawSwing(chance(seed, 'swing'), departments);
  const edits = [
    ...drawEdits(chance(seed, 'edits'), theme, departments, people),
    ...drawHandOns(chance(seed, 'hand-ons'), people),
    ...swing.edits,
  ].sort((a, b) => a.at - b.at);
  const calls = { departments: departments.length, people: people.length };
  const pairs = drawPairs(chance(seed, 'pairs'), calls);
  // While one is frozen, another meets what it has left.
  if (pairs.length > 0) switches.workers = 2;
  return {
    seed,
    switches,
    departments,
    people,
    edits,
    faults: [...drawFaults(chance(seed, 'faults'), calls, switches), ...pairs, ...swing.faults],
    touches: drawTouches(chance(seed, 'touches'), theme, departments, people),
    takeOverAt: it.yes(0.2) ? it.whole(0, BUSY_MS) : null,
    foreignPhones,
  };
}

function drawDepartments(it: Chance, theme: Theme): SourceDepartment[] {
  const count = it.whole(...theme.departments);
  const all: SourceDepartment[] = [];
  for (let n = 0; n < count; n++) {
    const parents = ['1', ...all.map((one) => one.id)];
    // Deep rather than broad, every other time.
    const parentId = it.yes(0.5) ? (parents[parents.length - 1] ?? '1') : it.of(parents);
    all.push({ id: String(n + 2), parentId, name: `D${n + 2}` });
  }
  return all;
}

const places = (departments: SourceDepartment[]): string[] => [
  '1',
  ...departments.map((one) => one.id),
];

function drawPlaces(it: Chance, ids: string[]): string[] {
  const chosen = new Set([it.of(ids)]);
  while (it.yes(0.25)) chosen.add(it.of(ids));
  return [...chosen];
}

function person(it: Chance, n: number, ids: string[]): SourcePerson {
  const one: SourcePerson = {
    id: `p${n}`,
    name: it.yes(0.02) ? '' : `N${n}`,
    departmentIds: drawPlaces(it, ids),
    active: true,
  };
  if (it.yes(0.7)) one.mobile = String(13_800_000_000 + n);
  // Two people with one address, now and then.
  if (it.yes(0.5)) one.email = it.yes(0.05) ? 'all@x.test' : `p${n}@x.test`;
  if (it.yes(0.2)) one.avatar = `https://x.test/${n}`;
  return one;
}

function drawPeople(it: Chance, theme: Theme, departments: SourceDepartment[]): SourcePerson[] {
  const count = it.whole(...theme.people);
  // One department is often larger than a page.
  const ids = places(departments);
  const crowded = it.of(ids);
  const weighted = [...ids, crowded, crowded, crowded, crowded];
  return Array.from({ length: count }, (_, n) => person(it, n + 1, weighted));
}

function drawEdits(
  it: Chance,
  theme: Theme,
  departments: SourceDepartment[],
  people: SourcePerson[],
): Edit[] {
  const count = it.yes(0.2) ? 0 : it.whole(1, 8);
  const ids = places(departments);
  let fresh = 0;
  return Array.from({ length: count }, (): Edit => {
    const at = it.whole(0, BUSY_MS);
    const department = it.of(ids);
    const parentId = it.of(ids);
    const anyone = people.length > 0 ? it.of(people).id : 'p1';
    const n = ++fresh;
    const kinds = [
      (): Edit => ({ at, kind: 'person-added', person: person(it, 100 + n, ids) }),
      (): Edit => ({ at, kind: 'person-removed', id: anyone }),
      (): Edit => ({ at, kind: 'person-moved', id: anyone, departments: drawPlaces(it, ids) }),
      (): Edit => ({ at, kind: 'person-changed', id: anyone, change: drawChange(it, n) }),
      (): Edit => {
        const added = { id: String(100 + n), parentId, name: `D${100 + n}` };
        ids.push(added.id);
        return { at, kind: 'department-added', department: added };
      },
      (): Edit => ({ at, kind: 'department-renamed', id: department, name: `D${department}.${n}` }),
      (): Edit => ({ at, kind: 'department-moved', id: department, parentId }),
      (): Edit => ({ at, kind: 'department-removed', id: department }),
    ];
    const kind = kinds[it.of(theme.edits)];
    if (!kind) throw new Error('no such edit');
    return kind();
  });
}

/** One below the other, and soon the other below the one: no circle at the source at any time. */
function drawSwing(
  it: Chance,
  departments: SourceDepartment[],
): { edits: Edit[]; faults: Fault[] } {
  if (departments.length < 2 || !it.yes(0.3)) return { edits: [], faults: [] };
  const one = it.of(departments).id;
  const other = it.of(departments.filter(({ id }) => id !== one)).id;
  const moves: [string, string][] = [
    [one, '1'],
    [other, '1'],
    [one, other],
    [one, '1'],
    [other, one],
  ];
  let at = it.whole(0, BUSY_MS / 2);
  const edits = moves.map(([id, parentId], n): Edit => {
    at += n < 2 ? 0 : it.whole(200, 3000);
    return { at, kind: 'department-moved', id, parentId };
  });
  const ms = it.whole(5000, 29_900);
  return { edits, faults: it.yes(0.5) ? [{ kind: 'late-move', id: one, ms }] : [] };
}

function drawChange(it: Chance, n: number): Partial<SourcePerson> {
  return it.of<Partial<SourcePerson>>([
    { name: `N.${n}` },
    { mobile: String(13_900_000_000 + n) },
    { mobile: '' },
    { email: `changed${n}@x.test` },
    { avatar: `https://x.test/changed/${n}` },
  ]);
}

/** Numbers and addresses go round among people: swaps, rings, and what leavers leave behind. */
function drawHandOns(it: Chance, people: SourcePerson[]): Edit[] {
  const field = it.of(['mobile', 'email'] as const);
  const owners = people.filter((one) => one[field] !== undefined);
  if (!it.yes(0.3) || owners.length < 2) return [];
  const ring = owners.slice(0, it.whole(2, 3));
  const at = it.whole(0, BUSY_MS);
  const edits = ring.map((one, n): Edit => {
    const value = ring[(n + 1) % ring.length]?.[field] ?? '';
    const change = { [field]: value };
    return { at: at + it.whole(0, 300), kind: 'person-changed', id: one.id, change };
  });
  // The last of them leaves, or gets something new, instead.
  const last = ring[ring.length - 1]?.id ?? '';
  const how = it.of(['ring', 'ring', 'leaves', 'renewed']);
  if (how === 'ring') return edits;
  const ended: Edit =
    how === 'leaves'
      ? { at, kind: 'person-removed', id: last }
      : {
          at,
          kind: 'person-changed',
          id: last,
          change: { [field]: `13700000${it.whole(100, 999)}` },
        };
  return [...edits.slice(0, -1), ended];
}

function drawTouches(
  it: Chance,
  theme: Theme,
  departments: SourceDepartment[],
  people: SourcePerson[],
): World['touches'] {
  const count = it.yes(0.5) ? 0 : it.whole(1, theme.touches);
  const objects: ObjectRef[] = [
    ...departments.map(({ id }) => ({ kind: 'department' as const, id })),
    ...people.map(({ id }) => ({ kind: 'person' as const, id })),
  ];
  return Array.from({ length: count }, () => ({
    at: it.whole(0, it.of([2500, BUSY_MS])),
    object: it.of(objects),
  })).sort((a, b) => a.at - b.at);
}
