/** What every address keeps: tokens, methods, sizes, rates, times, and a log that names nobody. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { inTime, rateGate } from '../../api/limits.ts';
import { TOKEN, connection, openApi } from './desk.ts';
import type { ApiDesk } from './desk.ts';

let desk: ApiDesk;
beforeAll(async () => {
  desk = await openApi(inject('mongoUri'), {
    dependencies: () =>
      Promise.resolve([
        { name: 'database', state: 'up', ms: 1, seenAt: null },
        { name: 'temporal', state: 'down', ms: null, seenAt: null },
      ]),
  });
});
afterAll(() => desk.close());

const open = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(`${desk.origin}${path}`, init);
  const text = await response.text();
  return { response, text, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
};

describe('tokens', () => {
  it('are in the database as hashes only, and let in until they are taken away', async () => {
    const made = await desk.call('/tokens', { body: { name: 'ci', days: 1 } });
    expect(made.status).toBe(201);
    const { token, id } = made.body as { token: string; id: string };
    const stored = JSON.stringify(await desk.db.collection('api_tokens').find().toArray());
    expect(stored).toContain(id);
    expect(stored).not.toContain(token);
    expect(stored).not.toContain(TOKEN);
    const headers = { authorization: `Bearer ${token}` };
    expect((await desk.call('/tokens', { headers })).status).toBe(200);
    expect(JSON.stringify((await desk.call('/tokens')).body)).not.toContain(token);
    expect((await desk.call(`/tokens/${id}`, { method: 'DELETE' })).status).toBe(200);
    expect((await desk.call(`/tokens/${id}`, { method: 'DELETE' })).status).toBe(404);
    expect(await desk.parts.tokens.find(token)).toBeNull();
  });

  it('end at their time', async () => {
    await desk.parts.tokens.add('a-token-that-is-over', 'old', new Date(Date.now() - 1));
    const headers = { authorization: 'Bearer a-token-that-is-over' };
    expect((await desk.call('/runs', { headers })).status).toBe(401);
  });

  it('are named in the runs they start', async () => {
    await desk.call('/connections', { body: connection('by') });
    const { body } = await desk.call('/connections/by/imports', { body: {} });
    expect((await desk.call(`/runs/${String(body['run'])}`)).body['by']).toBe('test');
  });
});

describe('methods and addresses', () => {
  it('answers HEAD like GET without a body', async () => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const { response, text } = await open('/api/v1/connections', { method: 'HEAD', headers });
    expect(response.status).toBe(200);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(2);
    expect(text).toBe('');
  });

  it('tells by OPTIONS and by 405 what an address takes', async () => {
    const asked = await open('/api/v1/connections/x', { method: 'OPTIONS' });
    expect(asked.response.status).toBe(204);
    expect(asked.response.headers.get('allow')).toBe('GET, PATCH, DELETE, HEAD, OPTIONS');
    const put = await desk.call('/runs', { method: 'PUT', body: {} });
    expect(put).toMatchObject({ status: 405, body: { code: 'METHOD_UNKNOWN' } });
    expect(put.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
  });

  it('knows an address that is not there, and tells strangers not even that', async () => {
    expect(await desk.call('/nothing')).toMatchObject({
      status: 404,
      body: { code: 'PATH_UNKNOWN' },
    });
    expect((await open('/api/v1/nothing')).response.status).toBe(401);
    expect((await open('/')).response.status).toBe(404);
  });

  it('takes no query that it does not know', async () => {
    const reply = await desk.call('/runs?conection=x');
    expect(reply).toMatchObject({ status: 400 });
    expect(JSON.stringify(reply.body)).toContain('conection');
    expect((await desk.call('/runs?status=lost')).status).toBe(400);
    expect((await desk.call('/runs?limit=0')).status).toBe(400);
  });
});

describe('sizes, kinds, rates and times', () => {
  it('refuses a body that is too large or not JSON', async () => {
    const large = await desk.call('/connections', { body: { id: 'x'.repeat(300_000) } });
    expect(large).toMatchObject({ status: 413, body: { code: 'REQUEST_TOO_LARGE' } });
    const text = await desk.call('/connections', {
      ...{ body: 'id=x', headers: { 'content-type': 'text/plain' } },
    });
    expect(text).toMatchObject({ status: 415, body: { code: 'REQUEST_NOT_JSON' } });
  });

  it('slows a stranger down who guesses, and says when to come back', async () => {
    const guess = () =>
      open('/api/v1/runs', { headers: { authorization: 'Bearer wrong-but-long' } });
    const all = await Promise.all(Array.from({ length: 40 }, guess));
    const late = all.filter((it) => it.response.status === 429);
    expect(late.length).toBeGreaterThan(10);
    expect(late[0]?.body['code']).toBe('REQUEST_TOO_OFTEN');
    expect(Number(late[0]?.response.headers.get('retry-after'))).toBeGreaterThan(0);
    // Who has a token is counted apart.
    expect((await desk.call('/runs')).status).toBe(200);
  });

  it('counts each caller with a bucket that refills', () => {
    let now = 0;
    const gate = rateGate(10, 3, () => now);
    for (const _ of [1, 2, 3]) gate('a');
    expect(() => gate('a')).toThrow('REQUEST_TOO_OFTEN');
    gate('b');
    now += 250;
    gate('a');
    gate('a');
    expect(() => gate('a')).toThrow('REQUEST_TOO_OFTEN');
  });

  it('gives up what takes too long', async () => {
    const never = new Promise(() => undefined);
    await expect(inTime(never, 5)).rejects.toMatchObject({
      problem: { code: 'REQUEST_TIMED_OUT' },
    });
    await expect(inTime(sleep(1, 'x'), 5_000)).resolves.toBe('x');
  });
});

describe('the log of requests', () => {
  it('has the pattern, the status and an id that the answer carries, and nothing of the caller’s', async () => {
    desk.logged.length = 0;
    const reply = await desk.call('/runs/canary-run?lang=zh', {
      headers: { 'x-canary': 'canary' },
    });
    const id = reply.headers.get('x-request-id');
    expect(reply.body['instance']).toBe(`urn:request:${id}`);
    const [line] = desk.logged.map((it) => JSON.parse(it) as Record<string, unknown>);
    expect(line).toMatchObject({
      ...{ method: 'GET', path: '/api/v1/runs/:id', status: 404, requestId: id },
    });
    expect(desk.logged.join('')).not.toContain('canary');
  });
});

describe('what is asked without a token', () => {
  it('says that the process lives, what it is, and what is missing', async () => {
    expect((await open('/healthz')).body).toEqual({ status: 'ok' });
    expect((await open('/version')).body).toMatchObject({ version: '1.2.3' });
    const ready = await open('/readyz');
    expect(ready.response.status).toBe(503);
    expect(ready.body).toMatchObject({ status: 'not_ready' });
    expect(JSON.stringify(ready.body)).toContain('"temporal","state":"down"');
    expect(ready.response.headers.get('cache-control')).toBe('no-store');
  });
});
