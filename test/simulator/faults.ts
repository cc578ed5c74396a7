/** Everything that can go wrong, as data: which request or moment it meets, and what happens then. */
import type { Chance } from './chance.ts';
import type { Kind, Moment } from './simulation.ts';
import type { Switches } from './switches.ts';

/** One request: the nth of its kind, or of those that ask for what `name` says. */
export interface Place {
  nth: number;
  name?: string;
}

/** `empty` and `cut` are wrong answers: nothing where there is something, an end before the end. */
export interface SourceFault extends Place {
  kind: 'source';
  what: 'broken' | 'throttled' | 'slow' | 'empty' | 'cut';
}

/**
 * `throttled`, `unsent`: definite, nothing happened. `refused`: an unclear answer, and nothing happened.
 * `lost`: done, and the answer is lost. `half`: half of a batch is done, then lost. `late`: no answer, and
 * it is done `ms` after it was sent. `slow`: all is well, `ms` later. For reads all but `slow` are failures.
 */
export interface TargetFault extends Place {
  kind: 'target';
  what: 'throttled' | 'unsent' | 'refused' | 'lost' | 'half' | 'late' | 'slow';
  ms: number;
  /** The sender waits for its whole time limit; else the connection breaks at once. */
  waits: boolean;
}

export interface StoreFailure extends Place {
  kind: 'store';
  lost: 'before' | 'after';
  /** The database is away for so long, for everybody. */
  awayMs?: number;
}

/** A moment of a request, as its sender sees it. */
export interface At extends Place {
  kind: Kind;
  moment: Moment;
}

/** Killed when a request it made is sent, done at the far side, or answered. */
export interface Kill {
  kind: 'kill';
  at: At;
  /** Until another process is there, in milliseconds. */
  restartMs: number;
}

/** Stopped at a moment of a request, and continued later as if nothing had been. */
export interface Freeze {
  kind: 'freeze';
  at: At;
  ms: number;
  /** What is written next is not answered, and done so much later. */
  thenLate?: number[];
  /** By whom: by the process itself, which is the rule, or by the others. */
  late?: 'others';
}

/** The first time this department is moved at the target there is no answer, and it is done so much later. */
export interface LateMove {
  kind: 'late-move';
  id: string;
  ms: number;
}

export type Fault = SourceFault | TargetFault | StoreFailure | Kill | Freeze | LateMove;

/** The longest time from the check before sending to the last moment a write may be done. */
export const LONGEST_WRITE_MS = 30_000;
export const REQUEST_LIMIT_MS = 10_000;

/** About how many requests of each kind a pass of this size makes; faults fall among these. */
function reach(size: { departments: number; people: number }): Record<Kind, number> {
  return {
    source: 6 + 3 * size.departments + size.people,
    target: 4 + 2 * size.departments + size.people,
    store: 60 + 30 * size.departments + 4 * size.people,
  };
}

/** Requests that are seldom made, or made at a delicate moment: by number alone they are hardly met. */
const NAMES: Record<Kind, string[]> = {
  source: ['user/get', 'department/get', 'department/listsub', 'user/list', 'user/listid'],
  target: [
    ...['createDepartment', 'updateDepartment', 'createPeople', 'updatePeople'],
    ...['addMembers', 'removeMembers', 'departmentByKey', 'people', 'departments'],
  ],
  store: [
    // Claims and settlements, of runs and of single objects.
    ...['links write _id,applied,$or', 'links write _id,claim.token', 'links write _id'],
    ...['links find _id', 'links find connection,kind', 'links update connection,kind'],
    ...['numbers update _id', 'gates update _id,until', 'gates find _id,token', 'gates insert '],
    // The frontier.
    ...['lanes find _id', 'lanes insert ', 'lanes update _id,generation,head'],
    ...['lanes update _id,generation,head,fence', 'queue write _id,fence', 'queue find _id'],
    ...['pages replace _id,fence', 'pages update _id', 'queue update _id,pages,membersDone'],
  ],
};

function drawPlace(it: Chance, kind: Kind, most: number): Place {
  if (it.yes(0.5)) return { nth: it.whole(1, most) };
  return { nth: it.whole(1, it.of([2, 6, 20])), name: it.of(NAMES[kind]) };
}

/** Draws none to many faults. */
export function drawFaults(
  it: Chance,
  size: { departments: number; people: number },
  switches: Switches,
): Fault[] {
  const count = it.yes(0.1) ? 0 : it.whole(1, it.of([2, 4, 8, 14]));
  const most = reach(size);
  return Array.from({ length: count }, (): Fault => {
    const kind = it.of([
      'source',
      'target',
      'target',
      'target',
      'store',
      'kill',
      'freeze',
    ] as const);
    if (kind === 'source') return drawSourceFault(it, most.source, switches);
    if (kind === 'target') return drawTargetFault(it, most.target);
    if (kind === 'store') return drawStoreFault(it, most.store);
    const at = drawAt(it, it.of(['store', 'source', 'target', 'target'] as const), most);
    if (kind === 'kill') return { kind, at, restartMs: it.whole(200, 6000) };
    return { kind, at, ms: it.yes(0.3) ? it.whole(200, 8000) : it.whole(8000, 60_000) };
  });
}

function drawAt(it: Chance, kind: Kind, most: Record<Kind, number>): At {
  return {
    ...{ kind, ...drawPlace(it, kind, most[kind]) },
    moment: it.of(['sent', 'effect', 'reply'] as const),
  };
}

function drawStoreFault(it: Chance, most: number): Fault {
  const place = drawPlace(it, 'store', most);
  const lost = it.of(['before', 'after'] as const);
  const away = it.yes(0.3) ? { awayMs: it.whole(100, 8000) } : {};
  return { kind: 'store', ...place, lost, ...away };
}

/**
 * Faults that are dangerous together: stopped while a claim is held, and what is sent next comes late.
 * By chance alone they meet too seldom.
 */
export function drawPairs(it: Chance, size: { departments: number; people: number }): Fault[] {
  if (!it.yes(0.4)) return [];
  const most = reach(size);
  const at = drawAt(it, it.of(['store', 'target', 'target', 'source'] as const), most);
  // Often just longer than a claim, or than what is left of it for a write.
  const ms = it.of([it.whole(9000, 14_000), it.whole(9000, 60_000), it.whole(39_000, 46_000)]);
  const thenLate = [1, 2].map(() => it.whole(20_000, 29_900));
  const late = it.yes(0.3) ? { late: 'others' as const } : {};
  return [{ kind: 'freeze', at, ms, thenLate, ...late }];
}

/**
 * The first contact of an execution is stopped and goes on when another execution has taken the run over;
 * meanwhile its own further attempts have begun the pass.
 */
export function drawReturning(it: Chance): { faults: Fault[]; takeOverAt: number } | null {
  if (!it.yes(0.06)) return null;
  const at: At = { kind: 'store', nth: 1, name: it.of(OPENING), moment: 'effect' };
  const ms = it.whole(9000, 20_000);
  return { faults: [{ kind: 'freeze', at, ms }], takeOverAt: ms - it.whole(100, 2000) };
}

/** What a first contact asks of the store before it has the run. */
const OPENING = ['lanes find _id', 'links find _id'];

function drawSourceFault(it: Chance, most: number, switches: Switches): Fault {
  const place = drawPlace(it, 'source', most);
  // A wrong answer is repaired by the next pass; where events alone must do, there is none.
  const wrong = !switches.events && !switches.still && it.yes(0.3);
  if (wrong) return { kind: 'source', ...place, what: it.of(['empty', 'cut'] as const) };
  return { kind: 'source', ...place, what: it.of(['broken', 'throttled', 'slow'] as const) };
}

function drawTargetFault(it: Chance, most: number): Fault {
  const what = it.of([
    ...([
      'throttled',
      'unsent',
      'refused',
      'lost',
      'half',
      'half',
      'late',
      'late',
      'late',
    ] as const),
    'slow' as const,
  ]);
  const late = it.yes(0.3) ? LONGEST_WRITE_MS - it.whole(1, 300) : it.whole(100, 29_900);
  const ms = what === 'slow' ? it.whole(500, 9500) : late;
  return { kind: 'target', ...drawPlace(it, 'target', most), what, ms, waits: it.yes(0.5) };
}
