/** What the product asks of a source of people and departments; who holds it can only read. */
import type {
  DepartmentId,
  MembersPage,
  PersonId,
  SourceDepartment,
  SourcePerson,
  SourceScopes,
} from '../model/directory.ts';

/** The source said clearly that the object does not exist; every other doubt is a thrown problem. */
export type Gone = 'gone';

/**
 * Every method throws `ProblemError` and nothing else (an abort throws the signal's reason).
 * `signal` ends a read at once.
 */
export interface Source {
  scopes(signal?: AbortSignal): Promise<SourceScopes>;
  department(id: DepartmentId, signal?: AbortSignal): Promise<SourceDepartment | Gone>;
  /** Direct children only, in no special order; ids of 0 and below are left out. */
  childDepartments(id: DepartmentId, signal?: AbortSignal): Promise<SourceDepartment[] | Gone>;
  /** One page of at most 100 direct members, oldest first; `cursor` 0 is the first page. */
  members(id: DepartmentId, cursor: number, signal?: AbortSignal): Promise<MembersPage | Gone>;
  /** Ids of all direct members, also of those outside the app's scope. */
  memberIds(id: DepartmentId, signal?: AbortSignal): Promise<PersonId[] | Gone>;
  person(id: PersonId, signal?: AbortSignal): Promise<SourcePerson | Gone>;
  /** Ids from the department itself up to the root. */
  departmentPath(id: DepartmentId, signal?: AbortSignal): Promise<DepartmentId[] | Gone>;
  /** People in the whole company, whatever the app's scope. */
  peopleCount(signal?: AbortSignal): Promise<number>;
  /** Calls made so far, for accounting. */
  readonly calls: { source: number };
}
