/** The process that keeps the engines: what it says, how it ends, and what happens to what a killed one left behind. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { identityOf } from '../../engines/processes.ts';
import { stopLeftOvers } from '../../engines/start.ts';

const root = join(import.meta.dirname, '../..');

/** A test never asks a download server, and never meets a server that somebody else runs. */
const OWN = { ENGINE_DOWNLOADS: 'never', TEMPORAL_ADDRESS: '', MONGODB_URI: '' };

interface ReadyLine {
  ready: {
    temporal?: { address: string; ui: string; pid: number; chosen: string; why: string };
    mongo?: { uri: string; pid: number; kind: string; chosen: string; why: string };
  };
}

let folder: string;
let started: ChildProcess[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orgsync-main-'));
  started = [];
});
afterEach(async () => {
  for (const child of started) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  }
  await stopLeftOvers(folder, () => {});
  await rm(folder, { recursive: true, force: true });
});

class Main {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';

  constructor(args: string[] = [], env: Record<string, string> = {}) {
    const all = ['--import', 'tsx', 'engines/main.ts', '--data', folder, '--free-ports', ...args];
    this.child = spawn(process.execPath, all, {
      cwd: root,
      env: { ...process.env, ...OWN, ...env },
    });
    started.push(this.child);
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
  }

  async ready(): Promise<ReadyLine['ready']> {
    await expect.poll(() => this.stdout || this.stderr, { timeout: 30_000 }).toContain('"ready"');
    expect(this.stdout.split('\n')).toHaveLength(2);
    return (JSON.parse(this.stdout) as ReadyLine).ready;
  }

  async exitCode(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      await once(this.child, 'exit');
    }
    return this.child.exitCode;
  }
}

test('one line on stdout says where both engines are and why; SIGTERM stops both and ends with 0', async () => {
  const main = new Main();
  const { temporal, mongo } = await main.ready();
  expect(temporal?.address).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(temporal?.ui).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(mongo?.uri).toMatch(/^mongodb:\/\/127\.0\.0\.1:\d+\/orgsync$/);
  expect(temporal?.why).toContain('TEMPORAL_ADDRESS is not set');
  expect(main.stderr).toMatch(/Temporal: \w+, /);
  expect(main.stderr).toMatch(/MongoDB: \w+, /);

  const second = new Main();
  expect(await second.exitCode()).toBe(78);
  expect(second.stderr).toContain(`already run under process ${main.child.pid}`);
  expect(await identityOf(temporal?.pid ?? 0)).toBeDefined();

  main.child.kill('SIGTERM');
  expect(await main.exitCode()).toBe(0);
  expect(await identityOf(temporal?.pid ?? 0)).toBeUndefined();
  expect(await identityOf(mongo?.pid ?? 0)).toBeUndefined();
});

test('what a killed one left running is stopped by the next, which takes its data over', async () => {
  const first = new Main(['--only', 'temporal']);
  const left = (await first.ready()).temporal?.pid ?? 0;
  first.child.kill('SIGKILL');
  await first.exitCode();
  expect(await identityOf(left)).toBeDefined();

  const second = new Main(['--only', 'temporal']);
  await second.ready();
  expect(second.stderr).toContain(`process ${left} was left over from an earlier start`);
  expect(await identityOf(left)).toBeUndefined();
});

test('with --with-parent it leaves when its standard input closes, and so does the database when it is killed', async () => {
  const main = new Main(['--only', 'mongo', '--with-parent']);
  const database = (await main.ready()).mongo?.pid ?? 0;
  main.child.stdin?.end();
  expect(await main.exitCode()).toBe(0);
  expect(await identityOf(database)).toBeUndefined();

  const killed = new Main(['--only', 'mongo']);
  const orphan = (await killed.ready()).mongo;
  killed.child.kill('SIGKILL');
  await killed.exitCode();
  if (orphan?.kind === 'fallback') {
    await expect.poll(() => identityOf(orphan.pid), { timeout: 10_000 }).toBeUndefined();
  }
});

test('what cannot be had, or is set wrongly, ends with 78 and words, and without a password', async () => {
  const nothing = new Main([], { PATH: '/nowhere', XDG_CACHE_HOME: join(folder, 'cache') });
  expect(await nothing.exitCode()).toBe(78);
  expect(nothing.stderr).toContain('cannot be had on this machine. What was tried:');
  expect(nothing.stderr).toContain('The two shortest ways out:');
  expect(nothing.stdout).toBe('');

  const uri = 'mongodb://user:secret@127.0.0.1:1/orgsync';
  const wrong = new Main(['--only', 'mongo'], { MONGODB_URI: uri });
  expect(await wrong.exitCode()).toBe(78);
  expect(wrong.stderr).toContain('MONGODB_URI (mongodb://…@127.0.0.1:1/orgsync)');
  expect(wrong.stderr).not.toContain('secret');

  const option = new Main(['--only', 'redis']);
  expect(await option.exitCode()).toBe(78);
  expect(option.stderr).toContain('--only is "temporal" or "mongo", not "redis"');
});
