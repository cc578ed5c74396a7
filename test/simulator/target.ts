/** The target's reader and writer as one process has them: the contract of connectors/target.ts over faulty ways. */
import type {
  DepartmentChange,
  ItemResult,
  NewPerson,
  PersonChange,
  PersonIdType,
  TargetReader,
  TargetWriter,
} from '../../connectors/target.ts';
import type { TargetDepartment, TargetPerson } from '../../model/directory.ts';
import { ProblemError, problem } from '../../model/problem.ts';
import type { Problem } from '../../model/problem.ts';
import type { Chance } from './chance.ts';
import type { TargetFault } from './faults.ts';
import { REQUEST_LIMIT_MS } from './faults.ts';
import { copyOf, isRefused } from './pool.ts';
import type { Pool, Refused } from './pool.ts';
import type { Process, Simulation, Trip } from './simulation.ts';

export interface PoolWorld {
  simulation: Simulation;
  pool: Pool;
  chance: Chance;
  fault: (trip: Trip) => TargetFault | null;
  /** What meets a write for another reason than its number. @param moved the department that is moved */
  writeFault: (process: Process, moved: string | null) => TargetFault | null;
  /** Waits for a place under the limits, and notes the call. */
  limit: (process: Process, signal?: AbortSignal) => Promise<void>;
  /** Told when a write is sent; what it returns carries the write out, and watches what it changes. */
  sending: (process: Process) => <T>(effect: () => T) => T;
}

const unclear = (code: 'TARGET_TIMEOUT' | 'TARGET_UNAVAILABLE'): ProblemError =>
  new ProblemError(problem(code, {}, { effect: 'unknown' }));

/** One process's way to the target. */
class Way {
  readonly calls = { targetReads: 0, targetWrites: 0 };
  readonly #world: PoolWorld;
  readonly #process: Process;

  constructor(world: PoolWorld, process: Process) {
    this.#world = world;
    this.#process = process;
  }

  get pool(): Pool {
    return this.#world.pool;
  }

  async read<T>(name: string, look: () => T, signal?: AbortSignal): Promise<T> {
    const { simulation, chance } = this.#world;
    signal?.throwIfAborted();
    await this.#world.limit(this.#process, signal);
    this.calls.targetReads++;
    const trip = simulation.count('target', name);
    const fault = this.#world.fault(trip);
    const slow = fault?.what === 'slow' ? fault.ms : 0;
    const effect = (): T => {
      if (fault?.what === 'throttled') throw throttled();
      if (fault && fault.what !== 'slow') throw new ProblemError(problem('TARGET_UNREACHABLE'));
      return look();
    };
    const out = chance.whole(10, 120) + slow;
    return simulation.request(this.#process, trip, out, effect, chance.whole(10, 60));
  }

  /** Sends one write; @param effect is told whether only the first half of a batch is done */
  async write<T>(
    name: string,
    window: () => boolean,
    effect: Effect<T>,
    moved: string | null = null,
  ): Promise<T> {
    const { simulation, chance } = this.#world;
    await this.#world.limit(this.#process);
    if (!window()) throw new ProblemError(problem('TARGET_WRITE_NOT_SENT'));
    this.calls.targetWrites++;
    const trip = simulation.count('target', name);
    const fault = this.#world.fault(trip) ?? this.#world.writeFault(this.#process, moved);
    const carryOut = this.#world.sending(this.#process);
    const commit = (half: boolean): T => carryOut(() => effect(half));
    const out = chance.whole(10, 120);
    const back = chance.whole(10, 60);
    const ask = (after: number, end: () => T): Promise<T> =>
      simulation.request(this.#process, trip, after, end, back);
    const lose = (): never => {
      throw unclear(fault?.waits ? 'TARGET_TIMEOUT' : 'TARGET_UNAVAILABLE');
    };
    if (!fault) return ask(out, () => commit(false));
    if (fault.what === 'slow') return ask(fault.ms, () => commit(false));
    if (fault.what === 'throttled') {
      return ask(out, () => {
        throw throttled();
      });
    }
    if (fault.what === 'unsent') {
      return ask(out, () => {
        throw new ProblemError(problem('TARGET_UNREACHABLE'));
      });
    }
    const given = fault.waits ? REQUEST_LIMIT_MS : out;
    const done = fault.what === 'late' ? fault.ms : out;
    if (fault.what !== 'refused') {
      simulation.at(simulation.now + done, () => void commit(fault.what === 'half'));
    }
    return ask(Math.max(given, out + 1), lose);
  }
}

type Effect<T> = (half: boolean) => T;

const throttled = (): ProblemError =>
  new ProblemError(problem('TARGET_RATE_LIMITED', {}, { retryAfterMs: 1000 }));

function orThrow<T>(result: T | Refused): T {
  if (isRefused(result)) throw new ProblemError(result.refused);
  return result;
}

/** Reads are never behind the writes. */
function readerOf(way: Way): TargetReader {
  const { pool } = way;
  const byType: Partial<Record<PersonIdType, (it: TargetPerson) => string | null | undefined>> = {
    user_id: (it) => it.id,
    external_id: (it) => it.key,
    phone: (it) => it.fields.phone,
    email: (it) => it.fields.email,
    username: (it) => it.fields.username,
  };
  return {
    organization: (_code, signal) => way.read('organization', () => pool.organization, signal),
    organizations: (signal) =>
      way.read('organizations', () => (pool.organization ? [pool.organization] : []), signal),
    departments: (_code, signal) =>
      way.read(
        'departments',
        () => [...pool.departments.values()].map((it) => ({ ...it })),
        signal,
      ),
    departmentByKey: (_code, key, signal) =>
      way.read(
        'departmentByKey',
        () => {
          const found = pool.departmentByKey(key);
          return found ? { ...found } : null;
        },
        signal,
      ),
    people: (ids, type, signal) =>
      way.read(
        'people',
        () => {
          const wanted = new Set(ids);
          const name = byType[type];
          return [...pool.people.values()]
            .filter((it) => wanted.has(name?.(it) ?? ''))
            .map((it) => copyOf(it));
        },
        signal,
      ),
    peopleWith: (_field, _values, signal) => way.read('peopleWith', () => [], signal),
    memberIds: (_code, id, signal) => way.read('memberIds', () => pool.members(id), signal),
    customFields: (signal) => way.read('customFields', () => [], signal),
    calls: way.calls,
  };
}

export interface TargetParts {
  reader: TargetReader;
  writer: (window: () => boolean) => TargetWriter;
}

export function targetOf(world: PoolWorld, process: Process): TargetParts {
  const way = new Way(world, process);
  const reader = readerOf(way);
  return { reader, writer: (window) => writerOf(way, reader, window) };
}

function writerOf(way: Way, reader: TargetReader, window: () => boolean): TargetWriter {
  const { pool } = way;
  const notYet = (): Promise<never> => Promise.reject(new Error('not written by the pass'));
  return {
    createOrganization: async (code, name) =>
      orThrow(
        await way.write('createOrganization', window, () => pool.createOrganization(code, name)),
      ),
    renameOrganization: notYet,
    async createDepartment(code, department) {
      const { key, name, parentId } = department;
      const same = (it: TargetDepartment): boolean => it.name === name && it.parentId === parentId;
      try {
        return orThrow(
          await way.write('createDepartment', window, () => pool.createDepartment(department)),
        );
      } catch (error) {
        const it = problemIn(error);
        if (it.effect !== 'unknown' && it.code !== 'DATA_IDENTIFIER_TAKEN') throw error;
        const found = await reader.departmentByKey(code, key).catch(() => null);
        if (found && same(found)) return found;
        if (!found) throw error;
        throw new ProblemError(problem('DATA_KEY_TAKEN', {}, { effect: it.effect }));
      }
    },
    async updateDepartment(code, id, change) {
      try {
        const moved =
          change.parentId === undefined ? null : (pool.departments.get(id)?.key ?? null);
        orThrow(
          await way.write(
            'updateDepartment',
            window,
            () => pool.updateDepartment(id, change),
            moved,
          ),
        );
      } catch (error) {
        if (problemIn(error).effect !== 'unknown') throw error;
        const all = await reader.departments(code).catch(() => []);
        const found = all.find((it) => it.id === id);
        if (!found || !hasChange(found, change)) throw error;
      }
    },
    adoptDepartment: notYet,
    deleteDepartment: notYet,
    createPeople: (people) => createPeople(way, reader, window, people),
    updatePeople: (changes) => updatePeople(way, reader, window, changes),
    async releaseIdentifiers(id, fields, username) {
      try {
        orThrow(
          await way.write('releaseIdentifiers', window, () => pool.release(id, fields, username)),
        );
      } catch (error) {
        if (problemIn(error).effect !== 'unknown') throw error;
        const [found] = await reader.people([id], 'user_id').catch(() => []);
        if (!found || fields.some((it) => found.fields[it] && found.fields[it] !== username))
          throw error;
      }
    },
    addMembers: (code, id, ids) =>
      changeMembers(way, reader, window, { way: 'add', code, id, ids }),
    removeMembers: (code, id, ids) =>
      changeMembers(way, reader, window, { way: 'remove', code, id, ids }),
    defineCustomFields: notYet,
    calls: way.calls,
  };
}

function problemIn(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  throw error;
}

function hasChange(found: TargetDepartment, { name, parentId }: DepartmentChange): boolean {
  return (
    (name === undefined || found.name === name) &&
    (parentId === undefined || found.parentId === parentId)
  );
}

type Item = ItemResult<TargetPerson>;

/** Sends a batch; after an unclear reply every item is read back, and nothing is sent again. */
async function settle<T>(
  items: T[],
  send: () => Promise<(TargetPerson | Refused)[]>,
  shown: () => Promise<(TargetPerson | null)[]>,
): Promise<Item[]> {
  try {
    const results = await send();
    return results.map((it) =>
      isRefused(it)
        ? { outcome: 'refused', problem: it.refused }
        : { outcome: 'done', value: copyOf(it) },
    );
  } catch (error) {
    const it = problemIn(error);
    if (it.effect !== 'unknown') throw error;
    const found = await shown().catch(() => items.map(() => null));
    return found.map((value) =>
      value ? { outcome: 'done', value } : { outcome: 'unknown', problem: it },
    );
  }
}

const halfOf = <T>(items: T[], half: boolean): T[] =>
  half ? items.slice(0, Math.ceil(items.length / 2)) : items;

function shows(stored: object, sent: object): boolean {
  const has = stored as Record<string, unknown>;
  return Object.entries(sent).every(([name, value]) => value === undefined || has[name] === value);
}

async function createPeople(
  way: Way,
  reader: TargetReader,
  window: () => boolean,
  people: NewPerson[],
): Promise<Item[]> {
  const keys = people.map((it) => it.key);
  const isOurs = (it: NewPerson, found: TargetPerson | undefined): found is TargetPerson =>
    found !== undefined &&
    shows(found.fields, it.fields) &&
    it.departmentIds.every((id) => found.departmentIds?.includes(id));
  const shown = async (): Promise<(TargetPerson | null)[]> => {
    const found = await reader.people(keys, 'external_id');
    return people.map((it) => {
      const one = found.find((other) => other.key === it.key);
      return isOurs(it, one) ? one : null;
    });
  };
  const results = await settle(
    people,
    () =>
      way.write('createPeople', window, (half) =>
        halfOf(people, half).map((it) => way.pool.createPerson(it)),
      ),
    shown,
  );
  const taken = results.some(
    (it) => it.outcome === 'refused' && it.problem.code === 'DATA_KEY_TAKEN',
  );
  if (!taken) return results;
  const found = await shown().catch(() => people.map(() => null));
  return results.map((it, at): Item => {
    const value = found[at];
    const explained = it.outcome === 'refused' && it.problem.code === 'DATA_KEY_TAKEN' && value;
    return explained ? { outcome: 'done', value } : it;
  });
}

async function updatePeople(
  way: Way,
  reader: TargetReader,
  window: () => boolean,
  changes: PersonChange[],
): Promise<Item[]> {
  const ids = changes.map((it) => it.id);
  return settle(
    changes,
    () =>
      way.write('updatePeople', window, (half) =>
        halfOf(changes, half).map((it) => way.pool.updatePerson(it)),
      ),
    async () => {
      const found = await reader.people(ids, 'user_id');
      return changes.map((it) => {
        const one = found.find((other) => other.id === it.id);
        return one && shows(one.fields, it.fields) ? one : null;
      });
    },
  );
}

async function changeMembers(
  way: Way,
  reader: TargetReader,
  window: () => boolean,
  change: { way: 'add' | 'remove'; code: string; id: string; ids: string[] },
): Promise<void> {
  const { id, ids } = change;
  try {
    orThrow(
      await way.write(`${change.way}Members`, window, (half) =>
        way.pool.changeMembers(change.way, id, halfOf(ids, half)),
      ),
    );
  } catch (error) {
    const it = problemIn(error);
    if (it.code === 'DATA_DEPARTMENT_GONE' && change.way === 'remove') return;
    if (it.effect !== 'unknown') throw error;
    const members = await reader.memberIds(change.code, id).catch(() => null);
    if (!members || !ids.every((one) => members.includes(one) === (change.way === 'add'))) {
      throw error;
    }
  }
}
