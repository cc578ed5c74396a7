/** A lock between processes: a file that names its holder; a holder that died loses it. */
import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { identityOf, pause } from './processes.ts';

/** Taking over a dead holder's lock takes milliseconds; an older guard was left by a process that died there. */
const GUARD_STALE_MS = 10_000;

export interface Lock {
  release(): Promise<void>;
}

/** The lock, or the number of the living process that has it. */
export async function tryLock(file: string): Promise<Lock | { heldBy: number }> {
  await mkdir(dirname(file), { recursive: true });
  const mine = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(mine, `${process.pid}\n${await identityOf(process.pid)}\n`);
  try {
    for (;;) {
      if (await linked(mine, file)) return { release: () => releaseIfMine(file) };
      const holder = await readHolder(file);
      if (holder === undefined) continue;
      if (holder.alive) return { heldBy: holder.pid };
      await removeStale(file);
    }
  } finally {
    await rm(mine, { force: true });
  }
}

/** Waits for the lock; `onWait` is told once a second who has it. @throws after `timeoutMs` */
export async function waitForLock(
  file: string,
  timeoutMs: number,
  onWait: (holder: number, waitedMs: number) => void,
): Promise<Lock> {
  const start = Date.now();
  let told = -Infinity;
  for (;;) {
    const lock = await tryLock(file);
    if ('release' in lock) return lock;
    const waited = Date.now() - start;
    if (waited > timeoutMs) {
      throw new Error(`process ${lock.heldBy} has held ${file} for ${Math.round(waited / 1000)} s`);
    }
    if (waited - told >= 3_000) {
      onWait(lock.heldBy, waited);
      told = waited;
    }
    await pause(100);
  }
}

/** A hard link appears whole or not at all, so nobody ever reads a half-written holder. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readHolder(file: string): Promise<{ pid: number; alive: boolean } | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const [pid, identity] = text.split('\n');
  return { pid: Number(pid), alive: (await identityOf(Number(pid))) === identity };
}

/** Between "its holder is dead" and "remove it" another process may have taken it: a second lock closes the gap. */
async function removeStale(file: string): Promise<void> {
  const guard = `${file}.takeover`;
  try {
    await mkdir(guard);
  } catch {
    const age = await stat(guard).then(
      (found) => Date.now() - found.mtimeMs,
      () => 0,
    );
    if (age > GUARD_STALE_MS) await rm(guard, { recursive: true, force: true });
    await pause(20);
    return;
  }
  try {
    const holder = await readHolder(file);
    if (holder !== undefined && !holder.alive) await rm(file, { force: true });
  } finally {
    await rm(guard, { recursive: true, force: true });
  }
}

async function releaseIfMine(file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const [pid, identity] = text.split('\n');
  if (Number(pid) === process.pid && identity === (await identityOf(process.pid))) {
    await rm(file, { force: true });
  }
}
