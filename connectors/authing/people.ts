/** Creating and changing people: what is sent, what shows that it was done, and why it was refused. */
import { CUSTOM } from '../../model/directory.ts';
import { problem } from '../../model/problem.ts';
import { settleBatch } from './batch.ts';
import { canonical, keepDefined, shows, tidy } from './canonical.ts';
import { isConflict } from './codes.ts';
import { replies } from './replies.ts';
import type { PersonFields, TargetPerson } from '../../model/directory.ts';
import type { Problem, ProblemCode } from '../../model/problem.ts';
import type { ItemResult, NewPerson, PersonChange, TargetReader } from '../target.ts';
import type { AuthingClient, SendWindow } from './client.ts';

interface PeopleParts {
  client: AuthingClient;
  reader: TargetReader;
  window: SendWindow;
  /** Keys of the defined custom fields, read only when one is asked for. */
  definedFields: (wanted: string[]) => Promise<ReadonlySet<string>>;
}

/** No password is set and nobody is told; departments are given by system id. */
const CREATE_OPTIONS = {
  departmentIdType: 'department_id',
  autoGeneratePassword: false,
  resetPasswordOnFirstLogin: false,
  sendNotification: { sendEmailNotification: false, sendPhoneNotification: false },
};

/** Fields whose value can be stored somewhere else or in another form, and so prove nothing. */
function comparable({ photo: _photo, ...fields }: PersonFields): PersonFields {
  return fields;
}

async function withDefined<T extends { fields: PersonFields }>(
  parts: PeopleParts,
  items: T[],
  form: (fields: PersonFields) => PersonFields,
): Promise<T[]> {
  const wanted = new Set(items.flatMap((it) => Object.keys(it.fields.custom ?? {})));
  const defined = wanted.size > 0 ? await parts.definedFields([...wanted]) : wanted;
  return items.map((it) => {
    const fields = form(it.fields);
    keepDefined(fields, defined);
    return { ...it, fields };
  });
}

/**
 * Puts values into the order of the items by a name both have, as the target's order is not promised. One
 * value answers for one item: a key given twice is not confirmed twice.
 */
function align<I>(
  items: I[],
  people: TargetPerson[],
  fits: (item: I, it: TargetPerson) => boolean,
): (TargetPerson | null)[] {
  const open = new Set(people);
  return items.map((item) => {
    const found = [...open].find((it) => fits(item, it)) ?? null;
    if (found) open.delete(found);
    return found;
  });
}

/** The identifiers that are unique in a pool, in the order in which they are looked for. */
const IDENTIFIERS: readonly ['phone' | 'email' | 'username', ProblemCode][] = [
  ['phone', 'DATA_PHONE_TAKEN'],
  ['email', 'DATA_EMAIL_TAKEN'],
  ['username', 'DATA_USERNAME_TAKEN'],
];

/** Finds by reading which identifier somebody else has; the refusal itself when no one is found. */
async function whichTaken(
  reader: TargetReader,
  fields: PersonFields,
  refused: Problem,
  isOther: (it: TargetPerson) => boolean,
): Promise<Problem> {
  for (const [field, code] of IDENTIFIERS) {
    const value = fields[field];
    if (!value) continue;
    const holders = await reader.people([value], field).catch(() => []);
    const holder = holders.find(isOther)?.id;
    if (holder !== undefined) return problem(code, { ...refused.detail, field, holder });
  }
  return refused;
}

export async function createPeople(
  parts: PeopleParts,
  given: NewPerson[],
): Promise<ItemResult<TargetPerson>[]> {
  const { client, reader, window } = parts;
  const people = await withDefined(parts, given, canonical);
  const item = ({ key, fields: { custom, ...fields }, departmentIds }: NewPerson) => ({
    externalId: key,
    ...fields,
    ...(custom ? { customData: custom } : {}),
    departmentIds,
  });
  const isOurs = (it: NewPerson, found: TargetPerson) =>
    found.key === it.key &&
    shows(found.fields, comparable(it.fields)) &&
    (found.departmentIds === null ||
      it.departmentIds.every((id) => found.departmentIds?.includes(id)));

  return settleBatch(people, {
    sendMany: async (items) =>
      align(
        items,
        await client.write({
          name: 'create-users-batch',
          body: { list: items.map(item), options: CREATE_OPTIONS },
          parse: replies.writtenPeople,
          window,
        }),
        (it, found) => found.key === it.key,
      ),
    sendOne: (it) =>
      client.write({
        name: 'create-user',
        body: { ...item(it), options: CREATE_OPTIONS },
        parse: replies.writtenPerson,
        window,
      }),
    readBack: async (items) =>
      align(
        items,
        await reader.people(
          items.map((it) => it.key),
          'external_id',
        ),
        isOurs,
      ),
    explain: async (it, refused) => {
      if (!isConflict(refused)) return { outcome: 'refused', problem: refused };
      const [holder] = await reader.people([it.key], 'external_id').catch(() => []);
      if (holder && isOurs(it, holder)) return { outcome: 'done', value: holder };
      if (holder?.key === it.key) {
        return { outcome: 'refused', problem: problem('DATA_KEY_TAKEN', refused.detail) };
      }
      const unsaid = refused.code === 'DATA_IDENTIFIER_TAKEN';
      const reason = unsaid ? await whichTaken(reader, it.fields, refused, () => true) : refused;
      return { outcome: 'refused', problem: reason };
    },
  });
}

const isCustom = (name: string): boolean => name.startsWith(CUSTOM);
const ownName = (name: string): string => (isCustom(name) ? name.slice(CUSTOM.length) : name);

function speaksOfCustom({ fields, cleared }: Pick<PersonChange, 'fields' | 'cleared'>): boolean {
  return fields.custom !== undefined || (cleared?.some(isCustom) ?? false);
}

/** Fields to be emptied, as they are sent: whether null or "" does it is not documented; "" is a text. */
function emptied(cleared: string[] = [], which: (name: string) => boolean): Record<string, ''> {
  return Object.fromEntries(cleared.filter(which).map((name) => [ownName(name), '']));
}

function isEmptied(stored: PersonFields, cleared: string[] = []): boolean {
  const fields = stored as Record<string, unknown>;
  return cleared.every((name) => {
    const value = isCustom(name) ? stored.custom?.[ownName(name)] : fields[name];
    return value === undefined || value === '';
  });
}

/**
 * Custom data of the people whose change speaks of it. Whether an update replaces or merges custom data is
 * not documented, so what is stored is sent along with what changes.
 */
async function storedCustomData(client: AuthingClient, changes: PersonChange[]) {
  const ids = changes.filter(speaksOfCustom).map((it) => it.id);
  if (ids.length === 0) return new Map<string, Record<string, unknown>>();
  return client.read({
    name: 'get-user-batch',
    query: { 'userIds[]': ids, userIdType: 'user_id', withCustomData: 'true' },
    parse: replies.customData,
  });
}

export async function updatePeople(
  parts: PeopleParts,
  given: PersonChange[],
): Promise<ItemResult<TargetPerson>[]> {
  const { client, reader, window } = parts;
  const changes = await withDefined(parts, given, tidy);
  const stored = await storedCustomData(client, changes);
  const item = ({ id, key, status, fields: { custom, ...fields }, cleared }: PersonChange) => ({
    userId: id,
    ...(key === undefined ? {} : { externalId: key }),
    ...(status === undefined ? {} : { status }),
    ...fields,
    ...emptied(cleared, (name) => !isCustom(name)),
    ...(speaksOfCustom({ fields: { custom }, cleared })
      ? { customData: { ...stored.get(id), ...custom, ...emptied(cleared, isCustom) } }
      : {}),
  });
  const isDone = (it: PersonChange, found: TargetPerson) =>
    found.id === it.id &&
    (it.key === undefined || found.key === it.key) &&
    (it.status === undefined || found.status === it.status) &&
    shows(found.fields, it.fields) &&
    isEmptied(found.fields, it.cleared);

  return settleBatch(changes, {
    sendMany: async (items) =>
      align(
        items,
        await client.write({
          name: 'update-user-batch',
          body: { list: items.map(item) },
          parse: replies.writtenPeople,
          window,
        }),
        (it, found) => found.id === it.id,
      ),
    sendOne: (it) =>
      client.write({
        name: 'update-user',
        body: { ...item(it), options: { userIdType: 'user_id' } },
        parse: replies.writtenPerson,
        window,
      }),
    readBack: async (items) =>
      align(
        items,
        await reader.people(
          items.map((it) => it.id),
          'user_id',
        ),
        isDone,
      ),
    explain: async (it, refused) => {
      if (refused.code !== 'DATA_IDENTIFIER_TAKEN') return { outcome: 'refused', problem: refused };
      const isOther = (found: TargetPerson) => found.id !== it.id;
      const holders = it.key ? await reader.people([it.key], 'external_id').catch(() => []) : [];
      const reason = holders.some(isOther)
        ? problem('DATA_KEY_TAKEN', refused.detail)
        : await whichTaken(reader, it.fields, refused, isOther);
      return { outcome: 'refused', problem: reason };
    },
  });
}
