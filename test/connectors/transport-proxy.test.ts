/** Faults of the proxy: named as the proxy's, without a socket left, and never answered by going around it. */
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import * as net from 'node:net';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTransport } from '../../connectors/transport.ts';
import { ProblemError } from '../../model/problem.ts';
import { createAuthority, issue } from './certificates.ts';
import { proxyFaults } from './proxy-faults.ts';
import { startProxy, startVendor } from './servers.ts';
import type { Transport, TransportOptions } from '../../connectors/transport.ts';
import type { Problem } from '../../model/problem.ts';
import type { Authority } from './certificates.ts';
import type { ProxyFault } from './proxy-faults.ts';
import type { Proxy, Vendor } from './servers.ts';

let authority: Authority;
let vendor: Vendor;
let proxy: Proxy;
const open: Transport[] = [];

beforeAll(async () => {
  authority = await createAuthority();
  vendor = await startVendor(await issue(authority, { ips: ['127.0.0.1'] }));
  proxy = await startProxy();
});
beforeEach(() => proxyBehaves({}));
afterEach(() => open.splice(0).forEach((it) => it.close()));
afterAll(async () => {
  await vendor.close();
  await proxy.close();
});

function proxyBehaves(fault: Partial<ProxyFault>): void {
  proxy.greet = fault.greet ?? (() => false);
  proxy.behave = fault.behave ?? ((client, header) => proxy.tunnel(client, header));
}

function transportBy(options: Partial<TransportOptions> = {}): Transport {
  const made = createTransport({
    side: 'source',
    proxy: proxy.url,
    ca: authority.cert,
    ...options,
  });
  open.push(made);
  return made;
}

function ask(transport: Transport, timeoutMs = 400, signal?: AbortSignal): Promise<unknown> {
  const url = `${vendor.url}/topapi/v2/user/list`;
  return transport.send({ method: 'POST', url, body: {}, name: 'user/list', timeoutMs, signal });
}

async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  const error: unknown = await promise.then(
    () => 'no error',
    (it: unknown) => it,
  );
  if (!(error instanceof ProblemError)) throw new Error(`not a problem: ${inspect(error)}`);
  return error.problem;
}

async function expectNoSocket(transport: Transport): Promise<void> {
  await expect.poll(() => transport.openSockets, { timeout: 3000 }).toBe(0);
  await expect.poll(() => proxy.sockets.size, { timeout: 3000 }).toBe(0);
  await expect.poll(() => vendor.sockets.size, { timeout: 3000 }).toBe(0);
}

describe('a proxy that', () => {
  it('fails in any way is named as the cause, and what it says is never taken for the vendor', async () => {
    for (const fault of proxyFaults(proxy)) {
      proxyBehaves(fault);
      const transport = transportBy();
      const { code, kind, detail } = await problemOf(ask(transport));
      expect([fault.name, code, kind]).toEqual([fault.name, fault.code, fault.kind]);
      const at = fault.code.startsWith('EGRESS') ? proxy.port : vendor.port;
      expect(detail.address).toBe(`127.0.0.1:${at}`);
      await expectNoSocket(transport);
    }
  });

  it('does not exist, or has a name that nobody knows, is told apart', async () => {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const refused = transportBy({ proxy: `http://127.0.0.1:${port}` });
    expect((await problemOf(ask(refused))).code).toBe('EGRESS_PROXY_REFUSED');
    const nameless = transportBy({ proxy: 'http://proxy.invalid:3128' });
    expect((await problemOf(ask(nameless, 5000))).code).toBe('EGRESS_PROXY_UNRESOLVED');
  });

  it('is asked for with an address that cannot be used, is refused when the transport is made', () => {
    expect(() => transportBy({ proxy: 'socks5://127.0.0.1:1080' })).toThrow('ADDRESS_INVALID');
    expect(() => transportBy({ proxy: 'http://169.254.169.254' })).toThrow('ADDRESS_FORBIDDEN');
    expect(() => transportBy({ proxy: '' })).toThrow('ADDRESS_INVALID');
  });

  it('wants user and password gets them, and the vendor never sees them', async () => {
    const transport = transportBy({
      proxy: `http://user:p%40ss%3A%E5%AF%86@127.0.0.1:${proxy.port}`,
    });
    proxy.seen.length = 0;
    vendor.seen.length = 0;
    await ask(transport);
    const pair = Buffer.from('user:p@ss:密').toString('base64');
    expect(proxy.seen[0]?.authorization).toBe(`Basic ${pair}`);
    expect(vendor.seen[0]?.headers['proxy-authorization']).toBeUndefined();
  });

  it('is encrypted itself is spoken to in TLS, and must prove who it is', async () => {
    const secure = await startProxy(await issue(authority, { ips: ['127.0.0.1'] }));
    const transport = transportBy({ proxy: secure.url });
    expect(await ask(transport)).toMatchObject({ status: 200 });
    await expect.poll(() => transport.openSockets).toBe(1);
    const other = await createAuthority('CN=Another authority');
    const foreign = await startProxy(await issue(other, { ips: ['127.0.0.1'] }));
    const it = await problemOf(ask(transportBy({ proxy: foreign.url })));
    expect(it).toMatchObject({ code: 'EGRESS_PROXY_CERTIFICATE', kind: 'config' });
    expect(foreign.seen).toHaveLength(0);
    transport.close();
    await secure.close();
    await foreign.close();
  });

  it('recovers is used again by the same transport', async () => {
    const transport = transportBy();
    proxyBehaves({ behave: (client) => void client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n') });
    await problemOf(ask(transport));
    proxyBehaves({});
    expect(await ask(transport)).toMatchObject({ status: 200 });
  });
});

describe('many faults', () => {
  it('a thousand leave no socket, and no call that went around the proxy', async () => {
    const faults = proxyFaults(proxy);
    vendor.seen.length = 0;
    proxy.egressPorts.clear();
    const transport = transportBy();
    let failed = 0;
    for (let n = 0; failed < 1000; n += 1) {
      const fault = faults[n % faults.length];
      if (!fault) break;
      proxyBehaves(fault);
      const asked = Array.from({ length: 40 }, () =>
        problemOf(ask(transport, fault.slow ? 100 : 5000)),
      );
      for (const { code } of await Promise.all(asked)) expect(code).toBe(fault.code);
      failed += asked.length;
      await expectNoSocket(transport);
    }
    expect(failed).toBeGreaterThanOrEqual(1000);
    for (const { from } of vendor.seen) expect(proxy.egressPorts).toContain(from);
  });

  it('requests given up at any moment leave no socket', async () => {
    let transport = transportBy();
    for (const behave of [undefined, () => undefined]) {
      proxyBehaves({ behave });
      for (let round = 0; round < 5; round += 1) {
        const asked = Array.from({ length: 20 }, async (_, n) => {
          const controller = new AbortController();
          const sent = ask(transport, 5000, controller.signal);
          setTimeout(() => controller.abort(new Error('given up')), n * round);
          await sent.catch((error: unknown) => {
            if (!(error instanceof Error) || error.message !== 'given up') throw error;
          });
        });
        await Promise.all(asked);
      }
      // What hangs in CONNECT cannot be used again; finished tunnels may be kept.
      if (behave) await expectNoSocket(transport);
      else transport.close();
      transport = transportBy();
    }
    proxyBehaves({});
    expect(await ask(transport)).toMatchObject({ status: 200 });
    transport.close();
    await expectNoSocket(transport);
  });
});

describe('the environment', () => {
  const names = [
    'HTTPS_PROXY',
    'https_proxy',
    'HTTP_PROXY',
    'http_proxy',
    'ALL_PROXY',
    'all_proxy',
  ];

  it('cannot send requests through another proxy, with a proxy of our own or without', async () => {
    const trap = await startProxy();
    const kept = { ...process.env };
    for (const name of names) process.env[name] = trap.url;
    Object.assign(process.env, { NO_PROXY: '', no_proxy: '', NODE_USE_ENV_PROXY: '1' });
    try {
      proxy.seen.length = 0;
      await ask(transportBy());
      expect(proxy.seen).toHaveLength(1);
      await ask(transportBy({ proxy: 'none' }));
      // NO_PROXY would make other clients skip the proxy.
      Object.assign(process.env, { NO_PROXY: '*', no_proxy: '127.0.0.1' });
      await ask(transportBy());
      expect(proxy.seen).toHaveLength(2);
      expect(trap.seen).toHaveLength(0);
    } finally {
      process.env = kept;
      await trap.close();
    }
  });

  it('cannot switch the check of certificates off', async () => {
    const kept = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      for (const way of [proxy.url, 'none']) {
        const it = await problemOf(ask(transportBy({ ca: undefined, proxy: way })));
        expect(it).toMatchObject({ code: 'SOURCE_CERTIFICATE', kind: 'config' });
      }
    } finally {
      if (kept === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = kept;
    }
  });
});

describe('names', () => {
  const known: Record<string, string[]> = {};
  const real = dns.lookup;

  beforeAll(() => {
    const fake = (host: string, _options: object, done: (...found: unknown[]) => void): void => {
      const addresses = known[host];
      if (addresses)
        done(
          null,
          addresses.map((address) => ({ address, family: 4 })),
        );
      else done(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }));
    };
    Object.assign(dns, { lookup: fake });
    syncBuiltinESMExports();
  });
  afterAll(() => {
    Object.assign(dns, { lookup: real });
    syncBuiltinESMExports();
  });

  it('of a proxy are looked up again for each connection, so that a move or a failure heals', async () => {
    const transport = transportBy({ proxy: `http://proxy.example:${proxy.port}` });
    expect((await problemOf(ask(transport))).code).toBe('EGRESS_PROXY_UNRESOLVED');
    known['proxy.example'] = ['127.0.0.1'];
    expect(await ask(transport)).toMatchObject({ status: 200 });
  });

  it('that lead to a metadata service are refused, at the proxy and at the vendor', async () => {
    known['inner.example'] = ['127.0.0.1', '169.254.169.254'];
    const byProxy = transportBy({ proxy: `http://inner.example:${proxy.port}` });
    const it = await problemOf(ask(byProxy));
    expect(it).toMatchObject({ code: 'ADDRESS_FORBIDDEN', kind: 'config' });
    expect(it.detail.address).toBe(`inner.example:${proxy.port}`);
    const direct = transportBy({ proxy: 'none' });
    const url = `https://inner.example:${vendor.port}/`;
    const sent = direct.send({ method: 'GET', url, name: 'gettoken' });
    expect((await problemOf(sent)).code).toBe('ADDRESS_FORBIDDEN');
  });
});

describe('certificates', () => {
  it('of an authority that cannot be read are refused when the transport is made', () => {
    const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';
    for (const ca of ['', 'text', pem, `${authority.cert}${pem}`]) {
      expect(() => transportBy({ ca })).toThrow('CA_INVALID');
    }
    transportBy({ ca: `# a comment\n${authority.cert}\n${authority.cert}` });
  });

  it('that are expired, for another host, or of an unknown authority are refused before anything is sent', async () => {
    const other = await createAuthority('CN=Another authority');
    const bad = [
      await issue(authority, { ips: ['127.0.0.1'], expired: true }),
      await issue(authority, { hosts: ['oapi.dingtalk.com'] }),
      await issue(other, { ips: ['127.0.0.1'] }),
    ];
    for (const certificate of bad) {
      const impostor = await startVendor(certificate);
      for (const way of [proxy.url, 'none']) {
        const url = `${impostor.url}/gettoken`;
        const transport = transportBy({ proxy: way, side: 'target' });
        const it = await problemOf(transport.send({ method: 'GET', url, name: 'gettoken' }));
        expect(it).toMatchObject({ code: 'TARGET_CERTIFICATE', kind: 'config', effect: 'none' });
        await expect.poll(() => transport.openSockets).toBe(0);
      }
      expect(impostor.seen).toHaveLength(0);
      await impostor.close();
    }
  });
});
