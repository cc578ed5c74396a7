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

type Verdict = 'accepted' | 'refused' | 'stopped';

/**
 * Sends the items together. After a refusal, a bad one is found by halving without stopping the others.
 * Whether Authing's batches are atomic, stop in the middle or skip bad items is not documented, so what a
 * refused batch left is read back until one good item proves that nothing of a refused batch is kept.
 * An unclear reply is followed by reading and by no further sending.
 *
 * Calls beyond the first, for each bad item of 50: one read back, one single write, at most 7 halves, one
 * for those put aside, at most 4 reads to explain: 2 * log2(50) + 2 = 14.
 *
 * @throws ProblemError when nothing was sent or done, and the reason is not one of the items.
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
  /** Proven: of a refused batch nothing is kept. */
  #atomic = false;

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
      this.#halted ??= problem('TARGET_WRITE_NOT_SENT');
      return 'stopped';
    }
    const whole = this.#steps.isWhole?.(it) ?? false;
    if (it.kind === 'data' && !whole) return 'refused';
    // A limit of the plan may be met in the middle of a batch; a throttle or a dead token never is.
    const before = whole || it.kind === 'transient' || it.code === 'TARGET_TOKEN_REJECTED';
    if (!before && group.length > 1 && !this.#atomic) await this.#look(group);
    this.#halted ??= it;
    return 'stopped';
  }

  async #together(group: number[]): Promise<Verdict> {
    if (this.#halted) return 'stopped';
    let open: number[];
    try {
      open = this.#settle(group, await this.#steps.sendMany(this.#of(group)));
    } catch (error) {
      return this.#failed(group, error);
    }
    // Left out of a good reply: skipped without a word, or only not listed.
    const missing = open.length > 0 ? await this.#look(open) : [];
    for (const index of missing ?? []) await this.#single(index);
    return this.#halted ? 'stopped' : 'accepted';
  }

  async #single(index: number): Promise<Verdict> {
    if (this.#halted) return 'stopped';
    const item = this.#items[index] as I;
    try {
      this.#results.set(index, { outcome: 'done', value: await this.#steps.sendOne(item) });
      return 'accepted';
    } catch (error) {
      const verdict = await this.#failed([index], error);
      if (verdict !== 'refused') return verdict;
      const result = await this.#steps.explain(item, problemOf(error));
      this.#results.set(index, result);
      return result.outcome === 'done' ? 'accepted' : 'refused';
    }
  }

  async #solve(group: number[]): Promise<void> {
    if (group.length === 0 || this.#halted) return;
    if (group.length === 1) {
      await this.#single(group[0] as number);
      return;
    }
    if ((await this.#together(group)) !== 'refused') return;
    if (this.#atomic) return this.#narrow(group);
    const [first, ...rest] = (await this.#look(group)) ?? [];
    if (first === undefined) return;
    const verdict = await this.#single(first);
    if (verdict === 'refused') return this.#solve(rest);
    // Good by itself, yet not kept when its batch was refused: batches are atomic, and the bad one is behind it.
    if (verdict === 'accepted') this.#atomic = true;
    return this.#narrow(rest);
  }

  /** The group holds a bad item: halves it until that one is alone, and sends all others. */
  async #narrow(group: number[]): Promise<void> {
    let suspects = group;
    const aside: number[] = [];
    while (suspects.length > 1 && !this.#halted) {
      const half = Math.ceil(suspects.length / 2);
      const [left, right] = [suspects.slice(0, half), suspects.slice(half)];
      const verdict =
        left.length === 1 ? await this.#single(left[0] as number) : await this.#together(left);
      if (verdict === 'refused') aside.push(...right);
      suspects = verdict === 'accepted' ? right : left.length > 1 ? left : [];
    }
    await this.#solve(suspects);
    await this.#solve(aside);
  }
}
