/** The nouns of a directory: departments and people as the source has them and as the target has them. */

/** Id of a department at the source, decimal digits as text. The root of every company is "1". */
export type DepartmentId = string;
/** Id of a person at the source (DingTalk userid): unique per company, compared case-exactly. */
export type PersonId = string;

export const ROOT_DEPARTMENT: DepartmentId = '1';

export type ObjectKind = 'department' | 'person';

/** Names one object at the source without saying anything about it; safe in logs and histories. */
export interface ObjectRef {
  kind: ObjectKind;
  id: string;
}

export interface SourceDepartment {
  id: DepartmentId;
  /** Null for the root, and where the vendor does not say. */
  parentId: DepartmentId | null;
  /** Empty where the source has none. */
  name: string;
  /** People at the head of the department; only a single read of the department has them. */
  managerIds?: PersonId[];
}

/** A person as the source has them; a field is absent when it is empty or may not be read. */
export interface SourcePerson {
  id: PersonId;
  unionId?: string;
  name: string;
  /** All memberships, not only the department that was listed; never empty in sound data. */
  departmentIds: DepartmentId[];
  /** False: invited, never logged in. Such people are imported like all others. */
  active: boolean;
  mobile?: string;
  /** Country calling code without a plus sign, for example "86". */
  stateCode?: string;
  email?: string;
  orgEmail?: string;
  jobNumber?: string;
  title?: string;
  avatar?: string;
  telephone?: string;
  workPlace?: string;
  remark?: string;
  /** Milliseconds since 1970. */
  hiredAt?: number;
  /** Departments this person heads, as far as this read could say. */
  leads?: DepartmentId[];
  /** Only a single read of the person has it. */
  managerId?: PersonId;
  /** Fields the source said are empty; what the app may not read is neither here nor above. */
  blank?: SourceField[];
}

/** Fields of a person at the source that can be given to a field of the target. */
export type SourceField =
  | 'id'
  | 'unionId'
  | 'name'
  | 'mobile'
  | 'email'
  | 'orgEmail'
  | 'jobNumber'
  | 'title'
  | 'avatar'
  | 'telephone'
  | 'workPlace'
  | 'remark'
  | 'hiredAt'
  | 'managerId';

/** What the app may see: departments with everything below them, and single people. */
export interface SourceScopes {
  departmentIds: DepartmentId[];
  personIds: PersonId[];
  /** Names of the person fields the app may read, in the vendor's older spelling. */
  fields: string[];
}

/** One page of a department's direct members; `next` is absent on the last page. */
export interface MembersPage {
  people: SourcePerson[];
  next?: number;
  /** Records of the page that could not be understood; the others are in `people`. */
  rejected: { id: string | null; reason: string }[];
}

export interface TargetOrganization {
  code: string;
  name: string;
  /** System id of the root department. */
  rootId: string;
}

export interface TargetDepartment {
  id: string;
  /** Our key, given at creation (`openDepartmentId`), or null for a foreign department. */
  key: string | null;
  code: string | null;
  parentId: string | null;
  name: string;
  leaderIds: string[];
}

export type TargetStatus = 'Activated' | 'Suspended' | 'Deactivated' | 'Resigned' | 'Archived';

/** Fields of a person that we write; names are the target's. Empty values are left out, never sent. */
export interface PersonFields {
  name?: string;
  nickname?: string;
  username?: string;
  phone?: string;
  /** With a plus sign, for example "+86". */
  phoneCountryCode?: string;
  email?: string;
  photo?: string;
  address?: string;
  custom?: Record<string, string | number | boolean>;
}

/** Custom fields among others are named so; no dot, as that would mean a path in the database. */
export const CUSTOM = 'custom:';

export interface TargetPerson {
  /** System id. */
  id: string;
  /** Our key (`externalId`), or null for a foreign account. */
  key: string | null;
  status: TargetStatus;
  fields: PersonFields;
  /** System ids of departments; null when the read did not ask for them. */
  departmentIds: string[] | null;
}

/** The organisation as the target has it, with names, for people to look at; read live. */
export interface DirectoryView {
  organization: { code: string; name: string; rootId: string };
  departments: {
    id: string;
    key: string | null;
    parentId: string | null;
    name: string;
    people: string[];
  }[];
  /** Names of people directly in the root. */
  rootPeople: string[];
  /** True when only the first departments were asked for their people. */
  cut: boolean;
}
