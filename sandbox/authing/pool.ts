/** One user pool: its keys, organisations, people and custom fields. */
import { DepartmentStore } from './department-store.ts';
import { UserPast } from './user-past.ts';
import { UserStore } from './user-store.ts';
import type { AccessKey, CustomField, Notification } from './records.ts';
import type { Settings } from './settings.ts';

export interface PoolParts {
  id: string;
  secret: string;
  now: () => number;
  settings: Settings;
}

export class Pool {
  readonly id: string;
  readonly secret: string;
  readonly keys = new Map<string, AccessKey>();
  /** Custom fields under `targetType:key`. */
  readonly customFields = new Map<string, CustomField>();
  readonly departments: DepartmentStore;
  readonly users: UserStore;
  readonly past = new UserPast();
  /** Messages that would have gone out to people, newest last. */
  readonly notifications: Notification[] = [];
  /** Tokens of an older generation are void; raised to revoke all. */
  tokenGeneration = 0;
  /** Access key → id of its newest token, for the switch `tokens`. */
  readonly newestTokens = new Map<string, string>();
  /** Counts changes of state, so that a call can tell whether it wrote. */
  changes = 0;
  private undoing: (() => void)[] | null = null;

  constructor({ id, secret, now, settings }: PoolParts) {
    this.id = id;
    this.secret = secret;
    this.addKey({
      accessKeyId: id,
      accessKeySecret: secret,
      status: 'activated',
      interfaces: null,
    });
    this.departments = new DepartmentStore((departmentId, before) => {
      this.note(() => {
        if (before === undefined) this.departments.drop(departmentId);
        else this.departments.put(before);
      });
    });
    this.users = new UserStore((userId, before) => {
      this.note(() => {
        if (before === undefined) this.users.drop(userId);
        else this.users.put(before);
      });
      const delay = settings.listUsersDelayMs;
      if (delay > 0) this.past.note(userId, before, now(), delay);
    });
  }

  addKey(key: AccessKey): void {
    this.keys.set(key.accessKeyId, key);
  }

  /** Counts a change; `undo` takes it back if the whole it belongs to fails. */
  private note(undo: () => void): void {
    this.changes += 1;
    this.undoing?.push(undo);
  }

  /** Runs `work` on people and departments; when it throws, nothing of it has happened. */
  atomically<T>(work: () => T): T {
    const changes = this.changes;
    const notified = this.notifications.length;
    const undoing: (() => void)[] = [];
    this.undoing = undoing;
    try {
      return work();
    } catch (error) {
      this.undoing = null;
      for (const undo of undoing.reverse()) undo();
      this.changes = changes;
      this.notifications.length = notified;
      throw error;
    } finally {
      this.undoing = null;
    }
  }
}
