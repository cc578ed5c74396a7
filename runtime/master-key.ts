/** The key that seals secrets at rest: from the settings, or from a file that only its owner can read. */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { EXIT_CONFIG } from './config.ts';
import type { Config } from './config.ts';
import { StartFault } from './start-fault.ts';

const KEY_BYTES = 32;

/** Two processes may start at once: the key is written aside and linked into place, so one of them wins whole. */
function create(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600 });
  try {
    linkSync(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/**
 * Returns the 32 bytes; makes the file at the first start.
 * @throws {StartFault} with exit code 78 when others may read the file, or it holds something else.
 */
export function masterKey(config: Pick<Config, 'masterKey'>): Buffer {
  if ('key' in config.masterKey) return config.masterKey.key;
  const { file } = config.masterKey;
  if (statSync(file, { throwIfNoEntry: false }) === undefined) create(file);
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
  const mode = statSync(file).mode & 0o777;
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new StartFault(
      `The master key ${file} can be read by others (mode ${mode.toString(8)}). What to do: chmod 600 ${file}`,
      EXIT_CONFIG,
    );
  }
  const text = readFileSync(file, 'utf8').trim();
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
