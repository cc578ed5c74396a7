/** A company as DingTalk keeps it: departments, people, apps; the whole of it is plain data. */

export const ROOT = 1;

export interface Department {
  id: number;
  name: string;
  /** 0 for the root. */
  parentId: number;
  /** Decimal digits; real ones exceed 2^53 (captured: 176275808490200512). */
  order: string;
  managers: string[];
  createDeptGroup: boolean;
  autoAddUser: boolean;
  hideDept: boolean;
  outerDept: boolean;
  sourceIdentifier?: string;
  code?: string;
  brief?: string;
  /** A department shared with a linked organisation. */
  union?: { corpId: string; deptId: number };
}

export interface Membership {
  departmentId: number;
  order: string;
  leader: boolean;
  /** Counts upwards with each joining; `entry_asc` sorts by it. */
  entered: number;
}

/** Empty optional fields are left out here; how they look on the wire is a switch. */
export interface Person {
  userid: string;
  unionid: string;
  name: string;
  memberships: Membership[];
  active: boolean;
  admin: boolean;
  boss: boolean;
  senior: boolean;
  realAuthed: boolean;
  hideMobile: boolean;
  exclusiveAccount: boolean;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** Counts upwards with each change; `modify_asc` sorts by it. */
  modified: number;
  mobile?: string;
  stateCode?: string;
  email?: string;
  orgEmail?: string;
  jobNumber?: string;
  title?: string;
  avatar?: string;
  telephone?: string;
  workPlace?: string;
  remark?: string;
  managerUserid?: string;
  hiredDate?: number;
  loginId?: string;
  /** JSON in a string; keys are the company's own labels. */
  extension?: string;
  roles?: { id: number; name: string; groupName: string }[];
}

export interface Scope {
  departments: number[];
  people: string[];
}

export interface App {
  appKey: string;
  appSecret: string;
  /** Permission points, for example "qyapi_get_member". */
  permissions: string[];
  /** Field permissions: phone number, and the group of e-mail and personal information. */
  fields: { mobile: boolean; email: boolean };
  scope: Scope;
  /** Server egress addresses; one `*` may stand in a pattern. */
  allowList: string[];
  enabled: boolean;
  /** Where its events are pushed; none until somebody subscribed. */
  callback?: Callback;
}

export interface Callback {
  url: string;
  token: string;
  aesKey: string;
  /** The appKey for a subscription of the console, the corpId for one made by API. */
  receiver: string;
  /** Types of events that are pushed. */
  tags: string[];
}

export interface Leaver {
  userid: string;
  name: string;
  stateCode?: string;
  mobile?: string;
  /** Milliseconds since 1970. */
  leftAt: number;
  reason: 'oapi' | 'cancel' | 'leave' | 'unknown' | 'delete';
}

/** What is kept on disk and shown by the control API. */
export interface CompanyData {
  corpId: string;
  name: string;
  /** `disabled`: 50005, `dissolved`: 70001. */
  standing: 'open' | 'disabled' | 'dissolved';
  departments: Department[];
  people: Person[];
  apps: App[];
  leavers: Leaver[];
  /** The last number given to a membership or a change. */
  sequence: number;
}

/** All permission points that the address book's read interfaces ask for. */
export const ALL_PERMISSIONS = [
  'qyapi_base',
  'qyapi_get_department_list',
  'qyapi_get_department_member',
  'qyapi_get_member',
  'qyapi_get_member_by_mobile',
  'Contact.Common.Read',
];

export function wholeCompany(scope: Scope): boolean {
  return scope.departments.includes(ROOT);
}
