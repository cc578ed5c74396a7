/** The right to write is proved without leaving anything, whichever way Authing's open questions turn out. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diagnoseTarget } from '../../activities/diagnose-target.ts';
import type { TargetDiagnosis } from '../../activities/diagnose-target.ts';
import type { TargetReader, TargetWriter } from '../../connectors/target.ts';
import { ProblemError, problem } from '../../model/problem.ts';
import { authingSwitches } from '../../sandbox/authing/switches.ts';
import { clock } from '../../worker/parts.ts';
import { leftBehind, openPlaces, run, stageOf, withSandbox } from './stage.ts';
import type { Places } from './stage.ts';

let places: Places;
beforeAll(async () => {
  places = await openPlaces();
});
afterAll(() => places.close());

const others = Object.entries(authingSwitches).flatMap(([name, entry]) =>
  entry.values
    .filter((value) => value !== entry.default)
    .map((value) => ({ name, value, initial: entry.default })),
);

describe('the right to write', () => {
  it('is proved and leaves nothing, with each switch of Authing the other way', async () => {
    await withSandbox(async (sandbox) => {
      const stage = stageOf(sandbox, places);
      const turn = (name: string, value: string) =>
        stage.control('PUT', '/settings/authing', { [name]: value });
      const before = leftBehind(sandbox);
      const source = stage.typed.secrets;
      source.sourceProxy = `http://${places.nowhere}`;
      for (const { name, value, initial } of others) {
        await turn(name, value);
        const target = (await run(stage)).filter((it) => it.side === 'target');
        expect(
          target.filter((it) => it.status !== 'ok'),
          `${name}=${value}`,
        ).toEqual([]);
        await turn(name, initial);
        expect(leftBehind(sandbox), `${name}=${value}`).toBe(before);
      }
    });
  });

  const reading = ['get-organization', 'list-organizations', 'get-custom-fields'];
  const readingBack = ['get-user-batch', 'list-department-member-ids'];
  const rights = [
    ...['create-department', 'create-users-batch', 'create-user', 'update-user-batch'],
    ...['update-user', 'add-department-members'],
  ];

  it('is denied by name for each right that an import needs, and leaves nothing', async () => {
    await withSandbox(async (sandbox) => {
      const stage = stageOf(sandbox, places);
      stage.typed.secrets.sourceProxy = `http://${places.nowhere}`;
      for (const [number, lacking] of [null, ...rights].entries()) {
        const interfaces = [...reading, ...readingBack, ...rights].filter((it) => it !== lacking);
        const key = { accessKeyId: `key-${number}`, accessKeySecret: `secret-${number}` };
        await stage.control('POST', '/authing/keys', { ...key, interfaces });
        stage.typed.target.accessKeyId = key.accessKeyId;
        stage.typed.secrets.accessKeySecret = key.accessKeySecret;
        const before = leftBehind(sandbox);
        const step = (await run(stage)).find((it) => it.name === 'write');
        expect(leftBehind(sandbox)).toBe(before);
        expect(step?.status, `${lacking}`).toBe(lacking === null ? 'ok' : 'failed');
        if (lacking === null) continue;
        expect(step?.problem).toMatchObject({
          code: 'TARGET_FORBIDDEN',
          detail: { interface: lacking },
        });
      }
    });
  });

  const none = problem('TARGET_ORGANIZATION_NOT_FOUND');
  const gone = { outcome: 'refused' as const, problem: problem('DATA_PERSON_GONE') };

  function parts(createPeople: TargetWriter['createPeople']): TargetDiagnosis {
    const reader = {
      organizations: () => Promise.resolve([]),
      organization: () => Promise.resolve(null),
      customFields: () => Promise.resolve([]),
    };
    const writer = {
      createDepartment: () => Promise.reject(new ProblemError(none)),
      createPeople,
      updatePeople: () => Promise.resolve([gone, gone]),
      addMembers: () => Promise.reject(new ProblemError(none)),
    };
    return {
      connection: { target: { host: '', accessKeyId: '', organizationCode: 'x' } } as never,
      reader: reader as unknown as TargetReader,
      writer: () => writer as unknown as TargetWriter,
      proveKey: () => Promise.resolve(),
      reach: () => Promise.resolve(),
      clock,
    };
  }

  const writeStep = async (createPeople: TargetWriter['createPeople']) =>
    (await diagnoseTarget(parts(createPeople))).find((it) => it.name === 'write');

  it('says so when a pool accepts what it should have refused', async () => {
    const step = await writeStep(() => Promise.resolve([{ outcome: 'done', value: {} as never }]));
    expect(step?.status).toBe('warning');
    expect(step?.problem?.code).toBe('TARGET_PROBE_ACCEPTED');
  });

  it('is not called proved by a refusal that nobody knows', async () => {
    const refused = { outcome: 'refused' as const, problem: problem('DATA_REFUSED') };
    const step = await writeStep(() => Promise.resolve([refused]));
    expect(step?.problem?.code).toBe('TARGET_WRITE_NOT_PROVED');
  });

  it('is denied when a refusal is about the key', async () => {
    const refused = { outcome: 'refused' as const, problem: problem('TARGET_FORBIDDEN') };
    const step = await writeStep(() => Promise.resolve([refused]));
    expect(step?.status).toBe('failed');
  });
});
