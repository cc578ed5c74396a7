/** One user pool: its keys, organisations, people and custom fields. */
import { DepartmentStore } from './department-store.ts';
import { UserPast } from './user-past.ts';
import { UserStore } from './user-store.ts';
import type { AccessKey, CustomField, Notification, User } from './records.ts';
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

  constructor({ id, secret, now, settings }: PoolParts) {
    this.id = id;
    this.secret = secret;
    this.addKey({
      accessKeyId: id,
      accessKeySecret: secret,
      status: 'activated',
      interfaces: null,
    });
    this.departments = new DepartmentStore(() => {
      this.changes += 1;
    });
    this.users = new UserStore((userId: string, before: User | undefined) => {
      this.changes += 1;
      if (settings.listUsersDelayMs > 0) this.past.note(userId, before, now());
    });
  }

  addKey(key: AccessKey): void {
    this.keys.set(key.accessKeyId, key);
  }

  /** Runs `work` on people; when it throws, nothing of it has happened. */
  atomically<T>(work: () => T): T {
    const changes = this.changes;
    const notified = this.notifications.length;
    try {
      return this.users.atomically(work);
    } catch (error) {
      this.changes = changes;
      this.notifications.length = notified;
      throw error;
    }
  }
}
