/** A lock between processes is held by one, and lost by who died. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tryLock, waitForLock } from '../../engines/lock.ts';
import type { Lock } from '../../engines/lock.ts';
import { identityOf } from '../../engines/processes.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orgsync-lock-'));
  file = join(folder, 'lock');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** What another process leaves behind that took the lock and was killed. */
async function lockOfDeadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const pid = child.pid ?? 0;
  await writeFile(file, `${pid}\n${await identityOf(pid)}\n`);
  expect(await tryLock(file)).toEqual({ heldBy: pid });
  child.kill('SIGKILL');
  await once(child, 'exit');
  return pid;
}

test('the second is told who holds it, and gets it after the first has let go', async () => {
  const first = (await tryLock(file)) as Lock;
  expect(await tryLock(file)).toEqual({ heldBy: process.pid });
  await first.release();
  const second = (await tryLock(file)) as Lock;
  await second.release();
  expect(await readdir(folder)).toEqual([]);
});

test('of many who find a dead holder exactly one takes over', async () => {
  await lockOfDeadProcess();
  const all = await Promise.all(Array.from({ length: 12 }, () => tryLock(file)));
  expect(all.filter((lock) => 'release' in lock)).toHaveLength(1);
  expect(await readdir(folder)).toEqual(['lock']);
});

test('a number that now belongs to another process does not keep the lock', async () => {
  await writeFile(file, `${process.pid}\n${process.pid}@1/an earlier life\n`);
  expect(await tryLock(file)).toHaveProperty('release');
});

test('who waits is told whom it waits for, and gives up in the end', async () => {
  await tryLock(file);
  const told: number[] = [];
  const waiting = waitForLock(file, 300, (holder) => told.push(holder));
  await expect(waiting).rejects.toThrow(`process ${process.pid} has held`);
  expect(told).toEqual([process.pid]);
});
