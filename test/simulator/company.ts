/** The source: an organisation that changes while it is read, seen as it was some seconds ago. */
import type { Source } from '../../connectors/source.ts';
import type { ObjectRef, SourceDepartment, SourcePerson } from '../../model/directory.ts';
import { ProblemError, problem } from '../../model/problem.ts';
import type { Chance } from './chance.ts';
import type { SourceFault } from './faults.ts';
import type { Process, Simulation, Trip } from './simulation.ts';
import type { Edit } from './edits.ts';

/** One state of the organisation; never changed, only followed by another. */
export interface State {
  departments: Map<string, SourceDepartment>;
  people: Map<string, SourcePerson>;
}

const PAGE = 3;

/** The organisation over time. */
export class Company {
  readonly #versions: { at: number; state: State }[];

  constructor(departments: SourceDepartment[], people: SourcePerson[]) {
    const state: State = { departments: new Map(), people: new Map() };
    state.departments.set('1', { id: '1', parentId: null, name: 'Company' });
    for (const it of departments) {
      const known = it.parentId !== null && state.departments.has(it.parentId);
      state.departments.set(it.id, { ...it, parentId: known ? it.parentId : '1' });
    }
    for (const it of people) state.people.set(it.id, placed(state, it));
    this.#versions = [{ at: -Infinity, state }];
  }

  /** The state at a time. */
  at(time: number): State {
    for (let n = this.#versions.length - 1; ; n--) {
      const version = this.#versions[n];
      if (!version) throw new Error('before all time');
      if (version.at <= time) return version.state;
    }
  }

  get last(): State {
    return this.at(Infinity);
  }

  /** Carries an edit out, if it makes sense; says which objects it is about. */
  edit(now: number, edit: Edit): ObjectRef[] {
    const state: State = {
      departments: new Map(this.last.departments),
      people: new Map(this.last.people),
    };
    const touched = change(state, edit);
    if (touched.length > 0) this.#versions.push({ at: now, state });
    return touched;
  }
}

/** Nobody is without a department, or in one that does not exist. */
function placed(state: State, person: SourcePerson): SourcePerson {
  const departmentIds = person.departmentIds.filter((id) => state.departments.has(id));
  return { ...person, departmentIds: departmentIds.length > 0 ? departmentIds : ['1'] };
}

/** Ids from a department up to the root. */
function pathOf(state: State, id: string): string[] | 'gone' {
  if (!state.departments.has(id)) return 'gone';
  const path: string[] = [];
  for (let at: string | null = id; at !== null; at = state.departments.get(at)?.parentId ?? null) {
    path.push(at);
  }
  return path;
}

function isBelow(state: State, id: string, above: string): boolean {
  const path = pathOf(state, id);
  return path !== 'gone' && path.includes(above);
}

function changePerson(state: State, edit: Edit): ObjectRef[] {
  const id = edit.kind === 'person-added' ? edit.person.id : 'id' in edit ? edit.id : '';
  const known = state.people.get(id);
  const touched: ObjectRef[] = [{ kind: 'person', id }];
  if (edit.kind === 'person-added') {
    if (known) return [];
    state.people.set(id, placed(state, edit.person));
    return touched;
  }
  if (!known) return [];
  if (edit.kind === 'person-removed') state.people.delete(id);
  else if (edit.kind === 'person-moved') {
    state.people.set(id, placed(state, { ...known, departmentIds: edit.departments }));
  } else if (edit.kind === 'person-changed') {
    const changed = placed(state, { ...known, ...edit.change });
    for (const field of ['mobile', 'email', 'avatar'] as const) {
      if (changed[field] === '') delete changed[field];
    }
    state.people.set(id, changed);
  }
  return touched;
}

function change(state: State, edit: Edit): ObjectRef[] {
  if (edit.kind.startsWith('person')) return changePerson(state, edit);
  if (edit.kind === 'department-added') {
    const { department } = edit;
    if (state.departments.has(department.id)) return [];
    const known = department.parentId !== null && state.departments.has(department.parentId);
    state.departments.set(department.id, {
      ...department,
      parentId: known ? department.parentId : '1',
    });
    return [{ kind: 'department', id: department.id }];
  }
  if (!('id' in edit) || edit.id === '1') return [];
  const known = state.departments.get(edit.id);
  if (!known) return [];
  if (edit.kind === 'department-renamed') {
    state.departments.set(edit.id, { ...known, name: edit.name });
  } else if (edit.kind === 'department-moved') {
    const sound = state.departments.has(edit.parentId) && !isBelow(state, edit.parentId, edit.id);
    if (!sound || known.parentId === edit.parentId) return [];
    state.departments.set(edit.id, { ...known, parentId: edit.parentId });
  } else return removeDepartment(state, edit.id);
  return [{ kind: 'department', id: edit.id }];
}

/** DingTalk removes only departments without children; people who are only there go up first. */
function removeDepartment(state: State, id: string): ObjectRef[] {
  if ([...state.departments.values()].some((it) => it.parentId === id)) return [];
  const parent = state.departments.get(id)?.parentId ?? '1';
  const touched: ObjectRef[] = [{ kind: 'department', id }];
  state.departments.delete(id);
  for (const person of state.people.values()) {
    if (!person.departmentIds.includes(id)) continue;
    const left = person.departmentIds.filter((it) => it !== id);
    state.people.set(person.id, { ...person, departmentIds: left.length > 0 ? left : [parent] });
    touched.push({ kind: 'person', id: person.id });
  }
  return touched;
}

export interface CompanyWorld {
  simulation: Simulation;
  company: Company;
  /** What the app may see. */
  roots: string[];
  staleMs: number;
  chance: Chance;
  fault: (trip: Trip) => SourceFault | null;
  /** Waits for a place under the limits, and notes the call. */
  limit: (process: Process, name: string, signal?: AbortSignal) => Promise<void>;
}

/** The source as one process reads it. */
export function sourceOf(world: CompanyWorld, process: Process): Source {
  const calls = { source: 0 };
  async function read<T>(
    name: string,
    signal: AbortSignal | undefined,
    look: (state: State) => T,
    wrong: (what: 'empty' | 'cut', value: T) => T = (_what, value) => value,
  ): Promise<T> {
    const { simulation, chance } = world;
    signal?.throwIfAborted();
    await world.limit(process, name, signal);
    calls.source++;
    const trip = simulation.count('source', name);
    const fault = world.fault(trip);
    const lag = chance.yes(0.5) ? 0 : chance.whole(0, world.staleMs);
    const effect = (): T => {
      if (fault?.what === 'broken') throw new ProblemError(problem('SOURCE_UNAVAILABLE'));
      if (fault?.what === 'throttled') {
        throw new ProblemError(problem('SOURCE_RATE_LIMITED', {}, { retryAfterMs: 1000 }));
      }
      const value = look(world.company.at(simulation.now - lag));
      return fault?.what === 'empty' || fault?.what === 'cut' ? wrong(fault.what, value) : value;
    };
    const extra = fault?.what === 'slow' ? chance.whole(500, 9000) : 0;
    const out = chance.whole(10, 120) + Math.floor(extra / 2);
    const asked = simulation.request(process, trip, out, effect, chance.whole(10, 60) + extra / 2);
    return signal ? abortable(asked, signal) : asked;
  }
  const members = (state: State, id: string): SourcePerson[] =>
    [...state.people.values()].filter((it) => it.departmentIds.includes(id));
  return {
    scopes: (signal) =>
      read('auth/scopes', signal, () => ({
        departmentIds: world.roots,
        personIds: [],
        fields: [],
      })),
    department: (id, signal) =>
      read('department/get', signal, (state) => state.departments.get(id) ?? 'gone'),
    childDepartments: (id, signal) =>
      read(
        'department/listsub',
        signal,
        (state) =>
          state.departments.has(id)
            ? [...state.departments.values()].filter((it) => it.parentId === id)
            : 'gone',
        (what, value) => (value === 'gone' ? value : value.slice(0, what === 'empty' ? 0 : 1)),
      ),
    members: (id, cursor, signal) =>
      read(
        'user/list',
        signal,
        (state) => {
          if (!state.departments.has(id)) return 'gone';
          const all = members(state, id);
          const people = all.slice(cursor, cursor + PAGE);
          const more = all.length > cursor + PAGE;
          return { people, rejected: [], ...(more ? { next: cursor + PAGE } : {}) };
        },
        (what, value) => {
          if (value === 'gone') return value;
          return { people: what === 'empty' ? [] : value.people, rejected: [] };
        },
      ),
    memberIds: (id, signal) =>
      read('user/listid', signal, (state) =>
        state.departments.has(id) ? members(state, id).map((it) => it.id) : 'gone',
      ),
    person: (id, signal) => read('user/get', signal, (state) => state.people.get(id) ?? 'gone'),
    departmentPath: (id, signal) =>
      read('department/listparentbydept', signal, (state) => pathOf(state, id)),
    peopleCount: (signal) => read('user/count', signal, (state) => state.people.size),
    calls,
  };
}

function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = (): void =>
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
