/** The transport against a real HTTPS server: what a reply is, what a failure is, and what never leaks. */
import { inspect } from 'node:util';
import * as net from 'node:net';
import * as zlib from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTransport } from '../../connectors/transport.ts';
import { ProblemError } from '../../model/problem.ts';
import { createAuthority, issue } from './certificates.ts';
import { startProxy, startVendor } from './servers.ts';
import type { Exchange, Transport, TransportOptions } from '../../connectors/transport.ts';
import type { Problem } from '../../model/problem.ts';
import type { Authority } from './certificates.ts';
import type { Proxy, Vendor } from './servers.ts';

let authority: Authority;
let vendor: Vendor;
let proxy: Proxy;
let transport: Transport;

beforeAll(async () => {
  authority = await createAuthority();
  vendor = await startVendor(await issue(authority, { ips: ['127.0.0.1'] }));
  proxy = await startProxy();
});
beforeEach(() => {
  vendor.seen.length = 0;
  proxy.seen.length = 0;
  vendor.answer = (_request, response) => void response.end('{"ok":true}');
  transport = open({});
});
afterEach(() => transport.close());
afterAll(async () => {
  await vendor.close();
  await proxy.close();
});

function open(options: Partial<TransportOptions>): Transport {
  return createTransport({ side: 'source', proxy: proxy.url, ca: authority.cert, ...options });
}

const get = (more: Partial<Exchange> = {}): Exchange => ({
  method: 'GET',
  url: `${vendor.url}/gettoken`,
  name: 'gettoken',
  ...more,
});

async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  const error: unknown = await promise.then(
    () => 'no error',
    (it: unknown) => it,
  );
  if (!(error instanceof ProblemError)) throw new Error(`not a problem: ${inspect(error)}`);
  return error.problem;
}

describe('a reply', () => {
  it('carries status, JSON and headers, whatever the status is', async () => {
    vendor.answer = (_request, response) => {
      response.writeHead(403, { 'X-Request-Id': 'r1', 'Set-Thing': ['a', 'b'] });
      response.end('{"code":"Forbidden"}');
    };
    const reply = await transport.send(get());
    expect(reply).toMatchObject({ status: 403, json: { code: 'Forbidden' } });
    expect(reply.headers).toMatchObject({ 'x-request-id': 'r1', 'set-thing': 'a, b' });
  });

  it('has no JSON when the body is HTML, cut off or empty, and a head to tell them apart', async () => {
    for (const body of ['<html><body>blocked</body></html>', '{"errcode":0,"resu', '']) {
      vendor.answer = (_request, response) => void response.end(body);
      expect(await transport.send(get())).toMatchObject({
        status: 200,
        json: undefined,
        head: body,
      });
    }
  });

  it('keeps only 200 characters of a long body as head', async () => {
    vendor.answer = (_request, response) => void response.end('x'.repeat(5000));
    expect((await transport.send(get())).head).toHaveLength(200);
  });

  it('is not followed when it redirects, so that a token goes nowhere else', async () => {
    vendor.answer = (_request, response) => {
      response.writeHead(302, { Location: `${vendor.url}/elsewhere` });
      response.end();
    };
    expect((await transport.send(get())).status).toBe(302);
    expect(vendor.seen).toHaveLength(1);
  });

  it('survives big integers and an own __proto__ key', async () => {
    vendor.answer = (_request, response) =>
      void response.end('{"order":176300000000000513,"__proto__":{"polluted":1},"id":300000001}');
    const reply = await transport.send(get());
    expect((reply.json as { id: number }).id).toBe(300000001);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('a request', () => {
  it('has its query encoded once, repeated names repeated, and its body as JSON', async () => {
    await transport.send({
      method: 'POST',
      url: `${vendor.url}/topapi/v2/user/list`,
      query: { access_token: 'a+b c&d', id: ['1', '2'] },
      body: { dept_id: 1, name: '研发' },
      headers: { 'x-authing-lang': 'en-US' },
      name: 'user/list',
    });
    const [seen] = vendor.seen;
    expect(seen?.url).toBe('/topapi/v2/user/list?access_token=a%2Bb+c%26d&id=1&id=2');
    expect(JSON.parse(seen?.body ?? '')).toEqual({ dept_id: 1, name: '研发' });
    expect(seen?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-authing-lang': 'en-US',
    });
  });

  it('shares one tunnel and one handshake with those before it', async () => {
    for (let n = 0; n < 50; n += 1) await transport.send(get());
    expect(proxy.seen).toHaveLength(1);
    expect(transport.openSockets).toBe(1);
  });

  it('goes to no address that is not encrypted', async () => {
    const it = await problemOf(transport.send(get({ url: 'http://127.0.0.1:1/gettoken' })));
    expect(it.code).toBe('ADDRESS_INVALID');
  });
});

describe('time and size', () => {
  it('are limited: a vendor that does not answer', async () => {
    vendor.answer = () => undefined;
    const it = await problemOf(transport.send(get({ timeoutMs: 150 })));
    expect(it).toMatchObject({ code: 'SOURCE_TIMEOUT', kind: 'transient', effect: 'none' });
  });

  it('are limited: a body that trickles', async () => {
    vendor.answer = (_request, response) => {
      const timer = setInterval(() => response.write('1'), 20);
      response.on('close', () => clearInterval(timer));
    };
    expect((await problemOf(transport.send(get({ timeoutMs: 200 })))).code).toBe('SOURCE_TIMEOUT');
  });

  it('are limited: a body that does not end', async () => {
    let sent = 0;
    vendor.answer = (_request, response) => {
      const chunk = Buffer.alloc(256 * 1024, 'x');
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
      };
      response.on('drain', more);
      more();
    };
    const it = await problemOf(transport.send(get()));
    expect(it).toMatchObject({ code: 'SOURCE_REPLY_TOO_LARGE', kind: 'transient' });
    expect(sent).toBeLessThan(32 * 1024 * 1024);
  });

  it('are limited: half a gigabyte packed into half a megabyte', async () => {
    const bomb = await packed(512 * 1024 * 1024);
    for (const encoding of ['gzip', 'deflate', 'br']) {
      vendor.answer = (_request, response) => {
        response.writeHead(200, { 'content-encoding': encoding });
        response.end(bomb[encoding]);
      };
      const before = process.memoryUsage().rss;
      expect((await problemOf(transport.send(get()))).code).toBe('SOURCE_REPLY_TOO_LARGE');
      expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
    }
  });

  it('leave no socket behind when they are exceeded', async () => {
    vendor.answer = (_request, response) => void response.end('x'.repeat(5000));
    const small = open({ maxBytes: 1000 });
    await problemOf(small.send(get()));
    await expect.poll(() => small.openSockets).toBe(0);
    small.close();
  });
});

/** Zeros, packed piece by piece so that the test itself stays small. */
async function packed(size: number): Promise<Record<string, Buffer>> {
  const zeros = Buffer.alloc(1024 * 1024);
  const made: Record<string, Buffer> = {};
  for (const [name, stream] of [
    ['gzip', zlib.createGzip({ level: 1 })],
    ['deflate', zlib.createDeflate({ level: 1 })],
    ['br', zlib.createBrotliCompress({ params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } })],
  ] as const) {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    for (let done = 0; done < size; done += zeros.length) {
      if (!stream.write(zeros)) await new Promise((resolve) => stream.once('drain', resolve));
    }
    const ended = new Promise((resolve) => stream.once('end', resolve));
    stream.end();
    await ended;
    made[name] = Buffer.concat(chunks);
  }
  return made;
}

describe('broken replies', () => {
  it('that end before their length, or are no gzip, are problems of the connection', async () => {
    const answers: Vendor['answer'][] = [
      (_request, response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"errcode":0');
        setTimeout(() => response.socket?.destroy(), 10);
      },
      (_request, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' });
        response.end('this is not gzip');
      },
      (_request, response) => void response.socket?.end('\x00\x01\x02 not http at all\r\n\r\n'),
    ];
    for (const answer of answers) {
      vendor.answer = answer;
      const it = await problemOf(transport.send(get()));
      expect(it).toMatchObject({ code: 'SOURCE_CONNECTION_BROKEN', kind: 'transient' });
    }
  });
});

describe('a kept socket that the other end has closed meanwhile', () => {
  function dieOnSecond(): void {
    let count = 0;
    vendor.answer = (_request, response) => {
      count += 1;
      if (count === 2) response.socket?.destroy();
      else response.end('{"ok":true}');
    };
  }

  it('costs a read one more try', async () => {
    dieOnSecond();
    await transport.send(get());
    expect((await transport.send(get())).json).toEqual({ ok: true });
    expect(vendor.seen).toHaveLength(3);
  });

  it('leaves a write unclear, and does not send it again', async () => {
    dieOnSecond();
    await transport.send(get());
    const write: Exchange = { ...get(), method: 'POST', body: { a: 1 }, write: true };
    const it = await problemOf(transport.send(write));
    expect(it).toMatchObject({ code: 'SOURCE_CONNECTION_BROKEN', effect: 'unknown' });
    expect(vendor.seen).toHaveLength(2);
  });

  it('does not hide a vendor that breaks every connection', async () => {
    vendor.answer = (_request, response) => void response.socket?.destroy();
    expect((await problemOf(transport.send(get()))).code).toBe('SOURCE_CONNECTION_BROKEN');
    expect(vendor.seen).toHaveLength(1);
  });
});

describe('a write', () => {
  const write = (): Exchange => ({
    ...get(),
    method: 'POST',
    body: {},
    write: true,
    timeoutMs: 300,
  });

  it('surely did not happen when the proxy or the vendor was never reached', async () => {
    proxy.behave = (client) => void client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    expect((await problemOf(transport.send(write()))).effect).toBe('none');
    proxy.behave = (client, header) => proxy.tunnel(client, header);
    const refused = open({ side: 'target', proxy: 'none' });
    const nobody = { ...write(), url: `https://127.0.0.1:${await freePort()}/x` };
    expect(await problemOf(refused.send(nobody))).toMatchObject({
      code: 'TARGET_UNREACHABLE',
      effect: 'none',
    });
    refused.close();
  });

  it('may have happened when the reply is late, cut off or too long', async () => {
    for (const way of [proxy.url, 'none']) {
      const target = open({ side: 'target', proxy: way, maxBytes: 1000 });
      vendor.answer = () => undefined;
      expect(await problemOf(target.send(write()))).toMatchObject({
        code: 'TARGET_TIMEOUT',
        effect: 'unknown',
      });
      vendor.answer = (_request, response) => void response.socket?.destroy();
      expect(await problemOf(target.send(write()))).toMatchObject({
        code: 'TARGET_CONNECTION_BROKEN',
        effect: 'unknown',
      });
      vendor.answer = (_request, response) => void response.end('x'.repeat(2000));
      expect(await problemOf(target.send(write()))).toMatchObject({
        code: 'TARGET_REPLY_TOO_LARGE',
        effect: 'unknown',
      });
      target.close();
    }
  });
});

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('an abort', () => {
  it('ends a request at once with the reason given', async () => {
    vendor.answer = () => undefined;
    const controller = new AbortController();
    const reason = new Error('paused');
    const sent = transport.send(get({ signal: controller.signal }));
    setTimeout(() => controller.abort(reason), 50);
    await expect(sent).rejects.toBe(reason);
    await expect.poll(() => transport.openSockets).toBe(0);
  });

  it('before the request sends nothing', async () => {
    const signal = AbortSignal.abort(new Error('paused'));
    await expect(transport.send(get({ signal }))).rejects.toThrow('paused');
    expect(vendor.seen).toHaveLength(0);
  });

  it('of a finished request does not hurt the socket that others use now', async () => {
    const controller = new AbortController();
    await transport.send(get({ signal: controller.signal }));
    const next = transport.send(get());
    controller.abort();
    expect((await next).status).toBe(200);
    expect(proxy.seen).toHaveLength(1);
  });
});

describe('closing', () => {
  it('ends requests under way and leaves no socket', async () => {
    vendor.answer = () => undefined;
    const sent = problemOf(transport.send(get()));
    await expect.poll(() => vendor.seen.length).toBe(1);
    transport.close();
    expect((await sent).code).toBe('SOURCE_CONNECTION_BROKEN');
    await expect.poll(() => transport.openSockets).toBe(0);
    expect((await problemOf(transport.send(get()))).code).toBe('SOURCE_CONNECTION_BROKEN');
  });
});
