/** A company in memory, indexed both ways, with every read at the speed the vendor answers. */
import { ROOT } from './company.ts';
import type { App, CompanyData, Department, Leaver, Person, Scope } from './company.ts';
import { createPast } from './past.ts';
import type { Past } from './past.ts';

export interface DepartmentNode {
  department: Department;
  children: number[];
  /** Userids in the order in which they entered. */
  members: string[];
}

export interface Company {
  corpId: string;
  name: string;
  standing: CompanyData['standing'];
  nodes: Map<number, DepartmentNode>;
  people: Map<string, Person>;
  apps: App[];
  leavers: Leaver[];
  sequence: number;
  /** Earlier states that reads may still see, when staleness is switched on. */
  past: Past;
}

export function openCompany(data: CompanyData): Company {
  const company: Company = {
    corpId: data.corpId,
    name: data.name,
    standing: data.standing,
    nodes: new Map(),
    people: new Map(),
    apps: data.apps,
    leavers: data.leavers,
    sequence: data.sequence,
    past: createPast(),
  };
  for (const department of data.departments) {
    company.nodes.set(department.id, { department, children: [], members: [] });
  }
  for (const { department } of company.nodes.values()) {
    if (department.id !== ROOT)
      company.nodes.get(department.parentId)?.children.push(department.id);
  }
  const entries: { entered: number; userid: string; members: string[] }[] = [];
  for (const person of data.people) {
    company.people.set(person.userid, person);
    for (const membership of person.memberships) {
      const members = company.nodes.get(membership.departmentId)?.members;
      if (members) entries.push({ entered: membership.entered, userid: person.userid, members });
    }
  }
  entries.sort((a, b) => a.entered - b.entered);
  for (const entry of entries) entry.members.push(entry.userid);
  return company;
}

export function companyData(company: Company): CompanyData {
  return {
    corpId: company.corpId,
    name: company.name,
    standing: company.standing,
    departments: [...company.nodes.values()].map((node) => node.department),
    people: [...company.people.values()],
    apps: company.apps,
    leavers: company.leavers,
    sequence: company.sequence,
  };
}

/** The department as a reader sees it now; undefined when there is none. */
export function seeDepartment(
  company: Company,
  id: number,
  now: number,
): DepartmentNode | undefined {
  const past = company.past.see(`d:${id}`, now);
  if (past) return (past.value as DepartmentNode | null) ?? undefined;
  return company.nodes.get(id);
}

/** The person as a reader sees them now; undefined when there is none. */
export function seePerson(company: Company, userid: string, now: number): Person | undefined {
  const past = company.past.see(`p:${userid}`, now);
  if (past) return (past.value as Person | null) ?? undefined;
  return company.people.get(userid);
}

/** Ids from the department itself up to the root; ends at a missing parent or a cycle. */
export function pathOf(company: Company, id: number): number[] {
  const path: number[] = [];
  let at = company.nodes.get(id);
  while (at && !path.includes(at.department.id)) {
    path.push(at.department.id);
    at = company.nodes.get(at.department.parentId);
  }
  return path;
}

export function departmentInScope(company: Company, scope: Scope, id: number): boolean {
  if (scope.departments.includes(ROOT)) return true;
  return pathOf(company, id).some((each) => scope.departments.includes(each));
}

export function personInScope(company: Company, scope: Scope, person: Person): boolean {
  if (scope.departments.includes(ROOT) || scope.people.includes(person.userid)) return true;
  return person.memberships.some((each) => departmentInScope(company, scope, each.departmentId));
}
