/** The governor: nobody calls a vendor without a slot, over all processes, and a lone call never waits. */
import type { Budgets } from '../store/budgets.ts';
import type { PassClock } from './pass.ts';

export interface Rate {
  /** Budget shared by name, for example "source/{app}/user/list" or "egress/{address}". */
  id: string;
  /** Calls a second that the vendor allows; 0 for no limit. */
  perSecond: number;
}

/** Events and single objects go before bulk work in the same queue. */
export type Lane = 'sync' | 'bulk';

interface Waiter {
  lane: Lane;
  go(): void;
  fail(error: unknown): void;
}

/** Planned below the limit, so that jitter on the way does not carry a call into a full second. */
const SHARE = 0.95;
/** Slots are reserved at most so far ahead: what others, and events, may have to wait for us. */
const AHEAD_MS = 250;

/** Round trips and timers make every slot a little late; the planned share leaves room for that. */
const LATE_MS = 20;

/** One queue per budget and process. */
export class Governor {
  readonly #budgets: Budgets;
  readonly #clock: PassClock;
  readonly #queues = new Map<string, Waiter[]>();
  readonly #pumping = new Set<string>();

  constructor(budgets: Budgets, clock: PassClock) {
    this.#budgets = budgets;
    this.#clock = clock;
  }

  /** Resolves when a call may be made under all rates; an abort throws the signal's reason. */
  async acquire(rates: Rate[], lane: Lane, signal?: AbortSignal): Promise<void> {
    for (const rate of rates) if (rate.perSecond > 0) await this.#wait(rate, lane, signal);
  }

  /** A vendor said "too many": everybody stops for so long. */
  async hold(id: string, ms: number): Promise<void> {
    await this.#budgets.hold(id, ms);
  }

  async #wait(rate: Rate, lane: Lane, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const queue = this.#queues.get(rate.id) ?? [];
    this.#queues.set(rate.id, queue);
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        const at = queue.indexOf(waiter);
        if (at >= 0) queue.splice(at, 1);
        reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
      };
      const settled = (): void => signal?.removeEventListener('abort', leave);
      const waiter: Waiter = {
        lane,
        go: () => {
          settled();
          resolve();
        },
        fail: (error) => {
          settled();
          reject(error instanceof Error ? error : new Error('no slot could be had'));
        },
      };
      signal?.addEventListener('abort', leave, { once: true });
      queue.push(waiter);
      void this.#pump(rate, queue);
    });
  }

  /** Reserves for who waits and lets one go at each slot, until nobody waits. */
  async #pump(rate: Rate, queue: Waiter[]): Promise<void> {
    if (this.#pumping.has(rate.id)) return;
    this.#pumping.add(rate.id);
    const never = new AbortController().signal;
    const perSecond = rate.perSecond * SHARE;
    try {
      while (queue.length > 0) {
        const most = Math.max(1, Math.floor((perSecond * AHEAD_MS) / 1000));
        const asked = this.#clock.monotonic();
        const slots = await this.#budgets.reserve(rate.id, perSecond, Math.min(queue.length, most));
        for (let slot = 0; slot < slots.count && queue.length > 0; slot++) {
          const due = slots.startsInMs + slot * slots.intervalMs;
          const left = due - (this.#clock.monotonic() - asked);
          if (left > 0) await this.#clock.sleep(left, never);
          // A slot that was missed is lost: used late, it would crowd into those of others.
          const late = this.#clock.monotonic() - asked - due;
          if (late <= Math.max(slots.intervalMs, LATE_MS)) next(queue)?.go();
        }
      }
    } catch (error) {
      // No lease, no call: whoever waits learns that the store is away.
      for (const waiter of queue.splice(0)) waiter.fail(error);
    } finally {
      this.#pumping.delete(rate.id);
    }
  }
}

function next(queue: Waiter[]): Waiter | undefined {
  const first = queue.findIndex((waiter) => waiter.lane === 'sync');
  return queue.splice(Math.max(first, 0), 1)[0];
}
