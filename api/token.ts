/** The first token for the control API: made at the first start, in a file only its owner reads. */
import { createHash, randomBytes } from 'node:crypto';
import { EXIT_CONFIG } from '../runtime/config.ts';
import { makeOwnerFile, ownerFileText } from '../runtime/owner-file.ts';
import { StartFault } from '../runtime/start-fault.ts';

/** 256 random bits with a prefix that secret scanners can find. */
export function freshToken(): string {
  return `orgsync_${randomBytes(32).toString('base64url')}`;
}

/** A name that tells tokens of several files apart and gives none away. */
export function fileTokenName(token: string): string {
  return `file-${createHash('sha256').update(token).digest('hex').slice(0, 6)}`;
}

/**
 * The token in the file; made when there is none.
 * @throws {StartFault} with exit code 78 when others may read the file, or it holds no token.
 */
export function apiToken(file: string): string {
  makeOwnerFile(file, freshToken);
  const token = ownerFileText('token file', file);
  if (/^\S{16,200}$/.test(token)) return token;
  throw new StartFault(
    `The token file ${file} holds no token of 16 signs or more. What to do: remove it; the next start makes a new one.`,
    EXIT_CONFIG,
  );
}
