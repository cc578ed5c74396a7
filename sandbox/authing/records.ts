/** What a pool stores; records are never changed in place, so an older one is the state before a write. */

export type ProfileValue = string | boolean;

export interface Membership {
  readonly departmentId: string;
  readonly isLeader: boolean;
  /** Milliseconds since 1970. */
  readonly joinedAt: number;
}

export interface Identity {
  readonly identityId: string;
  readonly extIdpId: string;
  readonly provider: string;
  readonly type: string;
  readonly userIdInIdp: string;
  readonly userInfoInIdp: unknown;
  readonly originConnIds: readonly string[];
}

export interface SyncRelation {
  readonly provider: string;
  readonly userIdInIdp: string;
  readonly userInfoInIdp: unknown;
}

export type UserStatus = 'Activated' | 'Suspended' | 'Deactivated' | 'Resigned' | 'Archived';

export const USER_STATUSES: readonly UserStatus[] = [
  'Activated',
  'Suspended',
  'Deactivated',
  'Resigned',
  'Archived',
];

export interface User {
  readonly id: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly status: UserStatus;
  readonly statusChangedAt: number;
  /** Fields under the names of the API, identifiers among them; a field without a value is absent. */
  readonly profile: Readonly<Record<string, ProfileValue>>;
  readonly customData: Readonly<Record<string, unknown>>;
  readonly memberships: readonly Membership[];
  readonly mainDepartmentId: string | null;
  readonly identities: readonly Identity[];
  readonly syncRelations: readonly SyncRelation[];
  /** When a password was set, or null; the password itself is not kept. */
  readonly passwordSetAt: number | null;
  readonly source: 'adminCreated' | 'register' | 'excel' | 'sync';
}

export interface Department {
  readonly id: string;
  /** Id of the root department of its organisation; its own id for a root. */
  readonly rootId: string;
  readonly parentId: string | null;
  readonly name: string;
  readonly code: string | null;
  readonly openDepartmentId: string | null;
  readonly description: string | null;
  readonly isVirtualNode: boolean;
  readonly status: boolean;
  readonly leaderUserIds: readonly string[];
  readonly i18n: unknown;
  readonly customData: Readonly<Record<string, unknown>>;
  readonly postIdList: readonly string[];
  readonly syncRelations: readonly SyncRelation[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** An organisation is its root department under a code of its own (reference 2.1). */
export interface Organization {
  readonly code: string;
  readonly rootId: string;
  readonly status: string | null;
}

export interface CustomField {
  readonly targetType: string;
  readonly key: string;
  readonly dataType: string;
  readonly label: string;
  readonly createdAt: number;
  /** The other properties as they were given. */
  readonly more: Readonly<Record<string, unknown>>;
}

/** A pair of key and secret; the pool's own pair reaches everything. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly status: 'activated' | 'revoked';
  /** Interfaces the key may use; null means all. */
  readonly interfaces: readonly string[] | null;
}

/** A message that Authing would have sent to a person. */
export interface Notification {
  readonly userId: string;
  readonly channel: 'email' | 'phone';
}
