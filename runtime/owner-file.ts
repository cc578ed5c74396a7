/** Files with secrets in them: made whole, and refused when others than their owner may read them. */
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { EXIT_CONFIG } from './config.ts';
import { StartFault } from './start-fault.ts';

/** Made when it is not there: written aside and linked into place, so that of two first starts one wins whole. */
export function makeOwnerFile(file: string, content: () => string): void {
  if (statSync(file, { throwIfNoEntry: false }) !== undefined) return;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, `${content()}\n`, { mode: 0o600 });
  try {
    linkSync(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/**
 * What is in the file, without blanks around it.
 * @param what the file is called in the refusal, for example "master key"
 * @throws {StartFault} with exit code 78 when others may read it
 */
export function ownerFileText(what: string, file: string): string {
  const mode = statSync(file).mode & 0o777;
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new StartFault(
      `The ${what} ${file} can be read by others (mode ${mode.toString(8)}). What to do: chmod 600 ${file}`,
      EXIT_CONFIG,
    );
  }
  return readFileSync(file, 'utf8').trim();
}
