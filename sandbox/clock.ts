/** The vendors' clock: real time plus what a test moved it forward, so that a token's two hours pass at once. */

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Moves the clock forward; it never goes back. */
  advance(ms: number): void;
  /** Milliseconds the clock is ahead of the machine's. */
  ahead(): number;
}

/** @param ahead milliseconds ahead of the machine's clock at the beginning. */
export function createClock(ahead = 0): Clock {
  let lead = ahead;
  return {
    now: () => Date.now() + lead,
    advance(ms) {
      if (!(ms >= 0)) throw new Error(`the clock moves forward only, not by ${ms} ms`);
      lead += ms;
    },
    ahead: () => lead,
  };
}
