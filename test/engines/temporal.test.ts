/** Our Temporal server: prepared as the product needs it, on new and on old data, and back after kill -9. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { registerSearchAttributes, retentionDays } from '../../engines/namespace.ts';
import { identityOf } from '../../engines/processes.ts';
import { engineSettings } from '../../engines/settings.ts';
import { startEngines } from '../../engines/start.ts';
import type { RunningEngines } from '../../engines/start.ts';

const connectionKey = defineSearchAttributeKey('Connection', 'KEYWORD');
let folder: string;
const running: RunningEngines[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orgsync-temporal-'));
});
afterAll(async () => {
  await Promise.all(running.map((engines) => engines.stop()));
  await rm(folder, { recursive: true, force: true });
});

async function start(said: string[] = []): Promise<RunningEngines> {
  const engines = await startEngines({
    dataDir: folder,
    only: 'temporal',
    ports: 'free',
    settings: { ...engineSettings({ ...process.env, TEMPORAL_ADDRESS: '' }), downloads: false },
    log: (line) => said.push(line),
  });
  running.push(engines);
  return engines;
}

async function withConnection<T>(
  address: string,
  use: (one: Connection) => Promise<T>,
): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

/** Starts a workflow that nobody works on, and waits until it is listed by its attribute. */
async function startListed(connection: Connection, workflowId: string): Promise<void> {
  const client = new Client({ connection });
  await client.workflow.start('nobodyWorksOnThis', {
    workflowId,
    taskQueue: 'nobody',
    typedSearchAttributes: [{ key: connectionKey, value: workflowId }],
  });
  await expect.poll(() => listed(connection, workflowId), { timeout: 10_000 }).toBe(1);
}

async function listed(connection: Connection, attribute: string): Promise<number> {
  const client = new Client({ connection });
  const { count } = await client.workflow.count(`Connection = '${attribute}'`);
  return count;
}

test('the server of this run keeps histories for 90 days and lists by our attributes', async () => {
  await withConnection(inject('temporalAddress'), async (connection) => {
    expect(await retentionDays(connection, 'default')).toBe(90);
    const { customAttributes } = await connection.operatorService.listSearchAttributes({
      namespace: 'default',
    });
    expect(customAttributes).toMatchObject({ Connection: 2, Trigger: 2, Outcome: 2 });
    await registerSearchAttributes(connection, 'default');
    const workflowId = `engines-test-${process.pid}`;
    await startListed(connection, workflowId);
    await new Client({ connection }).workflow.getHandle(workflowId).terminate();
  });
});

test('killed, it comes back on the same port with its workflows; stopped and started, it has them too', async () => {
  const said: string[] = [];
  const engines = await start(said);
  const { temporal } = engines;
  if (temporal?.pid === undefined) throw new Error('not started');
  const { address, pid } = temporal;
  await withConnection(address, (connection) => startListed(connection, 'survivor'));

  process.kill(pid, 'SIGKILL');
  await expect.poll(() => said.join('\n'), { timeout: 30_000 }).toContain('Temporal runs again');
  expect(said.join('\n')).toContain('Temporal ended with SIGKILL unexpectedly; starting it again');
  expect(temporal.pid).not.toBe(pid);
  await withConnection(address, async (connection) => {
    expect(await listed(connection, 'survivor')).toBe(1);
    expect(await retentionDays(connection, 'default')).toBe(90);
  });

  const second = temporal.pid ?? 0;
  const ui = await fetch(temporal.ui ?? '');
  expect(ui.status).toBe(200);
  await engines.stop();
  expect(await identityOf(second)).toBeUndefined();

  const again = await start();
  await withConnection(again.temporal?.address ?? '', async (connection) => {
    expect(await listed(connection, 'survivor')).toBe(1);
    await startListed(connection, 'newcomer');
  });
  await again.stop();
});
