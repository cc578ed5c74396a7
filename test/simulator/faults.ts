/** Everything that can go wrong, as data: which request or moment it meets, and what happens then. */
import type { Chance } from './chance.ts';
import type { Kind, Moment } from './simulation.ts';
import type { Switches } from './switches.ts';

export type SourceFault =
  | { kind: 'source'; nth: number; what: 'broken' | 'throttled' | 'slow' }
  /** Wrong answers: nothing where there is something, an end before the end. */
  | { kind: 'source'; nth: number; what: 'empty' | 'cut' };

/**
 * `throttled`, `unsent`: definite, nothing happened. `refused`: an unclear answer, and nothing happened.
 * `lost`: done, and the answer is lost. `half`: half of a batch is done, then lost. `late`: no answer, and
 * it is done `ms` after it was sent. `slow`: all is well, `ms` later. For reads all but `slow` are failures.
 */
export interface TargetFault {
  kind: 'target';
  nth: number;
  what: 'throttled' | 'unsent' | 'refused' | 'lost' | 'half' | 'late' | 'slow';
  ms: number;
  /** The sender waits for its whole time limit; else the connection breaks at once. */
  waits: boolean;
}

export interface StoreFailure {
  kind: 'store';
  nth: number;
  lost: 'before' | 'after';
}

/** Killed when a request it made is sent, done at the far side, or answered. */
export interface Kill {
  kind: 'kill';
  at: { kind: Kind; nth: number; moment: Moment };
  /** Until another process is there, in milliseconds. */
  restartMs: number;
}

/** Stopped at a moment of a request, and continued later as if nothing had been. */
export interface Freeze {
  kind: 'freeze';
  at: { kind: Kind; nth: number; moment: Moment };
  ms: number;
  /** What the process writes next is not answered, and done so much later. */
  thenLate?: number[];
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
    if (kind === 'store') {
      return { kind, nth: it.whole(1, most.store), lost: it.of(['before', 'after'] as const) };
    }
    const on = it.of(['store', 'source', 'target', 'target'] as const);
    const moment = it.of(['sent', 'effect', 'reply'] as const);
    const at = { kind: on, nth: it.whole(1, most[on]), moment };
    if (kind === 'kill') return { kind, at, restartMs: it.whole(200, 6000) };
    return { kind, at, ms: it.yes(0.3) ? it.whole(200, 8000) : it.whole(8000, 60_000) };
  });
}

/**
 * Faults that are dangerous together: stopped while a claim is held, and what is sent next comes late.
 * By chance alone they meet too seldom.
 */
export function drawPairs(it: Chance, size: { departments: number; people: number }): Fault[] {
  if (!it.yes(0.4)) return [];
  const most = reach(size);
  const kind = it.of(['store', 'target', 'target'] as const);
  const nth = it.whole(1, most[kind]);
  const moment = it.of(['effect', 'reply'] as const);
  // Often just longer than a claim, or than what is left of it for a write.
  const ms = it.of([it.whole(9000, 14_000), it.whole(9000, 60_000), it.whole(39_000, 46_000)]);
  const thenLate = [1, 2].map(() => it.whole(20_000, 29_900));
  return [{ kind: 'freeze', at: { kind, nth, moment }, ms, thenLate }];
}

function drawSourceFault(it: Chance, most: number, switches: Switches): Fault {
  const nth = it.whole(1, most);
  // A wrong answer is repaired by the next pass; where events alone must do, there is none.
  const wrong = !switches.events && it.yes(0.3);
  if (wrong) return { kind: 'source', nth, what: it.of(['empty', 'cut'] as const) };
  return { kind: 'source', nth, what: it.of(['broken', 'throttled', 'slow'] as const) };
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
  return { kind: 'target', nth: it.whole(1, most), what, ms, waits: it.yes(0.5) };
}
