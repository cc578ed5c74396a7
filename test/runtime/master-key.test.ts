/** The key file: made once, for its owner alone, and refused when anything about it is wrong. */
import { chmodSync, existsSync, mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { masterKey } from '../../runtime/master-key.ts';
import { StartFault } from '../../runtime/start-fault.ts';

const place = () => join(mkdtempSync(join(tmpdir(), 'orgsync-key-')), 'data', 'master.key');

function refusal(file: string): StartFault {
  try {
    masterKey({ masterKey: { file } });
  } catch (error) {
    if (error instanceof StartFault) return error;
    throw error;
  }
  throw new Error('the key was accepted');
}

describe('the master key', () => {
  it('is made at the first start, readable by its owner alone, and stays the same', () => {
    const file = place();
    const key = masterKey({ masterKey: { file } });
    expect(key).toHaveLength(32);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
    expect(masterKey({ masterKey: { file } })).toEqual(key);
    expect(readdirSync(dirname(file))).toEqual(['master.key']);
  });

  it('comes from the settings when it is given there', () => {
    const key = Buffer.alloc(32, 1);
    expect(masterKey({ masterKey: { key } })).toBe(key);
  });

  it('is refused when the group or the world may read it', () => {
    for (const mode of [0o640, 0o604]) {
      const file = place();
      masterKey({ masterKey: { file } });
      chmodSync(file, mode);
      expect(refusal(file).exitCode).toBe(78);
      expect(refusal(file).message).toContain('chmod 600');
    }
  });

  it('is refused when the file holds something else, without showing it and without replacing it', () => {
    for (const text of ['', 'c2hvcnQ=', `${Buffer.alloc(32).toString('base64')}x`, 'hunter2']) {
      const file = place();
      masterKey({ masterKey: { file } });
      writeFileSync(file, text);
      expect(refusal(file).exitCode).toBe(78);
      if (text !== '') expect(refusal(file).message).not.toContain(text);
      expect(existsSync(file)).toBe(true);
    }
  });
});
