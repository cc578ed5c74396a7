/** The control API over HTTP: who may call it, what it takes, and how it says no. */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createInbox } from '../../store/inbox.ts';
import { connection, openApi } from './desk.ts';
import type { ApiDesk, Reply } from './desk.ts';

let desk: ApiDesk;

beforeAll(async () => {
  desk = await openApi(inject('mongoUri'));
});
afterAll(() => desk.close());
beforeEach(() => {
  desk.temporal.answer = null;
  desk.temporal.runs = null;
});

const call = (path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> =>
  desk.call(path, { ...(body === undefined ? {} : { body }), headers });

describe('the control API', () => {
  it.each([{ authorization: '' }, { authorization: 'Bearer wrong' }, { authorization: 'right' }])(
    'answers nobody without its token: %o',
    async (headers) => {
      const reply = await call('/connections', undefined, headers);
      expect(reply).toMatchObject({ status: 401, body: { code: 'REQUEST_UNAUTHORIZED' } });
    },
  );

  it('keeps a connection and never gives a secret back', async () => {
    const made = await call('/connections', connection('acme'));
    expect(made).toMatchObject({ status: 201, body: { id: 'acme', keyFormat: '{corpId}:{id}' } });
    const listed = await call('/connections');
    const one = await call('/connections/acme');
    expect(JSON.stringify([made, listed, one])).not.toContain('canary');
    const again = await call('/connections', connection('acme'));
    expect(again).toMatchObject({ status: 409, body: { code: 'CONNECTION_EXISTS' } });
  });

  it.each([
    ['a field it does not know', connection('b', { colour: 'red' }), 'colour'],
    ['an id with signs', connection('B/../x'), 'id'],
    ['no proxy, which must be said', { ...connection('b'), source: { corpId: 'c' } }, 'proxy'],
    ['a key without the company', connection('b', { keyFormat: '{id}' }), 'keyFormat'],
    ['a key without the object', connection('b', { keyFormat: '{corpId}' }), 'keyFormat'],
    [
      'a key with the object twice',
      connection('b', { keyFormat: '{corpId}{id}{id}' }),
      'keyFormat',
    ],
    ['no JSON', '{"id": "canary', 'body'],
  ])('refuses %s and names the field, not its value', async (_, body, field) => {
    const reply = await call('/connections', body);
    expect(reply).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
    expect(reply.type).toContain('application/problem+json');
    expect(JSON.stringify(reply.body)).toContain(field);
    expect(JSON.stringify(reply.body)).not.toContain('canary');
  });

  it('speaks the caller’s language', async () => {
    const zh = await call('/connections/none', undefined, { 'accept-language': 'zh-CN' });
    const en = await call('/connections/none?lang=en', undefined, { 'accept-language': 'zh-CN' });
    expect(zh).toMatchObject({ status: 404, body: { code: 'CONNECTION_UNKNOWN' } });
    expect(String(zh.body['title'])).toMatch(/[一-鿿]/);
    expect(String(en.body['title'])).not.toMatch(/[一-鿿]/);
  });

  it('records a run before it starts it, and keeps it when Temporal is away', async () => {
    desk.temporal.answer = new Error('14 UNAVAILABLE');
    const { status, body } = await call('/connections/acme/imports', {});
    expect(status).toBe(202);
    const run = await call(`/runs/${String(body['run'])}`);
    expect(run).toMatchObject({ status: 200, body: { status: 'queued', endedAt: null } });
    expect(JSON.stringify((await call('/runs?connection=acme')).body)).toContain(body['run']);
  });

  it('names the run that is under way, and lists the one that could not start', async () => {
    desk.temporal.runs = 'earlier-run';
    desk.temporal.answer = new WorkflowExecutionAlreadyStartedError(
      ...(['x', 'import/acme', 'importOrganization'] as const),
    );
    const { status, body } = await call('/connections/acme/imports', {});
    expect({ status, body }).toMatchObject({
      status: 409,
      body: { code: 'RUN_IN_PROGRESS', run: 'earlier-run' },
    });
    const { body: list } = await call('/runs?connection=acme&limit=1');
    expect(list).toMatchObject({ runs: [{ status: 'failed' }] });
  });

  it('starts when what was in the way has closed before it could be named', async () => {
    desk.temporal.runs = null;
    desk.temporal.answer = new WorkflowExecutionAlreadyStartedError(
      ...(['x', 'import/acme', 'importOrganization'] as const),
    );
    desk.temporal.started.length = 0;
    const asked = call('/connections/acme/imports', {});
    await expect.poll(() => desk.temporal.started.length).toBeGreaterThan(0);
    desk.temporal.answer = null;
    expect(await asked).toMatchObject({ status: 202 });
  });

  it('lets branches wait behind the run that is under way, in the order in which they were asked for', async () => {
    const branch = (departmentId: string) =>
      call('/connections/queue/imports', { scope: { kind: 'branch', departmentId } });
    await call('/connections', connection('queue'));
    desk.temporal.runs = 'earlier-run';
    desk.temporal.answer = new WorkflowExecutionAlreadyStartedError(
      ...(['x', 'import/queue', 'importOrganization'] as const),
    );
    const first = await branch('300000001');
    expect(first).toMatchObject({ status: 202 });
    desk.temporal.answer = null;
    desk.temporal.started.length = 0;
    const second = await branch('300000002');
    expect(second.status).toBe(202);
    // The one before it is free to go now, and goes first.
    expect(desk.temporal.started.map((it) => it.run)).toEqual([first.body['run']]);
    const { body } = await call(`/runs/${String(second.body['run'])}`);
    expect(body).toMatchObject({ status: 'queued', scope: { departmentId: '300000002' } });
    expect((await branch('no number')).status).toBe(400);
  });

  it('takes single objects, and only persons and departments', async () => {
    const sent = await call('/connections/acme/sync', { kind: 'person', id: 'u-1' });
    expect(sent).toMatchObject({ status: 202, body: { workflowId: 'sync/acme/person/u-1' } });
    const other = await call('/connections/acme/sync', { kind: 'robot', id: 'u-1' });
    expect(other.status).toBe(400);
    expect((await call('/connections/none/sync', { kind: 'person', id: 'u' })).status).toBe(404);
    expect((await call('/runs/none')).body['code']).toBe('RUN_UNKNOWN');
  });

  it('gives a connection an address for callbacks, with its secrets once, and ends it', async () => {
    const made = await call('/connections/acme/callback', {});
    expect(made).toMatchObject({ status: 201, body: { receiver: 'appKey' } });
    expect(made.body['path']).toMatch(/^\/callbacks\/dingtalk\/[0-9a-f]{32}$/);
    const { token } = made.body as { token: string };
    expect(JSON.stringify((await call('/connections/acme')).body)).not.toContain(token);
    expect((await call('/connections/none/callback', {})).status).toBe(404);
    expect((await call('/connections/acme/callback', { receiver: 'x' })).status).toBe(400);
    const path = String(made.body['path']).split('/').at(-1) ?? '';
    expect(await desk.parts.callbacks.open(path)).toMatchObject({ connection: 'acme' });
    await desk.call('/connections/acme/callback', { method: 'DELETE' });
    expect(await desk.parts.callbacks.open(path)).toBeNull();
  });

  it('lists events with their objects and what became of them', async () => {
    const objects = [{ kind: 'person' as const, id: 'u-1' }];
    const event = { id: 'e1', type: 'user_modify_org', known: true, objects, happenedAt: null };
    await createInbox(desk.c).add('acme', event, 'callback');
    const { body } = await call('/events?connection=acme');
    const row = { id: 'acme/e1', outcome: 'waiting', workflows: ['sync/acme/person/u-1'] };
    expect(body).toMatchObject({ events: [row], waiting: { count: 1 } });
    expect(await call('/events/acme%2Fe1')).toMatchObject({ status: 200, body: row });
    const none = await call('/events/acme%2Fe2');
    expect(none).toMatchObject({ status: 404, body: { code: 'EVENT_UNKNOWN' } });
  });

  it('says nothing of an error of its own, neither to the caller nor in the log', async () => {
    const reply = await call('/connections/acme/directory');
    expect(reply).toMatchObject({ status: 500, body: { code: 'BUG_UNEXPECTED' } });
    expect(JSON.stringify(reply.body) + desk.logged.join('')).not.toContain('canary');
    expect(desk.logged.join('')).toContain('request failed');
  });
});
