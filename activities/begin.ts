/** The first step of a pass: may we read, where do we write, and what of ours is there already. */
import { ROOT_DEPARTMENT } from '../model/directory.ts';
import type { DepartmentId, TargetDepartment, TargetOrganization } from '../model/directory.ts';
import { sourceIdOf } from '../plan/keys.ts';
import type { Link } from '../model/link.ts';
import { linkId } from '../model/link.ts';
import { ProblemError, problem } from '../model/problem.ts';
import { scopeMark } from './completeness.ts';
import { definedFields, prepareFields } from './custom-fields.ts';
import { persist } from './pass.ts';
import { startsOf } from './starts.ts';
import type { Parts, Pass, PassPlace } from './pass.ts';

/** What a run was asked for, beside the whole organisation at once. */
export interface Asked {
  branch?: DepartmentId | null;
  /** Nothing is written at the target. */
  planning?: boolean;
  /** The plan that is carried out. */
  plan?: string | null;
}

/**
 * Opens a run: reads the app's scope, makes sure that the organisation exists, and takes back into the
 * store what an earlier store had created. Nothing is written before the source has answered.
 * @param since when Temporal scheduled this step for the execution
 */
export async function begin(
  pass: Omit<Pass, 'place'>,
  run: string,
  execution: string,
  since = 0,
  asked: Asked = {},
): Promise<PassPlace> {
  const branch = asked.branch ?? null;
  const generation = await pass.frontier.open(run, execution, since);
  const opening: Pass = {
    ...pass,
    place: { run, generation, roots: [], above: [], branch, singles: false },
  };
  const { organizationCode: code } = pass.connection.target;
  // Not tried again here: the workflow tries the first contact a few times and no more.
  const [scopes, found] = await Promise.all([
    pass.source.scopes(pass.signal),
    settled(pass.reader.organization(code, pass.signal)),
  ]);
  const starts = asked.plan
    ? await takePlan(opening, asked.plan)
    : { ...(await startsOf(opening, scopes)), branch };
  const read = { run, generation, scopeMark: scopeMark(pass, scopes), ...starts };
  const organization = await found();
  if (organization) await takeBack(opening, organization, await departmentsOf(opening));
  const { leaders } = pass.connection.settings;
  if (asked.planning) return { ...read, leaders, customFields: await fieldsToCome(opening) };
  if (!organization) await makeOrganization(opening);
  const { defined: customFields, problem: why } = await prepareFields(opening);
  if (why) await pass.runs.addProblems(run, [{ problem: why }]);
  return { ...read, customFields, leaders };
}

/** A plan makes no fields, and goes on as if those that an import defines were there. */
async function fieldsToCome(pass: Pass): Promise<string[]> {
  const { custom, defineCustomFields } = pass.connection.settings.mapping;
  return defineCustomFields ? Object.keys(custom) : definedFields(pass);
}

/** The walk of a plan that nobody has applied and that still stands for the connection as it is. */
async function takePlan(
  pass: Pass,
  id: string,
): Promise<Pick<PassPlace, 'roots' | 'above' | 'branch' | 'singles' | 'plan'>> {
  const found = await pass.plans.get(id);
  if (found?.connection !== pass.connection.id) throw new ProblemError(problem('PLAN_UNKNOWN'));
  const over =
    found.version !== pass.connection.version || Date.parse(found.expiresAt) < Date.now();
  if (over) throw new ProblemError(problem('PLAN_OVER'));
  if (!(await pass.plans.take(id, pass.place.run))) {
    throw new ProblemError(problem('PLAN_APPLIED'));
  }
  const { generation, roots, above } = found.walk;
  const branch = found.scope.departmentId ?? null;
  return { roots, above, branch, singles: false, plan: { run: id, generation } };
}

/** What came of it, for later: a fault of the source is told first. */
function settled<T>(work: Promise<T>): Promise<() => Promise<T>> {
  return work.then(
    () => () => work,
    () => () => work,
  );
}

/** A new organisation has nothing to take back, so nothing of it is read. */
async function makeOrganization(pass: Pass): Promise<void> {
  const { organizationCode: code, organizationName } = pass.connection.target;
  const writer = pass.writer(() => !pass.signal.aborted);
  try {
    const name = organizationName ?? pass.connection.name;
    await takeBack(pass, await writer.createOrganization(code, name), []);
  } catch (error) {
    // The reply may be lost after the organisation was made; reading decides.
    const made = await persist(pass, () => pass.reader.organization(code, pass.signal));
    if (!made) throw error;
    await takeBack(pass, made, await departmentsOf(pass));
  }
}

function departmentsOf(pass: Pass): Promise<TargetDepartment[]> {
  const { organizationCode } = pass.connection.target;
  return persist(pass, () => pass.reader.departments(organizationCode, pass.signal));
}

/**
 * Links for the root and for departments that bear our key and that the store does not know, for
 * example after a restore of an older database: nothing is created a second time.
 */
async function takeBack(
  pass: Pass,
  organization: TargetOrganization,
  all: TargetDepartment[],
): Promise<void> {
  const ids = new Map<string, string>([[organization.rootId, ROOT_DEPARTMENT]]);
  for (const department of all) {
    const id = idIn(pass, department.key) ?? idIn(pass, department.code);
    if (id !== null) ids.set(department.id, id);
  }
  const links = [present(pass, ROOT_DEPARTMENT, organization.rootId, organization.name, '')];
  for (const department of all) {
    const id = ids.get(department.id);
    const parent = ids.get(department.parentId ?? '') ?? '';
    if (id === undefined) continue;
    // Our key in its code only: it was there before us.
    const adopted = idIn(pass, department.key) === null;
    links.push({ ...present(pass, id, department.id, department.name, parent), adopted });
  }
  await pass.links.recover(links);
}

function idIn(parts: Parts, key: string | null): string | null {
  const { keyFormat, source } = parts.connection;
  return key === null ? null : sourceIdOf(keyFormat, source.corpId, key);
}

function present(pass: Pass, id: string, targetId: string, name: string, parentId: string): Link {
  return {
    _id: linkId(pass.connection.id, 'department', id),
    connection: pass.connection.id,
    kind: 'department',
    sourceId: id,
    targetId,
    state: 'present',
    adopted: false,
    applied: 0,
    seen: 0,
    opened: 0,
    settled: 0,
    claim: null,
    prints: {},
    name,
    parentId,
    run: null,
  };
}
