/** The shape of every reply of Authing that we use, and what each becomes in our own words. */
import { z } from 'zod';
import { ProblemError, problem } from '../../model/problem.ts';
import type {
  PersonFields,
  TargetDepartment,
  TargetOrganization,
  TargetPerson,
} from '../../model/directory.ts';

/** Authing's generated samples draw arrays and objects as quoted JSON, so both forms are taken. */
function fromText(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

const orText = <T extends z.ZodType>(inner: T) => z.preprocess(fromText, inner);

/** Lists come as a plain array or as `{totalCount, list}`, which of the two is not dependable. */
function listOf<T extends z.ZodType>(item: T) {
  const wrapped = (value: unknown): unknown => {
    const plain = fromText(value);
    return Array.isArray(plain) ? { list: plain } : plain;
  };
  return z.preprocess(
    wrapped,
    z.object({
      totalCount: z.number().int().nonnegative().nullish(),
      list: orText(z.array(item.nullable())),
    }),
  );
}

const text = z.string().nullish();
const id = z.string().min(1);
const ids = orText(z.array(id)).nullish();

const organization = z.object({
  organizationCode: id,
  organizationName: z.string(),
  departmentId: id,
});

const department = z.object({
  departmentId: id,
  name: z.string(),
  parentDepartmentId: text,
  openDepartmentId: text,
  code: text,
  leaderUserIds: ids,
  /** Samples draw some flags as text. */
  hasChildren: z
    .union([z.boolean(), z.enum(['true', 'false']).transform((it) => it === 'true')])
    .nullish(),
});

const user = z.object({
  userId: id,
  externalId: text,
  status: z.enum(['Activated', 'Suspended', 'Deactivated', 'Resigned', 'Archived']).nullish(),
  name: text,
  nickname: text,
  username: text,
  phone: text,
  phoneCountryCode: text,
  email: text,
  photo: text,
  address: text,
  customData: orText(z.record(z.string(), z.unknown())).nullish(),
  departmentIds: ids,
});

const customField = z.object({ key: id });
const token = z.object({ access_token: id, expires_in: z.number().positive() });
const acknowledgement = z.object({ success: z.boolean().nullish() }).nullish();

/** Only `statusCode` decides; what else is of a wrong form is as good as not said. */
const envelope = z.object({
  statusCode: z.number().int(),
  message: z.string().nullish().catch(null),
  /** The older code list shows it as a string. */
  apiCode: z
    .union([
      z.number().int(),
      z
        .string()
        .regex(/^\d{1,9}$/)
        .transform(Number),
    ])
    .nullish()
    .catch(null),
  requestId: z
    .string()
    .regex(/^[\w-]{1,100}$/)
    .nullish()
    .catch(null),
  data: z.unknown().optional(),
});

/** What Authing wraps around every answer. */
export type Envelope = z.infer<typeof envelope>;

/** A department as a list shows it. */
export interface ListedDepartment {
  department: TargetDepartment;
  /** Null where Authing does not say. */
  hasChildren: boolean | null;
}

/** A list and how many objects Authing counted, where it said so. */
export interface Counted<T> {
  list: T[];
  totalCount: number | null;
}

function parse<T extends z.ZodType>(schema: T, data: unknown): z.infer<T> {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  // Paths hold names from our own schemas and indexes only, never values.
  const field = result.error.issues[0]?.path.map(String).join('.').slice(0, 80) || 'data';
  throw new ProblemError(problem('BUG_TARGET_REPLY', { field }));
}

function counted<T extends z.ZodType>(item: T, data: unknown): Counted<NonNullable<z.infer<T>>> {
  const { list, totalCount } = parse(listOf(item), data);
  return {
    list: list.filter((it): it is NonNullable<typeof it> => it !== null && it !== undefined),
    totalCount: totalCount ?? null,
  };
}

function toOrganization(it: z.infer<typeof organization>): TargetOrganization {
  return { code: it.organizationCode, name: it.organizationName, rootId: it.departmentId };
}

function toDepartment(it: z.infer<typeof department>): TargetDepartment {
  return {
    id: it.departmentId,
    key: it.openDepartmentId || null,
    code: it.code || null,
    parentId: it.parentDepartmentId || null,
    name: it.name,
    leaderIds: it.leaderUserIds ?? [],
  };
}

const TEXT_FIELDS = [
  'name',
  'nickname',
  'username',
  'phone',
  'phoneCountryCode',
  'email',
  'photo',
  'address',
] as const;

function toFields(it: z.infer<typeof user>): PersonFields {
  const fields: PersonFields = {};
  for (const name of TEXT_FIELDS) {
    const value = it[name];
    if (value) fields[name] = value;
  }
  const custom = Object.entries(it.customData ?? {}).filter(
    (entry): entry is [string, string | number | boolean] =>
      ['string', 'number', 'boolean'].includes(typeof entry[1]) && entry[1] !== '',
  );
  if (custom.length > 0) fields.custom = Object.fromEntries(custom);
  return fields;
}

function withoutNulls(custom: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(custom).filter(([, value]) => value != null));
}

function toPerson(it: z.infer<typeof user>, withDepartments: boolean): TargetPerson {
  return {
    id: it.userId,
    key: it.externalId || null,
    status: it.status ?? 'Activated',
    fields: toFields(it),
    departmentIds: it.departmentIds ?? (withDepartments ? [] : null),
  };
}

/**
 * One parser per reply: takes the envelope's `data` (for `envelope` the whole body) and returns our
 * own value, or throws `BUG_TARGET_REPLY` naming the field. Nothing else is thrown.
 */
export const replies = {
  envelope: (body: unknown): Envelope => parse(envelope, body),
  token: (data: unknown) => {
    const it = parse(token, data);
    return { token: it.access_token, livesMs: it.expires_in * 1000 };
  },
  organization: (data: unknown) => toOrganization(parse(organization, data)),
  organizations: (data: unknown): Counted<TargetOrganization> => {
    const { list, totalCount } = counted(organization, data);
    return { list: list.map(toOrganization), totalCount };
  },
  department: (data: unknown) => toDepartment(parse(department, data)),
  departments: (data: unknown): Counted<ListedDepartment> => {
    const { list, totalCount } = counted(department, data);
    const listed = (it: z.infer<typeof department>) => ({
      department: toDepartment(it),
      hasChildren: it.hasChildren ?? null,
    });
    return { list: list.map(listed), totalCount };
  },
  /** For reads that asked for departments: somebody without any is in none. */
  people: (data: unknown) => counted(user, data).list.map((it) => toPerson(it, true)),
  listedPeople: (data: unknown): Counted<TargetPerson> => {
    const { list, totalCount } = counted(user, data);
    return { list: list.map((it) => toPerson(it, true)), totalCount };
  },
  /** Custom data as it is stored, by system id of the person. */
  customData: (data: unknown) =>
    new Map(counted(user, data).list.map((it) => [it.userId, withoutNulls(it.customData ?? {})])),
  /** For replies to writes, which do not say anything about departments. */
  writtenPerson: (data: unknown) => toPerson(parse(user, data), false),
  writtenPeople: (data: unknown) => counted(user, data).list.map((it) => toPerson(it, false)),
  memberIds: (data: unknown) => counted(id, data).list,
  customFields: (data: unknown) => counted(customField, data).list.map((it) => it.key),
  /** True unless Authing says in so many words that it did not do it. */
  acknowledgement: (data: unknown) => parse(acknowledgement, data)?.success !== false,
};
