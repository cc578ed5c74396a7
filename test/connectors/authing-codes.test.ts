/** Every code of Authing, and what it becomes: nothing is guessed, and what is unknown is safe. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleaned } from '../../connectors/authing/cleaned.ts';
import { foreign, isConflict, refusal, retryAfter } from '../../connectors/authing/codes.ts';
import { problemWords } from '../../model/words.ts';

const NOW = Date.UTC(2026, 0, 5, 8);
const reply = (status = 200, headers: Record<string, string> = {}) => ({
  status,
  headers,
  json: undefined,
  head: '',
});

function refused(
  statusCode: number,
  options: {
    apiCode?: number;
    message?: string;
    name?: string;
    write?: boolean;
    http?: number;
  } = {},
) {
  const { name = 'create-user', write = true, http = 200, ...answer } = options;
  return refusal(
    { name, write, address: 'authing.example:443' },
    { statusCode, requestId: 'r-1', ...answer },
    reply(http),
    NOW,
  );
}

describe('classes of statusCode', () => {
  it.each([
    [400, 'DATA_REFUSED', 'data', 'none'],
    [401, 'TARGET_TOKEN_REJECTED', 'config', 'none'],
    [402, 'TARGET_PLAN_REQUIRED', 'config', 'none'],
    [403, 'TARGET_FORBIDDEN', 'config', 'none'],
    [404, 'DATA_PERSON_GONE', 'data', 'none'],
    [409, 'DATA_IDENTIFIER_TAKEN', 'data', 'none'],
    [413, 'DATA_TOO_LARGE', 'data', 'none'],
    [422, 'DATA_REFUSED', 'data', 'none'],
    [429, 'TARGET_RATE_LIMITED', 'transient', 'none'],
    [499, 'DATA_REFUSED', 'data', 'none'],
    [500, 'TARGET_UNAVAILABLE', 'transient', 'unknown'],
    [501, 'TARGET_UNSUPPORTED', 'config', 'none'],
    [502, 'TARGET_UNAVAILABLE', 'transient', 'unknown'],
    [503, 'TARGET_UNAVAILABLE', 'transient', 'unknown'],
    [601, 'TARGET_THIRD_PARTY_FAILED', 'transient', 'unknown'],
    [602, 'TARGET_THIRD_PARTY_FAILED', 'transient', 'unknown'],
    [603, 'DATA_PIPELINE_REFUSED', 'data', 'unknown'],
  ])('%i in a write is %s', (statusCode, code, kind, effect) => {
    expect(refused(statusCode)).toMatchObject({ code, kind, effect });
    expect(refused(statusCode).detail).toMatchObject({
      vendorCode: `${statusCode}`,
      requestId: 'r-1',
    });
  });

  it('a read is never refused for an object, except that it is gone', () => {
    for (const statusCode of [400, 409, 413, 422, 499, 603]) {
      const got = refused(statusCode, { write: false, name: 'get-user-batch' });
      expect(got).toMatchObject({ code: 'TARGET_ANSWER_UNKNOWN', effect: 'none' });
    }
    expect(refused(404, { write: false, name: 'get-user-batch' }).code).toBe('DATA_PERSON_GONE');
    expect(refused(404, { write: false, name: 'get-department' }).code).toBe(
      'DATA_DEPARTMENT_GONE',
    );
  });
});

describe('apiCodes', () => {
  it.each([
    [1300, 'TARGET_SIGNATURE_DEMANDED'],
    [1301, 'TARGET_SIGNATURE_DEMANDED'],
    [1302, 'TARGET_SIGNATURE_DEMANDED'],
    [1303, 'TARGET_SIGNATURE_DEMANDED'],
    [1304, 'TARGET_SIGNATURE_DEMANDED'],
    [1305, 'TARGET_SIGNATURE_DEMANDED'],
    [1306, 'TARGET_SIGNATURE_DEMANDED'],
    [2004, 'DATA_PERSON_GONE'],
    [2005, 'DATA_PERSON_LOCKED'],
    [2020, 'TARGET_FORBIDDEN'],
    [2026, 'DATA_IDENTIFIER_TAKEN'],
    [2030, 'BUG_TARGET_REQUEST'],
    [2034, 'DATA_USERNAME_TAKEN'],
    [2035, 'DATA_PHONE_TAKEN'],
    [2036, 'DATA_PERSON_GONE'],
    [2040, 'TARGET_QUOTA_REACHED'],
    [2200, 'DATA_EMAIL_TAKEN'],
    [2224, 'TARGET_POOL_NOT_FOUND'],
    [4021, 'TARGET_QUOTA_REACHED'],
  ])('%i goes before the class: %s', (apiCode, code) => {
    for (const statusCode of [400, 403, 404, 409, 499]) {
      expect(refused(statusCode, { apiCode }).code).toBe(code);
      expect(refused(statusCode, { apiCode }).detail.vendorCode).toBe(`${statusCode}/${apiCode}`);
    }
    expect(refused(429, { apiCode }).code).toBe('TARGET_RATE_LIMITED');
  });

  it('2020 in the class 401 is a dead token, not a missing right', () => {
    expect(refused(401, { apiCode: 2020 }).code).toBe('TARGET_TOKEN_REJECTED');
    expect(refused(401, { apiCode: 2224 }).code).toBe('TARGET_POOL_NOT_FOUND');
  });
});

describe('sentences', () => {
  it.each([
    [
      400,
      'Must contain one of the following fields: username, phone, email',
      'DATA_IDENTIFIER_MISSING',
      undefined,
    ],
    [400, '参数 email 格式错误', 'DATA_FIELD_REFUSED', 'email'],
    [400, 'phone cannot be empty', 'DATA_FIELD_REFUSED', 'phone'],
    [400, 'customData must be less than 1024 characters', 'DATA_FIELD_REFUSED', 'customData'],
    [400, '参数 userIds 格式错误', 'BUG_TARGET_REQUEST', 'userIds'],
    [400, '参数 organizationCode 格式错误', 'TARGET_ORGANIZATION_CODE_INVALID', undefined],
    [400, 'invalid organization code: 北 风', 'TARGET_ORGANIZATION_CODE_INVALID', undefined],
    [404, 'organization not found for code: southwind', 'TARGET_ORGANIZATION_NOT_FOUND', undefined],
    [404, '用户不存在', 'DATA_PERSON_GONE', undefined],
    [404, '存在不合法的 departmentId: zzz', 'DATA_DEPARTMENT_GONE', undefined],
    [409, '手机号已被绑定', 'DATA_PHONE_TAKEN', undefined],
    [409, 'email already bound', 'DATA_EMAIL_TAKEN', undefined],
    [409, '用户名已存在', 'DATA_USERNAME_TAKEN', undefined],
    [409, 'externalId already exists', 'DATA_KEY_TAKEN', undefined],
    [409, 'openDepartmentId 已存在', 'DATA_KEY_TAKEN', undefined],
    [499, '用户已存在', 'DATA_IDENTIFIER_TAKEN', undefined],
    [422, '部门名称已存在', 'DATA_NAME_TAKEN', undefined],
  ])('%i %s is %s', (statusCode, message, code, field) => {
    const got = refused(statusCode, { message });
    expect(got.code).toBe(code);
    expect(got.detail.field).toBe(field);
    expect(isConflict(got)).toBe(/TAKEN/.test(code));
  });
});

describe('what is not known', () => {
  it('is never a success, never "gone", and may have been done unless Authing blames the caller', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1000, max: 9999 }), fc.boolean(), (statusCode, write) => {
        fc.pre(statusCode !== 200);
        const got = refused(statusCode, { write, name: 'set-custom-fields' });
        expect(got.code).not.toMatch(/_GONE$|NOT_FOUND$/);
        const blamed = statusCode >= 400 && statusCode < 500;
        if (write && !blamed && statusCode !== 501) expect(got.effect).toBe('unknown');
        if (!write) expect(got.effect).toBe('none');
      }),
    );
    expect(refused(418).code).toBe('DATA_REFUSED');
    expect(refused(777)).toMatchObject({ code: 'TARGET_ANSWER_UNKNOWN', effect: 'unknown' });
  });

  it('another server, or a path that does not exist, is not an object that does not exist', () => {
    const nest = {
      message: 'Cannot GET /api/v3/get-department',
      name: 'get-department',
      write: false,
    };
    expect(refused(404, { ...nest, http: 404 }).code).toBe('TARGET_HOST_WRONG');
    const other = refusal(
      { name: 'get-department', write: false, address: 'other.example:443' },
      { statusCode: 404, message: 'Not Found' },
      reply(404),
      NOW,
    );
    expect(other).toMatchObject({
      code: 'TARGET_HOST_WRONG',
      detail: { address: 'other.example:443' },
    });
  });

  it.each([
    [200, 'TARGET_REPLY_UNREADABLE', 'unknown'],
    [302, 'TARGET_HOST_WRONG', 'none'],
    [401, 'TARGET_TOKEN_REJECTED', 'none'],
    [403, 'TARGET_FORBIDDEN', 'none'],
    [404, 'TARGET_HOST_WRONG', 'none'],
    [413, 'DATA_TOO_LARGE', 'none'],
    [418, 'TARGET_REPLY_UNREADABLE', 'unknown'],
    [429, 'TARGET_RATE_LIMITED', 'none'],
    [502, 'TARGET_UNAVAILABLE', 'unknown'],
    [503, 'TARGET_UNAVAILABLE', 'unknown'],
  ])('HTTP %i without an envelope is %s', (status, code, effect) => {
    const asked = { name: 'create-user', write: true, address: 'authing.example:443' };
    expect(foreign(asked, reply(status), NOW)).toMatchObject({ code, effect });
  });
});

describe('waiting', () => {
  it('follows the header, in seconds or as a date, at most ten minutes', () => {
    expect(retryAfter('3', NOW)).toBe(3_000);
    expect(retryAfter('1.5', NOW)).toBe(1_500);
    expect(retryAfter(new Date(NOW + 5_000).toUTCString(), NOW)).toBe(5_000);
    expect(retryAfter(new Date(NOW - 5_000).toUTCString(), NOW)).toBe(0);
    expect(retryAfter('999999', NOW)).toBe(600_000);
    expect(retryAfter('soon', NOW)).toBeUndefined();
    expect(retryAfter(undefined, NOW)).toBeUndefined();
    const asked = { name: 'create-user', write: true, address: 'a' };
    expect(foreign(asked, reply(429, { 'retry-after': '7' }), NOW).retryAfterMs).toBe(7_000);
    expect(foreign(asked, reply(429), NOW).retryAfterMs).toBeGreaterThan(0);
  });
});

describe('the vendor’s sentence', () => {
  it.each([
    ['手机号 13800138000 已被绑定', '手机号 … 已被绑定'],
    ['+86 138-0013-8000 exists', '… exists'],
    ['１３８００１３８０００ 已存在', '… 已存在'],
    ['ada.lin+x@northwind.example is taken', '… is taken'],
    ['token eyJhbGciOiJIUzI1NiJ9eyJhbGciOiJIUzI1NiJ9xxx.yyyy bad', 'token … bad'],
    ['line one\n\tline two\u0000', 'line one line two'],
    ['参数 name 格式错误', '参数 name 格式错误'],
  ])('%s', (sentence, shown) => {
    expect(cleaned(sentence)).toBe(shown);
  });

  it('is short, and holds no long number whatever is put in', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 500, unit: 'grapheme' }), fc.nat(1e11), (text, number) => {
        const shown = cleaned(`${text} ${10_000 + number} ${text}`);
        expect(Array.from(shown).length).toBeLessThanOrEqual(200);
        expect(shown).not.toMatch(/\d{5}/);
      }),
    );
  });
});

it('every code that can come out has words in both languages', () => {
  const codes = Object.entries(problemWords).filter(([code]) => /^(TARGET|DATA)_/.test(code));
  expect(codes.length).toBeGreaterThan(35);
  for (const [code, { en, zh }] of codes) {
    for (const sentence of Object.values(en)) expect(sentence, code).toMatch(/^[A-Z].*[.]$/);
    for (const sentence of Object.values(zh))
      expect(sentence, code).toMatch(/[\u4e00-\u9fff].*。$/);
    const asks = (text: object) =>
      Object.values(text)
        .join(' ')
        .match(/\{\w+\}/g)
        ?.sort() ?? [];
    expect(asks(zh), code).toEqual(asks(en));
  }
});
