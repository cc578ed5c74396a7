/** The gate as one step holds it: its writers share a lease for a moment, and others come in between. */
import type { GateLease } from '../store/gate.ts';
import { waitForOthers } from './pass.ts';
import type { Pass } from './pass.ts';

/** So long a lease takes further writers in; then those inside leave, and it is given back. */
const HOLD_MS = 2000;
/** Who waits for the gate asks this often. */
const ASK_EVERY_MS = 500;

/** One holder for the whole step: a lease that is taken for each few calls would leave the target idle in between. */
export class GateHolding {
  readonly #pass: Pass;
  #lease: GateLease | null = null;
  #since = 0;
  #inside = 0;
  #unclear = false;
  /** Somebody else was waiting when we gave it back: theirs is the next turn. */
  #yieldUntil = 0;
  #entering: Promise<unknown> = Promise.resolve();
  #emptied: () => void = () => undefined;
  #givingBack: Promise<void> = Promise.resolve();
  #moving: Promise<unknown> = Promise.resolve();

  constructor(pass: Pass) {
    this.#pass = pass;
  }

  /** The lease, shared with who is inside; null when it cannot be had as long as `mayWait` says so. */
  enter(mayWait: () => boolean): Promise<GateLease | null> {
    const turn = this.#entering.then(() => this.#enter(mayWait));
    this.#entering = turn.catch(() => undefined);
    return turn;
  }

  /** @param clear false after an unclear write: it may still commit, so the lease is left to expire. */
  async leave(clear: boolean): Promise<void> {
    if (!clear) this.#unclear = true;
    if (--this.#inside > 0) return;
    this.#givingBack = this.#giveBack().finally(() => this.#emptied());
    await this.#givingBack;
  }

  /** Moves go one by one: two that are checked at the same time could close a circle together. */
  inTurn<T>(move: () => Promise<T>): Promise<T> {
    const turn = this.#moving.then(move);
    this.#moving = turn.catch(() => undefined);
    return turn;
  }

  async #enter(mayWait: () => boolean): Promise<GateLease | null> {
    const { clock } = this.#pass;
    const over = this.#unclear || clock.monotonic() - this.#since >= HOLD_MS;
    if (this.#lease && over) await new Promise<void>((resolve) => (this.#emptied = resolve));
    // Whoever gave it back hears how that ended.
    await this.#givingBack.catch(() => undefined);
    this.#lease ??= await this.#acquire(mayWait);
    if (this.#lease) this.#inside++;
    return this.#lease;
  }

  async #giveBack(): Promise<void> {
    const [lease, unclear] = [this.#lease, this.#unclear];
    this.#lease = null;
    this.#unclear = false;
    if (!lease || unclear) return;
    const { gate, connection, clock } = this.#pass;
    const wanted = await gate.release(connection.id, lease);
    if (wanted) this.#yieldUntil = clock.monotonic() + 1.5 * ASK_EVERY_MS;
  }

  async #acquire(mayWait: () => boolean): Promise<GateLease | null> {
    const { gate, connection, clock, times } = this.#pass;
    const rest = this.#yieldUntil - clock.monotonic();
    if (rest > 0) await waitForOthers(this.#pass, rest);
    while (mayWait()) {
      const lease = await gate.acquire(connection.id, times.claimMs);
      this.#since = clock.monotonic();
      if (lease) return lease;
      await waitForOthers(this.#pass, ASK_EVERY_MS);
    }
    return null;
  }
}
