/** The department interfaces: one level at a time, no pages. */
import { wholeNumber, text } from './call.ts';
import type { Call, Endpoint } from './call.ts';
import { ROOT, wholeCompany } from './company.ts';
import { departmentInScope, pathOf, personInScope, seeDepartment, seePerson } from './directory.ts';
import type { Company, DepartmentNode } from './directory.ts';
import { business } from './envelope.ts';
import type { Answer } from './envelope.ts';
import { singleDepartment, subDepartment } from './wire.ts';

const PERMISSION = 'qyapi_get_department_list';

/** The department that `dept_id` names, or the answer that refuses it. */
export function departmentOf(
  call: Call,
  needed: 'required' | 'root by default',
): DepartmentNode | Answer {
  let id = wholeNumber(call.parameters.dept_id);
  if (id === undefined && needed === 'root by default') id = ROOT;
  if (id === undefined || id === null) return business('400002');
  const node = seeDepartment(call.company, id, call.now);
  return node ?? business(String(call.switches.unknownDepartmentCode), [String(id)]);
}

export function isAnswer(value: DepartmentNode | Answer): value is Answer {
  return 'kind' in value;
}

/** 50004 unless the app may see the department, or sees at least what is below it. */
export function outOfScope(call: Call, node: DepartmentNode): Answer | null {
  const { id } = node.department;
  if (departmentInScope(call.company, call.app.scope, id)) return null;
  if (call.switches.partialScopeRoot === 'filter' && aboveScope(call, id)) return null;
  return business('50004', [String(id)]);
}

function aboveScope(call: Call, id: number): boolean {
  return call.app.scope.departments.some((each) => pathOf(call.company, each).includes(id));
}

function children(call: Call, node: DepartmentNode): DepartmentNode[] {
  if (call.spoil === 'empty-list') return [];
  const found: DepartmentNode[] = [];
  for (const id of node.children) {
    const child = seeDepartment(call.company, id, call.now);
    if (!child) continue;
    if (call.switches.hiddenDepartmentsLeftOut && child.department.hideDept) continue;
    found.push(child);
  }
  return sorted(call, found);
}

function sorted(call: Call, nodes: DepartmentNode[]): DepartmentNode[] {
  const { childOrder } = call.switches;
  if (childOrder === 'id') return nodes.sort((a, b) => a.department.id - b.department.id);
  if (childOrder === 'random') {
    const keyed = nodes.map((node) => ({ node, key: call.random() }));
    return keyed.sort((a, b) => a.key - b.key).map(({ node }) => node);
  }
  return nodes.sort((a, b) => byDigits(a.department.order, b.department.order));
}

/** Compares decimal digits by value. */
export function byDigits(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

function pseudoDepartments(call: Call, node: DepartmentNode): string[] {
  if (!call.switches.negativeDepartments || node.department.id !== ROOT) return [];
  const more = { auto_add_user: false, create_dept_group: false, parent_id: ROOT };
  return [
    JSON.stringify({ ...more, dept_id: -1, name: '家校通讯录' }),
    JSON.stringify({ ...more, dept_id: -7, name: '家长联系人' }),
  ];
}

/** People in the branch, each once per membership. */
function peopleBelow(company: Company, node: DepartmentNode): number {
  let sum = 0;
  const waiting = [node];
  for (let at = waiting.pop(); at; at = waiting.pop()) {
    sum += at.members.length;
    for (const id of at.children) {
      const child = company.nodes.get(id);
      if (child) waiting.push(child);
    }
  }
  return sum;
}

const listsub: Endpoint = {
  permission: PERMISSION,
  method: 'POST',
  answer(call) {
    const node = departmentOf(call, 'root by default');
    if (isAnswer(node)) return node;
    const refused = outOfScope(call, node);
    if (refused) return refused;
    let found = children(call, node);
    if (!wholeCompany(call.app.scope)) {
      found = found.filter((child) => !outOfScope(call, child));
    }
    const items = found.map((child) => subDepartment(child.department, call.switches));
    items.push(...pseudoDepartments(call, node));
    return { kind: 'result', result: `[${items.join()}]`, objects: [String(node.department.id)] };
  },
};

/** Not limited by the app's scope, says its page. */
const listsubid: Endpoint = {
  permission: PERMISSION,
  method: 'POST',
  answer(call) {
    const node = departmentOf(call, 'required');
    if (isAnswer(node)) return node;
    const ids = children(call, node).map((child) => child.department.id);
    if (pseudoDepartments(call, node).length > 0) ids.push(-1, -7);
    const result = JSON.stringify({ dept_id_list: ids });
    return { kind: 'result', result, objects: [String(node.department.id)] };
  },
};

const get: Endpoint = {
  permission: PERMISSION,
  method: 'POST',
  answer(call) {
    const node = departmentOf(call, 'required');
    if (isAnswer(node)) return node;
    const refused = outOfScope(call, node);
    if (refused) return refused;
    const below = peopleBelow(call.company, node);
    const result = singleDepartment(node, call.company.name, below, call.switches);
    return { kind: 'result', result, objects: [String(node.department.id)] };
  },
};

/** Not limited by the app's scope, says its page. */
const listparentbydept: Endpoint = {
  permission: PERMISSION,
  method: 'POST',
  answer(call) {
    const node = departmentOf(call, 'required');
    if (isAnswer(node)) return node;
    const result = JSON.stringify({ parent_id_list: pathOf(call.company, node.department.id) });
    return { kind: 'result', result, objects: [String(node.department.id)] };
  },
};

const listparentbyuser: Endpoint = {
  permission: PERMISSION,
  method: 'POST',
  answer(call) {
    const userid = text(call.parameters.userid);
    if (userid === null) return business('400002');
    const person = seePerson(call.company, userid, call.now);
    // KB:queries-the-list-of-all-parent-departments-of-a-user documents 33012 here.
    if (!person) return business('33012', [userid]);
    if (!personInScope(call.company, call.app.scope, person)) return business('50002', [userid]);
    const lists = person.memberships.map((each) => ({
      parent_dept_id_list: pathOf(call.company, each.departmentId),
    }));
    return { kind: 'result', result: JSON.stringify({ parent_list: lists }), objects: [userid] };
  },
};

export const departmentEndpoints: Record<string, Endpoint> = {
  '/topapi/v2/department/listsub': listsub,
  '/topapi/v2/department/listsubid': listsubid,
  '/topapi/v2/department/get': get,
  '/topapi/v2/department/listparentbydept': listparentbydept,
  '/topapi/v2/department/listparentbyuser': listparentbyuser,
};
