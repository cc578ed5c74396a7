/** Changes of the address book as the control API takes them. */
import { z } from 'zod';
import {
  addDepartment,
  addPerson,
  changeDepartment,
  changePerson,
  moveDepartment,
  movePerson,
  removeDepartment,
  removePerson,
} from './change.ts';
import type { Changer } from './change.ts';

const departmentId = z.number().int();
const membership = z.union([
  departmentId,
  z.strictObject({
    departmentId,
    leader: z.boolean().optional(),
    order: z.string().regex(/^\d+$/).optional(),
  }),
]);

const departmentFields = z.strictObject({
  name: z.string().optional(),
  order: z.string().regex(/^\d+$/).optional(),
  managers: z.array(z.string()).optional(),
  createDeptGroup: z.boolean().optional(),
  autoAddUser: z.boolean().optional(),
  hideDept: z.boolean().optional(),
  outerDept: z.boolean().optional(),
  sourceIdentifier: z.string().optional(),
  code: z.string().optional(),
  brief: z.string().optional(),
  union: z.strictObject({ corpId: z.string(), deptId: z.number() }).optional(),
});

const field = z.string().nullable().optional();
const flag = z.boolean().optional();
const role = z.strictObject({ id: z.number(), name: z.string(), groupName: z.string() });
const personFields = z.strictObject({
  name: z.string().optional(),
  unionid: z.string().optional(),
  active: flag,
  admin: flag,
  boss: flag,
  senior: flag,
  realAuthed: flag,
  hideMobile: flag,
  exclusiveAccount: flag,
  createdAt: z.number().optional(),
  mobile: field,
  stateCode: field,
  email: field,
  orgEmail: field,
  jobNumber: field,
  title: field,
  avatar: field,
  telephone: field,
  workPlace: field,
  remark: field,
  managerUserid: field,
  hiredDate: z.number().nullable().optional(),
  loginId: field,
  extension: field,
  roles: z.array(role).nullable().optional(),
});

const change = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('addDepartment'),
    ...departmentFields.shape,
    id: departmentId.optional(),
    name: z.string(),
    parentId: departmentId,
    sameName: z.boolean().optional(),
  }),
  z.strictObject({ do: z.literal('renameDepartment'), id: departmentId, name: z.string() }),
  z.strictObject({ do: z.literal('changeDepartment'), id: departmentId, fields: departmentFields }),
  z.strictObject({ do: z.literal('moveDepartment'), id: departmentId, parentId: departmentId }),
  z.strictObject({
    do: z.literal('removeDepartment'),
    id: departmentId,
    branch: z.boolean().optional(),
  }),
  z.strictObject({
    do: z.literal('addPerson'),
    ...personFields.shape,
    userid: z.string().min(1),
    name: z.string(),
    departments: z.array(membership),
  }),
  z.strictObject({ do: z.literal('changePerson'), userid: z.string(), fields: personFields }),
  z.strictObject({
    do: z.literal('movePerson'),
    userid: z.string(),
    departments: z.array(membership),
  }),
  z.strictObject({
    do: z.literal('removePerson'),
    userid: z.string(),
    reason: z.enum(['oapi', 'cancel', 'leave', 'unknown', 'delete']).optional(),
  }),
]);

export type ChangeRequest = z.infer<typeof change>;

export const changesSchema = z.strictObject({
  /** CorpId; the first company when left out. */
  company: z.string().optional(),
  changes: z.array(change).min(1),
});

/** Applies one change; returns the id of the object. @throws ChangeRefused with the vendor's reason. */
export function applyChange(by: Changer, request: ChangeRequest): string {
  switch (request.do) {
    case 'addDepartment': {
      const { do: _, ...asked } = request;
      return String(addDepartment(by, asked));
    }
    case 'renameDepartment':
      changeDepartment(by, request.id, { name: request.name });
      return String(request.id);
    case 'changeDepartment':
      changeDepartment(by, request.id, request.fields);
      return String(request.id);
    case 'moveDepartment':
      moveDepartment(by, request.id, request.parentId);
      return String(request.id);
    case 'removeDepartment':
      removeDepartment(by, request.id, request.branch === true);
      return String(request.id);
    case 'addPerson': {
      const { do: _, ...asked } = request;
      addPerson(by, asked);
      return request.userid;
    }
    case 'changePerson':
      changePerson(by, request.userid, request.fields);
      return request.userid;
    case 'movePerson':
      movePerson(by, request.userid, request.departments);
      return request.userid;
    case 'removePerson':
      removePerson(by, request.userid, request.reason ?? 'delete');
      return request.userid;
  }
}
