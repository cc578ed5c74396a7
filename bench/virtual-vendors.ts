/** Vendors without faults for virtual time: they answer at once what a generated organisation is, after a latency. */
import type { Source } from '../connectors/source.ts';
import type { TargetReader, TargetWriter } from '../connectors/target.ts';
import { slots } from '../connectors/authing/slots.ts';
import { CALLS_AT_ONCE } from '../connectors/authing/client.ts';
import type {
  SourceDepartment,
  SourcePerson,
  TargetDepartment,
  TargetOrganization,
  TargetPerson,
} from '../model/directory.ts';
import type { Organization } from './organization.ts';
import type { Process, Simulation } from '../test/simulator/simulation.ts';

/** Waits until a call of this interface may be made. */
export type Limit = (name: string, signal?: AbortSignal) => Promise<void>;

/** One vendor as one process reaches it. */
export interface Way {
  simulation: Simulation;
  process: Process;
  /** Milliseconds of one way. */
  latency: () => number;
  limit: Limit;
  /** Calls by interface. */
  calls: Map<string, number>;
}

async function ask<T>(way: Way, name: string, look: () => T, signal?: AbortSignal): Promise<T> {
  await way.limit(name, signal);
  way.calls.set(name, (way.calls.get(name) ?? 0) + 1);
  const { simulation, process, latency } = way;
  return simulation.request(process, simulation.count('source', name), latency(), look, latency());
}

const PAGE = 100;
const notAsked = (): Promise<never> => Promise.reject(new Error('not asked by a clean import'));

export function sourceIn(way: Way, organization: Organization): Source {
  const children = new Map<string, SourceDepartment[]>();
  for (const it of organization.departments) {
    const parent = it.parentId ?? '';
    children.set(parent, [...(children.get(parent) ?? []), it]);
  }
  const members = new Map<string, SourcePerson[]>();
  for (const person of organization.people) {
    for (const id of person.departmentIds) {
      const there = members.get(id);
      if (there) there.push(person);
      else members.set(id, [person]);
    }
  }
  const scopes = { departmentIds: ['1'], personIds: [], fields: [] };
  return {
    scopes: (signal) => ask(way, 'auth/scopes', () => scopes, signal),
    department: notAsked,
    childDepartments: (id, signal) =>
      ask(way, 'department/listsub', () => children.get(id) ?? [], signal),
    members: (id, cursor, signal) =>
      ask(
        way,
        'user/list',
        () => {
          const all = members.get(id) ?? [];
          const people = all.slice(cursor, cursor + PAGE);
          const next = cursor + PAGE < all.length ? { next: cursor + PAGE } : {};
          return { people, rejected: [], ...next };
        },
        signal,
      ),
    memberIds: (id, signal) =>
      ask(way, 'user/listid', () => (members.get(id) ?? []).map((it) => it.id), signal),
    person: notAsked,
    departmentPath: notAsked,
    peopleCount: (signal) => ask(way, 'user/count', () => organization.people.length, signal),
    calls: { source: 0 },
  };
}

/** What one connection has at the target. */
export class VirtualPool {
  organization: TargetOrganization | null = null;
  readonly departments = new Map<string, TargetDepartment>();
  readonly people = new Map<string, TargetPerson>();
}

export function targetIn(
  way: Way,
  pool: VirtualPool,
): { reader: TargetReader; writer: () => TargetWriter } {
  const slot = slots(CALLS_AT_ONCE);
  const call = async <T>(name: string, look: () => T, signal?: AbortSignal): Promise<T> => {
    const leave = await slot(signal);
    return ask(way, name, look, signal).finally(leave);
  };
  const reader: TargetReader = {
    organization: (_code, signal) => call('get-organization', () => pool.organization, signal),
    organizations: notAsked,
    departments: (_code, signal) =>
      call('get-all-departments', () => [...pool.departments.values()], signal),
    departmentByKey: notAsked,
    people: (ids, _type, signal) =>
      call('get-user-batch', () => ids.flatMap((id) => pool.people.get(id) ?? []), signal),
    memberIds: notAsked,
    customFields: notAsked,
    peopleWith: notAsked,
    calls: { targetReads: 0 },
  };
  return { reader, writer: () => writerIn(call, pool) };
}

type Call = <T>(name: string, look: () => T) => Promise<T>;

function writerIn(call: Call, pool: VirtualPool): TargetWriter {
  return {
    createOrganization: (code, name) =>
      call('create-organization', () => (pool.organization = { code, name, rootId: 'root' })),
    createDepartment: (_code, { key, name, parentId }) =>
      call('create-department', () => {
        const exists = parentId === 'root' || pool.departments.has(parentId);
        if (!exists || pool.departments.has(`d${key}`)) throw new Error(`out of order: ${key}`);
        const made = { id: `d${key}`, key, code: null, parentId, name, leaderIds: [] };
        pool.departments.set(made.id, made);
        return made;
      }),
    createPeople: (people) =>
      call('create-users-batch', () =>
        people.map(({ key, fields, departmentIds }) => {
          if (pool.people.has(key)) throw new Error(`twice: ${key}`);
          const status = 'Activated' as const;
          const value = { id: `u${key}`, key, status, fields, departmentIds };
          pool.people.set(key, value);
          return { outcome: 'done' as const, value };
        }),
      ),
    renameOrganization: notAsked,
    updateDepartment: notAsked,
    adoptDepartment: notAsked,
    deleteDepartment: notAsked,
    updatePeople: notAsked,
    releaseIdentifiers: notAsked,
    addMembers: notAsked,
    removeMembers: notAsked,
    defineCustomFields: notAsked,
    calls: { targetWrites: 0 },
  };
}
