/** The lists of a department's direct members: pages of at most 100, or ids in one piece. */
import { wholeNumber } from './call.ts';
import type { Call, Endpoint } from './call.ts';
import type { Person } from './company.ts';
import { byDigits, departmentOf, isAnswer, outOfScope } from './departments.ts';
import { personInScope, seePerson } from './directory.ts';
import type { DepartmentNode } from './directory.ts';
import { business } from './envelope.ts';
import type { Answer } from './envelope.ts';
import { listItem } from './wire.ts';

/** KB of listsimple: at most 100 a page; user/list names no number, all consumers use 100 or less. */
const PAGE_MAX = 100;
const ORDERS = ['entry_asc', 'entry_desc', 'modify_asc', 'modify_desc', 'custom'];

interface Page {
  people: Person[];
  /** Cursor of the next page; null on the last. */
  next: number | null;
}

/** People outside a partial scope are missing from the list. */
function membersOf(call: Call, node: DepartmentNode, order: string): Person[] {
  const people: Person[] = [];
  for (const userid of node.members) {
    const person = seePerson(call.company, userid, call.now);
    if (person && personInScope(call.company, call.app.scope, person)) people.push(person);
  }
  const here = (person: Person): string =>
    person.memberships.find((each) => each.departmentId === node.department.id)?.order ?? '0';
  switch (order) {
    case 'entry_asc':
      return people;
    case 'entry_desc':
      return people.reverse();
    case 'modify_asc':
      return people.sort((a, b) => a.modified - b.modified);
    case 'modify_desc':
      return people.sort((a, b) => b.modified - a.modified);
    default:
      return people.sort((a, b) => byDigits(here(b), here(a)));
  }
}

// Sorting 10,000 members for each of their 100 pages would be the slowest thing here.
const sortedMembers = new WeakMap<
  DepartmentNode,
  { key: string; sequence: number; people: Person[] }
>();

function orderedMembers(call: Call, node: DepartmentNode, order: string): Person[] {
  const { scope, appKey } = call.app;
  const key = `${order}\n${appKey}\n${scope.departments.join()}\n${scope.people.join()}`;
  const cached = sortedMembers.get(node);
  const { sequence, past } = call.company;
  if (past.busy(call.now)) return membersOf(call, node, order);
  if (cached?.key === key && cached.sequence === sequence) return cached.people;
  const people = membersOf(call, node, order);
  sortedMembers.set(node, { key, sequence, people });
  return people;
}

/** An opaque cursor still has to name a place; it is not the offset, and still a whole number. */
const toCursor = (offset: number, call: Call): number =>
  call.switches.cursor === 'opaque' && offset > 0 ? 1_000_000_007 + offset * 31 : offset;

function fromCursor(cursor: number, call: Call): number | null {
  if (call.switches.cursor !== 'opaque' || cursor === 0) return cursor >= 0 ? cursor : null;
  const offset = (cursor - 1_000_000_007) / 31;
  return Number.isInteger(offset) && offset > 0 ? offset : null;
}

function pageOf(call: Call, all: Person[], offset: number, size: number): Page {
  const { switches, spoil } = call;
  if (spoil === 'empty-list') return { people: [], next: null };
  const skipped = spoil === 'missing-page' ? offset + size : offset;
  const end = skipped + size;
  const first = switches.repeatAcrossPages && skipped > 0 ? skipped - 1 : skipped;
  const people = all.slice(first, end);
  if (end < all.length && spoil !== 'early-end') return { people, next: toCursor(end, call) };
  return { people, next: cursorAfterLast(call, people, { offset, size }) };
}

/** Null, unless the switch lets an empty page follow a full last one, or itself. */
function cursorAfterLast(
  call: Call,
  people: Person[],
  { offset, size }: { offset: number; size: number },
): number | null {
  const { emptyLastPage } = call.switches;
  if (emptyLastPage !== 'never' && people.length === size) return toCursor(offset + size, call);
  if (emptyLastPage === 'forever' && people.length === 0 && offset > 0) {
    return toCursor(offset, call);
  }
  return null;
}

interface PageRequest {
  node: DepartmentNode;
  page: Page;
}

function readPage(call: Call, sizeCode: string, cursorCode: string): PageRequest | Answer {
  const node = departmentOf(call, 'required');
  if (isAnswer(node)) return node;
  const refused = outOfScope(call, node);
  if (refused) return refused;
  const cursor = wholeNumber(call.parameters.cursor);
  const asked = wholeNumber(call.parameters.size);
  if (cursor === undefined || asked === undefined) return business('400002');
  if (asked === null || asked < 1) return business(sizeCode);
  if (asked > PAGE_MAX && call.switches.oversizedPage === 'refuse') return business(sizeCode);
  const order = call.parameters.order_field ?? 'custom';
  if (typeof order !== 'string' || !ORDERS.includes(order)) return business('40035');
  const offset = cursor === null ? null : fromCursor(cursor, call);
  if (offset === null) return business(cursorCode);
  const all = orderedMembers(call, node, order);
  return { node, page: pageOf(call, all, offset, Math.min(asked, PAGE_MAX)) };
}

function pageResult(page: Page, items: string[]): string {
  const next = page.next === null ? '' : `,"next_cursor":${page.next}`;
  return `{"has_more":${page.next !== null}${next},"list":[${items.join()}]}`;
}

const list: Endpoint = {
  permission: 'qyapi_get_department_member',
  method: 'POST',
  answer(call) {
    const read = readPage(call, String(call.switches.pageSizeCode), '40035');
    if ('kind' in read) return read;
    const { id } = read.node.department;
    const items = read.page.people.map((person) => listItem(call, person, id));
    return { kind: 'result', result: pageResult(read.page, items), objects: [String(id)] };
  },
};

const listsimple: Endpoint = {
  permission: 'qyapi_get_department_member',
  method: 'POST',
  answer(call) {
    const read = readPage(call, '40069', '40068');
    if ('kind' in read) return read;
    const { id } = read.node.department;
    const items = read.page.people.map(({ userid, name }) => JSON.stringify({ userid, name }));
    return { kind: 'result', result: pageResult(read.page, items), objects: [String(id)] };
  },
};

/** Not limited by the app's scope, and in one piece, says its page. */
const listid: Endpoint = {
  permission: 'qyapi_get_member',
  method: 'POST',
  answer(call) {
    const node = departmentOf(call, 'required');
    if (isAnswer(node)) return node;
    const ids = call.spoil === 'empty-list' ? [] : node.members;
    const result = JSON.stringify({ userid_list: ids });
    return { kind: 'result', result, objects: [String(node.department.id)] };
  },
};

export const memberEndpoints: Record<string, Endpoint> = {
  '/topapi/v2/user/list': list,
  '/topapi/user/listsimple': listsimple,
  '/topapi/user/listid': listid,
};
