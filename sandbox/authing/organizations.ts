/** Organisations: the trees of a pool, each under a code of its own (reference 2.3). */
import { Failure, badParameter } from './envelope.ts';
import { IS_SUCCESS } from './call.ts';
import { organizationIn, organizationNotFound } from './department-lookup.ts';
import { organizationView } from './department-view.ts';
import {
  blankDepartment,
  checkOpenId,
  deleteTree,
  departmentName,
  leadersIn,
} from './departments.ts';
import {
  flag,
  knownCode,
  newCode,
  optionalTexts,
  pageOf,
  paged,
  requiredText,
  text,
  texts,
} from './parameters.ts';
import type { Call } from './call.ts';
import type { Department, Organization } from './records.ts';

function rootOf(call: Call, organization: Organization): Department {
  const root = call.pool.departments.get(organization.rootId);
  if (root === undefined) throw new Error('an organisation without a root');
  return root;
}

const shown = (call: Call, organization: Organization): unknown =>
  organizationView(call, rootOf(call, organization), flag(call.params, 'withCustomData'));

function checkNewCode(call: Call, code: string): void {
  if (call.pool.departments.organization(code) !== undefined) {
    throw new Failure(409, '组织 code 已存在');
  }
}

export function createOrganization(call: Call): unknown {
  const { params, pool, settings } = call;
  const given = newCode(params, 'organizationCode', settings);
  const refused = given === '' && settings.emptyOrganizationCode === 'refuse';
  if (given === undefined || refused) throw badParameter('organizationCode');
  const name = departmentName(call, requiredText(params, 'organizationName'));
  const root = blankDepartment(call);
  const organization = { code: given || root.id, rootId: root.id, status: null };
  checkNewCode(call, organization.code);
  const openDepartmentId = text(params, 'openDepartmentId') || null;
  checkOpenId(call, organization, openDepartmentId);
  pool.departments.putOrganization(organization);
  pool.departments.put({
    ...root,
    name,
    code: organization.code,
    openDepartmentId,
    description: text(params, 'description') ?? null,
    i18n: params['i18n'] ?? null,
    postIdList: optionalTexts(params, 'postIdList') ?? [],
  });
  call.objects.add(root.id);
  return shown(call, organization);
}

export function updateOrganization(call: Call): unknown {
  const { params, pool, settings } = call;
  const before = organizationIn(call);
  const root = rootOf(call, before);
  const code = newCode(params, 'organizationNewCode', settings) || before.code;
  if (code !== before.code) checkNewCode(call, code);
  const name = text(params, 'organizationName');
  if (name === '') throw badParameter('organizationName');
  const next: Organization = { ...before, code };
  const leaderUserIds = leadersIn(call) ?? root.leaderUserIds;
  const openDepartmentId = text(params, 'openDepartmentId') || root.openDepartmentId;
  if (openDepartmentId !== root.openDepartmentId) checkOpenId(call, next, openDepartmentId);
  pool.departments.putOrganization(next, before.code);
  pool.departments.put({
    ...root,
    name: name === undefined ? root.name : departmentName(call, name),
    code: root.code === before.code ? code : root.code,
    description: text(params, 'description') ?? root.description,
    openDepartmentId,
    leaderUserIds,
    i18n: params['i18n'] ?? root.i18n,
    postIdList: optionalTexts(params, 'postIdList') ?? root.postIdList,
    updatedAt: call.now,
  });
  call.objects.add(root.id);
  return shown(call, next);
}

/** The whole tree goes; its people stay in the pool. */
export function deleteOrganization(call: Call): unknown {
  const code = knownCode(call.params, 'organizationCode');
  if (code === '') throw badParameter('organizationCode');
  const organization = call.pool.departments.organization(code);
  if (organization === undefined) throw organizationNotFound(code);
  deleteTree(call, rootOf(call, organization));
  return IS_SUCCESS;
}

export function getOrganization(call: Call): unknown {
  const organization = organizationIn(call);
  call.objects.add(organization.rootId);
  return shown(call, organization);
}

export function getOrganizationBatch(call: Call): unknown {
  const { pool, params, settings } = call;
  return texts(params, 'organizationCodeList', settings, settings.undocumentedArray).flatMap(
    (code) => {
      const found = pool.departments.organization(code);
      return found === undefined ? [] : [shown(call, found)];
    },
  );
}

export function listOrganizations(call: Call): unknown {
  const page = pageOf(call.params);
  const all = call.pool.departments.allOrganizations();
  const whole = flag(call.params, 'fetchAll');
  const { totalCount, list } = paged(all, whole ? { page: 1, limit: all.length } : page);
  return { totalCount, list: list.map((it) => shown(call, it)) };
}

export function searchOrganizations(call: Call): unknown {
  const keywords = requiredText(call.params, 'keywords');
  const page = pageOf(call.params);
  const matching = call.pool.departments
    .allOrganizations()
    .filter((it) => it.code.includes(keywords) || rootOf(call, it).name.includes(keywords));
  const { totalCount, list } = paged(matching, page);
  return { totalCount, list: list.map((it) => shown(call, it)) };
}

/** The status of an organisation is typed as a text, with "false" as its sample (reference 2.2). */
export function updateOrganizationStatus(call: Call): unknown {
  const rootId = requiredText(call.params, 'rootNodeId');
  const root = call.pool.departments.get(rootId);
  if (root === undefined || root.parentId !== null) throw organizationNotFound(rootId);
  const { departments } = call.pool;
  const status = text(call.params, 'status') ?? null;
  departments.putOrganization({ ...departments.organizationOf(root), status });
  departments.put({ ...root, updatedAt: call.now });
  call.objects.add(root.id);
  return IS_SUCCESS;
}
