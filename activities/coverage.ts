/** Which departments and people the connection's scope takes: decided where they are read, so that nothing behind asks again. */
import { ROOT_DEPARTMENT } from '../model/directory.ts';
import type { DepartmentId, SourcePerson } from '../model/directory.ts';
import { ProblemError } from '../model/problem.ts';
import { isWhole, isWithin } from '../plan/scope.ts';
import { persist } from './pass.ts';
import type { Pass } from './pass.ts';

/** Remembers within a step what it had to ask the source. */
export class Coverage {
  readonly #pass: Pass;
  readonly #whole: boolean;
  readonly #paths = new Map<DepartmentId, DepartmentId[]>();
  readonly #inside = new Set<DepartmentId>();
  #visible: DepartmentId[] | null = null;

  constructor(pass: Pass) {
    this.#pass = pass;
    this.#whole = isWhole(pass.connection.settings.scope);
  }

  /** Is the department in the connection's scope? Who is gone at the source is in none. */
  async covers(id: DepartmentId): Promise<boolean> {
    if (this.#whole || this.#inside.has(id)) return true;
    const within = isWithin(await this.pathOf(id), this.#pass.connection.settings.scope);
    if (within) this.#inside.add(id);
    return within;
  }

  /** Does a department stand above one that is included? It is made, without its people. */
  async isAbove(id: DepartmentId): Promise<boolean> {
    for (const included of this.#pass.connection.settings.scope.include) {
      if ((await this.pathOf(included)).includes(id)) return true;
    }
    return false;
  }

  /** May the app see the department, as its scope says? */
  async isVisible(id: DepartmentId): Promise<boolean> {
    const { source, signal } = this.#pass;
    this.#visible ??= (await persist(this.#pass, () => source.scopes(signal))).departmentIds;
    const visible = this.#visible;
    if (visible.includes(ROOT_DEPARTMENT)) return true;
    return (await this.pathOf(id)).some((each) => visible.includes(each));
  }

  /** The person with only those departments that are in scope; null for who is wholly outside. */
  async within(person: SourcePerson): Promise<SourcePerson | null> {
    if (this.#whole || person.departmentIds.length === 0) return person;
    await this.#learnFromWalk(person.departmentIds);
    const departmentIds: DepartmentId[] = [];
    for (const id of person.departmentIds) if (await this.covers(id)) departmentIds.push(id);
    return departmentIds.length > 0 ? { ...person, departmentIds } : null;
  }

  /** From the department up to the root, itself first; empty when it is gone. Not limited by the app's scope. */
  async pathOf(id: DepartmentId): Promise<DepartmentId[]> {
    if (id === ROOT_DEPARTMENT) return [id];
    const known = this.#paths.get(id);
    if (known) return known;
    const { source, signal } = this.#pass;
    const found = await persist(this.#pass, () => source.departmentPath(id, signal));
    const path = found === 'gone' ? [] : found;
    this.#paths.set(id, path);
    return path;
  }

  /** What the walk of a pass has queued is in scope, and need not be asked for. */
  async #learnFromWalk(ids: DepartmentId[]): Promise<void> {
    const { frontier, place } = this.#pass;
    const asked = ids.filter((id) => !this.#inside.has(id) && !isPassedThrough(this.#pass, id));
    if (asked.length === 0 || place.generation === 0) return;
    const walked = await frontier.positions(place.run, place.generation, asked);
    for (const id of walked.keys()) this.#inside.add(id);
  }
}

/** A department that is only made for what is below it, or the unseen root: neither asked for children nor for people. */
export function isPassedThrough({ place }: Pass, id: DepartmentId): boolean {
  if (place.roots.includes(id)) return false;
  return id === ROOT_DEPARTMENT || place.above.includes(id);
}

/** The app may not see what was asked for, which says nothing about whether it is there. */
export function isOutOfSight(error: unknown): boolean {
  return error instanceof ProblemError && error.problem.code === 'SOURCE_OUT_OF_SCOPE';
}
