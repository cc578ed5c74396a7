/** A run that runs: what its workflow says, what it waits for, and how far it is, in one answer. */
import {
  ApplicationFailure,
  defaultFailureConverter,
  TimeoutFailure,
  TimeoutType,
  defaultPayloadConverter,
} from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { fresh } from '../../api/fresh.ts';
import { emptyCounts } from '../../model/run.ts';
import { openApi } from './desk.ts';
import type { ApiDesk } from './desk.ts';
import type { ApiParts } from '../../api/parts.ts';

let desk: ApiDesk;
let away = false;
const failure = ApplicationFailure.create({ message: 'x', type: 'TARGET_UNAVAILABLE' });
const inFiveSeconds = Math.round(Date.now() / 1000) + 5;

beforeAll(async () => {
  const pending = {
    ...{
      activityType: { name: 'applyPeople' },
      attempt: 3,
      scheduledTime: { seconds: inFiveSeconds },
    },
    lastFailure: defaultFailureConverter.errorToFailure(failure, defaultPayloadConverter),
  };
  const silent = {
    ...{ activityType: { name: 'readMembers' }, attempt: 2 },
    lastFailure: defaultFailureConverter.errorToFailure(
      new TimeoutFailure('activity Heartbeat timeout', undefined, TimeoutType.HEARTBEAT),
      defaultPayloadConverter,
    ),
  };
  const calm = { activityType: { name: 'readMembers' }, attempt: 1 };
  const answered = <T>(value: T): Promise<T> =>
    away ? Promise.reject(new Error('14 UNAVAILABLE')) : Promise.resolve(value);
  const workflow = {
    getHandle: () => ({
      query: () => answered({ run: 'r1', stage: 'apply', departmentsRead: 4, peopleRead: 9 }),
      describe: () =>
        answered({ memo: { run: 'r1' }, raw: { pendingActivities: [pending, silent, calm] } }),
    }),
  };
  desk = await openApi(inject('mongoUri'), {
    client: { workflow } as unknown as ApiParts['client'],
    limitsMet: () =>
      Promise.resolve([
        { what: 'SOURCE_ADDRESS_BANNED', code: 'SOURCE_ADDRESS_BANNED', tries: 0, until: null },
      ]),
  });
  await desk.parts.runs.create({
    ...{ id: 'r1', workflowId: 'import/a', connection: 'a', trigger: 'manual', status: 'running' },
    ...{
      scope: { kind: 'organization' },
      stage: 'apply',
      endedAt: null,
      complete: false,
      verified: false,
    },
    ...{ startedAt: new Date().toISOString(), counts: emptyCounts(), failure: null },
    ...{ calls: { source: 0, targetReads: 0, targetWrites: 0 }, asked: null, pausedAt: null },
  });
});
afterAll(() => desk.close());

describe('a run that runs', () => {
  it('says what its workflow says, and what is waited for, why, and until when', async () => {
    const { body } = await desk.call('/runs/r1');
    expect(body['live']).toMatchObject({
      workflow: { stage: 'apply', departmentsRead: 4 },
      secondsLeft: null,
      waits: [
        { code: 'SOURCE_ADDRESS_BANNED' },
        {
          ...{ what: 'applyPeople', code: 'TARGET_UNAVAILABLE', tries: 3 },
          until: new Date(inFiveSeconds * 1000).toISOString(),
        },
        { what: 'readMembers', code: 'WORKER_SILENT', tries: 2, until: null },
      ],
    });
  });

  it('is shown from the store while Temporal is away, and has nothing to wait for when it has ended', async () => {
    away = true;
    expect((await desk.call('/runs/r1')).body['live']).toMatchObject({ workflow: null });
    await desk.parts.runs.end('r1', { status: 'failed' });
    expect((await desk.call('/runs/r1')).body['live']).toBeNull();
  });
});

describe('an answer that is costly', () => {
  it('is made once for all who ask at once, and again when it failed', async () => {
    let made = 0;
    const ask = fresh(() => {
      made++;
      return made === 1 ? Promise.reject(new Error('no')) : Promise.resolve(made);
    });
    await expect(ask('a')).rejects.toThrow('no');
    expect(await Promise.all([ask('a'), ask('a'), ask('a')])).toEqual([2, 2, 2]);
    expect(await ask('b')).toBe(3);
  });
});
