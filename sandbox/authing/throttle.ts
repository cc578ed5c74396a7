/** Counts calls over any 1,000 ms, so that a client that fits one second but not the next is caught too. */

const SPAN_MS = 1000;

export class Throttle {
  private times: number[] = [];

  /** True when the call fits; refused calls are not counted. A limit of 0 lets all pass. */
  admits(now: number, limit: number): boolean {
    if (limit === 0) return true;
    // Bounded by the limit: only admitted calls of the last second stay.
    let expired = 0;
    while (expired < this.times.length && (this.times[expired] ?? 0) <= now - SPAN_MS) expired += 1;
    if (expired > 0) this.times.splice(0, expired);
    if (this.times.length >= limit) return false;
    this.times.push(now);
    return true;
  }
}
