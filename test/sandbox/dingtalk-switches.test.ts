/** Every switch of the simulated DingTalk, turned each way: the default answer and the others all differ. */
import { expect, test } from 'vitest';
import { SWITCHES } from '../../sandbox/dingtalk/switches.ts';
import { COMMERCE, desk, freshToken, OPERATIONS, parsed, RESEARCH } from './dingtalk-desk.ts';
import type { Desk } from './dingtalk-desk.ts';
import { EVENTS_TURNED } from './event-switch-probes.ts';
import type { Turned } from './event-switch-probes.ts';

const LIST = '/topapi/v2/user/list';
const GET = '/topapi/v2/user/get';
const SUB = '/topapi/v2/department/listsub';
const COUNT = '/topapi/user/count';
const XIAOHONG = { userid: 'feihua-0001' };

const page = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  dept_id: RESEARCH,
  cursor: 0,
  size: 100,
  order_field: 'entry_asc',
  ...more,
});

const codes = (it: Desk, times: number): string => {
  const seen: string[] = [];
  for (let call = 0; call < times; call += 1) seen.push(it.code(COUNT, { only_active: false }));
  return seen.join();
};

const refused = (it: Desk, ...changes: Parameters<Desk['change']>): string => {
  try {
    return it.change(...changes).join();
  } catch (error) {
    return String(error);
  }
};

const throttled = (it: Desk): unknown => {
  codes(it, 20);
  const reply = { ...it.call(COUNT, { only_active: false }) };
  delete reply.request_id;
  return reply;
};

const banned = (it: Desk): { status?: number; body: unknown } => {
  it.dingtalk.core.limits.ban('198.51.100.7', Date.UTC(2026, 0, 5, 8, 10), 1_000_000);
  return it.raw({ path: '/gettoken' });
};

const TURNED: Record<keyof typeof SWITCHES, Turned> = {
  tokenTtlSeconds: {
    values: [60],
    probe(it) {
      it.token = freshToken(it);
      it.advance(61_000);
      return it.code('/auth/scopes');
    },
  },
  expiredTokenCode: {
    probe(it) {
      it.advance(7_200_000);
      return it.code('/auth/scopes');
    },
  },
  tokensInterchangeable: {
    values: [false],
    probe(it) {
      const { appKey, appSecret } = it.app;
      const path = '/v1.0/oauth2/accessToken';
      it.token = parsed(
        it.raw({ path, host: 'api.dingtalk.com', body: { appKey, appSecret } }),
      ).accessToken;
      return it.code('/auth/scopes');
    },
  },
  tokenCallsPerSecond: {
    values: [1],
    probe: (it) => [freshToken(it), freshToken(it)].map(Boolean),
  },
  tokenAllowListChecked: {
    values: [true],
    probe(it) {
      const query = new URLSearchParams({
        appkey: it.app.appKey,
        appsecret: it.app.appSecret,
      });
      return parsed(it.raw({ path: '/gettoken', query, egress: '192.0.2.1' })).errcode;
    },
  },
  emptyAllowList: {
    probe(it) {
      it.app.allowList = [];
      return it.code('/auth/scopes');
    },
  },
  companiesPerAddress: {
    values: [1],
    probe(it) {
      it.dingtalk.core.callers.set('198.51.100.7', new Set(['dingother']));
      return it.code('/auth/scopes');
    },
  },
  subCode: { probe: (it) => Object.keys(it.call('/auth/scopes', undefined, { egress: null })) },
  throttleWrapped: { values: [false], probe: throttled },
  throttleText: { probe: throttled },
  errmsgOnSuccess: { values: [false], probe: (it) => 'errmsg' in it.call('/auth/scopes') },
  requestIds: { values: [false], probe: (it) => 'request_id' in it.call('/auth/scopes') },
  childOrder: {
    probe(it) {
      it.change(
        { do: 'changeDepartment', id: RESEARCH, fields: { order: '900000000' } },
        { do: 'addDepartment', id: 7, name: '新', parentId: 1, order: '800000000' },
      );
      return it.ok(SUB, {}).map((each: { dept_id: number }) => each.dept_id);
    },
  },
  negativeDepartments: {
    values: [true],
    probe: (it) => [it.ok(SUB, {}).length, it.ok(SUB, { dept_id: RESEARCH }).length],
  },
  listsubExtras: { values: [true], probe: (it) => Object.keys(it.ok(SUB, {})[0]) },
  rootParentId: {
    probe: (it) => JSON.stringify(it.ok('/topapi/v2/department/get', { dept_id: 1 })),
  },
  unionSpelling: {
    probe(it) {
      const union = { corpId: 'dingother', deptId: 9 };
      it.change({ do: 'changeDepartment', id: RESEARCH, fields: { union } });
      return it.ok('/topapi/v2/department/get', { dept_id: RESEARCH }).union_dept_ext;
    },
  },
  unknownDepartmentCode: { probe: (it) => it.code(SUB, { dept_id: 99 }) },
  hiddenDepartmentsLeftOut: {
    values: [true],
    probe(it) {
      it.change({ do: 'changeDepartment', id: RESEARCH, fields: { hideDept: true } });
      const { dept_id_list } = it.ok('/topapi/v2/department/listsubid', { dept_id: 1 });
      return [it.ok(SUB, {}).length, dept_id_list.length];
    },
  },
  departmentDepthMax: {
    values: [1],
    probe: (it) => refused(it, { do: 'addDepartment', name: '深', parentId: RESEARCH }),
  },
  departmentsMax: {
    values: [4],
    probe: (it) => refused(it, { do: 'addDepartment', name: '多', parentId: 1 }),
  },
  oversizedPage: { probe: (it) => it.code(LIST, page({ size: 101 })) },
  pageSizeCode: { probe: (it) => it.code(LIST, page({ size: 101 })) },
  cursor: {
    probe(it) {
      const { next_cursor: cursor } = it.ok(LIST, page({ size: 1 }));
      const next = it.ok(LIST, page({ size: 1, cursor }));
      return [cursor, next.list[0].userid, it.code(LIST, page({ cursor: 5 }))];
    },
  },
  emptyLastPage: {
    probe(it) {
      const { has_more, next_cursor: cursor } = it.ok(LIST, page({ size: 2 }));
      return [has_more, has_more && it.ok(LIST, page({ size: 2, cursor }))];
    },
  },
  repeatAcrossPages: {
    values: [true],
    probe: (it) => it.ok(LIST, page({ size: 1, cursor: 1 })).list.length,
  },
  bigOrders: { values: [false], probe: (it) => it.ok(LIST, page()).list[0].dept_order },
  unsetFields: { probe: (it) => it.ok(GET, XIAOHONG).remark },
  withoutFieldPermission: {
    probe(it) {
      it.app.fields = { mobile: false, email: false };
      const { mobile, email } = it.ok(GET, XIAOHONG);
      return [mobile, email];
    },
  },
  hiddenMobilesLeftOut: {
    values: [true],
    probe(it) {
      it.change({ do: 'changePerson', ...XIAOHONG, fields: { hideMobile: true } });
      return [it.ok(GET, XIAOHONG).mobile, it.ok(LIST, page()).list[0].mobile];
    },
  },
  useridCase: { probe: (it) => it.code(GET, { userid: 'FEIHUA-0001' }) },
  unknownPersonCode: { probe: (it) => it.code(GET, { userid: 'nobody' }) },
  deletedPersonVisibleMs: {
    values: [5000],
    probe(it) {
      it.change({ do: 'removePerson', ...XIAOHONG });
      const now = [it.code(GET, XIAOHONG), it.ok(LIST, page()).list.length];
      it.advance(5000);
      return [now, it.code(GET, XIAOHONG), it.ok(LIST, page()).list.length];
    },
  },
  staleReadMs: {
    values: [5000],
    probe(it) {
      it.change(
        { do: 'changePerson', ...XIAOHONG, fields: { name: '晓虹' } },
        { do: 'movePerson', ...XIAOHONG, departments: [OPERATIONS] },
        { do: 'renameDepartment', id: COMMERCE, name: '商务部' },
        { do: 'removePerson', userid: 'feihua-0003' },
      );
      const seen = (): unknown => [
        it.call(GET, XIAOHONG).result.name,
        it.ok(LIST, page()).list.length,
        it.ok('/topapi/v2/department/get', { dept_id: COMMERCE }).name,
        it.code(GET, { userid: 'feihua-0003' }),
      ];
      const now = seen();
      it.advance(5000);
      expect(seen()).toEqual(['晓虹', 1, '商务部', '60121']);
      return now;
    },
  },
  partialScopeRoot: {
    probe(it) {
      it.app.scope = { departments: [RESEARCH], people: [] };
      return it.code(SUB, { dept_id: 1 });
    },
  },
  appCallsPerSecond: { values: [2], probe: (it) => codes(it, 3) },
  throttleWindow: {
    probe(it) {
      it.advance(900);
      codes(it, 20);
      it.advance(100);
      return codes(it, 20);
    },
  },
  globalCallsPerSecond: { values: [2], probe: (it) => codes(it, 3) },
  topOfHourShare: {
    values: [100],
    probe(it) {
      it.advance(50 * 60_000);
      return codes(it, 1);
    },
  },
  addressCalls: {
    values: [3],
    probe: (it) => Array.from({ length: 5 }, () => it.raw({ path: '/x' }).code),
  },
  addressWindowSeconds: {
    values: [1],
    probe(it) {
      it.set({ addressCalls: 5 });
      it.advance(60_000);
      for (let call = 0; call < 5; call += 1) it.raw({ path: '/x' });
      it.advance(2000);
      return it.raw({ path: '/x' }).code;
    },
  },
  banSeconds: {
    values: [1],
    probe(it) {
      it.set({ addressCalls: 1 });
      it.raw({ path: '/x' });
      it.raw({ path: '/x' });
      it.set({ addressCalls: 0 });
      it.advance(2000);
      return it.raw({ path: '/x' }).code;
    },
  },
  banReply: { probe: (it) => typeof banned(it).body },
  banHttpStatus: { values: [403], probe: (it) => banned(it).status },
  ...EVENTS_TURNED,
};

for (const [name, { values, probe }] of Object.entries(TURNED)) {
  const known = SWITCHES[name as keyof typeof SWITCHES];
  const others = values ?? (known.values ?? []).filter((each) => each !== known.default);

  test(`${name} makes a difference whichever way it is turned`, async () => {
    const seen: string[] = [];
    for (const value of [known.default, ...others]) {
      const it = desk();
      it.set({ [name]: value });
      seen.push(JSON.stringify(await probe(it)) ?? 'undefined');
    }
    expect(others.length).toBeGreaterThan(0);
    expect(new Set(seen).size).toBe(seen.length);
  });
}

test('a switch that is turned after a person was read shows at the next read', () => {
  const it = desk();
  expect(it.ok(GET, XIAOHONG).remark).toBe('');
  it.set({ unsetFields: 'absent' });
  expect('remark' in it.ok(GET, XIAOHONG)).toBe(false);
});

test('each switch refuses what is no value of it, and says what would be', () => {
  const it = desk();
  const before = it.dingtalk.settings();
  for (const [change, words] of [
    [{ cursor: 'backwards' }, 'cursor is one of offset, opaque, not "backwards"'],
    [{ banSeconds: -1 }, 'banSeconds is 0 or more, not -1'],
    [{ requestIds: 'yes' }, 'requestIds is a boolean, not "yes"'],
    [{ nothing: 1 }, 'no switch nothing; there are tokenTtlSeconds'],
    [{ requestIds: false, nothing: 1 }, 'no switch nothing'],
  ] as const) {
    expect(() => it.set(change)).toThrow(words);
  }
  expect(it.dingtalk.settings()).toEqual(before);
});

test('each of the open questions U1 to U24 is a switch', () => {
  const about = Object.values(SWITCHES).map((each) => each.about);
  for (let number = 1; number <= 24; number += 1) expect(about).toContain(`U${number}`);
});
