/** Creating and renaming an organisation. */
import { ProblemError, problem, problemOf } from '../../model/problem.ts';
import { isConflict } from './codes.ts';
import { replies } from './replies.ts';
import type { TargetOrganization } from '../../model/directory.ts';
import type { DepartmentParts } from './departments.ts';

/** The organisation when an unclear write shows, else the error again. */
async function orThrow(
  { reader }: DepartmentParts,
  code: string,
  name: string,
  error: unknown,
): Promise<TargetOrganization> {
  if (problemOf(error).effect !== 'unknown') throw error;
  const found = await reader.organization(code).catch(() => null);
  if (found?.name !== name) throw error;
  return found;
}

export async function createOrganization(
  parts: DepartmentParts,
  code: string,
  name: string,
): Promise<TargetOrganization> {
  try {
    return await parts.client.write({
      name: 'create-organization',
      body: { organizationCode: code, organizationName: name },
      parse: replies.organization,
      window: parts.window,
    });
  } catch (error) {
    if (error instanceof ProblemError && isConflict(error.problem)) {
      // Somebody else's organisation is taken over only on purpose.
      throw new ProblemError(problem('TARGET_ORGANIZATION_CODE_TAKEN', error.problem.detail));
    }
    return orThrow(parts, code, name, error);
  }
}

export async function renameOrganization(
  parts: DepartmentParts,
  code: string,
  name: string,
): Promise<void> {
  try {
    await parts.client.write({
      name: 'update-organization',
      body: { organizationCode: code, organizationName: name },
      parse: () => null,
      window: parts.window,
    });
  } catch (error) {
    await orThrow(parts, code, name, error);
  }
}
