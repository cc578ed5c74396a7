/** The first token for the control API: made at the first start, in a file only its owner reads. */
import { createHash, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { EXIT_CONFIG } from '../runtime/config.ts';
import { StartFault } from '../runtime/start-fault.ts';

/** 256 random bits with a prefix that secret scanners can find. */
export function freshToken(): string {
  return `orgsync_${randomBytes(32).toString('base64url')}`;
}

/** A name that tells tokens of several files apart and gives none away. */
export function fileTokenName(token: string): string {
  return `file-${createHash('sha256').update(token).digest('hex').slice(0, 6)}`;
}

/** Written aside and linked into place, so that of two first starts one wins whole. */
function create(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, `${freshToken()}\n`, { mode: 0o600 });
  try {
    linkSync(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/**
 * The token in the file; made when there is none.
 * @throws {StartFault} with exit code 78 when others may read the file, or it holds no token.
 */
export function apiToken(file: string): string {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) create(file);
  const mode = statSync(file).mode & 0o777;
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new StartFault(
      `The token file ${file} can be read by others (mode ${mode.toString(8)}). What to do: chmod 600 ${file}`,
      EXIT_CONFIG,
    );
  }
  const token = readFileSync(file, 'utf8').trim();
  if (/^\S{16,200}$/.test(token)) return token;
  throw new StartFault(
    `The token file ${file} holds no token of 16 signs or more. What to do: remove it; the next start makes a new one.`,
    EXIT_CONFIG,
  );
}
