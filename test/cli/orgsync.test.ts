/** The command as people and scripts use it: a real process against a real API, worker and sandbox. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DiagnosisView } from '../../cli/command-doctor.ts';
import type { RunView } from '../../cli/views.ts';
import { environmentWith } from '../../runtime/config.ts';
import { tracesOf } from '../canaries.ts';
import { openLab } from '../lab.ts';
import type { Lab } from '../lab.ts';
import type { ImportProgress } from '../../workflows/messages.ts';

let lab: Lab;
/** The last one is typed by mistake: a wrong secret is a secret too. */
const secrets = () => [lab.facts.appSecret, lab.facts.accessKeySecret, 'not-the-secret'];
/** Of the example company. */
const personal = ['13800000001', 'xiaohong@example.com', '小红'];

beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab?.stop());

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

function orgsync(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const { port } = new URL(lab.apiUrl);
  const variables = { ORGSYNC_DATA_DIR: lab.folder, ORGSYNC_API_PORT: port, ...env };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['engines/ready.mjs', 'cli/main.ts', ...args],
      { env: environmentWith({ LANG: 'C', LC_ALL: 'C', ...variables }) },
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      },
    ).stdin?.end();
  });
}

const addArgs = (): string[] => {
  const { facts, folder } = lab;
  writeFileSync(join(folder, 'secret'), facts.appSecret);
  writeFileSync(join(folder, 'key'), facts.accessKeySecret);
  return [
    ...['connection', 'add', '--id', 'feihua', '--name', '飞花', '--corp-id', facts.corpId],
    ...['--app-key', facts.appKey, '--app-secret-file', join(folder, 'secret')],
    ...['--proxy', facts.proxy, '--access-key-id', facts.accessKeyId],
    ...['--access-key-file', join(folder, 'key'), '--organization', 'feihua', '--no-input'],
    ...['--authing-host', facts.authing, '--ca-file', facts.ca],
  ];
};

/** What the list has from the store, and what the workflow itself answers. */
async function workflowSaysTheSame(id: string): Promise<void> {
  const connection = await Connection.connect({ address: lab.temporalAddress });
  const handle = new Client({ connection }).workflow.getHandle('import/feihua');
  const said = await handle.query<ImportProgress>('progress');
  await connection.close();
  const { counts, departments } = await lab.api.get<RunView>(`/runs/${id}`);
  expect(said).toMatchObject({ run: id, stage: 'done', peopleRead: counts.people.read });
  // The workflow counts the root too, whose people are read like all others.
  expect(said.departmentsRead - 1).toBe(counts.departments.read);
  expect(departments.reduce((sum, it) => sum + it.people.written, 0)).toBe(said.peopleApplied);
}

describe('orgsync', () => {
  it('shows every command, and explains one with two examples, in both languages', async () => {
    const [all, one, zh] = await Promise.all([
      orgsync([]),
      orgsync(['doctor', '--help']),
      orgsync(['--lang', 'zh', '--help']),
    ]);
    expect(all).toMatchObject({ code: 0, stderr: '' });
    expect(all.stdout).toContain('connection add');
    expect(one.stdout.match(/^ {2}orgsync doctor/gm)).toHaveLength(2);
    expect(zh.stdout).toContain('用法');
  });

  it('suggests the command that was meant, and leaves with 64', async () => {
    const ended = await orgsync(['conection', 'list']);
    expect(ended).toMatchObject({ code: 64, stdout: '' });
    expect(ended.stderr).toContain('"connection list"');
  });

  it('takes no secret from the command line, and asks nothing without a terminal', async () => {
    const withPassword = addArgs().map((it) =>
      it === lab.facts.proxy ? 'http://u:p@127.0.0.1:1' : it,
    );
    const refused = await orgsync(withPassword);
    expect(refused.code).toBe(64);
    expect(refused.stderr).toContain('--proxy-file');
    const unasked = await orgsync(['connection', 'add', '--no-input']);
    expect(unasked.code).toBe(64);
    expect(unasked.stderr).toContain('--id');
  });

  it('names a file that is not there, and nothing else of it', async () => {
    const args = addArgs().map((it) => (it.endsWith('secret') ? `${it}-gone` : it));
    const ended = await orgsync(args);
    expect(ended).toMatchObject({ code: 64, stdout: '' });
    expect(ended.stderr).toContain('secret-gone');
    expect(ended.stderr).not.toContain('ENOENT');
  });

  it('says where the API should be when it is not there, and leaves with 1', async () => {
    const ended = await orgsync(['run', 'list'], { ORGSYNC_API_PORT: '9' });
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain('127.0.0.1:9');
  });

  it(
    'connects, checks, imports and shows, from the commands alone',
    { timeout: 60_000 },
    async () => {
      const settings = join(lab.folder, 'settings');
      writeFileSync(settings, '{"leadres": true}');
      const refused = await orgsync([...addArgs(), '--settings', settings]);
      expect(refused).toMatchObject({ code: 78, stdout: '' });
      expect(refused.stderr).toContain('did you mean "leaders"?');
      writeFileSync(settings, '{"hideNames": true}');
      const added = await orgsync([...addArgs(), '--settings', settings, '--json']);
      expect(added).toMatchObject({ code: 0 });
      expect(JSON.parse(added.stdout)).toMatchObject({ id: 'feihua' });
      const kept = await orgsync(['connection', 'show', 'feihua']);
      expect(kept.stdout).toMatch(/email +← orgEmail, email/);
      expect(kept.stdout).toMatch(/hideNames +true/);
      const report = join(lab.folder, 'report.json');
      const checked = await orgsync(['doctor', '--json', '--report', report]);
      expect(checked.code).toBe(0);
      const diagnosis = JSON.parse(checked.stdout) as DiagnosisView;
      expect(diagnosis.steps.filter((step) => step.status !== 'ok')).toEqual([]);
      expect(diagnosis.verdict).toBe('healthy');
      const unasked = await orgsync(['import']);
      expect(unasked.code).toBe(64);
      expect(unasked.stderr).toContain('--yes');
      const imported = await orgsync(['import', '--yes', '--json']);
      expect(imported.code).toBe(0);
      const run = JSON.parse(imported.stdout) as { id: string; counts: { people: object } };
      expect(run.counts.people).toMatchObject({ created: 4 });
      const listed = await orgsync(['run', 'list', '--json']);
      expect(listed.stdout).toContain(run.id);
      const shown = await orgsync(['run', 'show', run.id, '--lang', 'zh']);
      expect(shown.stdout).toContain('研发部');
      await workflowSaysTheSame(run.id);
      const synced = await orgsync(['sync', 'person', 'feihua-0001', '--json']);
      expect(JSON.parse(synced.stdout)).toEqual({ workflowId: 'sync/feihua/person/feihua-0001' });
      const text = readFileSync(report, 'utf8') + checked.stdout + added.stdout;
      for (const canary of [...secrets(), ...personal]) expect(text).not.toContain(canary);
    },
  );

  it('says what is wrong with a connection and leaves with 1', { timeout: 60_000 }, async () => {
    writeFileSync(join(lab.folder, 'wrong'), 'not-the-secret');
    const args = addArgs().map((it) => (it === 'feihua' ? 'wrong' : it));
    const at = args.indexOf('--app-secret-file') + 1;
    args[at] = join(lab.folder, 'wrong');
    expect((await orgsync(args)).code).toBe(0);
    const ended = await orgsync(['doctor', '--connection', 'wrong', '--lang', 'zh']);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('SOURCE_CREDENTIALS_REJECTED');
    expect(ended.stdout).toContain('解决办法');
    expect(ended.stdout).toMatch(/不可用.*共 16 步：1 步失败/);
  });

  it('does not wait for a run that does not exist, and says so', async () => {
    const ended = await orgsync(['run', 'watch', 'nobody']);
    expect(ended).toMatchObject({ code: 78, stdout: '' });
    expect(ended.stderr).toContain('RUN_UNKNOWN');
  });

  it('says which connections there are when none is named', async () => {
    const ended = await orgsync(['import', '--yes']);
    expect(ended.code).toBe(64);
    expect(ended.stderr).toMatch(/feihua, wrong|wrong, feihua/);
  });

  it('keeps secrets and people out of logs, Temporal and plain documents', async () => {
    const traces = await tracesOf(lab);
    expect(traces.histories.includes('研发部')).toBe(true);
    expect(traces.documents.includes('feihua')).toBe(true);
    for (const canary of [...secrets(), ...personal]) {
      for (const text of Object.values(traces)) expect(text.includes(canary)).toBe(false);
    }
  });

  it('says that no worker listens in place of waiting for one', { timeout: 60_000 }, async () => {
    await lab.workers[0]?.stop();
    const started = Date.now();
    const ended = await orgsync(['doctor', '--connection', 'feihua']);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain('WORKER_AWAY');
    expect(Date.now() - started).toBeLessThan(25_000);
  });
});
