/** The key that seals secrets at rest: from the settings, or from a file that only its owner can read. */
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { EXIT_CONFIG } from './config.ts';
import type { Config } from './config.ts';
import { makeOwnerFile, ownerFileText } from './owner-file.ts';
import { StartFault } from './start-fault.ts';

const KEY_BYTES = 32;

/**
 * Returns the 32 bytes; makes the file at the first start.
 * @throws {StartFault} with exit code 78 when others may read the file, or it holds something else.
 */
export function masterKey(config: Pick<Config, 'masterKey'>): Buffer {
  if ('key' in config.masterKey) return config.masterKey.key;
  const { file } = config.masterKey;
  makeOwnerFile(file, () => randomBytes(KEY_BYTES).toString('base64'));
  return keyIn(file);
}

/**
 * The second key that opens what it wrapped, while the first is replaced; a list of one or none.
 * @throws {StartFault} with exit code 78 when there is no such file, or as `masterKey` does.
 */
export function otherMasterKeys(config: Pick<Config, 'otherMasterKey'>): Buffer[] {
  if (config.otherMasterKey === null) return [];
  const { file } = config.otherMasterKey;
  if (statSync(file, { throwIfNoEntry: false }) !== undefined) return [keyIn(file)];
  throw new StartFault(
    `The second master key ${file} is not there. What to do: correct ORGSYNC_OTHER_MASTER_KEY_FILE, or unset it.`,
    EXIT_CONFIG,
  );
}

function keyIn(file: string): Buffer {
  const text = ownerFileText('master key', file);
  const key = /^[A-Za-z0-9+/]{43}=$/.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0);
  if (key.length !== KEY_BYTES) {
    throw new StartFault(
      `The master key ${file} does not hold ${KEY_BYTES} bytes in base64. What to do: put the right one back; ` +
        'with another key the sealed secrets cannot be opened and must be entered again.',
      EXIT_CONFIG,
    );
  }
  return key;
}
