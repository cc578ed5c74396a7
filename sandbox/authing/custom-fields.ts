/** Custom fields: their definitions, and values written one object at a time (reference 3.2, 3.3). */
import { isoTime } from './iso-time.ts';
import { badParameter, notAllowed, userNotFound } from './envelope.ts';
import { IS_SUCCESS } from './call.ts';
import { fieldKey, fits } from './custom-data.ts';
import { departmentNotFound } from './department-lookup.ts';
import { choice, isObject, items, requiredText, text } from './parameters.ts';
import type { Call } from './call.ts';
import type { Parameters } from './parameters.ts';
import type { CustomField } from './records.ts';

const TARGET_TYPES = ['USER', 'ROLE', 'GROUP', 'DEPARTMENT'] as const;
/** SELECT is what older specs call ENUM. */
const DATA_TYPES = ['STRING', 'NUMBER', 'DATETIME', 'BOOLEAN', 'ENUM', 'SELECT'] as const;
/** A key may not clash with built-in fields; these stand for them. */
const BUILT_IN = new Set([
  'username',
  'phone',
  'email',
  'externalId',
  'name',
  'nickname',
  'status',
]);
const KEPT = [
  'description',
  'encrypted',
  'isUnique',
  'userEditable',
  'visibleInAdminConsole',
  'visibleInUserCenter',
  'validateRules',
  'appIds',
  'desensitization',
  'options',
  'i18n',
];

const fieldView = ({ more, createdAt, ...field }: CustomField): unknown => ({
  ...field,
  createdAt: isoTime(createdAt),
  isUnique: false,
  visibleInAdminConsole: true,
  ...more,
});

/** Creates fields or changes their labels; all of the list, or nothing of it. */
export function setCustomFields(call: Call): unknown {
  const { pool, params, settings } = call;
  const fields = items(params, 'list', settings).map((item) => fieldIn(call, item));
  for (const field of fields) {
    pool.customFields.set(fieldKey(field.targetType, field.key), field);
    pool.changes += 1;
  }
  return fields.map(fieldView);
}

function fieldIn(call: Call, item: unknown): CustomField {
  if (!isObject(item)) throw badParameter('list');
  const targetType = choice(item, 'targetType', TARGET_TYPES);
  if (targetType === undefined) throw badParameter('targetType');
  const key = requiredText(item, 'key');
  if (BUILT_IN.has(key)) throw badParameter('key');
  const known = call.pool.customFields.get(fieldKey(targetType, key));
  const dataType = choice(item, 'dataType', DATA_TYPES) ?? known?.dataType ?? 'STRING';
  if (known !== undefined && known.dataType !== dataType) throw notAllowed('字段类型不能修改');
  const more = Object.fromEntries(
    KEPT.flatMap((name) => (name in item ? [[name, item[name]]] : [])),
  );
  return {
    targetType,
    key,
    dataType,
    label: text(item, 'label') ?? known?.label ?? key,
    createdAt: known?.createdAt ?? call.now,
    more: { ...known?.more, ...more },
  };
}

export function getCustomFields(call: Call): unknown {
  const targetType = targetTypeIn(call.params);
  return [...call.pool.customFields.values()]
    .filter((field) => field.targetType === targetType)
    .map(fieldView);
}

function targetTypeIn(params: Parameters): (typeof TARGET_TYPES)[number] {
  const targetType = choice(params, 'targetType', TARGET_TYPES);
  if (targetType === undefined) throw badParameter('targetType');
  return targetType;
}

/** A value must have its field's type, "or setting it fails" (SDK, comment of SetCustomDataDto). */
export function setCustomData(call: Call): unknown {
  const { pool, params, settings } = call;
  const list = items(params, 'list', settings);
  const { id, targetType } = targetIn(call);
  const values = new Map<string, unknown>();
  for (const item of list) {
    if (!isObject(item)) throw badParameter('list');
    const key = requiredText(item, 'key');
    const field = pool.customFields.get(fieldKey(targetType, key));
    if (field === undefined) {
      if (settings.unknownCustomData === 'refuse') throw badParameter('key');
    } else if (fits(field, item['value'])) {
      values.set(key, item['value']);
    } else {
      throw badParameter('value');
    }
  }
  const added = Object.fromEntries(values);
  if (targetType === 'USER') {
    const user = pool.users.get(id);
    if (user === undefined) throw userNotFound();
    pool.users.put({ ...user, customData: { ...user.customData, ...added }, updatedAt: call.now });
  } else {
    const department = pool.departments.get(id);
    if (department === undefined) throw departmentNotFound();
    const customData = { ...department.customData, ...added };
    pool.departments.put({ ...department, customData, updatedAt: call.now });
  }
  call.objects.add(id);
  return IS_SUCCESS;
}

export function getCustomData(call: Call): unknown {
  const { id, targetType } = targetIn(call);
  const { users, departments } = call.pool;
  const found = targetType === 'USER' ? users.get(id) : departments.get(id);
  if (found === undefined) throw targetType === 'USER' ? userNotFound() : departmentNotFound();
  call.objects.add(id);
  return found.customData;
}

/** Roles and groups are not simulated. */
function targetIn(call: Call): { id: string; targetType: 'USER' | 'DEPARTMENT' } {
  const targetType = targetTypeIn(call.params);
  if (targetType !== 'USER' && targetType !== 'DEPARTMENT') throw badParameter('targetType');
  return { id: requiredText(call.params, 'targetIdentifier'), targetType };
}
