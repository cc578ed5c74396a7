/** Finds accounts that are there already, for people without a link, by the rules that were chosen. */
import type { PersonIdType } from '../connectors/target.ts';
import { CUSTOM } from '../model/directory.ts';
import type { TargetPerson } from '../model/directory.ts';
import { problem } from '../model/problem.ts';
import type { Problem } from '../model/problem.ts';
import type { CorrelationRule } from '../model/settings.ts';
import { correlate } from '../plan/correlation.ts';
import type { Candidate, Match } from '../plan/correlation.ts';
import { flatten } from '../plan/diff.ts';
import type { DepartmentTargets } from './department-targets.ts';
import { persist } from './pass.ts';
import type { Pass } from './pass.ts';
import { baseOf } from './person-base.ts';
import { compareAgain } from './person-work.ts';
import type { PersonWork } from './person-work.ts';
import { keyOf } from './staged.ts';
import type { StagedPerson } from './staged.ts';

/** The field a rule compares, by the name under which fields are compared; null when nothing fills it. */
function fieldOf(pass: Pass, rule: CorrelationRule): string | null {
  if (rule === 'email') return 'email';
  if (rule === 'mobile') return 'phone';
  const { custom } = pass.connection.settings.mapping;
  const found = Object.entries(custom).find(([, { from }]) => from[0] === 'jobNumber');
  return found ? `${CUSTOM}${found[0]}` : null;
}

/** The chosen rules with their fields, in order. */
function rulesOf(pass: Pass): { rule: CorrelationRule; field: string }[] {
  return pass.connection.settings.correlation.flatMap((rule) => {
    const field = fieldOf(pass, rule);
    return field === null ? [] : [{ rule, field }];
  });
}

/** Values a rule could find somebody by, in fingerprints that tell fields apart. */
function marksOf(pass: Pass, person: StagedPerson): string[] {
  return rulesOf(pass).flatMap(({ field }) => person.prints[field] || []);
}

/** Whether an account may have to be looked for; then the whole source must be read first. */
export function mayCorrelate(pass: Pass, person: StagedPerson): boolean {
  return marksOf(pass, person).length > 0;
}

/** Remembers who of a page has which value, so that values of several people are known as such. */
export async function noteValues(pass: Pass, people: StagedPerson[]): Promise<void> {
  const values = people.flatMap((person) =>
    marksOf(pass, person).map((value) => ({ value, person: person.id })),
  );
  await pass.correlation.noteValues(pass.place, values);
}

/**
 * Gives works whose account was found that account as their base. Asks once a rule, and only for people
 * of whom neither link nor key is known. Returns the works that a person must decide, and why.
 */
export async function correlateWorks(
  pass: Pass,
  works: PersonWork[],
  targets: DepartmentTargets,
): Promise<Map<PersonWork, Problem>> {
  const conflicts = new Map<PersonWork, Problem>();
  const open = works.filter((work) => work.base === null && mayCorrelate(pass, work.person));
  if (open.length === 0) return conflicts;
  const found = await findAll(pass, open);
  const accounts = new Map([...found.values()].flat().map(({ at }) => [at.id, at]));
  if (accounts.size === 0) return conflicts;
  const owners = await pass.correlation.owners([...accounts.keys()]);
  const shared = await sharedValues(pass, open);
  await targets.loadSources([...accounts.values()].flatMap((it) => it.departmentIds ?? []));
  for (const work of open) {
    const { id } = work.person;
    const object = { kind: 'person' as const, id };
    const self = { connection: pass.connection.id, sourceId: id, key: keyOf(pass, id) };
    const matches = rulesOf(pass).map(({ rule, field }): Match => {
      const print = work.person.prints[field];
      const own = (found.get(work) ?? []).filter((it) => it.rule === rule);
      const candidates = own.map(({ at }): Candidate => {
        return { id: at.id, key: at.key, status: at.status, owner: owners.get(at.id) ?? null };
      });
      return { rule, candidates, shared: print !== undefined && shared.has(print) };
    });
    const decision = correlate(self, matches);
    if (decision.is === 'create') continue;
    if (decision.is === 'conflict') {
      const { code, rules, connection } = decision;
      const more = connection === undefined ? {} : { connection };
      conflicts.set(work, problem(code, { object, field: rules.join(', '), ...more }));
      continue;
    }
    const account = accounts.get(decision.id);
    if (!account) continue;
    work.base = baseOf(pass, account, targets);
    if (decision.is === 'adopt') work.adopts = 'without key';
    compareAgain(work);
  }
  for (const [work, why] of await reserve(pass, open)) conflicts.set(work, why);
  return conflicts;
}

const ownerOf = ({ link, base }: PersonWork) => ({
  connection: link.connection,
  sourceId: link.sourceId,
  targetId: base?.targetId ?? '',
});

/** Two people, in two batches at once, may have been given one account: the first keeps it. */
async function reserve(pass: Pass, works: PersonWork[]): Promise<Map<PersonWork, Problem>> {
  const adopting = works.filter((work) => work.adopts);
  const owners = await pass.correlation.reserve(adopting.map(ownerOf));
  const lost = new Map<PersonWork, Problem>();
  for (const work of adopting) {
    const { connection, sourceId, targetId } = ownerOf(work);
    const owner = owners.get(targetId);
    if (owner?.connection === connection && owner.sourceId === sourceId) continue;
    const object = { kind: 'person' as const, id: sourceId };
    const field = pass.connection.settings.correlation.join(', ');
    lost.set(work, problem('CORRELATION_LINKED', { object, field }));
  }
  return lost;
}

/** Of people read by key without a link, those whose account was taken over by a write that ended unclear. */
export async function recallAdoptions(pass: Pass, works: PersonWork[]): Promise<void> {
  const found = works.filter((work) => work.base !== null && work.link.targetId === null);
  if (found.length === 0 || pass.connection.settings.correlation.length === 0) return;
  const adopted = await pass.correlation.adopted(found.map((work) => ownerOf(work).targetId));
  for (const work of found) {
    const { connection, sourceId, targetId } = ownerOf(work);
    const owner = adopted.get(targetId);
    const own = owner?.connection === connection && owner.sourceId === sourceId;
    if (own) work.adopts = 'with key';
  }
}

/** Accounts that were refused our key, or a field, are free for others. */
export async function releaseAdoptions(pass: Pass, works: PersonWork[]): Promise<void> {
  await pass.correlation.release(works.map(ownerOf));
}

interface Found {
  rule: CorrelationRule;
  at: TargetPerson;
}

/** Accounts whose value is the person's own in the normalised form, not only in the target's eyes. */
async function findAll(pass: Pass, works: PersonWork[]): Promise<Map<PersonWork, Found[]>> {
  const found = new Map<PersonWork, Found[]>(works.map((work) => [work, []]));
  for (const { rule, field } of rulesOf(pass)) {
    const asked = works.filter((work) => work.person.prints[field]);
    if (asked.length === 0) continue;
    const accounts = await accountsBy(pass, field, asked);
    for (const work of asked) {
      const value = flatten(work.person.fields)[field];
      for (const at of accounts) {
        if (flatten(at.fields)[field] === value) found.get(work)?.push({ rule, at });
      }
    }
  }
  return found;
}

function accountsBy(pass: Pass, field: string, works: PersonWork[]): Promise<TargetPerson[]> {
  const { reader, signal } = pass;
  if (field.startsWith(CUSTOM)) {
    const values = works.map((work) => flatten(work.person.fields)[field] ?? '');
    return persist(pass, () => reader.peopleWith(field.slice(CUSTOM.length), values, signal));
  }
  const type = field as PersonIdType & ('email' | 'phone');
  const values = works.map((work) => work.person.fields[type] ?? '');
  return persist(pass, () => reader.people(values, type, signal));
}

/** Values that more than one person of the source has: of this run's pages, or of all linked people. */
async function sharedValues(pass: Pass, works: PersonWork[]): Promise<Set<string>> {
  const values = works.flatMap((work) => marksOf(pass, work.person));
  if (pass.counting) return pass.correlation.sharedValues(pass.place.plan ?? pass.place, values);
  const shared = new Set<string>();
  for (const work of works) {
    for (const { field } of rulesOf(pass)) {
      const print = work.person.prints[field];
      if (!print) continue;
      const { person, link } = work;
      const holders = await pass.correlation.holders(link.connection, field, print);
      if (holders.some((id) => id !== person.id)) shared.add(print);
    }
  }
  return shared;
}
