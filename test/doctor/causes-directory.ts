/** Causes in what the app may see: its scope, departments, people and their fields. */
import { app, fault } from './cause.ts';
import type { Cause } from './cause.ts';

const permissions = {
  departments: 'qyapi_get_department_list',
  members: 'qyapi_get_department_member',
  person: 'qyapi_get_member',
  base: 'qyapi_base',
};
const everybody = ['feihua-0001', 'feihua-0002', 'feihua-0003', '0104052619960717'];
const without = (...points: string[]) =>
  Object.values(permissions).filter((it) => !points.includes(it));

export const causesOfTheDirectory: Cause[] = [
  {
    name: 'the app is switched off',
    code: 'SOURCE_APP_DISABLED',
    step: 'scope',
    status: 'failed',
    prepare: (stage) => app(stage, { enabled: false }),
  },
  {
    name: 'the company was dissolved',
    code: 'SOURCE_COMPANY_CLOSED',
    step: 'scope',
    status: 'failed',
    prepare: (stage) =>
      stage.control('PUT', `/companies/${stage.corpId}`, { standing: 'dissolved' }),
  },
  {
    name: 'the app may see nothing',
    code: 'SOURCE_NOTHING_VISIBLE',
    step: 'scope',
    status: 'failed',
    prepare: (stage) => app(stage, { scope: { departments: [], people: [] } }),
  },
  {
    name: 'the app may see one department only',
    code: 'SOURCE_SCOPE_NARROW',
    step: 'scope',
    status: 'warning',
    prepare: (stage) => app(stage, { scope: { departments: [300000001], people: [] } }),
  },
  {
    name: 'DingTalk takes back each token it gives',
    code: 'SOURCE_TOKEN_REJECTED',
    step: 'scope',
    status: 'failed',
    prepare: (stage) =>
      fault(stage, { side: 'dingtalk', kind: 'revoked-token', interface: 'auth/scopes' }),
  },
  {
    name: 'DingTalk answers with a code that nobody documents',
    code: 'SOURCE_UNKNOWN_REPLY',
    step: 'scope',
    status: 'failed',
    prepare: (stage) =>
      fault(stage, {
        side: 'dingtalk',
        kind: 'errcode',
        interface: 'auth/scopes',
        parameters: { code: '77777', message: 'so not' },
      }),
  },
  {
    name: 'the permission to read departments is missing',
    code: 'SOURCE_PERMISSION_MISSING',
    step: 'departments',
    status: 'failed',
    prepare: (stage) => app(stage, { permissions: without(permissions.departments) }),
  },
  {
    name: 'DingTalk is busy',
    code: 'SOURCE_UNAVAILABLE',
    step: 'departments',
    status: 'failed',
    prepare: (stage) =>
      fault(stage, { side: 'dingtalk', kind: 'errcode', interface: 'department/get' }),
  },
  {
    name: 'the app may not see the department it begins with',
    code: 'SOURCE_OUT_OF_SCOPE',
    step: 'departments',
    status: 'failed',
    prepare: (stage) =>
      fault(stage, { side: 'dingtalk', kind: 'narrowed-scope', interface: 'department/get' }),
  },
  {
    name: 'the calls of this month are used up',
    code: 'SOURCE_QUOTA_REACHED',
    step: 'departments',
    status: 'failed',
    prepare: (stage) =>
      fault(stage, {
        side: 'dingtalk',
        kind: 'errcode',
        interface: 'department/listsub',
        parameters: { code: '90020', message: 'quota' },
      }),
  },
  {
    name: 'the permission to read members is missing',
    code: 'SOURCE_PERMISSION_MISSING',
    step: 'people',
    status: 'failed',
    prepare: (stage) => app(stage, { permissions: without(permissions.members) }),
  },
  {
    name: 'nobody is in the departments',
    code: 'SOURCE_NO_PEOPLE_SEEN',
    step: 'people',
    status: 'warning',
    prepare: (stage) =>
      fault(stage, { side: 'dingtalk', kind: 'empty-list', interface: 'user/list' }),
  },
  {
    name: 'DingTalk says again and again that calls come too fast',
    code: 'SOURCE_RATE_LIMITED',
    step: 'people',
    status: 'failed',
    prepare: (stage) =>
      fault(stage, { side: 'dingtalk', kind: 'throttle', interface: 'user/list' }),
  },
  {
    name: 'the field permission for mobile numbers is missing',
    code: 'SOURCE_FIELD_MOBILE_ABSENT',
    step: 'fields',
    status: 'warning',
    prepare: (stage) => app(stage, { fields: { mobile: false } }),
  },
  {
    name: 'the field permission for e-mail addresses is missing',
    code: 'SOURCE_FIELD_EMAIL_ABSENT',
    step: 'fields',
    status: 'warning',
    prepare: (stage) => app(stage, { fields: { email: false } }),
  },
  {
    name: 'DingTalk gives no person’s record',
    code: 'SOURCE_OBJECT_REFUSED',
    step: 'fields',
    status: 'failed',
    prepare: (stage) =>
      fault(stage, {
        side: 'dingtalk',
        kind: 'errcode',
        interface: 'user/get',
        parameters: { code: '77777', message: 'so not' },
      }),
  },
  {
    name: 'the field permission for mobile numbers is missing, and the field comes empty',
    code: 'SOURCE_FIELD_MOBILE_ABSENT',
    step: 'fields',
    status: 'warning',
    prepare: async (stage) => {
      await stage.control('PUT', '/settings/dingtalk', { withoutFieldPermission: 'empty' });
      await app(stage, { fields: { mobile: false } });
    },
  },
  {
    name: 'both field permissions are missing',
    code: 'SOURCE_FIELDS_ABSENT',
    step: 'fields',
    status: 'warning',
    prepare: (stage) => app(stage, { fields: { mobile: false, email: false } }),
  },
  {
    name: 'the company has nobody',
    code: 'SOURCE_COMPANY_EMPTY',
    step: 'counts',
    status: 'warning',
    prepare: (stage) =>
      stage.control('POST', '/dingtalk/changes', {
        changes: everybody.map((userid) => ({ do: 'removePerson', userid })),
      }),
  },
  {
    name: 'a department shows nobody although people are in it',
    code: 'SOURCE_COUNT_DIFFERS',
    step: 'counts',
    status: 'warning',
    prepare: (stage) =>
      fault(stage, { side: 'dingtalk', kind: 'empty-list', interface: 'user/list', skip: 2 }),
  },
  {
    name: 'DingTalk’s answer ends in the middle',
    code: 'SOURCE_REPLY_UNREADABLE',
    step: 'counts',
    status: 'failed',
    prepare: (stage) =>
      fault(stage, { side: 'dingtalk', kind: 'truncated', interface: 'user/count' }),
  },
];
