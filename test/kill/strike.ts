/** One seed, one strike: who is struck, at which call, before or after the vendor did it, or a moment later. */
import { chance } from '../simulator/chance.ts';
import type { Chance } from '../simulator/chance.ts';

export type Victim = 'worker' | 'database' | 'temporal';

export type Strike = {
  seed: number;
  kind: 'kill' | 'freeze' | 'reset' | 'terminate';
  victims: Victim[];
  moment: Moment;
};

/** A call that every import of the stirred company makes; it is held, so that the strike meets it at any speed. */
export interface Moment {
  side: 'dingtalk' | 'authing';
  /** Pattern of the interface's name. */
  interface: string;
  /** Such calls that pass before. */
  skip: number;
  /** The vendor has done it, and nobody has heard so. */
  after: boolean;
  /** Milliseconds that the work goes on after the call; null: struck while the call waits. */
  laterMs: number | null;
}

/** How often each import makes the call at least. */
const CALLS = [
  ['dingtalk', 'department/listsub', 20],
  ['dingtalk', 'user/list', 20],
  ['authing', 'create-department', 2],
  ['authing', 'update-department', 1],
  ['authing', 'create-user*', 1],
  ['authing', 'update-user*', 2],
  ['authing', 'add-department-members', 1],
  ['authing', 'get-user-batch', 3],
] as const;

const KINDS: [weight: number, kind: Strike['kind'], victims: Victim[]][] = [
  [28, 'kill', ['worker']],
  [20, 'kill', ['database']],
  [18, 'kill', ['temporal']],
  [6, 'kill', ['worker', 'database']],
  [5, 'kill', ['worker', 'temporal']],
  [5, 'kill', ['database', 'temporal']],
  [9, 'freeze', ['worker']],
  [6, 'reset', []],
  [3, 'terminate', []],
];

/** @param only one of the kinds, in place of the one that the seed would draw */
export function strikeOf(seed: number, only?: Pick<Strike, 'kind' | 'victims'>): Strike {
  const it = chance(seed, 'strike');
  const drawn = draw(it);
  return { seed, ...drawn, ...only, moment: momentOf(it) };
}

function draw(it: Chance): Pick<Strike, 'kind' | 'victims'> {
  let left = it.next() * KINDS.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, kind, victims] of KINDS) {
    left -= weight;
    if (left < 0) return { kind, victims };
  }
  throw new Error('no kind');
}

function momentOf(it: Chance): Moment {
  const [side, name, least] = it.of(CALLS);
  const skip = it.whole(0, least - 1);
  const after = it.yes(0.5);
  return { side, interface: name, skip, after, laterMs: it.yes(0.4) ? it.whole(0, 60) : null };
}

/** In words, for the name of a test. */
export function named({ seed, kind, victims, moment }: Strike): string {
  const { interface: name, skip, after, laterMs } = moment;
  const what = [kind, victims.join(' and ')].filter(Boolean).join(' ');
  const when = laterMs === null ? (after ? 'done but not answered' : 'not done') : `+${laterMs} ms`;
  return `seed ${seed}: ${what} at ${name} ${skip + 1}, ${when}`;
}
