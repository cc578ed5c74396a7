/** The people of a pool with their indexes; every change passes through `put` and `drop`. */
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
    this.onChange(next.id, before);
    this.reindex(next.id, before, next);
    this.people.set(next.id, next);
  }

  drop(id: string): void {
    const before = this.people.get(id);
    if (before === undefined) return;
    this.onChange(id, before);
    this.reindex(id, before, undefined);
    this.people.delete(id);
  }

  /** Puts the members of every department in the order they joined, as after a restore they may not be. */
  sortMembers(): void {
    for (const [departmentId, members] of this.byDepartment) {
      const joinedAt = (id: string): number =>
        this.people.get(id)?.memberships.find((it) => it.departmentId === departmentId)?.joinedAt ??
        0;
      const order = [...members].map((id) => ({ id, at: joinedAt(id) }));
      order.sort((a, b) => a.at - b.at);
      this.byDepartment.set(departmentId, new Set(order.map(({ id }) => id)));
    }
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
    const seats = next?.memberships ?? NOWHERE;
    for (const { departmentId } of before?.memberships ?? NOWHERE) {
      const stays = seats.some((seat) => seat.departmentId === departmentId);
      if (!stays) this.byDepartment.get(departmentId)?.delete(id);
    }
    for (const { departmentId } of seats) {
      const members = this.byDepartment.get(departmentId);
      if (members === undefined) this.byDepartment.set(departmentId, new Set([id]));
      else members.add(id);
    }
  }
}

const NOWHERE: User['memberships'] = [];
const NOBODY: ReadonlySet<string> = new Set();

export const identityKey = (identity: { extIdpId: string; userIdInIdp: string }): string =>
  `${identity.extIdpId}:${identity.userIdInIdp}`;

export const relationKey = (relation: { provider: string; userIdInIdp: string }): string =>
  `${relation.provider}:${relation.userIdInIdp}`;
