/** A diagnosis through API, Temporal and worker: joined by two callers, and silent about what the vendors echo. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import '../connectors/reflect.ts';
import { createApiClient } from '../../cli/api-client.ts';
import type { ApiClient } from '../../cli/api-client.ts';
import { startChild } from '../../cli/child.ts';
import type { Child } from '../../cli/child.ts';
import type { DiagnosisView } from '../../cli/command-doctor.ts';
import { demoConnection } from '../../cli/demo-company.ts';
import { environmentWith } from '../../runtime/config.ts';
import { startSandbox } from '../../sandbox/start.ts';
import type { Sandbox } from '../../sandbox/start.ts';

const folder = mkdtempSync(join(tmpdir(), 'orgsync-doctor-'));
const database = `doctor-${process.pid}`;
const WORKFLOW = 'diagnose/echo';
const PROXY_PASSWORD = 'canary-proxy-password';
const people = ['小红', '13800000001', 'xiaohong', 'feihua-0001'];

const children: Child[] = [];
let sandbox: Sandbox;
let url: string;
let env: Record<string, string>;

function start(name: 'api' | 'worker'): Child {
  const log = join(folder, `${name}.log`);
  const over = (): void => undefined;
  const entry = `${name}/main.ts`;
  const child = startChild({ name, entry, args: [], env, log, onRestart: over, onGiveUp: over });
  children.push(child);
  return child;
}

beforeAll(async () => {
  env = environmentWith({
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    MONGODB_URI: inject('mongoUri'),
    ORGSYNC_DATABASE: database,
    ORGSYNC_DATA_DIR: folder,
    ORGSYNC_API_PORT: '0',
  });
  sandbox = await startSandbox();
  const [api] = await Promise.all([start('api').ready, start('worker').ready]);
  url = String(api['url']);
});
afterAll(async () => {
  await Promise.all(children.map((it) => it.stop()));
  await sandbox?.stop();
  const mongo = await MongoClient.connect(inject('mongoUri'));
  await mongo.db(database).dropDatabase();
  await mongo.close();
  rmSync(folder, { recursive: true, force: true });
});

const apiIn = (language: string): ApiClient =>
  createApiClient(url, readFileSync(join(folder, 'api.token'), 'utf8').trim(), language);

const control = async (method: string, path: string, body: unknown): Promise<void> => {
  const init = { method, body: JSON.stringify(body) };
  const response = await fetch(`${sandbox.addresses.control}${path}`, init);
  if (!response.ok) throw new Error(await response.text());
};

/** The vendor repeats what it was given, as servers do in their errors. */
const echo = (side: string, kind: string, name: string, parameters: object) =>
  control('POST', '/faults', { side, kind, interface: name, parameters });

async function history(): Promise<string> {
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  const found = await new Client({ connection }).workflow.getHandle(WORKFLOW).fetchHistory();
  await connection.close();
  return JSON.stringify(found, (key, value: unknown) =>
    // Payloads are printed in base64; what is in them is what counts.
    key === 'data' && typeof value === 'string'
      ? Buffer.from(value, 'base64').toString('utf8')
      : value,
  );
}

function doctor(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const variables = { ...env, ORGSYNC_API_PORT: new URL(url).port, LANG: 'C', LC_ALL: 'C' };
  const command = ['engines/ready.mjs', 'cli/main.ts', 'doctor', '--connection', 'echo', ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { env: variables }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

describe('a diagnosis of a connection', () => {
  beforeAll(async () => {
    const proxy = sandbox.addresses.proxy.replace('://', `://egress:${PROXY_PASSWORD}@`);
    const asked = demoConnection(sandbox.addresses, null, proxy, 'none');
    await apiIn('en').post('/connections', { ...asked, id: 'echo' });
  });

  it('is joined by who asks while it runs, each in the own language', async () => {
    await control('POST', '/faults', {
      ...{ side: 'dingtalk', kind: 'delay', interface: 'gettoken', count: 1 },
      parameters: { ms: 1_500 },
    });
    await control('PUT', `/apps/${sandbox.addresses.appKey}`, { fields: { mobile: false } });
    const [en, zh] = await Promise.all(
      ['en', 'zh'].map((it) => apiIn(it).post<DiagnosisView>('/connections/echo/diagnosis', {})),
    );
    expect(zh?.at).toBe(en?.at);
    expect(en?.verdict).toBe('needs_attention');
    const said = (view: DiagnosisView | undefined): string | undefined =>
      view?.steps.find((it) => it.problem)?.problem?.message;
    expect(said(en)).toMatch(/without mobile numbers/);
    expect(said(zh)).toMatch(/没有手机号/);
    await control('PUT', `/apps/${sandbox.addresses.appKey}`, { fields: { mobile: true } });
  });

  it('repeats no echo in words, JSON, report, log or history', async () => {
    const { appSecret, accessKeySecret } = sandbox.addresses;
    const person = people.join(' ');
    await echo('dingtalk', 'errcode', 'user/get', { code: '77777', message: `${person} 有误` });
    const secret = { statusCode: 403, message: `key ${accessKeySecret} ${PROXY_PASSWORD}` };
    await echo('authing', 'statuscode', 'create-department', secret);
    const report = join(folder, 'report.json');
    const ended = await doctor('--json', '--report', report);
    expect(ended.code).toBe(1);
    const told = await doctor('--lang', 'zh');
    expect(told).toMatchObject({ code: 1 });
    const view = JSON.parse(ended.stdout) as DiagnosisView;
    const codes = view.steps.flatMap((it) => (it.problem ? [it.problem.code] : []));
    expect(codes).toEqual(['SOURCE_OBJECT_REFUSED', 'TARGET_FORBIDDEN']);
    const past = await history();
    expect(past).toContain('77777');
    const written = readFileSync(report, 'utf8');
    expect(JSON.parse(written)).toEqual(view);
    const logs = readdirSync(folder)
      .filter((name) => name.endsWith('.log'))
      .map((name) => readFileSync(join(folder, name), 'utf8'));
    const all = [ended.stdout, ended.stderr, told.stdout, told.stderr, written, past, ...logs];
    for (const canary of [appSecret, accessKeySecret, PROXY_PASSWORD, ...people]) {
      for (const text of all) expect(text.includes(canary), canary).toBe(false);
    }
  });

  it('of a connection that does not exist is refused, and starts nothing', async () => {
    const asked = apiIn('en').post('/connections/nobody/diagnosis', {});
    await expect(asked).rejects.toMatchObject({ code: 'CONNECTION_UNKNOWN', status: 404 });
  });
});
