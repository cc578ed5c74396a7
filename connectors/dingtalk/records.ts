/** Schemas of DingTalk's records and their way into our nouns. */
import { z } from 'zod';
import { ROOT_DEPARTMENT } from '../../model/directory.ts';
import type { SourceDepartment, SourceField, SourcePerson } from '../../model/directory.ts';

// The documents' samples print booleans and numbers as strings and lists as single objects, real answers are
// typed (query-user-details); both are taken, everything else makes the record unreadable.
const flag = z.union([
  z.boolean(),
  z.enum(['true', 'false']).transform((it) => it === 'true'),
  z.literal([0, 1]).transform((it) => it === 1),
]);

/** Absent and null: no permission to see it, or no value. "" and blanks: surely no value. */
const text = z
  .union([z.string(), z.int().transform(String)])
  .nullish()
  .transform((it) => it?.trim());

/** Ids of people are compared exactly, so they are taken as they are or not at all. */
const personId = z.string().regex(/^[^\p{Cc}\p{Cs}]{1,64}$/u);

/** Department ids are numbers below 2^53; companies with parents' groups have negative pseudo-departments. */
const departmentId = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d{1,15}$/)
    .transform(Number),
]);

const isReal = (id: number): boolean => id > 0;

/** `[2,3]`, or the same as text as the documents print it; ids of 0 and below are left out. */
export const departmentIds = z
  .preprocess(fromText, z.array(departmentId))
  .transform((ids) => [...new Set(ids.filter(isReal))].map(String));

export const personIds = z.array(personId);

const headOf = z.object({ dept_id: departmentId, leader: flag });

// `order`, `dept_order` and `dept_order_list` are left unread: their numbers are above 2^53 and arrive rounded.
const person = z.object({
  userid: personId,
  unionid: text,
  name: text,
  dept_id_list: departmentIds.refine((ids) => ids.length > 0),
  active: flag.nullish(),
  mobile: text,
  state_code: text,
  email: text,
  org_email: text,
  job_number: text,
  title: text,
  avatar: text,
  telephone: text,
  work_place: text,
  remark: text,
  hired_date: z.union([z.int(), z.literal(''), z.string().regex(/^\d{1,15}$/)]).nullish(),
  leader: flag.nullish(),
  leader_in_dept: z.union([z.array(headOf), headOf.transform((it) => [it])]).nullish(),
  manager_userid: text,
});

const department = z.object({
  dept_id: departmentId,
  // Without one the branch is there all the same; the planner finds a name to go by.
  name: text,
  // The documents' sample of the root has none; absent, 0 and null are taken alike.
  parent_id: departmentId.nullish(),
  dept_manager_userid_list: personIds.nullish(),
});

/** Why a record cannot be used: the path of the field at fault, never its value. */
export interface Unreadable {
  unreadable: string;
}

/** `listedIn`: the department whose members were listed, for "leader", which then means this department. */
export function readPerson(record: unknown, listedIn?: string): SourcePerson | Unreadable {
  const parsed = person.safeParse(record);
  if (!parsed.success) return { unreadable: faultOf(parsed.error) };
  const it = parsed.data;
  const made: SourcePerson = {
    id: it.userid,
    // A person without a name is told apart by the planner; an empty value never erases one.
    name: it.name ?? '',
    departmentIds: it.dept_id_list,
    active: it.active ?? true,
  };
  const optional: Partial<SourcePerson> = {
    unionId: it.unionid,
    mobile: it.mobile,
    stateCode: it.state_code,
    email: it.email,
    orgEmail: it.org_email,
    jobNumber: it.job_number,
    title: it.title,
    avatar: it.avatar,
    telephone: it.telephone,
    workPlace: it.work_place,
    remark: it.remark,
    managerId: it.manager_userid,
  };
  const blank: SourceField[] = it.hired_date === '' ? ['hiredAt'] : [];
  for (const [name, value] of Object.entries(optional)) {
    if (value) Object.assign(made, { [name]: value });
    else if (value === '' && name !== 'stateCode') blank.push(name as SourceField);
  }
  if (blank.length > 0) made.blank = blank;
  if (it.hired_date) made.hiredAt = Number(it.hired_date);
  const leads = leadsOf(it, listedIn);
  if (leads) made.leads = leads;
  return made;
}

function leadsOf(it: z.infer<typeof person>, listedIn: string | undefined): string[] | undefined {
  if (it.leader_in_dept) {
    return it.leader_in_dept
      .filter((one) => one.leader && isReal(one.dept_id))
      .map((one) => String(one.dept_id));
  }
  if (listedIn === undefined || it.leader === undefined || it.leader === null) return undefined;
  return it.leader ? [listedIn] : [];
}

/**
 * `parentId`: the department whose children were listed, for records that do not name their parent.
 * Null for pseudo-departments with ids of 0 and below.
 */
export function readDepartment(
  record: unknown,
  parentId?: string,
): SourceDepartment | Unreadable | null {
  const parsed = department.safeParse(record);
  if (!parsed.success) {
    return isPseudo(record) ? null : { unreadable: faultOf(parsed.error) };
  }
  const it = parsed.data;
  if (!isReal(it.dept_id)) return null;
  const id = String(it.dept_id);
  const above = it.parent_id ? String(it.parent_id) : (parentId ?? null);
  const made: SourceDepartment = {
    id,
    name: it.name ?? '',
    parentId: id === ROOT_DEPARTMENT ? null : above,
  };
  if (it.dept_manager_userid_list) made.managerIds = it.dept_manager_userid_list;
  return made;
}

function isPseudo(record: unknown): boolean {
  const parsed = z.object({ dept_id: departmentId }).safeParse(record);
  return parsed.success && !isReal(parsed.data.dept_id);
}

/** The record's own id when it has a usable one. */
export function personIdOf(record: unknown): string | null {
  const parsed = z.object({ userid: personId }).safeParse(record);
  return parsed.success ? parsed.data.userid : null;
}

export function faultOf(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue?.path.map(String).join('.').slice(0, 80) || 'record';
}

function fromText(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\[[\d,\s-]*\]$/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
