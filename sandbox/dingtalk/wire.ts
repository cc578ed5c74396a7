/** Departments and people as JSON text; written by hand where orders exceed what a double can hold. */
import type { Department, Membership, Person } from './company.ts';
import { ROOT } from './company.ts';
import type { Call } from './call.ts';
import type { DepartmentNode } from './directory.ts';
import type { Switches } from './switches.ts';

interface Serialised {
  epoch: number;
  fields: number;
  json: string;
}

// Weak, so that a removed person's text goes with them. A changed person is a new object.
const serialised = new WeakMap<Person, Serialised>();

/** Fields that user/list and v2/user/get share, as JSON without braces. */
function personFields(call: Call, person: Person): string {
  const { fields } = call.app;
  const mask = (fields.mobile ? 1 : 0) + (fields.email ? 2 : 0);
  const cached = serialised.get(person);
  if (cached?.epoch === call.epoch && cached.fields === mask) return cached.json;
  const json = JSON.stringify(sharedFields(call, person)).slice(1, -1);
  serialised.set(person, { epoch: call.epoch, fields: mask, json });
  return json;
}

function sharedFields(call: Call, person: Person): Record<string, unknown> {
  const { switches, app } = call;
  const unset = switches.unsetFields === 'empty' ? '' : undefined;
  const forbidden = switches.withoutFieldPermission === 'empty' ? '' : undefined;
  const mobile = switches.hiddenMobilesLeftOut && person.hideMobile ? undefined : person.mobile;
  const gated = (value: string | undefined, none: string | undefined): string | undefined =>
    app.fields.email ? (value ?? none) : forbidden;
  return {
    userid: person.userid,
    unionid: person.unionid,
    name: person.name,
    avatar: person.avatar ?? unset,
    state_code: app.fields.mobile ? mobile && (person.stateCode ?? '86') : forbidden,
    mobile: app.fields.mobile ? mobile : forbidden,
    hide_mobile: person.hideMobile,
    telephone: person.telephone ?? unset,
    job_number: person.jobNumber ?? unset,
    title: person.title ?? unset,
    email: gated(person.email, unset),
    org_email: gated(person.orgEmail, undefined),
    work_place: gated(person.workPlace, unset),
    remark: gated(person.remark, unset),
    dept_id_list: person.memberships.map((each) => each.departmentId),
    extension: gated(person.extension, undefined),
    hired_date: person.hiredDate,
    active: person.active,
    admin: person.admin,
    boss: person.boss,
    exclusive_account: person.exclusiveAccount,
    login_id: person.loginId,
  };
}

function order(membership: Membership | undefined, switches: Switches): string {
  if (!membership) return '0';
  return switches.bigOrders ? membership.order : '0';
}

/** An item of user/list: `leader` and `dept_order` are those in the department that was asked for. */
export function listItem(call: Call, person: Person, departmentId: number): string {
  const here = person.memberships.find((each) => each.departmentId === departmentId);
  return (
    `{${personFields(call, person)},"dept_order":${order(here, call.switches)},` +
    `"leader":${here?.leader === true}}`
  );
}

/** The result of v2/user/get. */
export function singlePerson(call: Call, person: Person): string {
  const orders = person.memberships.map(
    (each) => `{"dept_id":${each.departmentId},"order":${order(each, call.switches)}}`,
  );
  const more = {
    manager_userid: person.managerUserid,
    leader_in_dept: person.memberships.map(({ departmentId, leader }) => ({
      dept_id: departmentId,
      leader,
    })),
    role_list: (person.roles ?? []).map(({ id, name, groupName }) => ({
      id,
      name,
      group_name: groupName,
    })),
    real_authed: person.realAuthed,
    senior: person.senior,
    create_time: new Date(person.createdAt).toISOString(),
    union_emp_ext: {},
  };
  const rest = JSON.stringify(more).slice(1);
  return `{${personFields(call, person)},"dept_order_list":[${orders.join()}],${rest}`;
}

/** An item of listsub. */
export function subDepartment(department: Department, switches: Switches): string {
  return JSON.stringify({
    auto_add_user: department.autoAddUser,
    create_dept_group: department.createDeptGroup,
    dept_id: department.id,
    ...(switches.listsubExtras
      ? { ext: '{}', from_union_org: false, source_identifier: department.sourceIdentifier ?? '' }
      : {}),
    name: department.name,
    parent_id: department.parentId,
  });
}

/** The result of department/get. `members` are those of the department, `below` with its whole branch. */
export function singleDepartment(
  node: DepartmentNode,
  companyName: string,
  below: number,
  switches: Switches,
): string {
  const { department } = node;
  const root = department.id === ROOT;
  const fields = {
    dept_id: department.id,
    name: root ? companyName : department.name,
    parent_id: root ? rootParent(switches) : department.parentId,
    brief: department.brief ?? '',
    create_dept_group: department.createDeptGroup,
    auto_add_user: department.autoAddUser,
    auto_approve_apply: false,
    from_union_org: department.union !== undefined,
    group_contain_sub_dept: false,
    hide_dept: department.hideDept,
    outer_dept: department.outerDept,
    dept_permits: [],
    user_permits: [],
    outer_permit_depts: [],
    outer_permit_users: [],
    dept_manager_userid_list: department.managers,
    source_identifier: department.sourceIdentifier,
    code: department.code,
    union_dept_ext: unionExt(department, switches),
    member_count: below,
    owning_member_count: node.members.length,
  };
  const rest = JSON.stringify(fields).slice(1);
  const raw = switches.bigOrders ? department.order : String(root ? 0 : department.id);
  return `{"order":${raw},${rest}`;
}

function rootParent(switches: Switches): number | null | undefined {
  if (switches.rootParentId === 'null') return null;
  return switches.rootParentId === 'zero' ? 0 : undefined;
}

function unionExt({ union }: Department, switches: Switches): Record<string, unknown> | undefined {
  if (!union) return undefined;
  return switches.unionSpelling === 'corpId'
    ? { corpId: union.corpId, deptId: union.deptId }
    : { corp_id: union.corpId, dept_id: union.deptId };
}
