/** The filters of list-users: key words, and conditions on fields, departments and custom fields (reference 3.5). */
import { Failure, badParameter } from './envelope.ts';
import { DEPARTMENT_ID_TYPES, departmentUnder, organizationNotFound } from './department-lookup.ts';
import { choice, flag, isObject, requiredText, section, text } from './parameters.ts';
import { USER_STATUSES } from './records.ts';
import type { Call } from './call.ts';
import type { User } from './records.ts';

export type Test = (user: User) => boolean;

export interface UserFilter {
  tests: Test[];
  /** When set, only people of these departments can pass: who lists need not look at all others. */
  departmentIds: ReadonlySet<string> | null;
}

const FUZZY_BY_DEFAULT = ['phone', 'email', 'name', 'username', 'nickname'];
/** Fields that need logins or sources, which the sandbox does not have. */
const NOT_SIMULATED = new Set(['loggedInApps', 'lastLoginApp', 'userSource', 'identity']);

export function userFilterIn(call: Call): UserFilter {
  const { params } = call;
  if (params['searchQuery'] !== undefined) {
    throw new Failure(501, 'searchQuery is not simulated');
  }
  const filter: UserFilter = { tests: [], departmentIds: null };
  const keywords = text(params, 'keywords');
  if (keywords !== undefined && keywords !== '') {
    const given = section(params, 'options')['fuzzySearchOn'];
    const fields =
      Array.isArray(given) && given.length > 0 ? (given as string[]) : FUZZY_BY_DEFAULT;
    filter.tests.push((user) => fields.some((it) => String(fieldOf(user, it)).includes(keywords)));
  }
  const conditions = params['advancedFilter'] ?? [];
  if (!Array.isArray(conditions)) throw badParameter('advancedFilter');
  for (const condition of conditions as unknown[]) addCondition(call, filter, condition);
  return filter;
}

/** The value of a field as filters and sorting see it; an empty text when there is none. */
export function fieldOf(user: User, field: string): unknown {
  switch (field) {
    case 'id':
      return user.id;
    case 'status':
      return user.status;
    case 'createdAt':
    case 'updatedAt':
    case 'statusChangedAt':
      return user[field];
    case 'signedUp':
      return user.createdAt;
    case 'loginsCount':
      return 0;
    case 'gender':
      return user.profile['gender'] ?? 'U';
    default:
      return user.profile[field] ?? user.customData[field] ?? '';
  }
}

function addCondition(call: Call, filter: UserFilter, condition: unknown): void {
  if (!isObject(condition)) throw badParameter('advancedFilter');
  const field = requiredText(condition, 'field');
  const operator = requiredText(condition, 'operator');
  const { value } = condition;
  if (NOT_SIMULATED.has(field)) throw new Failure(501, `the filter ${field} is not simulated`);
  if (field === 'department') {
    const ids = departmentsIn(call, value);
    filter.departmentIds ??= ids;
    filter.tests.push((user) => user.memberships.some((it) => ids.has(it.departmentId)));
    return;
  }
  if (field === 'status') {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    if (values.some((it) => !(USER_STATUSES as readonly unknown[]).includes(it))) {
      throw badParameter('status');
    }
  }
  const passes = comparison(operator, value);
  filter.tests.push((user) => passes(fieldOf(user, field)));
}

function comparison(operator: string, value: unknown): (actual: unknown) => boolean {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  const [low, high] = values;
  switch (operator) {
    case 'EQUAL':
      return (actual) => actual === value;
    case 'NOT_EQUAL':
      return (actual) => actual !== value;
    case 'CONTAINS':
      return (actual) => String(actual).includes(String(value));
    case 'NOT_CONTAINS':
      return (actual) => !String(actual).includes(String(value));
    case 'IS_NULL':
      return (actual) => actual === '';
    case 'NOT_NULL':
      return (actual) => actual !== '';
    case 'IN':
      return (actual) => values.includes(actual);
    case 'GREATER':
      return (actual) => Number(actual) >= Number(value);
    case 'LESSER':
      return (actual) => Number(actual) <= Number(value);
    case 'BETWEEN':
      return (actual) => Number(actual) >= Number(low) && Number(actual) <= Number(high);
    default:
      throw badParameter('operator');
  }
}

function departmentsIn(call: Call, value: unknown): ReadonlySet<string> {
  if (!Array.isArray(value)) throw badParameter('department');
  const ids = new Set<string>();
  for (const one of value as unknown[]) {
    if (!isObject(one)) throw badParameter('department');
    const code = requiredText(one, 'organizationCode');
    const organization = call.pool.departments.organization(code);
    if (organization === undefined) throw organizationNotFound(code);
    const type = choice(one, 'departmentIdType', DEPARTMENT_ID_TYPES) ?? 'department_id';
    const top = departmentUnder(call, organization, requiredText(one, 'departmentId'), type);
    if (top === undefined) throw badParameter('department');
    ids.add(top.id);
    if (!flag(one, 'includeChildrenDepartments')) continue;
    for (const below of call.pool.departments.below(top.id)) ids.add(below.id);
  }
  return ids;
}
