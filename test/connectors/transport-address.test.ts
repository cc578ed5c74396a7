/** Address fields: two hundred hostile forms are refused, sound ones are taken as they are meant. */
import { describe, expect, it } from 'vitest';
import { parseProxy, parseVendorBase, parseVendorUrl } from '../../connectors/address.ts';
import { guarded, isForbiddenAddress } from '../../connectors/address-forbidden.ts';
import { ProblemError } from '../../model/problem.ts';

const INVALID = 'ADDRESS_INVALID';
const FORBIDDEN = 'ADDRESS_FORBIDDEN';

/** What is wrong with a host, whatever field it stands in. */
const hosts: Record<string, [hosts: string[], code: string]> = {
  'nothing there': [['', '.', '..', ':3128', '[]', '-', '@', '@proxy'], INVALID],
  'numbers that some read as IPv4': [
    [
      '2130706433',
      '3232235777',
      '2852039166',
      '0x7f000001',
      '0x7f.1',
      '0x7f.0.0.1',
      '0xa9fea9fe',
    ].concat(
      ['017700000001', '0177.0.0.1', '0300.0250.0.1', '127.1', '127.0.1', '10.1', '192.168.257'],
      ['127.0.0.1.', '127.00.0.1', '127.0.0.01', '00000127.0.0.1', '1', '0', '0x', '0x0', '1.2.3'],
      ['256.1.1.1', '1.1.1.256', '1.2.3.4.5', '1.2.3.4.', 'example.1', 'example.0x1', '1.2.3.0x4'],
    ),
    INVALID,
  ],
  'digits and letters of other alphabets': [
    [
      '１２７.0.0.1',
      '127。0。0。1',
      '127．0．0．1',
      '①②⑦.⓪.⓪.①',
      '١٢٧.٠.٠.١',
      'ｐｒｏｘｙ.example.com',
    ].concat(
      [
        'proxy。example.com',
        'proxy｡example.com',
        'pro\u00adxy.example.com',
        'pro\u200bxy.example.com',
      ],
      [
        'pro\u200dxy.example.com',
        '\u202eproxy.example.com',
        'proxy.example\u2024com',
        'ﬁle.example.com',
      ],
      ['K\u212A.example.com', '𝐩𝐫𝐨𝐱𝐲.example.com', 'proxy\ufeff.example.com', 'ⓔxample.com'],
    ),
    INVALID,
  ],
  'labels that are none': [
    [
      'proxy..example.com',
      '.proxy.example.com',
      'proxy.example.com.',
      'proxy.',
      '-proxy.example.com',
    ].concat(
      [
        'proxy-.example.com',
        `${'a'.repeat(64)}.example.com`,
        `${'a.'.repeat(130)}com`,
        'xn--',
        'xn--a',
      ],
      [
        'pro!xy',
        'pro$xy',
        "pro'xy",
        'pro(xy)',
        'pro*xy',
        'pro+xy',
        'pro,xy',
        'pro;xy',
        'pro=xy',
        'pro~xy',
      ],
      [
        'pro<xy',
        'pro>xy',
        'pro"xy',
        'pro`xy',
        'pro{xy}',
        'pro|xy',
        'pro^xy',
        'pro&xy',
        '*.example.com',
      ],
    ),
    INVALID,
  ],
  'blanks and control characters': [
    [
      ' proxy',
      'proxy ',
      'pro xy',
      'pro\txy',
      'pro\nxy',
      'pro\rxy',
      'pro\r\nxy',
      'proxy\r\nHost: evil',
    ].concat(
      [
        'proxy\0',
        'pro\0xy',
        '\u00a0proxy',
        'pro\u2003xy',
        'pro\u2028xy',
        'pro\u0085xy',
        'pro\u007fxy',
      ],
      ['proxy\r\n\r\nGET / HTTP/1.1', '\nproxy', 'proxy\u000b', 'proxy\u000c'],
    ),
    INVALID,
  ],
  'escapes inside the host': [
    [
      '%6c%6fcalhost',
      'proxy%2eexample.com',
      'proxy%00',
      'proxy%0d%0aX: y',
      '127.0.0.1%2f',
      '%31%32%37.0.0.1',
    ].concat(['proxy%20', 'proxy%', '%', 'proxy%40evil', 'proxy%23', 'proxy%3a80']),
    INVALID,
  ],
  'signs that end the host for some': [
    [
      'proxy\\evil',
      '\\\\proxy',
      'proxy\\@evil',
      'evil#@proxy',
      'evil?@proxy',
      'proxy#',
      'proxy?',
      'proxy?a=b',
    ].concat([
      'proxy#evil',
      'evil/@proxy',
      'good@evil@proxy',
      'a:b@c:d@proxy',
      'proxy:80@evil:80@x',
      '[proxy]',
    ]),
    INVALID,
  ],
  'IPv6 that is not, carries IPv4, or names a zone': [
    [
      '[::1',
      '::1]',
      '::1',
      '[:::1]',
      '[::g]',
      '[1:2:3]',
      '[fe80::1%eth0]',
      '[fe80::1%25eth0]',
      '[::1%1]',
    ].concat(
      [
        '[::ffff:127.0.0.1]',
        '[::ffff:169.254.169.254]',
        '[::127.0.0.1]',
        '[64:ff9b::169.254.169.254]',
      ],
      ['[::1]x', 'x[::1]', '[[::1]]', '[::1]:', '[1.2.3.4]', '[::ffff:1.2.3]', '[v1.a]', '[::1 ]'],
    ),
    INVALID,
  ],
  'ports that are none': [
    [
      'proxy:0',
      'proxy:00',
      'proxy:65536',
      'proxy:99999',
      'proxy:-1',
      'proxy:+80',
      'proxy:8 0',
      'proxy:',
    ].concat([
      'proxy:0x50',
      'proxy:http',
      'proxy:080',
      'proxy:80:80',
      'proxy:80.0',
      'proxy:1e3',
      'proxy:８０',
    ]),
    INVALID,
  ],
  'link-local and metadata addresses': [
    [
      '169.254.169.254',
      '169.254.0.1',
      '169.254.170.2',
      '100.100.100.200',
      '192.0.0.192',
      '168.63.129.16',
    ].concat(
      [
        '[fe80::1]',
        '[FE80::A9FE:A9FE]',
        '[febf::1]',
        '[fd00:ec2::254]',
        '[fd00:0ec2:0:0::254]',
        '[fd20:ce::254]',
      ],
      [
        '[::ffff:a9fe:a9fe]',
        '[::a9fe:a9fe]',
        '[64:ff9b::a9fe:a9fe]',
        '[2002:a9fe:a9fe::1]',
        '[::ffff:6464:64c8]',
      ],
      [
        'metadata.google.internal',
        'METADATA.google.internal',
        'metadata',
        'metadata.goog',
        'instance-data',
      ],
      ['[0:0:0:0:0:ffff:a9fe:a9fe]', '169.254.169.254:80', '[fe80::1]:3128'],
    ),
    FORBIDDEN,
  ],
  'addresses of no single machine': [
    [
      '0.0.0.0',
      '0.0.0.1',
      '224.0.0.1',
      '239.255.255.250',
      '240.0.0.1',
      '255.255.255.255',
      '[::]',
      '[ff02::1]',
    ].concat(['[::ffff:0:1]', '[::ffff:ffff:ffff]']),
    FORBIDDEN,
  ],
};

/** What is wrong with the rest of a proxy's URL. */
const proxies = [
  ...[
    '',
    'proxy',
    'proxy:3128',
    '//proxy:3128',
    'http:proxy',
    'http:/proxy',
    'http:///proxy',
    'None',
    'NONE',
    'direct',
  ],
  ...[
    'socks5://proxy:1080',
    'socks://proxy',
    'ftp://proxy',
    'file:///etc/passwd',
    'ws://proxy',
    'javascript:alert(1)',
  ],
  ...[
    'gopher://proxy',
    'unix:/var/run/docker.sock',
    'http+unix://x',
    'data:,x',
    'https:proxy',
    'hhttp://proxy',
  ],
  ...[
    'http://proxy/path',
    'http://proxy/?',
    'http://proxy//',
    'http://proxy/../x',
    'http://proxy/%2e',
    'http://proxy/.',
  ],
  ...[
    'http://user%0d%0aX:y@proxy',
    'http://user:%00@proxy',
    'http://user:%zz@proxy',
    'http://user:%@proxy',
  ],
  ...[
    'http://us er@proxy',
    'http://user:pa ss@proxy',
    'http://:secret@proxy',
    'http://user:p@ss@proxy',
    'http://@proxy',
  ],
  ...[
    'http://user:p/ss@proxy',
    'http://user:p#ss@proxy',
    'http://user:p?ss@proxy',
    'http://user:p\\ss@proxy',
  ],
  ...[
    'http://user:%ff@proxy',
    'http://user:a:b@proxy',
    `http://${'a'.repeat(3000)}@proxy`,
    '\u0000http://proxy',
  ],
];

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
      lookup('name.example', {}, (error, address) => done(error?.code ?? String(address)));
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
