/** The example company through real engines: equal field by field, quiet the second time, followed when it changes. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { orgsync } from '../../cli/run.ts';
import type { RunView } from '../../cli/views.ts';
import type { Plan } from '../../model/plan.ts';
import { readConfig } from '../../runtime/config.ts';
import { tracesOf } from '../canaries.ts';
import { openLab } from '../lab.ts';
import type { Lab } from '../lab.ts';
import { changeSource, clearFaults, clearLog, connect, fault, holdCall } from '../world.ts';
import { pictures, requestLog, runImport, targetWrites } from '../world.ts';
import type { TargetState } from '../world.ts';

let lab: Lab;
let first: RunView;

const foreignPhone = '13900000001';

beforeAll(async () => {
  lab = await openLab({
    // A proxy of the environment must never be used: nothing listens there.
    env: { HTTPS_PROXY: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9', ...shortTimes },
  });
  const body = { username: 'foreign', name: '外人', phone: foreignPhone };
  await lab.control('/authing/by-hand', { body: { interface: 'create-user', body } });
  await connect(lab);
  first = await runImport(lab);
});
afterAll(() => lab?.stop());
beforeEach(async () => {
  await clearFaults(lab);
  await clearLog(lab);
});

/** So that a claim whose write ended unclear is waited out within a test. */
const shortTimes = {
  ORGSYNC_REQUEST_TIMEOUT_SECONDS: '2',
  ORGSYNC_LONGEST_WRITE_SECONDS: '3',
  ORGSYNC_CLAIM_SECONDS: '6',
};

interface Typed {
  code: number;
  out: string;
  err: string;
}

async function typed(...argv: string[]): Promise<Typed> {
  const { port } = new URL(lab.apiUrl);
  const env = { ORGSYNC_DATA_DIR: lab.folder, ORGSYNC_API_PORT: port, LANG: 'C' };
  const ended: Typed = { code: 0, out: '', err: '' };
  ended.code = await orgsync(argv, readConfig('cli', env), {
    out: (text) => void (ended.out += text),
    err: (text) => void (ended.err += text),
  });
  return ended;
}

const foreign = async (): Promise<unknown> => {
  const { pools } = await lab.control<TargetState>('/state/authing');
  return pools[0]?.users.find((it) => it.profile['username'] === 'foreign');
};

describe('an import of the example company', () => {
  it('creates every department and person, and ends succeeded and verified', async () => {
    expect(first).toMatchObject({ status: 'succeeded', verified: true, problems: [] });
    expect(first.counts.departments).toMatchObject({ read: 3, created: 3 });
    expect(first.counts.people).toMatchObject({ read: 4, created: 4 });
    const { wanted, found } = await pictures(lab);
    expect(found).toEqual(wanted);
    expect(Object.keys(wanted.people)).toHaveLength(4);
  });

  it('writes nothing when nothing changed', async () => {
    const run = await runImport(lab);
    expect(run).toMatchObject({ status: 'succeeded', verified: true });
    expect(run.counts.people).toMatchObject({ read: 4, unchanged: 4, created: 0, updated: 0 });
    expect(await targetWrites(lab)).toEqual([]);
    expect(run.calls.targetWrites).toBe(0);
  });

  it('is planned first: the terminal shows the plan with people masked, and applies it once', async () => {
    await changeSource(lab, {
      ...{ do: 'changePerson', userid: 'feihua-0001', fields: { name: '小红计划' } },
    });
    const made = await typed('plan', '--exit-code', '--json');
    expect(made.code).toBe(2);
    const { id, counts } = JSON.parse(made.out) as Plan;
    expect(counts.person).toMatchObject({ read: 4, change: 1, create: 0, held: 0 });
    expect(await targetWrites(lab)).toEqual([]);
    const shown = await typed('plan', 'show', id);
    expect(shown.out).toContain('小** -> 小**');
    expect(shown.out).not.toContain('小红');
    expect((await typed('plan', 'show', id, '--unmasked')).out).toContain('小红 -> 小红计划');
    expect(await typed('import', '--plan', id, '--yes')).toMatchObject({ code: 0 });
    expect((await targetWrites(lab)).map((it) => it.interface)).toEqual(['update-user']);
    const again = await typed('import', '--plan', id, '--yes', '--lang', 'zh');
    expect(again).toMatchObject({ code: 78 });
    expect(again.err).toContain('PLAN_APPLIED');
    expect(await typed('plan', '--exit-code')).toMatchObject({ code: 0 });
  });

  it('reaches DingTalk through the connection’s proxy only, whatever the environment says', async () => {
    await runImport(lab);
    const calls = (await requestLog(lab)).filter((it) => it.side === 'dingtalk');
    expect(calls.length).toBeGreaterThan(5);
    expect(calls.filter((it) => it.egress === null)).toEqual([]);
  });

  it('follows renames, moves, newcomers and changed fields', async () => {
    await changeSource(
      lab,
      { do: 'renameDepartment', id: 300000001, name: '产研部' },
      { do: 'addDepartment', name: '大中华区', parentId: 300000002, id: 300000009 },
      { do: 'moveDepartment', id: 300000003, parentId: 300000001 },
      { do: 'changePerson', userid: 'feihua-0001', fields: { name: '小红红' } },
      { do: 'changePerson', userid: 'feihua-0003', fields: { mobile: '13800009999' } },
      {
        do: 'addPerson',
        userid: 'u-9',
        name: '新人',
        departments: [300000009],
        mobile: '13800000099',
      },
    );
    const run = await runImport(lab);
    expect(run).toMatchObject({ status: 'succeeded', verified: true });
    expect(run.counts.departments).toMatchObject({ created: 1, updated: 1, moved: 1 });
    expect(run.counts.people).toMatchObject({ created: 1, updated: 2 });
    const { wanted, found } = await pictures(lab);
    expect(found).toEqual(wanted);
  });

  it('is told field by field in the terminal: masked unless asked for, by run, by person, as a table', async () => {
    const { runs } = await lab.api.get<{ runs: { id: string }[] }>('/runs?limit=1');
    const id = runs[0]?.id ?? '';
    const shown = await typed('run', 'show', id, '--changes');
    expect(shown.out).toContain('name: 研发部 -> 产研部');
    expect(shown.out).toContain('name: 小** -> 小**');
    expect(shown.out).toContain('phone: +86 *******0003 -> +86 *******9999');
    expect(shown.out).not.toContain('13800009999');
    const open = await typed('run', 'show', id, '--changes', '--unmasked', '--json');
    expect(open.out).toContain('+86 13800009999');
    const traced = await typed('trace', 'person', 'feihua-0003', '--lang', 'zh');
    expect(traced).toMatchObject({ code: 0 });
    expect(traced.out).toContain(`已更新: 成员 feihua-0003`);
    expect(traced.out).toContain(id);
    const table = await typed('export', 'changes', id, '--format', 'csv');
    expect(table.out).toContain(',department,300000001,产研部,updated,name,研发部,产研部');
    const never = await typed('trace', 'person', 'nobody', '--json');
    expect(JSON.parse(never.out)).toMatchObject({ link: null, changes: [] });
  });

  it('never lets an empty source value erase what the target has', async () => {
    await changeSource(lab, { do: 'changePerson', userid: 'feihua-0001', fields: { email: null } });
    const before = (await pictures(lab)).found.people['dingsimcorp0001:feihua-0001'];
    const run = await runImport(lab);
    expect(run.status).toBe('succeeded');
    const after = (await pictures(lab)).found.people['dingsimcorp0001:feihua-0001'];
    expect(after).toEqual(before);
    expect(before?.fields['email']).toBeTruthy();
  });

  it('repairs what somebody changed in Authing by hand', async () => {
    const { pools } = await lab.control<TargetState>('/state/authing');
    const user = pools[0]?.users.find(
      (it) => it.profile['externalId'] === 'dingsimcorp0001:feihua-0001',
    );
    const body = { userId: user?.id, name: '改过的' };
    await lab.control('/authing/by-hand', { body: { interface: 'update-user', body } });
    const run = await runImport(lab);
    expect(run).toMatchObject({ status: 'succeeded', verified: true });
    const { found } = await pictures(lab);
    expect(found.people['dingsimcorp0001:feihua-0001']?.fields['name']).toBe('小红红');
  });

  it('lists a person who left as held and takes nothing away', async () => {
    await changeSource(lab, { do: 'removePerson', userid: 'u-9' });
    const run = await runImport(lab);
    expect(run.status).toBe('partly_succeeded');
    expect(run.problems.map((it) => [it.code, it.object?.id])).toEqual([['REMOVAL_HELD', 'u-9']]);
    const { found } = await pictures(lab);
    expect(found.people['dingsimcorp0001:u-9']?.departments).toEqual(['/商业化部/大中华区']);
    expect(await targetWrites(lab)).toEqual([]);
  });

  it('lists a department that went with its people as held and leaves it where it is', async () => {
    await changeSource(lab, { do: 'removeDepartment', id: 300000009 });
    const run = await runImport(lab);
    expect(run.status).toBe('partly_succeeded');
    const held = run.problems.map((it) => [it.code, it.object?.kind, it.object?.id]);
    expect(held.sort()).toEqual([
      ['REMOVAL_HELD', 'department', '300000009'],
      ['REMOVAL_HELD', 'person', 'u-9'],
    ]);
    const { found } = await pictures(lab);
    expect(found.departments).toContain('/商业化部/大中华区');
    expect(found.people['dingsimcorp0001:u-9']?.departments).toEqual(['/商业化部/大中华区']);
    expect(await targetWrites(lab)).toEqual([]);
  });

  it('changes nobody when the app may no longer read phone numbers and addresses', async () => {
    const before = (await pictures(lab)).found;
    const fields = (may: boolean) =>
      lab.control(`/apps/${lab.facts.appKey}`, {
        method: 'PUT',
        body: { fields: { mobile: may, email: may } },
      });
    await fields(false);
    const run = await runImport(lab);
    await fields(true);
    expect(run.verified).toBe(true);
    expect(await targetWrites(lab)).toEqual([]);
    expect((await pictures(lab)).found).toEqual(before);
  });

  it('adds the new department of a person who moved, and lists leaving the old one as held', async () => {
    await changeSource(lab, { do: 'movePerson', userid: 'feihua-0002', departments: [300000002] });
    const run = await runImport(lab);
    expect(run.counts.people.moved).toBe(1);
    expect(run.problems.map((it) => it.code)).toContain('MEMBERSHIP_HELD');
    const { found } = await pictures(lab);
    const person = found.people['dingsimcorp0001:feihua-0002'];
    expect(person?.departments).toEqual(['/产研部', '/商业化部']);
    const writes = await targetWrites(lab);
    expect(writes.map((it) => it.interface)).toEqual(['add-department-members']);
  });

  it('brings the person whose phone a foreign account has without it, and leaves that account as it is', async () => {
    const before = await foreign();
    await changeSource(
      lab,
      {
        do: 'addPerson',
        userid: 'u-10',
        name: '撞号',
        departments: [300000002],
        mobile: foreignPhone,
      },
      {
        do: 'addPerson',
        userid: 'u-11',
        name: '无事',
        departments: [300000002],
        mobile: '13800000011',
      },
    );
    const run = await runImport(lab);
    expect(run.status).toBe('partly_succeeded');
    const problems = run.problems.filter((it) => it.object?.id === 'u-10');
    expect(problems.map((it) => it.code)).toEqual(['DATA_PHONE_TAKEN']);
    expect(problems[0]?.remedy).toBeTruthy();
    const { found } = await pictures(lab);
    const key = 'dingsimcorp0001:u-10';
    expect(found.people[key]?.fields).toEqual({ externalId: key, name: '撞号', username: key });
    expect(found.people['dingsimcorp0001:u-11']).toBeDefined();
    expect(await foreign()).toEqual(before);
  });

  it('takes nobody away when the source suddenly shows nothing', async () => {
    const before = (await pictures(lab)).found;
    await fault(lab, { side: 'dingtalk', kind: 'empty-list', interface: 'user/list' });
    await fault(lab, { side: 'dingtalk', kind: 'empty-list', interface: 'department/listsub' });
    const run = await runImport(lab);
    expect(run.counts.people.removed + run.counts.people.suspended).toBe(0);
    expect((await pictures(lab)).found).toEqual(before);
    expect(await targetWrites(lab)).toEqual([]);
  });

  it('ends failed, with words and nothing written, when the key is wrong', async () => {
    await lab.control(`/apps/${lab.facts.appKey}`, {
      method: 'PUT',
      body: { appSecret: 'another-secret' },
    });
    await lab.control('/dingtalk/tokens/revoke', { body: {} });
    const run = await runImport(lab);
    await lab.control(`/apps/${lab.facts.appKey}`, {
      method: 'PUT',
      body: { appSecret: lab.facts.appSecret },
    });
    expect(run.status).toBe('failed');
    expect(run.failure?.code).toBe('SOURCE_CREDENTIALS_REJECTED');
    expect(await targetWrites(lab)).toEqual([]);
  });

  it('refuses a second start while one runs, and says which one', async () => {
    const held = await holdCall(lab, { side: 'dingtalk', interface: 'department/listsub' });
    const { run } = await lab.api.post<{ run: string }>('/connections/feihua/imports', {});
    const refused = await lab.api
      .post('/connections/feihua/imports', {})
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'RUN_IN_PROGRESS', run });
    // A branch does not refuse: it waits for its turn.
    const scope = { kind: 'branch', departmentId: '300000001' };
    const waits = await lab.api.post<{ run: string }>('/connections/feihua/imports', { scope });
    const seen = (id: string): Promise<RunView> => lab.api.get<RunView>(`/runs/${id}`);
    expect((await seen(waits.run)).status).toBe('queued');
    await held.letGo();
    await expect.poll(async () => (await seen(run)).endedAt).not.toBeNull();
    await expect.poll(async () => (await seen(waits.run)).verified).toBe(true);
  });

  it('leaves nobody’s data and no secret in logs, histories and documents, after problems too', async () => {
    // The vendors quote what they refuse; their words must not carry it along.
    await fault(lab, {
      ...{ side: 'authing', kind: 'statuscode', interface: 'update-user*' },
      parameters: { statusCode: 400, message: '参数 phone 13800007777 已存在 canary@example.com' },
    });
    await changeSource(lab, {
      do: 'changePerson',
      userid: 'feihua-0003',
      fields: { name: '金丝雀', mobile: '13800007777', email: 'canary@example.com' },
    });
    const run = await runImport(lab);
    expect(run.problems.some((it) => it.object?.id === 'feihua-0003')).toBe(true);
    const traces = await tracesOf(lab);
    expect(traces.histories).toContain('产研部');
    expect(traces.logs).toContain('SOURCE_CREDENTIALS_REJECTED');
    expect(traces.documents).toContain('feihua-0003');
    const { appSecret, accessKeySecret } = lab.facts;
    const personal = ['金丝雀', '13800007777', 'canary@example.com', '小红', foreignPhone, '撞号'];
    for (const canary of [appSecret, accessKeySecret, ...personal]) {
      for (const text of Object.values(traces)) expect(text.includes(canary)).toBe(false);
    }
  });
});

describe('bad records, all of them at once', () => {
  it('stop only themselves: the command lists each with a remedy, all others arrive, and it ends with 4', async () => {
    const add = (userid: string, name: string, fields: object = {}) => ({
      ...{ do: 'addPerson', userid, name, departments: [300000002], ...fields },
    });
    const mobile = (userid: string, value: string) => ({
      ...{ do: 'changePerson', userid, fields: { mobile: value } },
    });
    await changeSource(
      lab,
      add('swap-a', '换甲', { mobile: '13811110001' }),
      add('swap-b', '换乙', { mobile: '13811110002' }),
    );
    await runImport(lab);
    await changeSource(
      lab,
      mobile('swap-a', '13811110002'),
      mobile('swap-b', '13811110001'),
      add('taken', '撞号二', { mobile: foreignPhone }),
      add('twin-a', '同邮甲', { email: 'twin@example.com' }),
      add('twin-b', '同邮乙', { email: 'twin@example.com' }),
      add('nameless', '\u0007'),
      add('odd-mail', '怪邮箱', { email: 'nobody@local' }),
      add('bad\u0001id', '坏'),
      add('long', '长'.repeat(80)),
      add('controls', '甲\u0000乙'),
      add('half', '丙\ud800丁'),
      add('__proto__', '原型'),
      { do: 'addDepartment', id: 500000001, parentId: 300000002, name: ' ' },
      { ...add('below', '下面'), departments: [500000001] },
    );
    const before = JSON.stringify(await foreign());
    const { code, out } = await typed('import', '--connection', 'feihua', '--yes', '--json');
    expect(code).toBe(4);
    const [run] = out.trim().split('\n').slice(-1);
    const ended = JSON.parse(run ?? '') as RunView;
    expect(ended).toMatchObject({ status: 'partly_succeeded', verified: true });
    const listed = ended.problems.map((it) => `${it.code} ${it.object?.id}`);
    for (const it of [
      ...['DATA_PHONE_TAKEN taken', 'DATA_NAME_MISSING nameless', 'DATA_FIELD_REFUSED odd-mail'],
      ...['DATA_IDENTIFIER_SHARED twin-b', 'DATA_RECORD_UNREADABLE 300000002'],
      'DEPARTMENT_NAME_MISSING 500000001',
    ]) {
      expect(listed).toContain(it);
    }
    const told = JSON.stringify(listed);
    for (const id of ['swap-', 'long', 'controls', 'half', '__proto__', 'below']) {
      expect(told).not.toContain(id);
    }
    const { people, departments } = (await pictures(lab)).found;
    const at = (id: string) => people[`${lab.facts.corpId}:${id}`]?.fields;
    expect(at('swap-a')?.['phone']).toBe('13811110002');
    expect(at('swap-b')?.['phone']).toBe('13811110001');
    expect(at('taken')).toMatchObject({ username: `${lab.facts.corpId}:taken` });
    expect(at('twin-a')).toMatchObject({ email: 'twin@example.com' });
    expect(at('twin-b')?.['email']).toBeUndefined();
    expect(at('long')?.['name']).toHaveLength(80);
    expect(at('controls')?.['name']).toBe('甲 乙');
    expect(at('half')?.['name']).toBe('丙\ufffd丁');
    for (const id of ['__proto__', 'below']) expect(at(id)).toBeDefined();
    for (const id of ['nameless', 'odd-mail', 'bad\u0001id']) expect(at(id)).toBeUndefined();
    expect(departments.some((it) => it.endsWith('/500000001'))).toBe(true);
    expect(JSON.stringify(await foreign())).toBe(before);
    const shown = await typed('import', '--connection', 'feihua', '--yes');
    expect(shown.code).toBe(4);
    for (const id of ['nameless', 'odd-mail', '500000001']) {
      expect(shown.err + shown.out).toContain(id);
    }
  });
});
