/** Putting people into a department and taking them out; both may be repeated without harm. */
import { ProblemError, problem, problemOf } from '../../model/problem.ts';
import { settleBatch } from './batch.ts';
import { notConfirmed } from './departments.ts';
import { replies } from './replies.ts';
import type { Problem } from '../../model/problem.ts';
import type { DepartmentParts } from './departments.ts';

interface MembersChange {
  organization: string;
  departmentId: string;
  /** System ids. */
  personIds: string[];
  kind: 'add' | 'remove';
}

/**
 * Changes all that can be changed, also when one person is refused; then throws that refusal.
 * Who was refused shows in the department's members.
 */
export async function changeMembers(parts: DepartmentParts, change: MembersChange): Promise<void> {
  const { client, reader, window } = parts;
  const { organization, departmentId, kind } = change;
  const name = `${kind}-department-members`;

  async function send(userIds: string[]): Promise<string[]> {
    const done = await client.write({
      name,
      // There is no type for these user ids: system ids only.
      body: {
        organizationCode: organization,
        departmentId,
        departmentIdType: 'department_id',
        userIds,
      },
      parse: replies.acknowledgement,
      window,
    });
    if (!done) throw notConfirmed(name);
    return userIds;
  }

  async function readBack(ids: string[]): Promise<(string | null)[]> {
    const members = new Set(await reader.memberIds(organization, departmentId));
    return ids.map((id) => (members.has(id) === (kind === 'add') ? id : null));
  }

  try {
    const results = await settleBatch(change.personIds, {
      sendMany: send,
      sendOne: async (id) => (await send([id]))[0] ?? id,
      readBack,
      explain: async (id, refused) => {
        const [isDone] = await readBack([id]).catch(() => [null]);
        if (isDone) return { outcome: 'done', value: id };
        return { outcome: 'refused', problem: await reason(id, refused) };
      },
      isWhole: (it) => it.code === 'DATA_DEPARTMENT_GONE',
    });
    const open = results.flatMap((it) => (it.outcome === 'done' ? [] : [it]));
    const worst = open.find((it) => it.outcome === 'unknown') ?? open[0];
    if (worst) throw new ProblemError(worst.problem);
  } catch (error) {
    // Nobody is in a department that does not exist.
    if (kind === 'remove' && problemOf(error).code === 'DATA_DEPARTMENT_GONE') return;
    throw error;
  }

  /** Authing's console refuses to take people out of their only department; the interface may do so too. */
  async function reason(id: string, refused: Problem): Promise<Problem> {
    if (kind === 'add' || refused.code !== 'DATA_REFUSED') return refused;
    const [person] = await reader.people([id], 'user_id').catch(() => []);
    const isLast = person?.departmentIds?.length === 1 && person.departmentIds[0] === departmentId;
    return isLast ? problem('DATA_LAST_DEPARTMENT', refused.detail) : refused;
  }
}
