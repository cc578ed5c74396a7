/** People between reading and writing: mapped, with fingerprints, sealed in pages. */
import type { SourcePerson } from '../model/directory.ts';
import type { Prints } from '../model/link.ts';
import type { Problem } from '../model/problem.ts';
import { flatten } from '../plan/diff.ts';
import { targetKey } from '../plan/keys.ts';
import { mapPerson } from '../plan/mapping.ts';
import type { PersonFields } from '../model/directory.ts';
import type { Page } from '../store/frontier.ts';
import type { ConnectionKey } from '../store/vault.ts';
import type { Pass } from './pass.ts';

/** One person as read, ready to be compared and written. */
export interface StagedPerson {
  id: string;
  /** Number of the read that brought this record. */
  number: number;
  fields: PersonFields;
  prints: Prints;
  departmentIds: string[];
  /** Departments the person heads; only where heads are followed and the read could say. */
  leads?: string[];
  /** Why the record cannot be used; then nothing else in it counts. */
  problem?: Problem;
}

/** Fingerprints of fields under the names by which they are compared. */
export function printsOf(key: ConnectionKey, fields: PersonFields): Prints {
  const flat = flatten(fields);
  return Object.fromEntries(
    Object.entries(flat).map(([name, value]) => [name, key.fingerprint(`${name}\n${value}`)]),
  );
}

/** Maps a person of the source for this connection. */
export function stage(pass: Pass, person: SourcePerson, number: number): StagedPerson {
  const key = keyOf(pass, person.id);
  const { mapping } = pass.connection.settings;
  const mapped = mapPerson(person, key, mapping, pass.place.customFields ?? []);
  if ('problem' in mapped) {
    return { id: person.id, number, fields: {}, prints: {}, departmentIds: [], ...mapped };
  }
  const { fields, cleared, departmentIds } = mapped.person;
  const empty: Prints = Object.fromEntries(cleared.map((name) => [name, '']));
  const prints = { ...printsOf(pass.key, fields), ...empty };
  const follow = pass.connection.settings.leaders && person.leads !== undefined;
  const leads = follow ? { leads: person.leads } : {};
  return { id: person.id, number, fields, prints, departmentIds, ...leads };
}

/** The target's key of a source object of this connection. */
export function keyOf(pass: Pass, sourceId: string): string {
  const { keyFormat, source } = pass.connection;
  return targetKey(keyFormat, source.corpId, sourceId);
}

/** Pages are bound to the run that read them, which is the plan's when a plan is carried out. */
const place = ({ connection, place }: Pass, position: number, page: number): string =>
  `pages/${connection.id}/${place.plan?.run ?? place.run}/${position}/${page}`;

export function sealPage(
  pass: Pass,
  position: number,
  page: number,
  people: StagedPerson[],
): Buffer {
  return pass.key.seal(people, place(pass, position, page));
}

/** Throws SECRET_UNREADABLE when the page was altered or belongs elsewhere. */
export function openPage(pass: Pass, page: Page): StagedPerson[] {
  return pass.key.open(page.sealed, place(pass, page.position, page.page)) as StagedPerson[];
}
