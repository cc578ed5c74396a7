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

  const none = problem('TARGET_ORGANIZATION_NOT_FOUND');

  function parts(createPeople: TargetWriter['createPeople']): TargetDiagnosis {
    const reader = {
      organizations: () => Promise.resolve([]),
      organization: () => Promise.resolve(null),
      customFields: () => Promise.resolve([]),
    };
    const writer = {
      createDepartment: () => Promise.reject(new ProblemError(none)),
      createPeople,
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
