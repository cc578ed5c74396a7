/** Address fields: two hundred hostile forms are refused, sound ones are taken as they are meant. */
import { describe, expect, it } from 'vitest';
import { parseProxy, parseVendorBase, parseVendorUrl } from '../../connectors/address.ts';
import { guarded, isForbiddenAddress } from '../../connectors/address-forbidden.ts';
import { ProblemError } from '../../model/problem.ts';
import { INVALID, hosts, proxies } from './hostile-addresses.ts';

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.code;
    throw error;
  }
  return 'taken';
}

describe('hostile forms of addresses', () => {
  it('are two hundred and more', () => {
    const count = Object.values(hosts).reduce((sum, [forms]) => sum + forms.length, 0);
    expect(count + proxies.length).toBeGreaterThanOrEqual(200);
  });

  for (const [what, [forms, code]] of Object.entries(hosts)) {
    it(`${what}: refused in a proxy, a vendor's address and a request`, () => {
      for (const form of forms) {
        expect([form, codeOf(() => parseProxy(`http://${form}`))]).toEqual([form, code]);
        expect([form, codeOf(() => parseProxy(`https://u:p@${form}`))]).toEqual([form, code]);
        expect([form, codeOf(() => parseVendorBase(`https://${form}`, 'oapi'))]).toEqual([
          form,
          code,
        ]);
        expect([form, codeOf(() => parseVendorUrl(`https://${form}/gettoken`))]).toEqual([
          form,
          code,
        ]);
      }
    });
  }

  it('are refused around a sound host as well', () => {
    for (const form of proxies) {
      expect([form, codeOf(() => parseProxy(form))]).toEqual([form, INVALID]);
    }
  });

  it('are refused in a vendor address that is not encrypted, has a user, or a path that climbs', () => {
    const forms = [
      ...[
        'http://oapi.example.com',
        'https://user@oapi.example.com',
        'https://user:p@oapi.example.com',
      ],
      ...[
        'https://oapi.example.com/a/../b',
        'https://oapi.example.com//a',
        'https://oapi.example.com/%2e%2e',
      ],
      ...[
        'https://oapi.example.com/a?b',
        'https://oapi.example.com/a#b',
        'https://oapi.example.com/a b',
      ],
    ];
    for (const form of forms) {
      expect([form, codeOf(() => parseVendorBase(form, 'oapi'))]).toEqual([form, INVALID]);
    }
  });

  it('never come back with the password', () => {
    for (const form of ['http://user:canary-1@proxy:0', 'http://user:canary-1@169.254.169.254']) {
      try {
        parseProxy(form);
        expect.unreachable();
      } catch (error) {
        expect(JSON.stringify((error as ProblemError).problem)).not.toContain('canary');
      }
    }
  });
});

describe('sound addresses', () => {
  it('of proxies are taken as they are meant', () => {
    expect(parseProxy('http://proxy.example.com:3128')).toEqual({
      protocol: 'http:',
      host: 'proxy.example.com',
      port: 3128,
      authority: 'proxy.example.com:3128',
    });
    expect(parseProxy('HTTPS://Proxy.Example.com/')).toMatchObject({
      protocol: 'https:',
      host: 'proxy.example.com',
      port: 443,
    });
    expect(parseProxy('http://user:p%40ss%3A%2F@10.0.0.5:8080')).toEqual({
      protocol: 'http:',
      host: '10.0.0.5',
      port: 8080,
      authority: '10.0.0.5:8080',
      user: 'user',
      password: 'p@ss:/',
    });
    expect(parseProxy('http://[fd12::5]:3128')).toMatchObject({
      host: 'fd12::5',
      authority: '[fd12::5]:3128',
    });
    expect(parseProxy('http://代理.example.com')).toMatchObject({
      host: 'xn--mnq481g.example.com',
    });
    expect(parseProxy('http://egress_1')).toMatchObject({ host: 'egress_1', port: 80 });
  });

  it('on private networks and on this machine are allowed, for self-hosting', () => {
    for (const host of [
      '127.0.0.1',
      '[::1]',
      'localhost',
      '10.1.2.3',
      '172.16.0.1',
      '192.168.1.1',
    ]) {
      expect(codeOf(() => parseProxy(`http://${host}:3128`))).toBe('taken');
      expect(codeOf(() => parseVendorBase(`https://${host}:8443`, 'host'))).toBe('taken');
    }
    expect(codeOf(() => parseProxy('http://[fd12:3456::1]:3128'))).toBe('taken');
    expect(codeOf(() => parseProxy('http://100.64.0.1:3128'))).toBe('taken');
  });

  it('of vendors lose the slash at their end and keep port and path', () => {
    expect(parseVendorBase('https://oapi.dingtalk.com/', 'oapi')).toBe('https://oapi.dingtalk.com');
    expect(parseVendorBase('https://ding.corp.example:8443/open/v1/', 'oapi')).toBe(
      'https://ding.corp.example:8443/open/v1',
    );
  });
});

describe('name resolution', () => {
  const resolve = (addresses: string[]): Promise<string> =>
    new Promise((done) => {
      const lookup = guarded((_host, _options, callback) =>
        callback(
          null,
          addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
        ),
      );
      lookup('name.example', {}, (error, address) => done(error?.code ?? (address as string)));
    });

  it('is refused when a name leads to a forbidden address, also beside good ones and in disguise', async () => {
    expect(await resolve(['169.254.169.254'])).toBe('EFORBIDDEN');
    expect(await resolve(['93.184.216.34', '169.254.169.254'])).toBe('EFORBIDDEN');
    expect(await resolve(['::ffff:169.254.169.254'])).toBe('EFORBIDDEN');
    expect(await resolve(['64:ff9b::a9fe:a9fe'])).toBe('EFORBIDDEN');
    expect(await resolve(['fe80::1%eth0'])).toBe('EFORBIDDEN');
  });

  it('passes private, loopback and public addresses, also when only IPv6 answers', async () => {
    expect(await resolve(['10.0.0.1'])).toBe('10.0.0.1');
    expect(await resolve(['::1'])).toBe('::1');
    expect(await resolve(['2001:db8::7'])).toBe('2001:db8::7');
    expect(await resolve([])).toBe('ENOTFOUND');
    expect(isForbiddenAddress('::ffff:10.0.0.1')).toBe(false);
  });
});
