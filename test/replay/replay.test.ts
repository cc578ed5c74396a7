/** Histories of every workflow, also of those in mid-flight: today's code goes the way they went. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, Worker, bundleWorkflowCode } from '@temporalio/worker';
import { expect, it } from 'vitest';

const folder = new URL('histories/', import.meta.url);
const workflows = new URL('../../workflows/', import.meta.url);
const files = readdirSync(folder);
const text = (file: string): string => readFileSync(new URL(file, folder), 'utf8');

it('replays every archived history', async () => {
  const logger = new DefaultLogger('ERROR');
  const workflowsPath = fileURLToPath(new URL('index.ts', workflows));
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger });
  const histories = files.map((file) => ({
    workflowId: file,
    history: JSON.parse(text(file)) as unknown,
  }));
  const broken: string[] = [];
  let replayed = 0;
  for await (const { workflowId, error } of Worker.runReplayHistories(
    { workflowBundle },
    histories,
  )) {
    replayed++;
    if (error) broken.push(`${workflowId}: ${error.message}`);
  }
  expect(broken).toEqual([]);
  expect(replayed).toBe(files.length);
});

it('has a history of every workflow, and imports that stand where they may be when the code changes', () => {
  const index = readFileSync(new URL('index.ts', workflows), 'utf8');
  const all = files.map(text).join('\n');
  for (const [, name = '?'] of index.matchAll(/export \{ (\w+) \}/g)) {
    expect(all).toContain(`"workflowType":{"name":"${name}"}`);
  }
  for (const place of [
    'mid-flight',
    'finished',
    'continued-1',
    'continued-2',
    'paused',
    'resumed',
    'cancelled',
    'failed',
  ]) {
    expect(files).toContain(`import-${place}.json`);
  }
  for (const place of ['mid-flight', 'finished', 'applied']) {
    expect(files).toContain(`plan-${place}.json`);
  }
});

it('keeps secrets, phones and addresses out of what is archived', () => {
  for (const file of files) {
    const decoded = text(file).replace(/"data":"([^"]*)"/g, (_, data: string) =>
      Buffer.from(data, 'base64').toString('utf8'),
    );
    // DingTalk's own words for a key that is wrong name its field.
    const plain = decoded.replaceAll('不合法的appKey或appSecret', '');
    expect(plain).toMatch(/feihua/);
    expect(plain).not.toMatch(
      /secret|password|\b1[3-9]\d{9}\b|@[a-z]+\.(com|cn)|\/work\/|\/home\//i,
    );
  }
});
