/** Engines kept per user and version: a folder appears there whole or not at all, made by one process at a time. */
import { randomBytes } from 'node:crypto';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { waitForLock } from './lock.ts';
import type { Progress } from './resolution.ts';

/** A first build takes minutes on a small machine. */
const WAIT_FOR_OTHER_MS = 30 * 60_000;

/** `<engine>-<version>-<platform>`, one folder of the cache. */
export function cacheFolder(
  cacheDir: string,
  engine: string,
  version: string,
  platform: string = `${process.platform}-${process.arch}`,
): string {
  return join(cacheDir, `${engine}-${version}-${platform}`);
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/**
 * The folder, made by `make` if it is not there. `make` fills a temporary folder that gets its name by a rename
 * when it is done; a second process waits for the first.
 */
export async function cached(
  folder: string,
  make: (temporary: string) => Promise<void>,
  log: Progress,
): Promise<'found' | 'made'> {
  if (await exists(folder)) return 'found';
  const lock = await waitForLock(`${folder}.lock`, WAIT_FOR_OTHER_MS, (holder, waited) => {
    log(
      `another start (process ${holder}) is preparing ${basename(folder)}, waiting for it, ${seconds(waited)}`,
    );
  });
  try {
    if (await exists(folder)) return 'found';
    await removeLeftOvers(folder);
    const temporary = `${folder}.half-${randomBytes(4).toString('hex')}`;
    await mkdir(temporary, { recursive: true });
    try {
      await make(temporary);
      await rename(temporary, folder).catch(async (error: unknown) => {
        // A cache shared by machines has holders this one cannot see; the other's folder is as good.
        if (!(await exists(folder))) throw error;
      });
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
    return 'made';
  } finally {
    await lock.release();
  }
}

/** Whoever holds the lock is alone, so every half-made folder of this name was left by a process that died. */
async function removeLeftOvers(folder: string): Promise<void> {
  const prefix = `${basename(folder)}.half-`;
  for (const name of await readdir(dirname(folder))) {
    if (name.startsWith(prefix)) {
      await rm(join(dirname(folder), name), { recursive: true, force: true });
    }
  }
}

export function seconds(ms: number): string {
  const whole = Math.round(ms / 1000);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
