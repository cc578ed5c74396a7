/** Whatever fails, nothing that is printed holds a token, a key, a password or a body. */
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTransport } from '../../connectors/transport.ts';
import { createAuthority, issue } from './certificates.ts';
import { proxyFaults } from './proxy-faults.ts';
import { startProxy, startVendor } from './servers.ts';
import type { Transport } from '../../connectors/transport.ts';
import type { Authority } from './certificates.ts';
import type { Proxy, Vendor } from './servers.ts';

const CANARY = /canary-[a-z]+/;

let authority: Authority;
let vendor: Vendor;
let proxy: Proxy;

beforeAll(async () => {
  authority = await createAuthority();
  vendor = await startVendor(await issue(authority, { ips: ['127.0.0.1'] }));
  proxy = await startProxy();
});
afterAll(async () => {
  await vendor.close();
  await proxy.close();
});

function secretive(way: 'proxy' | 'none'): Transport {
  return createTransport({
    side: 'source',
    proxy: way === 'none' ? way : `http://user:canary-password@127.0.0.1:${proxy.port}`,
    ca: authority.cert,
    maxBytes: 1000,
  });
}

function ask(transport: Transport, url = vendor.url, signal?: AbortSignal): Promise<unknown> {
  return transport.send({
    method: 'POST',
    url: `${url}/gettoken`,
    query: { access_token: 'canary-token', appsecret: 'canary-secret' },
    headers: { authorization: 'Bearer canary-bearer' },
    body: { password: 'canary-body' },
    name: 'gettoken',
    timeoutMs: 200,
    write: true,
    signal,
  });
}

/** Everything that a log line, a crash or a stored failure could show of an error. */
function shown(error: unknown): string {
  const it = error as Error & { toJSON?: () => unknown; cause?: unknown };
  return [
    String(it),
    it.stack,
    JSON.stringify(it),
    JSON.stringify(it.toJSON?.()),
    inspect(it, { depth: 20, showHidden: true, getters: true }),
    inspect(it.cause, { depth: 20, showHidden: true }),
    JSON.stringify(Object.getOwnPropertyNames(it).map((name) => Reflect.get(it, name) as unknown)),
  ].join('\n');
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  const nothing = Symbol('nothing');
  const error: unknown = await promise.then(
    () => nothing,
    (thrown: unknown) => thrown,
  );
  expect(error).not.toBe(nothing);
  return error;
}

it('no fault of the proxy prints a secret', async () => {
  for (const fault of proxyFaults(proxy)) {
    proxy.greet = fault.greet ?? (() => false);
    proxy.behave = fault.behave ?? ((client, header) => proxy.tunnel(client, header));
    const transport = secretive('proxy');
    expect([fault.name, CANARY.exec(shown(await failureOf(ask(transport))))]).toEqual([
      fault.name,
      null,
    ]);
    transport.close();
  }
  proxy.greet = () => false;
  proxy.behave = (client, header) => proxy.tunnel(client, header);
});

it('the proxy gets the host and its own password, and nothing else in clear', async () => {
  const passed: Buffer[] = [];
  const headers: string[] = [];
  proxy.behave = (client, header) => {
    headers.push(header);
    client.on('data', (chunk: Buffer) => passed.push(chunk));
    proxy.tunnel(client, header);
  };
  const transport = secretive('proxy');
  await ask(transport);
  transport.close();
  proxy.behave = (client, header) => proxy.tunnel(client, header);
  expect(headers).toHaveLength(1);
  expect(headers[0]).toMatch(/^CONNECT 127\.0\.0\.1:\d+ HTTP\/1\.1\r\n/);
  expect(headers[0]).not.toMatch(CANARY);
  expect(Buffer.concat(passed).length).toBeGreaterThan(500);
  expect(Buffer.concat(passed).toString('latin1')).not.toMatch(/canary|gettoken/);
});

it('no fault of the vendor prints a secret, nor what the vendor sent', async () => {
  const answers: Vendor['answer'][] = [
    () => undefined,
    (_request, response) => void response.socket?.destroy(),
    (_request, response) => void response.end('canary-reply '.repeat(1000)),
    (_request, response) => void response.socket?.end('canary-garbage\r\n\r\n'),
    (_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'x-secret': 'canary-header' });
      response.end('canary-gzip');
    },
  ];
  for (const way of ['proxy', 'none'] as const) {
    for (const answer of answers) {
      vendor.answer = answer;
      const transport = secretive(way);
      expect(CANARY.exec(shown(await failureOf(ask(transport))))).toBeNull();
      transport.close();
    }
  }
});

it('refused names, certificates, addresses, aborts and faults of ours print no secret', async () => {
  const impostor = await startVendor(await issue(authority, { hosts: ['example.com'] }));
  for (const way of ['proxy', 'none'] as const) {
    const transport = secretive(way);
    const failures = [
      () => ask(transport, impostor.url),
      () => ask(transport, 'https://name.invalid'),
      () => ask(transport, 'http://user:canary-user@127.0.0.1'),
      () => ask(transport, vendor.url, AbortSignal.timeout(1)),
      () =>
        transport.send({
          method: 'GET',
          url: vendor.url,
          name: 'x',
          headers: { authorization: 'canary-line\r\nX: y' },
        }),
    ];
    for (const failure of failures) {
      expect(CANARY.exec(shown(await failureOf(failure())))).toBeNull();
    }
    transport.close();
  }
  await impostor.close();
});

it('a transport that is printed shows no password', () => {
  const transport = secretive('proxy');
  expect(inspect(transport, { depth: 20, showHidden: true })).not.toMatch(CANARY);
  expect(JSON.stringify(transport)).not.toMatch(CANARY);
  transport.close();
});
