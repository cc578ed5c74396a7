/** The governor: nobody calls a vendor without a slot, over all processes, and a lone call never waits. */
import type { Budgets } from '../store/budgets.ts';
import type { PassClock } from './pass.ts';

export interface Rate {
  /** Budget shared by name, for example "source/{app}/user/list" or "egress/{address}". */
  id: string;
  /** Calls a second that the vendor allows; 0 for no limit. */
  perSecond: number;
}

/** Events and single objects go before passes over organisations. */
export type Lane = 'sync' | 'bulk';

interface Waiter {
  lane: Lane;
  /** Told when its slot began, at the earliest. */
  go(begun: number): void;
  fail(error: unknown): void;
}

/** Planned below the limit: slots so far apart leave 52 ms of every second. */
const SHARE = 0.95;
/**
 * A slot may be used so late: of slots `1000 / (limit * SHARE)` ms apart no more than the limit begin in
 * 1,052 ms, hence no window of a second holds more calls; the rest is left for the way to the vendor.
 */
const LATE_MS = 40;
/** Passes reserve at most so far ahead, all processes together: what an event may have to wait for them. */
const AHEAD_MS = 250;
/** A database that needs longer for an answer is as good as away. */
const LEAD_MAX_MS = 10_000;
/** Of four slots that both wait for, events have three: their share, lent while no event waits. */
const EVENTS_IN_A_ROW = 3;

/** One budget as this process sees it. */
interface Queue {
  waiters: Waiter[];
  pumping: boolean;
  /** Events served since a pass was. */
  events: number;
  /** So far ahead slots are asked for; 0 while the database answers quickly. */
  leadMs: number;
  /** Ends a wait for passes of other processes. */
  wake: () => void;
}

/** One queue per budget and process. */
export class Governor {
  readonly #budgets: Budgets;
  readonly #clock: PassClock;
  readonly #queues = new Map<string, Queue>();

  constructor(budgets: Budgets, clock: PassClock) {
    this.#budgets = budgets;
    this.#clock = clock;
  }

  /**
   * Resolves when a call may be made under all rates; an abort throws the signal's reason. A slot that grew
   * old while another budget was waited for is not used: late calls would crowd into the slots of others.
   */
  async acquire(rates: Rate[], lane: Lane, signal?: AbortSignal): Promise<void> {
    const limited = rates.filter((rate) => rate.perSecond > 0);
    const begun = new Map<Rate, number>();
    const isOld = (rate: Rate): boolean =>
      this.#clock.monotonic() - (begun.get(rate) ?? -Infinity) > LATE_MS;
    for (let rate = limited.find(isOld); rate; rate = limited.find(isOld)) {
      begun.set(rate, await this.#wait(rate, lane, begun.has(rate), signal));
    }
  }

  /** A vendor said "too many": everybody stops for so long. */
  async hold(id: string, ms: number): Promise<void> {
    await this.#budgets.hold(id, ms);
  }

  /** @param again who has waited for this budget before is the first in line */
  async #wait(rate: Rate, lane: Lane, again: boolean, signal?: AbortSignal): Promise<number> {
    signal?.throwIfAborted();
    const queue = this.#queues.get(rate.id) ?? newQueue();
    this.#queues.set(rate.id, queue);
    return new Promise<number>((resolve, reject) => {
      const leave = (): void => {
        const at = queue.waiters.indexOf(waiter);
        if (at >= 0) queue.waiters.splice(at, 1);
        reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
      };
      const settled = (): void => signal?.removeEventListener('abort', leave);
      const waiter: Waiter = {
        lane,
        go: (begun) => {
          settled();
          resolve(begun);
        },
        fail: (error) => {
          settled();
          reject(error instanceof Error ? error : new Error('no slot could be had'));
        },
      };
      signal?.addEventListener('abort', leave, { once: true });
      if (again) queue.waiters.unshift(waiter);
      else queue.waiters.push(waiter);
      if (lane === 'sync') queue.wake();
      void this.#pump(rate, queue);
    });
  }

  /** Reserves for who waits and lets one go at each slot, until nobody waits. */
  async #pump(rate: Rate, queue: Queue): Promise<void> {
    if (queue.pumping) return;
    queue.pumping = true;
    const { waiters } = queue;
    const perSecond = rate.perSecond * SHARE;
    const most = Math.max(1, Math.floor((perSecond * AHEAD_MS) / 1000));
    try {
      while (waiters.length > 0) {
        const ahead = waiters.some((it) => it.lane === 'sync') ? Infinity : AHEAD_MS;
        const count = Math.min(waiters.length, most);
        const slots = await this.#budgets.reserve(rate.id, perSecond, count, ahead, queue.leadMs);
        const late = this.#clock.monotonic() - slots.startsAt;
        // Over before it was known, because the database answers slowly: the next ones begin later.
        queue.leadMs =
          late > LATE_MS ? Math.min(queue.leadMs + late, LEAD_MAX_MS) : 0.9 * queue.leadMs;
        if (slots.count === 0) await this.#pause(slots.startsAt, queue);
        for (let slot = 0; slot < slots.count && waiters.length > 0; slot++) {
          const due = slots.startsAt + slot * slots.intervalMs;
          await this.#until(due);
          // A slot that was missed is lost.
          if (this.#clock.monotonic() - due <= LATE_MS) next(queue)?.go(due);
        }
      }
    } catch (error) {
      // No lease, no call: whoever waits learns that the store is away.
      for (const waiter of waiters.splice(0)) waiter.fail(error);
    } finally {
      queue.pumping = false;
    }
  }

  async #until(due: number, signal = new AbortController().signal): Promise<void> {
    const left = due - this.#clock.monotonic();
    if (left > 0) await this.#clock.sleep(left, signal);
  }

  /** Waits while others have reserved enough; an event that comes meanwhile does not. */
  async #pause(until: number, queue: Queue): Promise<void> {
    const woken = new AbortController();
    queue.wake = () => woken.abort(new Error('an event waits'));
    await this.#until(until, woken.signal).catch(() => undefined);
    queue.wake = () => undefined;
  }
}

const newQueue = (): Queue => ({
  ...{ waiters: [], pumping: false, events: 0, leadMs: 0 },
  wake: () => undefined,
});

function next(queue: Queue): Waiter | undefined {
  const event = queue.waiters.findIndex((it) => it.lane === 'sync');
  const pass = queue.waiters.findIndex((it) => it.lane === 'bulk');
  const yields = pass >= 0 && queue.events >= EVENTS_IN_A_ROW;
  const at = event >= 0 && !yields ? event : pass;
  queue.events = at === pass ? 0 : queue.events + 1;
  return at >= 0 ? queue.waiters.splice(at, 1)[0] : undefined;
}
