/** What changes at the source while it is read: edits as data, drawn from a seed. */
import type { SourceDepartment, SourcePerson } from '../../model/directory.ts';
import type { Chance } from './chance.ts';
import type { Fault } from './faults.ts';

/** One change at the source; one that makes no sense any more when its time comes is passed over. */
export type Edit = Change & {
  /** How much later events tell of it, once or twice; where no events come, nobody asks. */
  told: number[];
};

type Change = { at: number } & (
  | { kind: 'person-added'; person: SourcePerson }
  | { kind: 'person-removed'; id: string }
  | { kind: 'person-moved'; id: string; departments: string[] }
  | { kind: 'person-changed'; id: string; change: Partial<SourcePerson> }
  | { kind: 'department-added'; department: SourceDepartment }
  | { kind: 'department-renamed'; id: string; name: string }
  | { kind: 'department-moved'; id: string; parentId: string }
  | { kind: 'department-removed'; id: string }
);

/** While the faulty pass runs, most things happen in this time. */
export const BUSY_MS = 12_000;

/** The target refuses departments with such a name. */
export const REFUSED_NAME = '!';

/** What edits are drawn for. */
export interface Editable {
  departments: SourceDepartment[];
  people: SourcePerson[];
  /** Kinds of edits, by their place in `drawKind`. */
  kinds: number[];
}

/** Edits in the order of their times, and the faults that belong to them. */
export function drawEdits(
  streams: Record<'edits' | 'handOns' | 'returns' | 'swing' | 'told', Chance>,
  of: Editable,
): { edits: Edit[]; faults: Fault[] } {
  const swing = drawSwing(streams.swing, of.departments);
  const changes = [
    ...drawChanges(streams.edits, of),
    ...drawHandOns(streams.handOns, of.people),
    ...drawReturns(streams.returns, of),
    ...swing.changes,
  ].sort((a, b) => a.at - b.at);
  const { told } = streams;
  const edits = changes.map((it): Edit => {
    const first = told.of([0, told.whole(0, 700)]);
    // Events come twice, now and late, more often than not.
    const second = told.yes(0.7) ? [1000 + told.whole(0, 8000)] : [];
    return { ...it, told: [first, ...second] };
  });
  return { edits, faults: swing.faults };
}

export const places = (departments: SourceDepartment[]): string[] => [
  '1',
  ...departments.map((one) => one.id),
];

function drawPlaces(it: Chance, ids: string[]): string[] {
  const chosen = new Set([it.of(ids)]);
  while (it.yes(0.25)) chosen.add(it.of(ids));
  return [...chosen];
}

export function drawPerson(it: Chance, n: number, ids: string[]): SourcePerson {
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

function drawChanges(it: Chance, of: Editable): Change[] {
  const count = it.yes(0.2) ? 0 : it.whole(1, 8);
  // In some worlds all of it happens while the first lists are read, or before.
  const span = it.of([1500, 4000, BUSY_MS]);
  const ids = places(of.departments);
  return Array.from({ length: count }, (_, n) => drawKind(it, of, ids, span, n + 1));
}

function drawKind(
  it: Chance,
  { people, kinds }: Editable,
  ids: string[],
  span: number,
  n: number,
): Change {
  const at = it.whole(0, span);
  const department = it.of(ids);
  const parentId = it.of(ids);
  const anyone = people.length > 0 ? it.of(people).id : 'p1';
  const all = [
    (): Change => ({ at, kind: 'person-added', person: drawPerson(it, 100 + n, ids) }),
    (): Change => ({ at, kind: 'person-removed', id: anyone }),
    (): Change => ({ at, kind: 'person-moved', id: anyone, departments: drawPlaces(it, ids) }),
    (): Change => ({ at, kind: 'person-changed', id: anyone, change: drawChange(it, n) }),
    (): Change => {
      const added = { id: String(100 + n), parentId, name: `D${100 + n}` };
      ids.push(added.id);
      return { at, kind: 'department-added', department: added };
    },
    (): Change => ({ at, kind: 'department-renamed', id: department, name: `D${department}.${n}` }),
    (): Change => ({ at, kind: 'department-moved', id: department, parentId }),
    (): Change => ({ at, kind: 'department-removed', id: department }),
    // Two writes for one person: fields, and where they are.
    (): Change => {
      const change = { ...drawChange(it, n), departmentIds: drawPlaces(it, ids) };
      return { at, kind: 'person-changed', id: anyone, change };
    },
  ];
  const kind = all[it.of(kinds)];
  if (!kind) throw new Error('no such edit');
  return kind();
}

/** One below the other, and soon the other below the one: no circle at the source at any time. */
function drawSwing(
  it: Chance,
  departments: SourceDepartment[],
): { changes: Change[]; faults: Fault[] } {
  if (departments.length < 2 || !it.yes(0.3)) return { changes: [], faults: [] };
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
  const changes = moves.map(([id, parentId], n): Change => {
    at += n < 2 ? 0 : it.whole(200, 3000);
    return { at, kind: 'department-moved', id, parentId };
  });
  const ms = it.whole(5000, 29_900);
  return { changes, faults: it.yes(0.5) ? [{ kind: 'late-move', id: one, ms }] : [] };
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

/** What was and comes back: a value that is gone for a while, a name that the target refuses until it is mended. */
function drawReturns(it: Chance, { departments, people }: Editable): Change[] {
  const refused = departments.filter(({ name }) => name.endsWith(REFUSED_NAME));
  const mended = refused.flatMap(({ id }): Change[] =>
    it.yes(0.8)
      ? [{ at: it.whole(0, 2 * BUSY_MS), kind: 'department-renamed', id, name: `D${id}.ok` }]
      : [],
  );
  const field = it.of(['mobile', 'email', 'avatar'] as const);
  const owners = people.filter((one) => one[field] !== undefined);
  if (!it.yes(0.3) || owners.length === 0) return mended;
  const { id, [field]: value } = it.of(owners);
  const at = it.whole(0, BUSY_MS);
  const back = at + it.whole(500, BUSY_MS);
  return [
    ...mended,
    { at, kind: 'person-changed', id, change: { [field]: '' } },
    { at: back, kind: 'person-changed', id, change: { [field]: value } },
  ];
}

/** Numbers and addresses go round among people: swaps, rings, and what leavers leave behind. */
function drawHandOns(it: Chance, people: SourcePerson[]): Change[] {
  const field = it.of(['mobile', 'email'] as const);
  const owners = people.filter((one) => one[field] !== undefined);
  if (!it.yes(0.3) || owners.length < 2) return [];
  const ring = owners.slice(0, it.whole(2, 3));
  const at = it.whole(0, BUSY_MS);
  const edits = ring.map((one, n): Change => {
    const value = ring[(n + 1) % ring.length]?.[field] ?? '';
    const change = { [field]: value };
    return { at: at + it.whole(0, 300), kind: 'person-changed', id: one.id, change };
  });
  // The last of them leaves, or gets something new, instead.
  const last = ring[ring.length - 1]?.id ?? '';
  const how = it.of(['ring', 'ring', 'leaves', 'renewed']);
  if (how === 'ring') return edits;
  const change = { [field]: `13700000${it.whole(100, 999)}` };
  const ended: Change =
    how === 'leaves'
      ? { at, kind: 'person-removed', id: last }
      : { at, kind: 'person-changed', id: last, change };
  return [...edits.slice(0, -1), ended];
}
