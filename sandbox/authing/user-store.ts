/** The people of a pool with their indexes; every change passes through `put` and `drop`, which can be undone. */
import { KeyIndex } from './key-index.ts';
import type { User } from './records.ts';

/** Keys by which one person can be addressed or collide with another. */
export type UserKey = 'username' | 'phone' | 'email' | 'externalId' | 'identity' | 'syncRelation';

/** Compared in this order when a new person collides with an older one. */
export const UNIQUE_FIELDS = ['username', 'phone', 'email', 'externalId'] as const;

export class UserStore {
  private readonly people = new Map<string, User>();
  private readonly indexes: Record<UserKey, KeyIndex> = {
    username: new KeyIndex(),
    phone: new KeyIndex(),
    email: new KeyIndex(),
    externalId: new KeyIndex(),
    identity: new KeyIndex(),
    syncRelation: new KeyIndex(),
  };
  /** Department id → ids of its direct members, in the order they joined. */
  private readonly byDepartment = new Map<string, Set<string>>();
  private journal: { id: string; before: User | undefined }[] | null = null;
  private readonly onChange: (id: string, before: User | undefined) => void;

  /** @param onChange hears of each change with the record before it. */
  constructor(onChange: (id: string, before: User | undefined) => void) {
    this.onChange = onChange;
  }

  get size(): number {
    return this.people.size;
  }

  get(id: string): User | undefined {
    return this.people.get(id);
  }

  all(): IterableIterator<User> {
    return this.people.values();
  }

  /** Ids of the people under a key; more than one only where a switch allows it. */
  holders(key: UserKey, value: string): readonly string[] {
    return this.indexes[key].all(value);
  }

  members(departmentId: string): ReadonlySet<string> {
    return this.byDepartment.get(departmentId) ?? NOBODY;
  }

  put(next: User): void {
    const before = this.people.get(next.id);
    this.note(next.id, before);
    this.reindex(next.id, before, next);
    this.people.set(next.id, next);
  }

  drop(id: string): void {
    const before = this.people.get(id);
    if (before === undefined) return;
    this.note(id, before);
    this.reindex(id, before, undefined);
    this.people.delete(id);
  }

  /** Runs `work`; when it throws, everything it did to people is as before. */
  atomically<T>(work: () => T): T {
    const journal: { id: string; before: User | undefined }[] = [];
    this.journal = journal;
    try {
      return work();
    } catch (error) {
      this.journal = null;
      for (const { id, before } of journal.reverse()) {
        if (before === undefined) this.drop(id);
        else this.put(before);
      }
      throw error;
    } finally {
      this.journal = null;
    }
  }

  private note(id: string, before: User | undefined): void {
    this.journal?.push({ id, before });
    this.onChange(id, before);
  }

  private reindex(id: string, before: User | undefined, next: User | undefined): void {
    for (const field of UNIQUE_FIELDS) {
      this.move(field, id, before?.profile[field], next?.profile[field]);
    }
    if (before?.identities !== next?.identities) {
      for (const it of before?.identities ?? []) this.indexes.identity.remove(identityKey(it), id);
      for (const it of next?.identities ?? []) this.indexes.identity.add(identityKey(it), id);
    }
    if (before?.syncRelations !== next?.syncRelations) {
      const index = this.indexes.syncRelation;
      for (const it of before?.syncRelations ?? []) index.remove(relationKey(it), id);
      for (const it of next?.syncRelations ?? []) index.add(relationKey(it), id);
    }
    if (before?.memberships !== next?.memberships) this.reseat(id, before, next);
  }

  private move(key: UserKey, id: string, from: unknown, to: unknown): void {
    if (from === to) return;
    if (typeof from === 'string') this.indexes[key].remove(from, id);
    if (typeof to === 'string') this.indexes[key].add(to, id);
  }

  private reseat(id: string, before: User | undefined, next: User | undefined): void {
    const now = new Set(next?.memberships.map((membership) => membership.departmentId));
    for (const { departmentId } of before?.memberships ?? []) {
      if (now.has(departmentId)) now.delete(departmentId);
      else this.byDepartment.get(departmentId)?.delete(id);
    }
    for (const departmentId of now) {
      const members = this.byDepartment.get(departmentId);
      if (members === undefined) this.byDepartment.set(departmentId, new Set([id]));
      else members.add(id);
    }
  }
}

const NOBODY: ReadonlySet<string> = new Set();

export const identityKey = (identity: { extIdpId: string; userIdInIdp: string }): string =>
  `${identity.extIdpId}:${identity.userIdInIdp}`;

export const relationKey = (relation: { provider: string; userIdInIdp: string }): string =>
  `${relation.provider}:${relation.userIdInIdp}`;
