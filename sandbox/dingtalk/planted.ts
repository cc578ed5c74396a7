/** Bad records in a generated company, and the list of them, so that a test knows what may fail. */
import type { Random } from '../random.ts';
import type { Person } from './company.ts';

export interface Planted {
  kind: 'duplicate-mobile' | 'duplicate-email' | 'missing-mobile' | 'missing-email';
  /** The person it was planted on. */
  userid: string;
  /** Who has the same value. */
  other?: string;
}

export interface PlantRates {
  /** Share of people whose phone, and whose e-mail, is somebody else's. */
  duplicateRate: number;
  missingRate: number;
}

/** Each person gets at most one fault, and nobody's value is repeated twice. */
export function plantBadRecords(people: Person[], random: Random, rates: PlantRates): Planted[] {
  const planted: Planted[] = [];
  const free = new Set(people.keys());
  const take = (): Person | undefined => {
    for (let tries = 0; tries < 50 && free.size > 0; tries += 1) {
      const index = random.whole(0, people.length - 1);
      if (free.delete(index)) return people[index];
    }
    return undefined;
  };
  const times = (rate: number): number => Math.round(people.length * rate);
  for (const field of ['mobile', 'email'] as const) {
    for (let count = times(rates.duplicateRate); count > 0; count -= 1) {
      const [person, other] = [take(), take()];
      if (!person || !other) break;
      person[field] = other[field] ?? '';
      planted.push({ kind: `duplicate-${field}`, userid: person.userid, other: other.userid });
    }
    for (let count = times(rates.missingRate); count > 0; count -= 1) {
      const person = take();
      if (!person) break;
      delete person[field];
      planted.push({ kind: `missing-${field}`, userid: person.userid });
    }
  }
  return planted;
}
