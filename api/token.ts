/** The token that callers of the control API must show: made at the first start, in a file only its owner reads. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** 256 random bits with a prefix that secret scanners can find. */
function fresh(): string {
  return `orgsync_${randomBytes(32).toString('base64url')}`;
}

/** The token in the file; made when there is none. Two first starts at once end with the same token. */
export function apiToken(file: string): string {
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(file, `${fresh()}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8').trim();
}
