/** Remembers how people were a moment ago, because list-users reads an index that lags behind (reference 3.5). */
import type { User } from './records.ts';

interface Version {
  at: number;
  before: User | undefined;
}

export class UserPast {
  private readonly versions = new Map<string, Version[]>();
  private notes = 0;

  /** Also forgets, from time to time, what is older than the delay. */
  note(id: string, before: User | undefined, at: number, delay: number): void {
    this.notes += 1;
    if (this.notes % FORGET_EVERY === 0) this.at(at - delay);
    const known = this.versions.get(id);
    if (known === undefined) this.versions.set(id, [{ at, before }]);
    else known.push({ at, before });
  }

  /** People whose record was another one at the time `at`, with that record; older memories are dropped. */
  at(at: number): Map<string, User | undefined> {
    const past = new Map<string, User | undefined>();
    for (const [id, known] of this.versions) {
      const firstAfter = known.findIndex((version) => version.at > at);
      if (firstAfter < 0) {
        this.versions.delete(id);
        continue;
      }
      if (firstAfter > 0) known.splice(0, firstAfter);
      past.set(id, known[0]?.before);
    }
    return past;
  }

  forget(): void {
    this.versions.clear();
  }
}

const FORGET_EVERY = 10_000;
