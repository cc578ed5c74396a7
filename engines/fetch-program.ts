/** Brings a vendor's program from its download server into the cache, or remembers for a day that it cannot be had. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { extractProgram } from './archive.ts';
import { cached } from './cache.ts';
import { DEFAULT_LIMITS, download, downloadChecksum } from './download.ts';
import type { DownloadLimits } from './download.ts';
import { runCommand } from './processes.ts';
import { messageOf } from './resolution.ts';
import type { Progress } from './resolution.ts';
import type { EngineSettings } from './settings.ts';

const DAY_MS = 86_400_000;
const TELL_EVERY_MS = 3_000;

export interface VendorProgram {
  /** Base name of the program inside the archive and in the cache folder. */
  name: string;
  /** Address of the gzipped tar archive. */
  url: string;
  /** SHA-256 of the archive, or the address of a file that says it. */
  checksum: { sha256: string } | { url: string };
}

/**
 * Puts the program into `folder` unless it is there. A failure is remembered beside the folder: for a day
 * nothing is asked again. @throws with a sentence
 */
export async function fetchProgram(
  wanted: VendorProgram,
  folder: string,
  settings: EngineSettings,
  log: Progress,
  limits: DownloadLimits = DEFAULT_LIMITS,
): Promise<'found' | 'made'> {
  const memory = `${folder}.download-failed`;
  await refuseIfRemembered(memory);
  return cached(
    folder,
    async (temporary) => {
      // Another process may have failed while this one waited for its turn.
      await refuseIfRemembered(memory);
      try {
        await bring(wanted, temporary, settings, log, limits);
      } catch (error) {
        const said = messageOf(error);
        await writeFile(memory, `${new Date().toISOString()}\n${said}`);
        throw error;
      }
      await rm(memory, { force: true });
    },
    log,
  );
}

async function bring(
  wanted: VendorProgram,
  folder: string,
  settings: EngineSettings,
  log: Progress,
  limits: DownloadLimits,
): Promise<void> {
  const archive = join(folder, 'archive.tgz');
  const program = join(folder, wanted.name);
  let told = Date.now();
  const options = { limits, env: settings.env };
  log(`${wanted.name}: downloading ${basename(new URL(wanted.url).pathname)}`);
  const sha256 =
    'sha256' in wanted.checksum
      ? wanted.checksum.sha256
      : await downloadChecksum(wanted.checksum.url, options);
  await download(wanted.url, archive, sha256, {
    ...options,
    onProgress: (received, total) => {
      if (Date.now() - told < TELL_EVERY_MS) return;
      told = Date.now();
      log(`${wanted.name}: ${megabytes(received)}${total ? ` of ${megabytes(total)}` : ''} MB`);
    },
  });
  await extractProgram(archive, wanted.name, program);
  await rm(archive);
  // A program for another libc or processor is whole and still of no use.
  await runCommand(program, ['--version'], { env: settings.env, timeoutMs: 20_000 }).catch(
    (error: unknown) => {
      throw new Error(`the downloaded ${wanted.name} does not run here: ${messageOf(error)}`);
    },
  );
}

async function refuseIfRemembered(memory: string): Promise<void> {
  const text = await readFile(memory, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const [at = '', ...said] = text.split('\n');
  if (!(Date.now() - Date.parse(at) < DAY_MS)) return;
  throw new Error(
    `failed on ${at}, not tried again for a day (or remove ${memory}): ${said.join(' ')}`,
  );
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}
