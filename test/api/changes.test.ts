/** A connection is changed by two people, loses a secret, and goes away; what it wrote stays. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ProblemError, problem } from '../../model/problem.ts';
import { emptyCounts } from '../../model/run.ts';
import type { Link } from '../../model/link.ts';
import { connection, openApi } from './desk.ts';
import type { ApiDesk, Reply } from './desk.ts';

let desk: ApiDesk;
beforeAll(async () => {
  desk = await openApi(inject('mongoUri'), {
    checkAddresses({ source, target }) {
      const bad = [source?.proxy, target?.proxy].includes('ftp://bad');
      if (bad) throw new ProblemError(problem('ADDRESS_INVALID', { field: 'proxy' }));
    },
  });
});
afterAll(() => desk.close());

const change = (id: string, body: unknown, version?: string): Promise<Reply> =>
  desk.call(`/connections/${id}`, {
    ...{ method: 'PATCH', body },
    ...(version === undefined ? {} : { headers: { 'if-match': version } }),
  });

describe('the settings of a connection', () => {
  it('are changed by who has seen them as they are; the second of two editors is told', async () => {
    await desk.call('/connections', { body: connection('two') });
    const seen = await desk.call('/connections/two');
    const etag = seen.headers.get('etag') ?? '';
    expect(etag).toBe('"1"');
    const first = await change('two', { name: '甲', rates: { targetPerSecond: 5 } }, etag);
    expect(first).toMatchObject({ status: 200, body: { name: '甲', version: 2 } });
    expect(first.body['rates']).toMatchObject({ targetPerSecond: 5, sourcePerSecond: 20 });
    expect(first.headers.get('etag')).toBe('"2"');
    const second = await change('two', { name: '乙' }, etag);
    expect(second).toMatchObject({ status: 412, body: { code: 'CONNECTION_CHANGED' } });
    expect(second.type).toContain('application/problem+json');
    expect((await desk.call('/connections/two')).body['name']).toBe('甲');
  });

  it.each(['W/"2"', '*', '2', '"2', '"nonsense"'])(
    'are not changed under the version %s',
    async (etag) => {
      expect(await change('two', { name: '乙' }, etag)).toMatchObject({ status: 412 });
    },
  );

  it('are not changed blindly, and never in what says which objects are ours', async () => {
    expect(await change('two', { name: '乙' })).toMatchObject({
      ...{ status: 428, body: { code: 'VERSION_MISSING' } },
    });
    for (const fixed of [{ keyFormat: 'x' }, { id: 'x' }, { source: { corpId: 'x' } }]) {
      expect(await change('two', fixed, '"2"')).toMatchObject({ status: 400 });
    }
    const bad = await change('two', { source: { proxy: 'ftp://bad' } }, '"2"');
    expect(bad).toMatchObject({ status: 400, body: { code: 'ADDRESS_INVALID' } });
  });

  it('are merged: what is left out stays, lists are replaced, null takes back, faults are named', async () => {
    await desk.call('/connections', {
      body: connection('merged', {
        settings: {
          scope: { include: ['2'], exclude: ['31'] },
          mapping: { custom: { title: { from: ['title'], label: 'Title' } } },
        },
      }),
    });
    const first = await change(
      'merged',
      { settings: { leaders: true, scope: { exclude: ['32', '33'] } } },
      '"1"',
    );
    expect(first.body['settings']).toMatchObject({
      ...{ leaders: true, scope: { include: ['2'], exclude: ['32', '33'] } },
      mapping: { custom: { title: { from: ['title'] } } },
    });
    const second = await change(
      'merged',
      { settings: { leaders: null, mapping: { custom: { title: null } } } },
      '"2"',
    );
    expect(second.body['settings']).toMatchObject({
      ...{ leaders: false, mapping: { custom: {} }, scope: { include: ['2'] } },
    });
    const wrong = await change('merged', { settings: { scope: { inclued: [] } } }, '"3"');
    expect(wrong.status).toBe(400);
    expect(JSON.stringify(wrong.body)).toContain('did you mean \\"include\\"');
    expect(JSON.stringify(wrong.body)).toContain('settings.scope');
  });

  it('take a new secret, keep the others, and show none', async () => {
    const reply = await change('two', { source: { appSecret: 'canary-new' } }, '"2"');
    expect(reply.status).toBe(200);
    expect(JSON.stringify(reply.body)).not.toContain('canary');
    const { secrets } = await desk.parts.connections.open('two');
    expect(secrets).toMatchObject({
      ...{ appSecret: 'canary-new', accessKeySecret: 'canary-key-secret' },
      sourceProxy: 'http://p:3128',
    });
  });
});

describe('a connection that is removed', () => {
  const remove = (id: string, version = '"1"') =>
    desk.call(`/connections/${id}`, { method: 'DELETE', headers: { 'if-match': version } });
  const link = (id: string, kind: Link['kind'], state: Link['state']) =>
    ({ _id: `gone/${kind}/${id}`, connection: 'gone', kind, sourceId: id, state }) as Link;

  it('is refused while a run is under way, and the run is named', async () => {
    await desk.call('/connections', { body: connection('gone') });
    await desk.parts.runs.create({
      ...{ id: '2026-1', workflowId: 'import/gone', connection: 'gone', trigger: 'manual' },
      ...{ scope: { kind: 'organization' }, status: 'running', stage: 'apply', endedAt: null },
      ...{ asked: null, pausedAt: null },
      ...{
        startedAt: '2026-01-01T00:00:00.000Z',
        counts: emptyCounts(),
        complete: false,
        verified: false,
      },
      ...{ calls: { source: 0, targetReads: 0, targetWrites: 0 }, failure: null },
    });
    expect(await remove('gone')).toMatchObject({
      ...{ status: 409, body: { code: 'CONNECTION_BUSY', run: '2026-1' } },
    });
    await desk.parts.runs.end('2026-1', { status: 'failed' });
  });

  it('says what stays at the target, and leaves nothing that another company could take for its own', async () => {
    await desk.c.links.insertMany([
      ...[link('1', 'department', 'present'), link('2', 'department', 'present')],
      ...[link('a', 'person', 'present'), link('b', 'person', 'tombstone')],
    ]);
    expect(await remove('gone', '"7"')).toMatchObject({ status: 412 });
    expect(await remove('gone')).toMatchObject({
      ...{ status: 200, body: { removed: 'gone', stays: { departments: 1, people: 1 } } },
    });
    expect(await desk.c.links.countDocuments({ connection: 'gone' })).toBe(0);
    expect(await remove('gone')).toMatchObject({ status: 404 });
    expect(await desk.call('/runs/2026-1')).toMatchObject({ status: 200 });
  });
});
