/** One batch of writes brought to an end per item, although the target answers for the batch as a whole. */
import { ProblemError, problem, problemOf } from '../../model/problem.ts';
import type { Problem } from '../../model/problem.ts';
import type { ItemResult } from '../target.ts';

/** How items are sent and looked at; lists come back in the order given, null where an item is not shown. */
export interface BatchSteps<I, V> {
  sendMany(items: I[]): Promise<(V | null)[]>;
  sendOne(item: I): Promise<V>;
  /** Reads at the target which items are already as they should be. */
  readBack(items: I[]): Promise<(V | null)[]>;
  /** Looks closer at the refusal of one item: it may be done after all, or a better problem is known. */
  explain(item: I, refused: Problem): Promise<ItemResult<V>>;
  /** A refusal that is about the batch and not about one of its items. */
  isWhole?(it: Problem): boolean;
}

/** How a sending ended; `sort` tells refusals of different kinds apart. */
type Verdict = { is: 'accepted' | 'stopped' } | { is: 'refused'; sort: string };

const ACCEPTED: Verdict = { is: 'accepted' };
const STOPPED: Verdict = { is: 'stopped' };

/**
 * Sends the items together. After a refusal, a bad one is found by halving without stopping the others.
 * Whether Authing's batches are atomic, stop in the middle or skip bad items is not documented, and faults
 * of form may be found before anything is done while others are found on the way. So what a refused batch
 * left is read back, until for this sort of refusal a good item proves that nothing of the batch is kept.
 * An unclear reply is followed by reading and by no further sending.
 *
 * Calls beyond the first, for one bad item of 50: one read back, one single write, at most 7 halves, one
 * batch of those put aside, at most 4 reads to explain: 14, that is 2 * ceil(log2(50)) + 2.
 *
 * @throws ProblemError when nothing was done, and the reason is not one of the items.
 */
export function settleBatch<I, V>(items: I[], steps: BatchSteps<I, V>): Promise<ItemResult<V>[]> {
  return new Settling(items, steps).run();
}

/** The work on one batch; groups are lists of indexes into its items. */
class Settling<I, V> {
  readonly #items: I[];
  readonly #steps: BatchSteps<I, V>;
  readonly #results = new Map<number, ItemResult<V>>();
  /** Why nothing more is sent. */
  #halted: Problem | null = null;
  /** Sorts of refusal of which it is proven that nothing of the batch is kept. */
  readonly #atomic = new Set<string>();

  constructor(items: I[], steps: BatchSteps<I, V>) {
    this.#items = items;
    this.#steps = steps;
  }

  async run(): Promise<ItemResult<V>[]> {
    await this.#solve([...this.#items.keys()]);
    const halted = this.#halted;
    if (halted && this.#results.size === 0) throw new ProblemError(halted);
    return this.#items.map(
      (_, index) =>
        this.#results.get(index) ?? {
          outcome: 'refused',
          problem: halted ?? problem('BUG_UNEXPECTED'),
        },
    );
  }

  #of(group: number[]): I[] {
    return group.map((index) => this.#items[index] as I);
  }

  /** Settles what the values show; returns the others. */
  #settle(group: number[], values: (V | null)[]): number[] {
    return group.filter((index, place) => {
      const value = values[place];
      if (value === null || value === undefined) return true;
      this.#results.set(index, { outcome: 'done', value });
      return false;
    });
  }

  /** Nothing more is sent after an unclear write, even when reading back has settled all of it. */
  #leaveUnknown(group: number[], it: Problem): void {
    for (const index of group) {
      this.#results.set(index, { outcome: 'unknown', problem: { ...it, effect: 'unknown' } });
    }
    this.#halted ??= problem('TARGET_WRITE_NOT_SENT');
  }

  /** Reads back and settles what is shown; returns the others, or null when two reads failed. */
  async #look(group: number[]): Promise<number[] | null> {
    for (const last of [false, true]) {
      try {
        return this.#settle(group, await this.#steps.readBack(this.#of(group)));
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        if (error.problem.kind === 'transient' && !last) continue;
        this.#leaveUnknown(group, error.problem);
        break;
      }
    }
    return null;
  }

  /** Decides what a thrown problem means for the group that was sent. */
  async #failed(group: number[], error: unknown): Promise<Verdict> {
    if (!(error instanceof ProblemError)) throw error;
    const it = error.problem;
    if (it.effect === 'unknown') {
      const open = await this.#look(group);
      if (open) this.#leaveUnknown(open, it);
      return STOPPED;
    }
    const whole = this.#steps.isWhole?.(it) ?? false;
    if (it.kind === 'data' && !whole) {
      return { is: 'refused', sort: `${it.code} ${it.detail.vendorCode}` };
    }
    // A limit of the plan may be met in the middle of a batch; a throttle or a dead token never is.
    const before = whole || it.kind === 'transient' || it.code === 'TARGET_TOKEN_REJECTED';
    if (!before && group.length > 1) await this.#look(group);
    this.#halted ??= it;
    return STOPPED;
  }

  async #together(group: number[]): Promise<Verdict> {
    if (this.#halted) return STOPPED;
    let open: number[];
    try {
      open = this.#settle(group, await this.#steps.sendMany(this.#of(group)));
    } catch (error) {
      return this.#failed(group, error);
    }
    if (open.length === 0) return ACCEPTED;
    // Left out of a good reply: skipped, not reached, or only not listed.
    const [first, ...rest] = (await this.#look(open)) ?? [];
    if (first !== undefined) {
      await this.#single(first);
      await this.#solve(rest);
    }
    return this.#halted ? STOPPED : ACCEPTED;
  }

  async #single(index: number): Promise<Verdict> {
    if (this.#halted) return STOPPED;
    const item = this.#items[index] as I;
    try {
      this.#results.set(index, { outcome: 'done', value: await this.#steps.sendOne(item) });
      return ACCEPTED;
    } catch (error) {
      const verdict = await this.#failed([index], error);
      if (verdict.is !== 'refused') return verdict;
      const result = await this.#steps.explain(item, problemOf(error));
      this.#results.set(index, result);
      return result.outcome === 'done' ? ACCEPTED : verdict;
    }
  }

  async #solve(group: number[]): Promise<void> {
    const [only, second] = group;
    if (only === undefined || this.#halted) return;
    if (second === undefined) {
      await this.#single(only);
      return;
    }
    const verdict = await this.#together(group);
    if (verdict.is !== 'refused') return;
    if (this.#atomic.has(verdict.sort)) return this.#narrow(group);
    const [first, ...rest] = (await this.#look(group)) ?? [];
    if (first === undefined) return;
    const alone = await this.#single(first);
    if (alone.is === 'refused') return this.#solve(rest);
    // Good by itself, yet not kept when its batch was refused: nothing was kept, and the bad one is behind it.
    if (alone.is === 'accepted') this.#atomic.add(verdict.sort);
    return this.#narrow(rest);
  }

  /** The group holds a bad item: halves it until that one is alone, and sends all others. */
  async #narrow(group: number[]): Promise<void> {
    let suspects = group;
    const aside: number[] = [];
    while (suspects.length > 1 && !this.#halted) {
      const half = Math.ceil(suspects.length / 2);
      const [left, right] = [suspects.slice(0, half), suspects.slice(half)];
      const only = left.length === 1 ? left[0] : undefined;
      const verdict = only === undefined ? await this.#together(left) : await this.#single(only);
      suspects = right;
      if (verdict.is !== 'refused') continue;
      aside.push(...right);
      const known = this.#atomic.has(verdict.sort);
      suspects = only !== undefined ? [] : known ? left : ((await this.#look(left)) ?? []);
    }
    await this.#solve(suspects);
    await this.#solve(aside);
  }
}
