/** Every code of DingTalk, in every envelope, means one thing; only six codes ever mean "gone". */
import { describe, expect, it } from 'vitest';
import { meaningOf } from '../../connectors/dingtalk/codes.ts';
import { cleaned, limitEndsAt, permissionName } from '../../connectors/dingtalk/vendor-text.ts';
import { ProblemError } from '../../model/problem.ts';
import { problemWords } from '../../model/words.ts';
import { desk, reply } from './dingtalk-desk.ts';
import type { Problem, ProblemCode } from '../../model/problem.ts';
import type { Reply } from '../../connectors/transport.ts';

type Read = 'person' | 'department' | 'global';

/** What a read of this kind makes of an answer: a problem, or "gone". */
async function outcome(read: Read, answer: string | Reply): Promise<Problem | string> {
  const it = desk();
  for (const name of ['topapi/v2/user/get', 'topapi/v2/department/get', 'topapi/user/count']) {
    it.answers[name] = () => answer;
  }
  const { source } = it;
  const sent =
    read === 'person'
      ? source.person('u-1001')
      : read === 'department'
        ? source.department('300000003')
        : source.peopleCount();
  return sent.then(
    (value) => (value === 'gone' ? 'gone' : 'success'),
    (error: unknown) => {
      if (error instanceof ProblemError) return error.problem;
      throw error;
    },
  );
}

async function codeOf(read: Read, answer: string | Reply): Promise<string> {
  const it = await outcome(read, answer);
  return typeof it === 'string' ? it : it.code;
}

const plain = (code: unknown, errmsg = 'x'): string => JSON.stringify({ errcode: code, errmsg });
const wrapped = (code: string, text = 'x'): string =>
  JSON.stringify({
    errcode: 88,
    sub_code: code,
    sub_msg: text,
    errmsg: `ding talk error[subcode=${code},submsg=${text}]`,
    request_id: '15s1k9x2a7m90',
  });

/** All codes of the vendor's tables, with what a read of a person, of a department and of the company make of them. */
const table: [codes: (number | string)[], person: string, department: string, global: string][] = [
  [[-1, 15], ...same('SOURCE_UNAVAILABLE')],
  [[22, 404, 40056, 40078, 41001], ...same('BUG_SOURCE_REQUEST')],
  [[43001, 43002, 43003, 43004, 43005, 43008, 43009], ...same('BUG_SOURCE_REQUEST')],
  [[60005, 60006, 60007, 60018, 60021, 60110], ...same('BUG_SOURCE_REQUEST')],
  [[40014, 42001], ...same('SOURCE_TOKEN_REJECTED')],
  [[40001, 40089, 40096], ...same('SOURCE_CREDENTIALS_REJECTED')],
  [[33001, 40013, 52010], ...same('SOURCE_COMPANY_UNKNOWN')],
  [[50005, 70001], ...same('SOURCE_COMPANY_CLOSED')],
  [[50003], ...same('SOURCE_APP_DISABLED')],
  [[40091, 43007, 48002, 60011], ...same('SOURCE_PERMISSION_MISSING')],
  [[60020], ...same('SOURCE_IP_NOT_ALLOWED')],
  [[90017], ...same('SOURCE_IP_SHARED')],
  [[90020], ...same('SOURCE_QUOTA_REACHED')],
  [[45009, 90018, 90019, 90030], ...same('SOURCE_RATE_LIMITED')],
  [[90001, 90002, 90003, 90004, 90005, 90006, 90007], ...same('SOURCE_RATE_LIMITED')],
  [[90008, 90009, 90010, 90011, 90012, 90013, 90014], ...same('SOURCE_RATE_LIMITED')],
  [[50002, 50004], ...same('SOURCE_OUT_OF_SCOPE')],
  [[33012, 40003, 60111, 60121], 'gone', 'SOURCE_OBJECT_REFUSED', 'SOURCE_UNKNOWN_REPLY'],
  [[40009, 60003], 'SOURCE_OBJECT_REFUSED', 'gone', 'SOURCE_UNKNOWN_REPLY'],
  [[40104, 60004, 60019, 60120], ...object('SOURCE_UNKNOWN_REPLY')],
  [[40000, 40018, 40035, 40068, 40069, 400002], ...object('BUG_SOURCE_REQUEST')],
  // Codes that nobody documents, among them those of other parts of the platform.
  [
    [1, 2, 99, 1000, 33011, 40002, 60001, 60122, 71006, 71013, 400040, 900005],
    ...object('SOURCE_UNKNOWN_REPLY'),
  ],
  [[-2, 88, 999999, 2147483648, 90000, 90021], ...object('SOURCE_UNKNOWN_REPLY')],
];

function same(code: ProblemCode): [string, string, string] {
  return [code, code, code];
}
function object(global: ProblemCode): [string, string, string] {
  return ['SOURCE_OBJECT_REFUSED', 'SOURCE_OBJECT_REFUSED', global];
}

describe('codes of the old interface', () => {
  it('mean the same plain, as text, and wrapped in 88 in each of its three ways', async () => {
    for (const [codes, person, department, global] of table) {
      for (const code of codes) {
        const ways = [
          plain(code),
          plain(String(code)),
          wrapped(String(code)),
          JSON.stringify({ errcode: 88, subcode: code, errmsg: 'x' }),
          JSON.stringify({ errcode: 88, errmsg: `ding talk error[subcode=${code},submsg=x]` }),
        ];
        for (const way of ways) {
          expect([code, 'person', await codeOf('person', way)]).toEqual([code, 'person', person]);
        }
        expect([code, await codeOf('department', plain(code))]).toEqual([code, department]);
        expect([code, await codeOf('department', wrapped(String(code)))]).toEqual([
          code,
          department,
        ]);
        expect([code, await codeOf('global', plain(code))]).toEqual([code, global]);
      }
    }
  });

  it('no code but six is ever "gone", and none but 0 is success', async () => {
    const gone: number[] = [];
    for (let code = -5; code < 1000; code += 1) {
      if (code !== 0) expect(await codeOf('person', plain(code))).not.toMatch(/^(gone|success)$/);
    }
    for (const code of table.flatMap(([codes]) => codes)) {
      const meanings = [
        await codeOf('person', plain(code)),
        await codeOf('department', plain(code)),
      ];
      if (meanings.includes('gone')) gone.push(Number(code));
      expect(meanings).not.toContain('success');
    }
    expect(gone.sort()).toEqual([33012, 40003, 40009, 60003, 60111, 60121]);
  });

  it('a wrapped 0 is no success', async () => {
    expect(await codeOf('person', wrapped('0'))).toBe('SOURCE_OBJECT_REFUSED');
    expect(await codeOf('person', '{"errcode":88}')).toBe('SOURCE_OBJECT_REFUSED');
  });

  it('the root is never gone', async () => {
    const it = desk();
    it.answers['topapi/v2/department/listsub'] = () => plain(60003);
    await expect(it.source.childDepartments('1')).rejects.toThrow('SOURCE_OBJECT_REFUSED (60003)');
  });
});

describe('codes of the new interface', () => {
  const refused = async (status: number, body: Record<string, unknown>): Promise<Problem> => {
    const it = desk();
    it.answers['v1.0/oauth2/{corpId}/token'] = () => reply(JSON.stringify(body), status);
    const error: unknown = await it.source.proveCompany().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof ProblemError)) throw new Error('no problem');
    return error.problem;
  };

  it('mean what the table says', async () => {
    const denied = 'Forbidden.AccessDenied';
    const rows: [number, string, ProblemCode][] = [
      [400, 'InvalidAuthentication', 'SOURCE_TOKEN_REJECTED'],
      [400, 'AuthenticationFailed.MissingParameter', 'BUG_SOURCE_REQUEST'],
      [400, 'invalidClientIdOrSecret', 'SOURCE_CREDENTIALS_REJECTED'],
      [400, 'invalidParameter.corpId', 'BUG_SOURCE_REQUEST'],
      [400, 'MissingParameter', 'BUG_SOURCE_REQUEST'],
      [403, `${denied}.AccessTokenPermissionDenied`, 'SOURCE_PERMISSION_MISSING'],
      [403, `${denied}.IpNotInWhiteList`, 'SOURCE_IP_NOT_ALLOWED'],
      [403, `${denied}.QpsLimitForApi`, 'SOURCE_RATE_LIMITED'],
      [403, `${denied}.QpsLimitForAppkeyAndApi`, 'SOURCE_RATE_LIMITED'],
      [403, `${denied}.QpmLimitForAppkeyAndApi`, 'SOURCE_RATE_LIMITED'],
      [403, `${denied}.QpsLimitForSuitekeyAndOrgAndApi`, 'SOURCE_RATE_LIMITED'],
      [403, `${denied}.ApiCountLimitForOrg`, 'SOURCE_QUOTA_REACHED'],
      [409, 'duplicateClientToken', 'BUG_SOURCE_REQUEST'],
      [500, 'system.error', 'SOURCE_UNAVAILABLE'],
      [503, 'service.timeout', 'SOURCE_UNAVAILABLE'],
      [400, 'something.new', 'SOURCE_UNKNOWN_REPLY'],
      // A token for a company that does not exist, or is not the app's.
      [500, 'unknownError', 'SOURCE_COMPANY_UNKNOWN'],
      [400, 'invalid.client', 'SOURCE_COMPANY_UNKNOWN'],
      [401, 'unauthorized.client', 'SOURCE_COMPANY_UNKNOWN'],
    ];
    for (const [status, code, expected] of rows) {
      const it = await refused(status, { code, requestid: '7C0E-1', message: 'x' });
      expect([code, it.code]).toEqual([code, expected]);
      expect(it.detail).toMatchObject({ requestId: '7C0E-1', vendorCode: code });
    }
  });

  it('name the missing permission and the address seen', async () => {
    const permission = await refused(403, {
      code: 'Forbidden.AccessDenied.AccessTokenPermissionDenied',
      requestid: '2F0D',
      message: '应用尚未开通所需的权限',
      accessdenieddetail: { requiredScopes: ['Contact.Common.Read'] },
    });
    expect(permission.detail.permission).toBe('Contact.Common.Read');
    const address = await refused(403, {
      code: 'Forbidden.AccessDenied.IpNotInWhiteList',
      message: '访问ip不在白名单之中，请参考FAQ,request ip=2409:8a55::1 appKey(dingx)',
    });
    expect(address.detail.address).toBe('2409:8a55::1');
  });

  it('an unknown path answers 200 with an errcode, and is no success', async () => {
    const it = await refused(200, { errcode: 404, errmsg: '请求的URI地址不存在' });
    expect(it.code).toBe('BUG_SOURCE_REQUEST');
  });
});

describe('answers that are no answers', () => {
  const rows: [string, Reply, ProblemCode][] = [
    ['ban page', reply('<!DOCTYPE html><html>405</html>'), 'SOURCE_ADDRESS_BANNED'],
    ['ban page with 405', reply('  <html>', 405), 'SOURCE_ADDRESS_BANNED'],
    [
      'ban as JSON',
      reply('{"status":1111,"wait":5,"source":"x5","punish":"deny","uuid":"5c1d"}'),
      'SOURCE_ADDRESS_BANNED',
    ],
    ['gateway page', reply('<html>502</html>', 502), 'SOURCE_UNAVAILABLE'],
    ['gateway JSON', reply('{"error":"upstream"}', 503), 'SOURCE_UNAVAILABLE'],
    ['success with 500', reply('{"errcode":0,"result":{}}', 500), 'SOURCE_UNAVAILABLE'],
    ['429', reply('slow down', 429), 'SOURCE_RATE_LIMITED'],
    ['page of another server', reply('<html>not found</html>', 404), 'SOURCE_REPLY_UNREADABLE'],
    ['redirect', reply('', 302), 'SOURCE_REPLY_UNREADABLE'],
    ['empty', reply(''), 'SOURCE_REPLY_UNREADABLE'],
    ['cut off', reply('{"errcode":0,"result":{"userid":"u-10'), 'SOURCE_REPLY_UNREADABLE'],
    ['no errcode', reply('{"result":{"userid":"u-1001"}}'), 'SOURCE_REPLY_UNREADABLE'],
    ['errcode null', reply('{"errcode":null,"result":{}}'), 'SOURCE_REPLY_UNREADABLE'],
    ['errcode true', reply('{"errcode":true}'), 'SOURCE_REPLY_UNREADABLE'],
    ['errcode empty', reply('{"errcode":"","errmsg":"ok"}'), 'SOURCE_REPLY_UNREADABLE'],
    ['errcode 0.5', reply('{"errcode":0.5}'), 'SOURCE_REPLY_UNREADABLE'],
    ['a list', reply('[]'), 'SOURCE_REPLY_UNREADABLE'],
    ['null', reply('null'), 'SOURCE_REPLY_UNREADABLE'],
    ['text', reply('"ok"'), 'SOURCE_REPLY_UNREADABLE'],
  ];
  for (const [name, answer, code] of rows) {
    it(`${name}: ${code}, for every read`, async () => {
      for (const read of ['person', 'department', 'global'] as const) {
        expect(await codeOf(read, answer)).toBe(code);
      }
    });
  }
});

describe('facts in the vendor’s sentences', () => {
  it('the address seen and the missing permission, wrapped or not', async () => {
    const ip = '访问ip不在白名单之中,request ip=198.51.100.7 appKey(dingsimappkey00000001)';
    expect(await outcome('global', wrapped('60020', ip))).toMatchObject({
      code: 'SOURCE_IP_NOT_ALLOWED',
      kind: 'config',
      detail: { address: '198.51.100.7', vendorCode: '60020', requestId: '15s1k9x2a7m90' },
    });
    expect(await outcome('global', plain(60020, `请参考FAQ。错误原因：${ip}`))).toMatchObject({
      detail: { address: '198.51.100.7' },
    });
    const right =
      '应用尚未开通所需的权限：[qyapi_get_member]，点击链接申请并开通即可：https://open-dev.example/x';
    expect(await outcome('global', wrapped('60011', right))).toMatchObject({
      code: 'SOURCE_PERMISSION_MISSING',
      detail: { permission: 'qyapi_get_member' },
    });
    // With the sentence alone, the wrapper's own bracket is not taken for the name.
    const alone = JSON.stringify({
      errcode: 88,
      errmsg: `ding talk error[subcode=60011,submsg=${right}]`,
    });
    expect(await outcome('global', alone)).toMatchObject({
      detail: { permission: 'qyapi_get_member' },
    });
    expect(permissionName('没有权限 requiredScopes=[qyapi_base]')).toBe('qyapi_base');
    expect(await outcome('department', wrapped('60011', '没有调用该接口的权限'))).toMatchObject({
      detail: { permission: 'qyapi_get_department_list' },
    });
  });

  it('when a limit ends, in China’s time and by the vendor’s clock', async () => {
    const text = (end: string): string =>
      `当前接口次数过多, apiPath(dingtalk.oapi.v2.user.get), 从 2026-09-03 00:01:02 到 2026-09-03 00:01:02 请求总次数超过 1200 次, ${end}`;
    expect(limitEndsAt(text('限制将在 2026-09-03 00:01:03 结束.'))).toBe(
      Date.UTC(2026, 8, 2, 16, 1, 3),
    );
    expect(limitEndsAt(text('处罚将在 2019-01-01 08:00:00 结束.'))).toBe(Date.UTC(2019, 0, 1));
    expect(limitEndsAt(text('限制将在 soon 结束.'))).toBeUndefined();
    const answer = wrapped('90018', text('限制将在 2026-09-03 00:01:07 结束.'));
    const date = new Date(Date.UTC(2026, 8, 2, 16, 1, 3)).toUTCString();
    expect(await outcome('person', reply(answer, 200, { date }))).toMatchObject({
      code: 'SOURCE_RATE_LIMITED',
      kind: 'transient',
      retryAfterMs: 4_000,
    });
    const past = await outcome(
      'person',
      wrapped('90002', text('限制将在 2020-01-01 00:00:00 结束.')),
    );
    expect(past).toMatchObject({ retryAfterMs: 1_000 });
    const far = await outcome(
      'person',
      wrapped('90002', text('限制将在 2099-01-01 00:00:00 结束.')),
    );
    expect(far).toMatchObject({ retryAfterMs: 600_000 });
  });

  it('waits without a time in the sentence: a second, a minute, five minutes', async () => {
    expect(await outcome('person', wrapped('90018'))).toMatchObject({ retryAfterMs: 1_000 });
    expect(await outcome('person', plain(90001))).toMatchObject({ retryAfterMs: 60_000 });
    expect(await outcome('person', plain(-1))).toMatchObject({ retryAfterMs: 1_000 });
    expect(await outcome('person', reply('<html>'))).toMatchObject({ retryAfterMs: 300_000 });
  });

  it('are cleaned of phones, e-mails, long numbers, keys, queries and control characters, and cut', () => {
    expect(cleaned('手机号 13800138000 已存在')).toBe('手机号 *** 已存在');
    expect(cleaned('phone +86 138-0013-8000, mail wang.yi@corp.example.com!')).toBe(
      'phone ***, mail ***@***',
    );
    expect(cleaned('userid 0123456789012345 appKey(dingabc) access_token=abc')).toBe(
      'userid *** appKey(***) access_token(***)',
    );
    expect(cleaned('见 https://open-dev.example/a/b?token=canary#x，谢谢')).toBe(
      '见 https://open-dev.example/a/b，谢谢',
    );
    expect(cleaned('a\r\nb\u202ec\0d')).toBe('a b c d');
    expect(cleaned('超过 1200 次, 2026-09-03 00:01:02 结束')).toBe(
      '超过 1200 次, 2026-09-03 00:01:02 结束',
    );
    expect(Array.from(cleaned('很'.repeat(500)))).toHaveLength(200);
  });
});

describe('the words', () => {
  it('exist for every code that DingTalk can lead to, and fill all their blanks', async () => {
    const filled = new Set([
      'address',
      'vendorCode',
      'vendorMessage',
      'requestId',
      'interface',
      'field',
      'permission',
      'httpStatus',
    ]);
    for (const [code, words] of Object.entries(problemWords)) {
      if (!/^(SOURCE|EGRESS|ADDRESS|BUG_SOURCE)_/.test(code)) continue;
      for (const sentence of [...Object.values(words.en), ...Object.values(words.zh)]) {
        for (const [, name] of sentence.matchAll(/\{(\w+)\}/g)) expect(filled).toContain(name);
      }
      for (const sentence of Object.values(words.zh)) {
        // Chinese sentences end as Chinese does, and hold no half-width punctuation beside Chinese signs.
        expect(sentence).toMatch(/[。）]$/);
        expect(sentence.replace(/“.*?”/g, '')).not.toMatch(
          /\p{Script=Han}[,;:!?()]|[,;:!?()]\p{Script=Han}/u,
        );
      }
    }
    expect(meaningOf('toString')).toBeUndefined();
    expect(meaningOf('__proto__')).toBeUndefined();
  });
});
