/** Stops the steps of a run that a person paused or cancelled: within a second, before their next call. */
import type { Standing } from '../store/steering.ts';
import type { PassClock } from './pass.ts';

/** Why a step ends early although nothing is wrong. */
class RunStopped extends Error {
  constructor() {
    super('the run was paused or cancelled');
    this.name = 'RunStopped';
  }
}

/** Calls begin on an answer of the store that is at most so old. */
const FRESH_MS = 1000;

export interface SteeredOptions {
  standing(): Promise<Standing>;
  /** Aborted by Temporal: cancelled there, or the worker ends. */
  cancelled: AbortSignal;
  clock: Pick<PassClock, 'monotonic'>;
}

/** One step of a run, which goes on while the store says so. */
export class Steered {
  readonly signal: AbortSignal;
  readonly #stop = new AbortController();
  readonly #options: SteeredOptions;
  #asked = -Infinity;

  constructor(options: SteeredOptions) {
    this.#options = options;
    this.signal = AbortSignal.any([options.cancelled, this.#stop.signal]);
  }

  /** Asks the store how the run stands; reads that are under way are aborted when it is to stop. */
  async look(): Promise<void> {
    const asked = this.#options.clock.monotonic();
    const { asked: wish, ended } = await this.#options.standing();
    this.#asked = asked;
    if (wish !== null || ended) this.#stop.abort(new RunStopped());
  }

  /** Resolves when a call may be made; throws the reason when not. */
  readonly mayCall = async (): Promise<void> => {
    // A process that was frozen wakes with an answer that is old, however often it asks.
    const age = this.#options.clock.monotonic() - this.#asked;
    if (age > FRESH_MS) await this.look();
    this.signal.throwIfAborted();
  };

  get stopped(): boolean {
    return this.#stop.signal.aborted;
  }
}
