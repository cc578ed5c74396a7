/** What the product asks of a target; reading and writing are different objects. */
import type {
  PersonFields,
  TargetDepartment,
  TargetOrganization,
  TargetPerson,
  TargetStatus,
} from '../model/directory.ts';
import type { Problem } from '../model/problem.ts';

/** Ways to address a person at the target. */
export type PersonIdType = 'user_id' | 'external_id' | 'phone' | 'email' | 'username';

/** All methods throw `ProblemError` only; what does not exist is `null` or left out of the list. */
export interface TargetReader {
  organization(code: string, signal?: AbortSignal): Promise<TargetOrganization | null>;
  organizations(signal?: AbortSignal): Promise<TargetOrganization[]>;
  /** Every department below the root (the root is never in the list), in one read. */
  departments(organizationCode: string, signal?: AbortSignal): Promise<TargetDepartment[]>;
  departmentByKey(
    organizationCode: string,
    key: string,
    signal?: AbortSignal,
  ): Promise<TargetDepartment | null>;
  /** At most 50 ids a call; people that do not exist are left out; order is not promised. */
  people(ids: string[], type: PersonIdType, signal?: AbortSignal): Promise<TargetPerson[]>;
  /**
   * People whose custom field has one of at most 50 values, each in one read where no more than 50 fit.
   * Authing searches an index that follows its writes with a delay.
   */
  peopleWith(field: string, values: string[], signal?: AbortSignal): Promise<TargetPerson[]>;
  /** System ids of a department's direct members. */
  memberIds(
    organizationCode: string,
    departmentId: string,
    signal?: AbortSignal,
  ): Promise<string[]>;
  /** Keys of the custom fields defined for people. */
  customFields(signal?: AbortSignal): Promise<string[]>;
  readonly calls: { targetReads: number };
}

export interface NewDepartment {
  key: string;
  name: string;
  /** System id of the parent. */
  parentId: string;
}

export interface DepartmentChange {
  name?: string;
  /** System id of the new parent. */
  parentId?: string;
  leaderIds?: string[];
}

export interface NewPerson {
  key: string;
  fields: PersonFields;
  /** System ids of departments. */
  departmentIds: string[];
}

export interface PersonChange {
  /** System id. */
  id: string;
  /** Our key, given to an account that is adopted. */
  key?: string;
  fields: PersonFields;
  /** Fields to be emptied, custom ones as "custom:key"; only where the mapping says so. */
  cleared?: string[];
  status?: TargetStatus;
}

/**
 * The end of one item of a batch.
 * - `done`: the target confirmed it.
 * - `refused`: the target said no, and why; nothing was changed.
 * - `unknown`: no definite reply and reading back did not show the change; it may still happen.
 */
export type ItemResult<T> =
  | { outcome: 'done'; value: T }
  | { outcome: 'refused'; problem: Problem }
  | { outcome: 'unknown'; problem: Problem };

/**
 * Single writes throw `ProblemError`; its `effect` says whether the write may have happened.
 * Batch writes return one result per item, in the order given, and never throw for a single item.
 * None of them is sent twice by itself after an unclear reply: what an unclear write left is read
 * back by key first.
 */
export interface TargetWriter {
  createOrganization(code: string, name: string): Promise<TargetOrganization>;
  renameOrganization(code: string, name: string): Promise<void>;
  createDepartment(organizationCode: string, department: NewDepartment): Promise<TargetDepartment>;
  updateDepartment(organizationCode: string, id: string, change: DepartmentChange): Promise<void>;
  /** Gives our key to a department that is adopted; written to `code`, as the key cannot be set later. */
  adoptDepartment(organizationCode: string, id: string, key: string): Promise<void>;
  deleteDepartment(organizationCode: string, id: string): Promise<void>;
  /** At most 50; no password is set and nobody is notified. */
  createPeople(people: NewPerson[]): Promise<ItemResult<TargetPerson>[]>;
  /** At most 50; only the fields given are sent. */
  updatePeople(changes: PersonChange[]): Promise<ItemResult<TargetPerson>[]>;
  /**
   * Erases identifiers of an account, for somebody else who has them now.
   * @param username given to an account that would have nothing left to sign in with
   * Throws DATA_IDENTIFIER_KEPT where the target has no way to erase them.
   */
  releaseIdentifiers(
    id: string,
    fields: ('phone' | 'email' | 'username')[],
    username?: string,
  ): Promise<void>;
  /** At most 50 system ids; adding a member again changes nothing. */
  addMembers(organizationCode: string, departmentId: string, personIds: string[]): Promise<void>;
  removeMembers(organizationCode: string, departmentId: string, personIds: string[]): Promise<void>;
  defineCustomFields(
    fields: { key: string; label: string; type: 'STRING' | 'NUMBER' | 'BOOLEAN' }[],
  ): Promise<void>;
  readonly calls: { targetWrites: number };
}
