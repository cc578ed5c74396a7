/** The example company: Beijing Feihua Technology with three departments and four people. */
import { ALL_PERMISSIONS, ROOT } from './company.ts';
import type { App, CompanyData, Department, Membership, Person } from './company.ts';

export const EXAMPLE_NAME = '北京飞花科技有限公司';
/** Documentation address (RFC 5737), the example company's egress. */
export const EXAMPLE_EGRESS = '198.51.100.7';

export function newDepartment(id: number, name: string, parentId: number): Department {
  return {
    id,
    name,
    parentId,
    order: String(id),
    managers: [],
    createDeptGroup: true,
    autoAddUser: true,
    hideDept: false,
    outerDept: false,
  };
}

export function newPerson(
  userid: string,
  name: string,
  memberships: Membership[],
  createdAt: number,
): Person {
  return {
    userid,
    // Real ones end like this; they are unique per person and developer organisation.
    unionid: `${Buffer.from(userid).toString('base64url')}iE`,
    name,
    memberships,
    active: true,
    admin: false,
    boss: false,
    senior: false,
    realAuthed: true,
    hideMobile: false,
    exclusiveAccount: false,
    createdAt,
    modified: 0,
  };
}

/** An app that may read everything, from the given egress addresses. */
export function newApp(number: number, allowList: string[]): App {
  const digits = String(number).padStart(8, '0');
  return {
    appKey: `dingsimappkey${digits}`,
    appSecret: `sandbox-app-secret-${digits}`,
    permissions: [...ALL_PERMISSIONS],
    fields: { mobile: true, email: true },
    scope: { departments: [ROOT], people: [] },
    allowList,
    enabled: true,
  };
}

export function emptyCompany(corpId: string, name: string, apps: App[]): CompanyData {
  return {
    corpId,
    name,
    standing: 'open',
    departments: [{ ...newDepartment(ROOT, name, 0), order: '0' }],
    people: [],
    apps,
    leavers: [],
    sequence: 0,
  };
}

/** @param corpId also its own, so that several examples may stand side by side. */
export function exampleCompany(corpId: string, apps: App[], createdAt: number): CompanyData {
  const company = emptyCompany(corpId, EXAMPLE_NAME, apps);
  const [research, commerce, operations] = [300000001, 300000002, 300000003];
  company.departments.push(
    newDepartment(research, '研发部', ROOT),
    newDepartment(commerce, '商业化部', ROOT),
    newDepartment(operations, '运营部', ROOT),
  );
  const people: [string, string, number, string, string][] = [
    ['feihua-0001', '小红', research, '13800000001', 'xiaohong'],
    ['feihua-0002', '李明', research, '13800000002', 'liming'],
    ['feihua-0003', '王芳', commerce, '13800000003', 'wangfang'],
    ['0104052619960717', '陈晨', operations, '13800000004', 'chenchen'],
  ];
  for (const [userid, name, departmentId, mobile, mailbox] of people) {
    company.sequence += 1;
    const entered = company.sequence;
    const order = (176300000000000513n + BigInt(entered)).toString();
    const person = newPerson(
      userid,
      name,
      [{ departmentId, order, leader: false, entered }],
      createdAt,
    );
    company.people.push({
      ...person,
      modified: entered,
      mobile,
      stateCode: '86',
      email: `${mailbox}@example.com`,
      jobNumber: `FH${String(entered).padStart(4, '0')}`,
      title: '工程师',
    });
  }
  return company;
}
