/** The signature of a request: the vendor's own examples, and every reason to refuse one. */
import { describe, expect, it } from 'vitest';
import { signatureOf, stringToSign } from '../../sandbox/authing/signature.ts';
import { createAuthing, DEFAULT_POOL } from '../../sandbox/authing/vendor.ts';
import { outcomeOf, request, START } from './authing-desk.ts';

// Reference 1.4: computed once with the published client, so that both sides cannot be wrong together.
const HEADERS = {
  date: 'Wed, 01 Jan 2025 00:00:00 GMT',
  'x-authing-lang': 'zh-CN',
  'x-authing-sdk-version': 'demo:1',
  'x-authing-signature-method': 'HMAC-SHA1',
  'x-authing-signature-nonce': 'n0',
  'x-authing-signature-version': '1.0',
};

function signed(method: string, path: string, params: Record<string, unknown>) {
  const message = stringToSign(method, path, HEADERS, params);
  return { last: message.split('\n').at(-1), signature: signatureOf('sk_demo', message) };
}

describe('the string to sign', () => {
  it('takes nested values as JSON in their own order, null as text and nothing URL-encoded', () => {
    const body = {
      organizationCode: 'acme',
      name: '研发 A',
      parentDepartmentId: 'root',
      customData: { b: 1, a: 'x' },
      isVirtualNode: false,
      openDepartmentId: null,
    };
    expect(signed('POST', '/api/v3/create-department', body)).toEqual({
      last: '/api/v3/create-department?customData={"b":1,"a":"x"}&isVirtualNode=false&name=研发 A&openDepartmentId=null&organizationCode=acme&parentDepartmentId=root',
      signature: 'ybNJNcBMjPp0xnlnOUmeuo9vRDo=',
    });
  });

  it('takes an array of a query as JSON', () => {
    const query = { userIds: ['u1', 'u2'], userIdType: 'external_id', withCustomData: false };
    expect(signed('GET', '/api/v3/get-user-batch', query)).toEqual({
      last: '/api/v3/get-user-batch?userIdType=external_id&userIds=["u1","u2"]&withCustomData=false',
      signature: 'iuxhAaIriCSkQySdm5qOtnERFWA=',
    });
  });

  it('ends with the path when there are no parameters', () => {
    expect(signed('GET', '/api/v3/get-user-base-fields', {})).toEqual({
      last: '/api/v3/get-user-base-fields',
      signature: 'roH/61+ZHMQOPH72/T54bnnWv2Q=',
    });
  });
});

/** Sends list-organizations, signed rightly but for what `change` does to the headers. */
function attempt(
  change: (headers: Record<string, string>) => void,
  options: { secret?: string; keyId?: string; times?: number } = {},
): string {
  const authing = createAuthing({ now: () => START });
  const headers: Record<string, string> = { ...HEADERS, date: new Date(START).toUTCString() };
  change(headers);
  const message = stringToSign('GET', '/api/v3/list-organizations', headers, { page: '1' });
  const signature = signatureOf(options.secret ?? DEFAULT_POOL.secret, message);
  headers['authorization'] = `authing ${options.keyId ?? DEFAULT_POOL.id}:${signature}`;
  let outcome = '';
  for (let time = 0; time < (options.times ?? 1); time += 1) {
    outcome = outcomeOf(
      authing.handle(request('GET', 'list-organizations', { page: '1' }, headers)),
    );
  }
  return outcome;
}

describe('a signed request', () => {
  it('passes when all is right', () => {
    expect(attempt(() => undefined)).toBe('200: 200');
  });

  it('is refused as 1300 when the secret is another', () => {
    expect(attempt(() => undefined, { secret: 'other' })).toBe('200: 401/1300');
  });

  it('is refused as 401 when nobody has the key', () => {
    expect(attempt(() => undefined, { keyId: 'nobody' })).toBe('200: 401/2020');
  });

  it('is refused as 1301 or 1302 for another method or version', () => {
    expect(attempt((it) => (it['x-authing-signature-method'] = 'HMAC-SHA256'))).toContain('1301');
    expect(attempt((it) => (it['x-authing-signature-version'] = '2.0'))).toContain('1302');
  });

  it('is refused as 1303 or 1304 when its date cannot be read or is missing', () => {
    expect(attempt((it) => (it['date'] = 'yesterday'))).toContain('1303');
    expect(attempt((it) => delete it['date'])).toContain('1304');
  });

  it('may carry its date as unix milliseconds too', () => {
    expect(attempt((it) => (it['date'] = String(START)))).toBe('200: 200');
  });

  it('is refused as 1305 when the clocks are further apart than the window', () => {
    const away = (ms: number): string =>
      attempt((it) => (it['date'] = new Date(START + ms).toUTCString()));
    expect(away(-899_000)).toBe('200: 200');
    expect(away(-901_000)).toBe('200: 401/1305');
    expect(away(901_000)).toBe('200: 401/1305');
  });

  it('is refused as 1306 the second time', () => {
    expect(attempt(() => undefined, { times: 2 })).toBe('200: 401/1306');
  });
});
