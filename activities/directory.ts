/** Reads the organisation as the target has it now, for people to look at; kept nowhere. */
import type { TargetReader } from '../connectors/target.ts';
import type { Connection } from '../model/connection.ts';
import type { DirectoryView } from '../model/directory.ts';
import { ProblemError, problem } from '../model/problem.ts';

/** At most so many departments are asked for their members: one call each. */
const DEPARTMENTS_WITH_PEOPLE = 50;

/** Reads departments, and the people of the first fifty. Throws problems of the target. */
export async function readDirectory(
  connection: Connection,
  reader: TargetReader,
): Promise<DirectoryView> {
  const code = connection.target.organizationCode;
  const organization = await reader.organization(code);
  if (!organization) throw new ProblemError(problem('TARGET_ORGANIZATION_NOT_FOUND'));
  const departments = await reader.departments(code);
  const asked = departments.slice(0, DEPARTMENTS_WITH_PEOPLE);
  const members = new Map<string, string[]>();
  for (const id of [organization.rootId, ...asked.map((it) => it.id)]) {
    members.set(id, await namesIn(reader, code, id));
  }
  return {
    organization,
    departments: departments.map(({ id, key, parentId, name }) => {
      return { id, key, parentId, name, people: members.get(id) ?? [] };
    }),
    rootPeople: members.get(organization.rootId) ?? [],
    cut: departments.length > asked.length,
  };
}

async function namesIn(
  reader: TargetReader,
  code: string,
  departmentId: string,
): Promise<string[]> {
  const ids = await reader.memberIds(code, departmentId);
  const names: string[] = [];
  for (let from = 0; from < ids.length; from += 50) {
    const people = await reader.people(ids.slice(from, from + 50), 'user_id');
    names.push(...people.map((it) => it.fields.name ?? it.id));
  }
  return names.sort((a, b) => a.localeCompare(b, 'zh'));
}
