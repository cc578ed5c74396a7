/** The sandbox as a process of its own: ready line, restart with the same state and ports, and its end. */
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { SandboxAddresses } from '../../sandbox/start.ts';
import { getToken } from './running.ts';
import { openTunnel } from './tunnel.ts';

const data = mkdtempSync(join(tmpdir(), 'sandbox-process-'));
const started: ChildProcessWithoutNullStreams[] = [];
afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(data, { recursive: true, force: true });
});

interface Started {
  child: ChildProcessWithoutNullStreams;
  stdout(): string;
  stderr(): string;
  ended: Promise<number | null>;
}

function start(...more: string[]): Started {
  const args = ['--import', 'tsx', 'sandbox/main.ts', '--data', data, ...more];
  const child = spawn(process.execPath, args);
  started.push(child);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}

async function ready(it: Started): Promise<SandboxAddresses> {
  while (!it.stdout().includes('\n')) {
    if (it.child.exitCode !== null) throw new Error(it.stderr());
    await new Promise((wait) => setTimeout(wait, 20));
  }
  return (JSON.parse(it.stdout()) as { ready: SandboxAddresses }).ready;
}

test('state, keys, tokens, limits and ports outlive a restart', async () => {
  const first = start('--limits', 'none');
  const addresses = await ready(first);
  expect(addresses.organizationName).toBe('北京飞花科技有限公司');
  const ca = readFileSync(addresses.ca, 'utf8');
  const tunnel = openTunnel(addresses.proxy, ca);
  const token = await getToken(tunnel, addresses);
  const changes = [{ do: 'addPerson', userid: 'kept', name: '留下', departments: [1] }];
  await fetch(`${addresses.control}/dingtalk/changes`, {
    method: 'POST',
    body: JSON.stringify({ changes }),
  });
  const organization = { organizationCode: 'kept', organizationName: '留下' };
  await fetch(`${addresses.control}/authing/by-hand`, {
    method: 'POST',
    body: JSON.stringify({ interface: 'create-organization', body: organization }),
  });
  tunnel.close();
  first.child.kill('SIGTERM');
  expect(await first.ended).toBe(0);

  const second = start('--with-parent');
  expect(await ready(second)).toEqual(addresses);
  expect(readFileSync(addresses.ca, 'utf8')).toBe(ca);
  const again = openTunnel(addresses.proxy, ca);
  const path = `/topapi/v2/user/get?access_token=${token}`;
  const reply = (await again.send({ path, body: { userid: 'kept' } })).json();
  expect(reply).toMatchObject({ errcode: 0, result: { name: '留下' } });
  again.close();
  const settings = await (await fetch(`${addresses.control}/settings/dingtalk`)).json();
  expect(settings).toMatchObject({ appCallsPerSecond: 0 });
  const state = await (await fetch(`${addresses.control}/state/authing`)).text();
  expect(state).toContain('"kept"');
  second.child.stdin.end();
  expect(await second.ended).toBe(0);
});

test('a fresh start forgets, and may make a generated company', async () => {
  const it = start('--fresh', '--people', '50', '--departments', '5', '--seed', '3');
  const { control } = await ready(it);
  const state = (await (await fetch(`${control}/state/dingtalk`)).json()) as {
    companies: { people: unknown[]; departments: unknown[] }[];
  };
  expect(state.companies[0]?.people).toHaveLength(50);
  expect(state.companies[0]?.departments).toHaveLength(6);
  it.child.kill('SIGINT');
  expect(await it.ended).toBe(0);
});

test('a wrong option ends with 78, the fault and the usage, and nothing on stdout', async () => {
  const it = start('--people', 'many');
  expect(await it.ended).toBe(78);
  expect(it.stderr()).toContain('--people is a whole number, not many');
  expect(it.stderr()).toContain('Usage: npm run sandbox');
  expect(it.stdout()).toBe('');
});
