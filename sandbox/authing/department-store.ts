/** The organisations and departments of a pool with their indexes. */
import { KeyIndex } from './key-index.ts';
import { relationKey } from './user-store.ts';
import type { Department, Organization } from './records.ts';

export class DepartmentStore {
  private readonly departments = new Map<string, Department>();
  private readonly organizations = new Map<string, Organization>();
  private readonly byRoot = new Map<string, Organization>();
  private readonly children = new Map<string, Set<string>>();
  private readonly openIds = new KeyIndex();
  private readonly codes = new KeyIndex();
  private readonly relations = new KeyIndex();
  /** User id → ids of the departments they lead. */
  private readonly leaders = new KeyIndex();
  private readonly onChange: (id: string, before: Department | undefined) => void;

  /** @param onChange hears of each change of a department with the record before it. */
  constructor(onChange: (id: string, before: Department | undefined) => void) {
    this.onChange = onChange;
  }

  organization(code: string): Organization | undefined {
    return this.organizations.get(code);
  }

  organizationOf(department: Department): Organization {
    const found = this.byRoot.get(department.rootId);
    if (found === undefined) throw new Error('a department without an organisation');
    return found;
  }

  allOrganizations(): Organization[] {
    return [...this.organizations.values()];
  }

  /**
   * Stores an organisation; `previousCode` tells its code before, when that changes.
   * The change counts as one of its root, which is always stored with it.
   */
  putOrganization(next: Organization, previousCode = next.code): void {
    if (previousCode !== next.code) this.organizations.delete(previousCode);
    this.organizations.set(next.code, next);
    this.byRoot.set(next.rootId, next);
  }

  dropOrganization(organization: Organization): void {
    this.organizations.delete(organization.code);
    this.byRoot.delete(organization.rootId);
  }

  get(id: string): Department | undefined {
    return this.departments.get(id);
  }

  all(): IterableIterator<Department> {
    return this.departments.values();
  }

  childIds(id: string): ReadonlySet<string> {
    return this.children.get(id) ?? NONE;
  }

  withOpenId(key: string): Department[] {
    return this.found(this.openIds, key);
  }

  withCode(code: string): Department[] {
    return this.found(this.codes, code);
  }

  withRelation(key: string): Department[] {
    return this.found(this.relations, key);
  }

  /** Ids of the departments that a person leads, as a member or not. */
  ledBy(userId: string): readonly string[] {
    return this.leaders.all(userId);
  }

  put(next: Department): void {
    const before = this.departments.get(next.id);
    this.onChange(next.id, before);
    this.reindex(before, next);
    this.departments.set(next.id, next);
  }

  drop(id: string): void {
    const before = this.departments.get(id);
    if (before === undefined) return;
    this.onChange(id, before);
    this.reindex(before, undefined);
    this.departments.delete(id);
    this.children.delete(id);
  }

  /** All departments below `id`, parents before children. */
  below(id: string): Department[] {
    const found: Department[] = [];
    const queue = [...this.childIds(id)];
    for (const next of queue) {
      const department = this.departments.get(next);
      if (department === undefined) continue;
      found.push(department);
      for (const child of this.childIds(next)) queue.push(child);
    }
    return found;
  }

  /** From the root down to the department itself. */
  path(department: Department): Department[] {
    const path = [department];
    let at: Department | undefined = department;
    while (at?.parentId != null) {
      at = this.departments.get(at.parentId);
      if (at !== undefined) path.push(at);
    }
    return path.reverse();
  }

  private found(index: KeyIndex, key: string): Department[] {
    return index.all(key).flatMap((id) => this.departments.get(id) ?? []);
  }

  private reindex(before: Department | undefined, next: Department | undefined): void {
    const id = next?.id ?? before?.id ?? '';
    rekey(this.openIds, id, before?.openDepartmentId, next?.openDepartmentId);
    rekey(this.codes, id, before?.code, next?.code);
    if (before?.syncRelations !== next?.syncRelations) {
      for (const it of before?.syncRelations ?? []) this.relations.remove(relationKey(it), id);
      for (const it of next?.syncRelations ?? []) this.relations.add(relationKey(it), id);
    }
    if (before?.leaderUserIds !== next?.leaderUserIds) {
      for (const leader of before?.leaderUserIds ?? []) this.leaders.remove(leader, id);
      for (const leader of next?.leaderUserIds ?? []) this.leaders.add(leader, id);
    }
    if (before?.parentId === next?.parentId) return;
    if (before?.parentId != null) this.children.get(before.parentId)?.delete(id);
    if (next?.parentId != null) {
      const siblings = this.children.get(next.parentId);
      if (siblings === undefined) this.children.set(next.parentId, new Set([id]));
      else siblings.add(id);
    }
  }
}

const NONE: ReadonlySet<string> = new Set();

function rekey(
  index: KeyIndex,
  id: string,
  from: string | null | undefined,
  to: string | null | undefined,
): void {
  if (from === to) return;
  if (from != null) index.remove(from, id);
  if (to != null) index.add(to, id);
}
