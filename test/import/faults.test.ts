/** Imports of a generated company while the vendors misbehave: equal at the end, nobody twice, nobody taken away. */
import { MongoClient } from 'mongodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openLab } from '../lab.ts';
import type { Lab } from '../lab.ts';
import { changeSource, clearFaults, clearLog, connect, fault, pictures } from '../world.ts';
import { requestLog, runImport, targetWrites } from '../world.ts';
import type { SourceState } from '../world.ts';

let lab: Lab;

beforeAll(async () => {
  lab = await openLab({
    company: { people: 120, departments: 12, seed: 7 },
    limits: 'none',
    env: {
      ORGSYNC_REQUEST_TIMEOUT_SECONDS: '2',
      ORGSYNC_LONGEST_WRITE_SECONDS: '3',
      ORGSYNC_CLAIM_SECONDS: '6',
    },
  });
  await connect(lab);
});
afterAll(() => lab?.stop());
afterEach(() => clearFaults(lab));

const equal = async (): Promise<void> => {
  const { wanted, found } = await pictures(lab);
  expect(found).toEqual(wanted);
};

/** Ids of some departments and people of the generated company. */
async function some(): Promise<{ departments: number[]; people: string[] }> {
  const { companies } = await lab.control<SourceState>('/state/dingtalk');
  const company = companies[0];
  return {
    departments: (company?.departments ?? []).map((it) => it.id).filter((id) => id !== 1),
    people: (company?.people ?? []).map((it) => it.userid),
  };
}

describe('an import under faults', () => {
  it('doubles nobody when replies of the first writes are lost after they were committed', async () => {
    const lost = { side: 'authing', kind: 'reset-after-commit' };
    await fault(lab, { ...lost, interface: 'create-department', count: 2, skip: 1 });
    await fault(lab, { ...lost, interface: 'create-users-batch', count: 2 });
    const run = await runImport(lab);
    expect(run).toMatchObject({ status: 'succeeded', verified: true });
    expect((await requestLog(lab)).filter((it) => it.fault).length).toBeGreaterThanOrEqual(4);
    expect(run.counts.people.created).toBe(run.counts.people.read);
    await equal();
  });

  it('waits out what an unclear write left, when the reply never came and nothing was done', async () => {
    const { departments, people } = await some();
    await changeSource(
      lab,
      { do: 'renameDepartment', id: departments[0], name: '改名部' },
      { do: 'changePerson', userid: people[0], fields: { name: '改名' } },
      { do: 'addPerson', userid: 'late-1', name: '晚来', departments: [departments[1]] },
    );
    const lost = { side: 'authing', kind: 'reset-before', count: 1 };
    for (const name of ['update-department', 'update-user*', 'create-user*']) {
      await fault(lab, { ...lost, interface: name });
    }
    const run = await runImport(lab);
    expect(run).toMatchObject({ status: 'succeeded', verified: true });
    await equal();
  });

  it('keeps memberships right when the reply to adding members is lost', async () => {
    const { departments, people } = await some();
    const both = [departments[2], departments[3]];
    await changeSource(lab, { do: 'movePerson', userid: people[5], departments: both });
    await fault(lab, {
      side: 'authing',
      kind: 'reset-after-commit',
      interface: 'add-department-members',
      count: 1,
    });
    await runImport(lab);
    const { wanted, found } = await pictures(lab);
    const key = `${lab.facts.corpId}:${people[5]}`;
    expect(found.people[key]?.departments).toEqual(
      expect.arrayContaining(wanted.people[key]?.departments ?? ['?']),
    );
  });

  it('goes on after throttles, gateways’ pages, cut replies and a revoked token', async () => {
    await clearLog(lab);
    const faults = [
      { side: 'dingtalk', kind: 'throttle', interface: 'user/list', count: 3, skip: 2 },
      { side: 'dingtalk', kind: '5xx', interface: 'department/listsub', count: 1, skip: 1 },
      { side: 'dingtalk', kind: 'truncated', interface: 'user/list', count: 1, skip: 6 },
      { side: 'dingtalk', kind: 'revoked-token', interface: 'user/list', count: 1, skip: 8 },
      { side: 'authing', kind: '5xx', interface: 'get-user-batch', count: 1 },
    ];
    for (const rule of faults) await fault(lab, rule);
    const run = await runImport(lab);
    expect(run.verified).toBe(true);
    expect((await requestLog(lab)).filter((it) => it.fault).length).toBeGreaterThanOrEqual(6);
    expect(await targetWrites(lab)).toEqual([]);
  });

  it('takes nobody away on pages that end early or stay empty', async () => {
    const before = (await pictures(lab)).found;
    await clearLog(lab);
    await fault(lab, { side: 'dingtalk', kind: 'early-end', interface: 'user/list', rate: 0.5 });
    await fault(lab, { side: 'dingtalk', kind: 'empty-list', interface: 'user/list', rate: 0.5 });
    const run = await runImport(lab);
    expect(run.counts.people.removed + run.counts.people.suspended).toBe(0);
    expect((await pictures(lab)).found).toEqual(before);
    expect(await targetWrites(lab)).toEqual([]);
  });

  it('doubles nobody when the store has lost all its links, also where the target takes any key', async () => {
    const { departments, people } = await some();
    await lab.control('/settings/authing', {
      method: 'PUT',
      body: { duplicateOpenDepartmentId: 'allow' },
    });
    const client = await MongoClient.connect(lab.mongoUri);
    await client.db('orgsync').collection('links').deleteMany({});
    await client.close();
    await changeSource(
      lab,
      { do: 'renameDepartment', id: departments[4], name: '又改名部' },
      { do: 'changePerson', userid: people[7], fields: { name: '又改名' } },
    );
    const before = Object.keys((await pictures(lab)).found.people);
    const run = await runImport(lab);
    expect(run.verified).toBe(true);
    expect(run.counts.people.failed).toBe(0);
    const { wanted, found } = await pictures(lab);
    expect(Object.keys(found.people)).toEqual(before);
    expect(found.departments).toEqual(wanted.departments);
    const key = `${lab.facts.corpId}:${people[7]}`;
    expect(found.people[key]?.fields['name']).toBe('又改名');
  });
});
