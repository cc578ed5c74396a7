/** A world as data: organisation, edits, faults and switches, all drawn from one seed, all printable and shrinkable. */
import type { ObjectRef, SourceDepartment, SourcePerson } from '../../model/directory.ts';
import { chance } from './chance.ts';
import type { Chance } from './chance.ts';
import { BUSY_MS, REFUSED_NAME, drawEdits, drawPerson, places } from './edits.ts';
import type { Edit } from './edits.ts';
import { drawFaults, drawPairs, drawReturning } from './faults.ts';
import type { Fault } from './faults.ts';
import type { Switches } from './switches.ts';

export interface World {
  seed: number;
  switches: Switches;
  departments: SourceDepartment[];
  people: SourcePerson[];
  edits: Edit[];
  faults: Fault[];
  /** Single objects that are synchronised out of the blue. */
  touches: { at: number; object: ObjectRef }[];
  /** When the pass under faults begins; edits and touches may come before. */
  passAt: number;
  /** Times after its beginning at which the pass under faults is paused, and for how long. */
  pauses: { at: number; ms: number }[];
  /** When another execution takes the run over; null when none does. */
  takeOverAt: number | null;
  /** Accounts of others that hold a phone number of one of our people. */
  foreignPhones: string[];
}

function drawSwitches(it: Chance): Switches {
  const still = it.yes(0.25);
  const before = it.yes(0.4);
  return {
    uniqueKeys: it.yes(0.5),
    refusesCycles: it.yes(0.5),
    staleMs: it.of([0, 1500, 5000]),
    events: it.yes(0.6),
    still,
    storeMs: it.of([3, 3, 3, 40, 250]),
    perSecond: it.yes(0.15) ? it.of([3, 5, 20]) : 0,
    leaving: it.yes(0.5) ? 'hold' : 'apply',
    workers: it.yes(0.5) ? 2 : 1,
    before,
    linksLost: before && it.yes(0.4) ? it.of(['some', 'all']) : 'nothing',
    callsPerStep: it.of([300, 300, 12, 3]),
    handAtRest: it.yes(0.2),
    stepsPerHistory: it.of([0, 0, 0, 2, 6]),
  };
}

/** What a world is mostly about: in a small one the same objects are met by many writers. */
interface Theme {
  departments: [least: number, most: number];
  people: [least: number, most: number];
  /** Kinds of edits, by their place in edits.ts. */
  edits: number[];
  touches: number;
}

const themes: Record<'company' | 'tree' | 'few' | 'crowd', Theme> = {
  company: {
    ...{ departments: [1, 9], people: [0, 18], touches: 6 },
    edits: [0, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 6, 6, 6, 7, 8],
  },
  tree: { departments: [2, 5], people: [0, 2], edits: [4, 5, 6, 6, 6, 6, 6, 7], touches: 8 },
  few: { departments: [1, 2], people: [1, 3], edits: [1, 2, 2, 2, 3, 3, 4, 6, 8], touches: 8 },
  crowd: { departments: [1, 2], people: [4, 9], edits: [0, 1, 1, 2, 2], touches: 4 },
};

/** Draws the world of a seed. */
export function drawWorld(seed: number): World {
  const it = chance(seed, 'world');
  const theme = themes[chance(seed, 'theme').of(['company', 'tree', 'few', 'crowd'] as const)];
  const switches = drawSwitches(chance(seed, 'switches'));
  const departments = drawDepartments(it, theme);
  const people = drawPeople(it, theme, departments);
  const foreignPhones = people.flatMap((one) =>
    one.mobile !== undefined && it.yes(0.04) ? [one.mobile] : [],
  );
  const streams = {
    ...{ edits: chance(seed, 'edits'), handOns: chance(seed, 'hand-ons') },
    ...{ returns: chance(seed, 'returns'), swing: chance(seed, 'swing') },
    told: chance(seed, 'told'),
  };
  const drawn = drawEdits(streams, { departments, people, kinds: theme.edits });
  const calls = { departments: departments.length, people: people.length };
  const pairs = drawPairs(chance(seed, 'pairs'), calls);
  const returning = drawReturning(chance(seed, 'returning'));
  // While one is frozen, another meets what it has left.
  if (pairs.length > 0 || returning) switches.workers = 2;
  const faults = [
    ...drawFaults(chance(seed, 'faults'), calls, switches),
    ...pairs,
    ...(returning?.faults ?? []),
  ];
  const stale = switches.events ? drawStaleRound(chance(seed, 'stale round'), people) : null;
  if (stale) switches.workers = 2;
  const pausing = chance(seed, 'pauses');
  const pauses = Array.from({ length: pausing.yes(0.15) ? pausing.whole(1, 2) : 0 }, () => ({
    at: pausing.whole(100, 4000),
    ms: pausing.of([pausing.whole(500, 5000), pausing.whole(5000, 70_000)]),
  }));
  const takeOverAt = it.yes(0.2) ? it.whole(0, BUSY_MS) : null;
  return {
    ...{ seed, switches, departments, people, foreignPhones },
    edits: switches.still ? [] : [...drawn.edits, ...(stale?.edits ?? [])],
    faults: [...faults, ...(stale?.faults ?? []), ...(switches.still ? [] : drawn.faults)],
    touches: [
      ...drawTouches(chance(seed, 'touches'), theme, departments, people),
      ...(stale?.touches ?? []),
    ],
    passAt: it.yes(0.5) ? 0 : it.whole(0, 3000),
    pauses,
    takeOverAt: returning?.takeOverAt ?? takeOverAt,
  };
}

/** A round is stopped with what it has read of a person, who changes meanwhile, and goes on when others have settled that. */
function drawStaleRound(
  it: Chance,
  people: SourcePerson[],
): Pick<World, 'edits' | 'faults' | 'touches'> | null {
  if (people.length === 0 || !it.yes(0.06)) return null;
  const { id } = it.of(people);
  const at = { kind: 'source' as const, nth: it.whole(1, 2), name: 'user/get' };
  const touched = it.whole(0, 1500);
  const changed = touched + it.whole(200, 5000);
  const change = { name: 'changed meanwhile' };
  return {
    touches: [{ at: touched, object: { kind: 'person', id } }],
    edits: [{ at: changed, told: [it.whole(0, 500)], kind: 'person-changed', id, change }],
    faults: [{ kind: 'freeze', at: { ...at, moment: 'effect' }, ms: it.whole(20_000, 60_000) }],
  };
}

function drawDepartments(it: Chance, theme: Theme): SourceDepartment[] {
  const count = it.whole(...theme.departments);
  const all: SourceDepartment[] = [];
  for (let n = 0; n < count; n++) {
    const parents = ['1', ...all.map((one) => one.id)];
    // Deep rather than broad, every other time.
    const parentId = it.yes(0.5) ? (parents[parents.length - 1] ?? '1') : it.of(parents);
    all.push({
      ...{ id: String(n + 2), parentId },
      name: `D${n + 2}${it.yes(0.02) ? REFUSED_NAME : ''}`,
    });
  }
  return all;
}

function drawPeople(it: Chance, theme: Theme, departments: SourceDepartment[]): SourcePerson[] {
  const count = it.whole(...theme.people);
  // One department is often larger than a page.
  const ids = places(departments);
  const crowded = it.of(ids);
  const weighted = [...ids, crowded, crowded, crowded, crowded];
  return Array.from({ length: count }, (_, n) => drawPerson(it, n + 1, weighted));
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
  if (objects.length === 0) return [];
  return Array.from({ length: count }, () => ({
    at: it.whole(0, it.of([2500, BUSY_MS])),
    object: it.of(objects),
  })).sort((a, b) => a.at - b.at);
}
