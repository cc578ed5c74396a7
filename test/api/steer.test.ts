/** Pausing, resuming and cancelling over HTTP: what the store keeps, what Temporal is told, what is refused. */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { connection, openApi } from './desk.ts';
import type { ApiDesk, Reply } from './desk.ts';

let desk: ApiDesk;
let run: string;

beforeAll(async () => {
  desk = await openApi(inject('mongoUri'));
  await desk.call('/connections', { body: connection('steered') });
});
afterAll(() => desk.close());
beforeEach(async () => {
  desk.temporal.told.length = 0;
  const { body } = await desk.call('/connections/steered/imports', { body: {} });
  run = String(body['run']);
  desk.temporal.runs = run;
  await desk.parts.runs.stage(run, 'apply', 'running');
});

const steer = (verb: string, id = run): Promise<Reply> =>
  desk.call(`/runs/${id}/${verb}`, { body: {} });
const asked = async (): Promise<unknown> => (await desk.parts.runs.get(run))?.asked;

describe('a run that is under way', () => {
  it('is asked to wait, without a word to Temporal: its steps read it in the store', async () => {
    expect((await steer('pause')).status).toBe(202);
    expect(await asked()).toBe('pause');
    expect(desk.temporal.told).toEqual([]);
  });

  it('goes on when its wait has begun, and its workflow is told', async () => {
    await steer('pause');
    await desk.c.runs.updateOne({ _id: run }, { $set: { status: 'paused' } });
    expect((await steer('resume')).status).toBe(202);
    expect(await asked()).toBeNull();
    expect(desk.temporal.told).toEqual(['steered']);
  });

  it('is cancelled through Temporal, and may be cancelled twice', async () => {
    expect((await steer('cancel')).status).toBe(202);
    expect((await steer('cancel')).status).toBe(202);
    expect(await asked()).toBe('cancel');
    expect(desk.temporal.told).toEqual(['cancel', 'cancel']);
  });

  it('cannot be paused or resumed any more once it is to be cancelled', async () => {
    await steer('cancel');
    expect((await steer('pause')).status).toBe(409);
    expect((await steer('resume')).status).toBe(409);
    expect(await asked()).toBe('cancel');
  });
});

describe('any other run', () => {
  it.each(['pause', 'resume', 'cancel'])('refuses to %s when it has ended', async (verb) => {
    await desk.parts.runs.end(run, { status: 'succeeded' });
    expect(await steer(verb)).toMatchObject({ status: 409, body: { code: 'RUN_ENDED' } });
  });

  it.each(['pause', 'resume', 'cancel'])('is not known, and cannot %s', async (verb) => {
    expect(await steer(verb, 'nobody')).toMatchObject({
      status: 404,
      body: { code: 'RUN_UNKNOWN' },
    });
  });
});
