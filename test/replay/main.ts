/**
 * Records the histories that `replay.test.ts` replays: `npm run record`. Nothing is
 * released yet, so what changes a workflow records all of them again. From the first release on, histories stay as
 * they are and new ones are added: a change that breaks one of them needs `patched()`.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startImport } from '../../api/start-import.ts';
import { engineSettings } from '../../engines/settings.ts';
import { startEngines } from '../../engines/start.ts';
import { diagnosisWorkflowId, syncWorkflowId } from '../../workflows/messages.ts';
import { openDesk } from '../steer/desk.ts';
import type { Desk } from '../steer/desk.ts';
import { changeSource, holdCall } from '../world.ts';
import type { SourceState } from '../world.ts';

const IMPORT = 'import/feihua';
/** Not all departments are read when a run waits here. */
const MIDST = { side: 'dingtalk', interface: 'user/list', skip: 8 };
const folder = fileURLToPath(new URL('histories/', import.meta.url));

/** Names of machines and paths on them are nobody's business, and no replay needs them. */
function scrubbed(history: unknown): string {
  return JSON.stringify(history, (key, value: unknown) => {
    if (key === 'identity') return 'recorder';
    return key === 'stackTrace' || key === 'workerVersion' ? undefined : value;
  });
}

/** Written by Temporal's own program, as an operator would save one. */
async function save(desk: Desk, name: string, workflowId = IMPORT, runId?: string): Promise<void> {
  const temporal = readlinkSync(`/proc/${desk.temporalPid()}/exe`);
  const which = ['--workflow-id', workflowId, ...(runId ? ['--run-id', runId] : [])];
  const args = ['workflow', 'show', ...which, '--output=json', '--address', desk.temporalAddress];
  const { stdout } = await promisify(execFile)(temporal, args, { maxBuffer: 64 * 1024 * 1024 });
  writeFileSync(join(folder, `${name}.json`), `${scrubbed(JSON.parse(stdout))}\n`);
  process.stdout.write(`${name}\n`);
}

async function people(desk: Desk): Promise<string[]> {
  const { companies } = await desk.control<SourceState>('/state/dingtalk');
  return (companies[0]?.people ?? []).map((it) => it.userid);
}

async function stir(desk: Desk, name: string): Promise<void> {
  const fields = (userid: string) => ({ name: `${name}${userid}` });
  const ids = await people(desk);
  await changeSource(
    desk,
    ...ids.map((userid) => ({ do: 'changePerson', userid, fields: fields(userid) })),
  );
}

async function importsThatEnd(desk: Desk): Promise<void> {
  const first = await desk.startedUpTo(MIDST);
  await save(desk, 'import-mid-flight');
  await first.letGo();
  await desk.ended(first.run);
  await closed(desk);
  await save(desk, 'import-finished');
  await stir(desk, '甲');
  desk.parts.continueAfterEvents = 16;
  const continued = await desk.start();
  await desk.ended(continued);
  desk.parts.continueAfterEvents = 4000;
  await closed(desk);
  const runs: string[] = [];
  for await (const it of desk.client.workflow.list({ query: `WorkflowId = '${IMPORT}'` })) {
    if (it.memo?.['run'] === continued) runs.push(it.runId);
  }
  for (const [at, runId] of runs.reverse().entries()) {
    await save(desk, `import-continued-${at + 1}`, IMPORT, runId);
  }
}

async function importsThatAreSteered(desk: Desk): Promise<void> {
  await stir(desk, '乙');
  const { run, letGo } = await desk.startedUpTo(MIDST);
  await desk.steer(run, 'pause');
  await desk.until(run, 'paused');
  await save(desk, 'import-paused');
  await letGo();
  await desk.steer(run, 'resume');
  await desk.ended(run);
  await closed(desk);
  await save(desk, 'import-resumed');
  await stir(desk, '丙');
  const cancelled = await desk.startedUpTo(MIDST);
  await desk.steer(cancelled.run, 'cancel');
  await desk.until(cancelled.run, 'cancelled');
  await closed(desk);
  await cancelled.letGo();
  await save(desk, 'import-cancelled');
  const { appKey, appSecret } = desk.sandbox.addresses;
  const secret = (value: string) =>
    desk.control(`/apps/${appKey}`, { method: 'PUT', body: { appSecret: value } });
  await secret('another');
  await desk.control('/dingtalk/tokens/revoke', { body: {} });
  const failed = await startImport(desk.parts, 'feihua', {
    trigger: 'manual',
    scope: { kind: 'organization' },
  });
  await desk.ended(failed.id);
  await closed(desk);
  await save(desk, 'import-failed');
  await secret(appSecret);
}

/** A run that only plans, while it does and when it has; and the run that carries its plan out. */
async function plans(desk: Desk): Promise<void> {
  await stir(desk, '戊');
  const scope = { kind: 'organization' } as const;
  const held = await holdCall(desk, MIDST);
  const asked = { trigger: 'manual', scope } as const;
  const { id } = await startImport(desk.parts, 'feihua', { ...asked, planning: true });
  await held.met(async () => (await desk.parts.runs.get(id))?.endedAt ?? null);
  await save(desk, 'plan-mid-flight');
  await held.letGo();
  await desk.ended(id);
  await closed(desk);
  await save(desk, 'plan-finished');
  const applying = await startImport(desk.parts, 'feihua', { ...asked, plan: id });
  await desk.ended(applying.id);
  await closed(desk);
  await save(desk, 'plan-applied');
}

async function others(desk: Desk): Promise<void> {
  const [id = '?'] = await people(desk);
  await stir(desk, '丁');
  await desk.sync('person', id);
  await save(desk, 'sync-person', syncWorkflowId('feihua', { kind: 'person', id }));
  const workflowId = diagnosisWorkflowId('feihua');
  const options = { workflowId, taskQueue: 'bulk', args: ['feihua'] };
  await desk.client.workflow.execute('diagnoseConnection', options);
  await save(desk, 'diagnosis', workflowId);
}

/** A run shows its end a moment before its workflow does. */
async function closed(desk: Desk): Promise<void> {
  await desk.client.workflow
    .getHandle(IMPORT)
    .result()
    .catch(() => undefined);
}

const data = mkdtempSync(join(tmpdir(), 'orgsync-record-'));
const engines = await startEngines({
  ...{ dataDir: data, only: 'mongo', ports: 'free', log: () => undefined },
  settings: { ...engineSettings({ ...process.env, MONGODB_URI: '' }), downloads: false },
});
if (!engines.mongo) throw new Error('no database');
const desk = await openDesk({
  mongoUri: engines.mongo.uri,
  generator: { people: 150, departments: 12, seed: 5 },
  rates: { sourcePerSecond: 0, egressPerSecond: 0, targetPerSecond: 0 },
});
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
await desk.work();
await importsThatEnd(desk);
await importsThatAreSteered(desk);
await plans(desk);
await others(desk);
await desk.stop();
await engines.stop();
rmSync(data, { recursive: true, force: true });
