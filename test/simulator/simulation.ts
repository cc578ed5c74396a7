/** Virtual time: a heap of events, processes that die and freeze, and requests that go their own way meanwhile. */
import type { PassClock } from '../../activities/pass.ts';

/** Where a request goes; requests of a kind are counted, so that a fault can name one. */
export type Kind = 'store' | 'source' | 'target';

/** A request as its sender does not see it. */
export interface Trip {
  kind: Kind;
  /** Place among the requests of its kind, from 1. */
  nth: number;
  /** What is asked for, and the place among the requests for that. */
  name: string;
  nthOfName: number;
}

interface Event {
  at: number;
  order: number;
  run: () => void;
}

/** A piece of a machine that can be killed, or stopped and continued; its promises end with it. */
export class Process {
  alive = true;
  frozenUntil = 0;
}

export type Moment = 'sent' | 'effect' | 'reply';

/** Virtual time ran on without an end, or nothing was left to happen while something was awaited. */
export class Stuck extends Error {}

const EVENTS_MAX = 400_000;

/** One history of virtual time; everything that happens is an event in it. */
export class Simulation {
  /** Milliseconds since the simulation began. */
  now = 0;
  events = 0;
  readonly #heap: Event[] = [];
  #order = 0;
  #counts: Record<Kind, number> = { store: 0, source: 0, target: 0 };
  readonly #names = new Map<string, number>();
  readonly #eventsMax: number;
  /** Told of every request at each of its moments, by its sender. */
  watch: (process: Process, trip: Trip, moment: Moment) => void = () => undefined;

  /** @param eventsMax after so many the simulation counts as stuck */
  constructor(eventsMax = EVENTS_MAX) {
    this.#eventsMax = eventsMax;
  }

  /** Runs `run` at a time that is not before now. */
  at(time: number, run: () => void): void {
    const event = { at: Math.max(Math.ceil(time), this.now), order: this.#order++, run };
    const heap = this.#heap;
    heap.push(event);
    let child = heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!before(heap[child] as Event, heap[parent] as Event)) break;
      swap(heap, child, parent);
      child = parent;
    }
  }

  /** Reaches a process: a dead one never, a frozen one when it goes on. */
  reach(process: Process, time: number, run: () => void): void {
    this.at(time, () => {
      if (!process.alive) return;
      if (process.frozenUntil > this.now) this.reach(process, process.frozenUntil, run);
      else run();
    });
  }

  count(kind: Kind, name: string): Trip {
    const nthOfName = (this.#names.get(name) ?? 0) + 1;
    this.#names.set(name, nthOfName);
    return { kind, nth: ++this.#counts[kind], name, nthOfName };
  }

  /** Requests are counted from 1 again. */
  countAfresh(): void {
    this.#counts = { store: 0, source: 0, target: 0 };
    this.#names.clear();
  }

  counts(): Record<Kind, number> {
    return { ...this.#counts };
  }

  /**
   * A request to the far side: `effect` happens there even when the sender dies meanwhile, and its
   * result comes back only to a sender that lives.
   */
  request<T>(
    process: Process,
    trip: Trip,
    outMs: number,
    effect: () => T,
    backMs: number,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.watch(process, trip, 'sent');
      this.at(this.now + outMs, () => {
        let settle: () => void;
        try {
          const value = effect();
          settle = () => resolve(value);
        } catch (error) {
          settle = () => reject(error instanceof Error ? error : new Error('no error was thrown'));
        }
        this.watch(process, trip, 'effect');
        this.reach(process, this.now + backMs, () => {
          this.watch(process, trip, 'reply');
          if (process.alive) settle();
        });
      });
    });
  }

  /** The clock of a process; its sleepers die and freeze with it. */
  clock(process: Process): PassClock {
    return {
      monotonic: () => this.now,
      sleep: (ms, signal) =>
        new Promise<void>((resolve, reject) => {
          const stop = (): void =>
            reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
          if (signal.aborted) return stop();
          signal.addEventListener('abort', stop, { once: true });
          this.reach(process, this.now + ms, () => {
            signal.removeEventListener('abort', stop);
            resolve();
          });
        }),
    };
  }

  /** For who cannot die: the play itself. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.at(this.now + ms, resolve));
  }

  /** Lets time pass until `work` has ended; what it throws is thrown. */
  async drive<T>(work: Promise<T>, untilMs: number): Promise<T> {
    let outcome: { value: T } | { error: unknown } | null = null;
    work.then(
      (value) => (outcome = { value }),
      (error: unknown) => (outcome = { error }),
    );
    await new Promise<void>((resolve, reject) => {
      const step = (): void => {
        if (outcome) return resolve();
        const event = this.#pop();
        if (!event) return reject(new Stuck('nothing is left to happen'));
        if (event.at > untilMs) return reject(new Stuck(`no end by ${untilMs} ms`));
        if (++this.events > this.#eventsMax) return reject(new Stuck('events without an end'));
        this.now = event.at;
        event.run();
        afterAll(step);
      };
      setImmediate(step);
    });
    const ended = outcome as { value: T } | { error: unknown } | null;
    if (ended && 'error' in ended) throw ended.error;
    if (!ended) throw new Error('driven to no end');
    return ended.value;
  }

  #pop(): Event | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    heap[0] = last;
    for (let parent = 0; ;) {
      let child = 2 * parent + 1;
      if (child >= heap.length) break;
      const right = child + 1;
      if (right < heap.length && before(heap[right] as Event, heap[child] as Event)) child = right;
      if (!before(heap[child] as Event, heap[parent] as Event)) break;
      swap(heap, child, parent);
      parent = child;
    }
    return first;
  }
}

let laps = 0;

/**
 * Calls `step` when everything that follows from an event at once has happened: a tick that is asked for
 * by a promise's reaction comes after all other reactions. Now and then a lap of the process's own loop.
 */
function afterAll(step: () => void): void {
  if (++laps % 2000 === 0) setImmediate(step);
  else queueMicrotask(() => process.nextTick(step));
}

function before(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function swap(heap: Event[], a: number, b: number): void {
  const kept = heap[a] as Event;
  heap[a] = heap[b] as Event;
  heap[b] = kept;
}
