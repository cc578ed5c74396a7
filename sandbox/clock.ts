/** The vendors' clock: real time plus what a test moved it forward, so that a token's two hours pass at once. */

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Moves the clock forward; it never goes back. What is due by then is run at once, in order. */
  advance(ms: number): void;
  /** Milliseconds the clock is ahead of the machine's. */
  ahead(): number;
  /** Runs `work` once when so much of this clock's time has passed. */
  after(ms: number, work: () => void): void;
  /** Forgets all work that is not due yet. */
  stop(): void;
}

interface Due {
  at: number;
  work: () => void;
}

/** Node's timers hold no longer times. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/**
 * @param ahead milliseconds ahead of the machine's clock at the beginning
 * @param machine the machine's own time, milliseconds since 1970
 */
export function createClock(ahead = 0, machine: () => number = Date.now): Clock {
  let lead = ahead;
  let waiting: Due[] = [];
  let timer: NodeJS.Timeout | undefined;
  const now = (): number => machine() + lead;

  function runDue(): void {
    clearTimeout(timer);
    while (waiting[0] && waiting[0].at <= now()) waiting.shift()?.work();
    const [next] = waiting;
    if (!next) return;
    timer = setTimeout(runDue, Math.min(TIMER_MAX_MS, Math.max(1, next.at - now())));
    // Nothing of the vendors keeps a process alive but their servers.
    timer.unref();
  }

  return {
    now,
    advance(ms) {
      if (!(ms >= 0)) throw new Error(`the clock moves forward only, not by ${ms} ms`);
      lead += ms;
      runDue();
    },
    ahead: () => lead,
    after(ms, work) {
      const due = { at: now() + ms, work };
      const later = waiting.findIndex((each) => each.at > due.at);
      waiting.splice(later < 0 ? waiting.length : later, 0, due);
      if (waiting[0] === due) runDue();
    },
    stop() {
      clearTimeout(timer);
      waiting = [];
    },
  };
}
