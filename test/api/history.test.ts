/** What runs changed and what happened to one object, as the control API shows it: masked, or logged. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { keepChanges } from '../../activities/change-log.ts';
import type { ObjectChange } from '../../model/change.ts';
import { problem } from '../../model/problem.ts';
import { createChanges } from '../../store/changes.ts';
import { connection, openApi } from './desk.ts';
import type { ApiDesk } from './desk.ts';

let desk: ApiDesk;
let run: string;
const at = '2026-11-24T08:00:00.000Z';

const person = (id: string): ObjectChange => ({
  ...{ kind: 'person', id, name: '王小红', outcome: 'updated', at, enter: [] },
  fields: [{ field: 'phone', before: '+86 13800000001', after: '+86 13800000002' }],
});

async function keep(id: string, into: string, changes: ObjectChange[]): Promise<void> {
  const { connection: of, key } = await desk.parts.connections.open(id);
  const writing = { connection: of, key, place: { run: into }, changes: createChanges(desk.c) };
  await keepChanges(writing, changes);
}

beforeAll(async () => {
  desk = await openApi(inject('mongoUri'));
  await desk.call('/connections', { body: connection('feihua') });
  await desk.call('/connections', { body: connection('other') });
  const started = await desk.call('/connections/feihua/imports', { body: {} });
  run = String(started.body['run']);
  desk.temporal.runs = run;
  await keep('feihua', run, [
    person('p1'),
    {
      ...{ kind: 'department', id: '2', name: '产研部', outcome: 'updated', at, enter: [] },
      fields: [{ field: 'name', before: '研发部', after: '产研部' }],
    },
  ]);
  await keep('feihua', run, [person('p2')]);
  await keep('other', 'sync/other', [person('p1')]);
});
afterAll(() => desk.close());

describe('what a run changed', () => {
  it('is shown with people masked and departments as they are, page by page', async () => {
    const { body } = await desk.call(`/runs/${run}/changes?limit=2`);
    expect(body['changes']).toMatchObject([
      {
        ...{ id: 'p1', name: '王**' },
        fields: [{ field: 'phone', before: '+86 *******0001', after: '+86 *******0002' }],
      },
      { id: '2', name: '产研部', fields: [{ before: '研发部', after: '产研部' }] },
    ]);
    const second = await desk.call(`/runs/${run}/changes?limit=2&after=${String(body['next'])}`);
    expect(second.body).toMatchObject({ changes: [{ id: 'p2' }], next: null });
    expect(desk.logged.join('')).not.toContain('people shown in full');
  });

  it('is shown in full only when that is asked for, and the log says who asked', async () => {
    const { body } = await desk.call(`/runs/${run}/changes?people=full`);
    expect(JSON.stringify(body)).toContain('13800000001');
    const lines = desk.logged.filter((it) => it.includes('people shown in full'));
    expect(lines.map((it) => JSON.parse(it) as object)).toMatchObject([{ by: 'test', run }]);
    expect(desk.logged.join('')).not.toContain('13800000001');
  });

  it('of another run cannot be reached by a place that is not of this one', async () => {
    const { body } = await desk.call(`/runs/${run}/changes?after=../other/x~0`);
    expect((body['changes'] as { id: string }[]).map((it) => it.id)).toEqual(['p1', '2', 'p2']);
    expect(await desk.call('/runs/nobody/changes')).toMatchObject({ status: 404 });
  });
});

describe('the trace of an object', () => {
  it('has what this connection wrote of it and what went wrong, and nothing of another company’s', async () => {
    const object = { kind: 'person' as const, id: 'p1' };
    await desk.parts.runs.addProblems(run, [{ problem: problem('DATA_PHONE_TAKEN'), object }]);
    await desk.parts.runs.addProblems('sync/other', [
      { problem: problem('DATA_NO_DEPARTMENT'), object },
    ]);
    const { status, body } = await desk.call('/connections/feihua/trace?kind=person&id=p1');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ object, link: null, events: [] },
      changes: [{ run, name: '王**' }],
      problems: [{ run, code: 'DATA_PHONE_TAKEN' }],
    });
    expect(JSON.stringify(body)).not.toContain('13800000001');
  });
});
