/** Writes organisations, departments, people and memberships of Authing, safely to repeat. */
import { ProblemError, problem } from '../../model/problem.ts';
import { changeDepartment, createDepartment, deleteDepartment } from './departments.ts';
import { changeMembers } from './members.ts';
import { releaseIdentifiers } from './identifiers.ts';
import { createPeople, updatePeople } from './people.ts';
import { BATCH_LIMIT, createAuthingReader } from './reader.ts';
import { createOrganization, renameOrganization } from './organizations.ts';
import { defineCustomFields, definedFieldsOf } from './custom-fields.ts';
import type { TargetWriter } from '../target.ts';
import type { AuthingClient, SendWindow } from './client.ts';

/** How long after the start of a method its writes may begin, unless the caller knows better, in ms. */
const SEND_WINDOW_MS = 8_000;

export interface WriterOptions {
  /**
   * Asked right before each write is sent, after waiting for limits: the claim's "now + longest write < until".
   * By default writes begin within 8 s of the method's start.
   */
  window?: SendWindow;
}

function atMost50(count: number, name: string): void {
  if (count <= BATCH_LIMIT) return;
  throw new ProblemError(problem('BUG_TARGET_REQUEST', { interface: name, field: 'list' }));
}

/** Cheap to make: one for each claim. */
export function createAuthingWriter(
  client: AuthingClient,
  options: WriterOptions = {},
): TargetWriter {
  const reader = createAuthingReader(client);
  const definedFields = definedFieldsOf(client, reader);

  function parts() {
    const start = performance.now();
    const window = options.window ?? (() => performance.now() - start < SEND_WINDOW_MS);
    return { client, reader, window, definedFields };
  }

  return {
    createOrganization: (code, name) => createOrganization(parts(), code, name),
    renameOrganization: (code, name) => renameOrganization(parts(), code, name),
    createDepartment: (organization, department) =>
      createDepartment(parts(), organization, department),
    updateDepartment: (organization, id, change) =>
      changeDepartment(parts(), organization, id, change),
    adoptDepartment: (organization, id, key) =>
      changeDepartment(parts(), organization, id, { code: key }),
    deleteDepartment: (organization, id) => deleteDepartment(parts(), organization, id),
    async createPeople(people) {
      atMost50(people.length, 'create-users-batch');
      return createPeople(parts(), people);
    },
    async updatePeople(changes) {
      atMost50(changes.length, 'update-user-batch');
      return updatePeople(parts(), changes);
    },
    releaseIdentifiers: (id, fields, username) => releaseIdentifiers(parts(), id, fields, username),
    async addMembers(organization, departmentId, personIds) {
      atMost50(personIds.length, 'add-department-members');
      await changeMembers(parts(), { organization, departmentId, personIds, kind: 'add' });
    },
    async removeMembers(organization, departmentId, personIds) {
      atMost50(personIds.length, 'remove-department-members');
      await changeMembers(parts(), { organization, departmentId, personIds, kind: 'remove' });
    },
    defineCustomFields: (fields) => defineCustomFields(parts(), fields),
    get calls() {
      return client.calls;
    },
  };
}
