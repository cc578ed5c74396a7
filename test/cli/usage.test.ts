/** Wrong use of the command: each mistake has its own sentence and exit code 64, and no secret is repeated. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentWith } from '../../runtime/config.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'orgsync-usage-'));
  writeFileSync(join(folder, 'secret'), 'from-a-file');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Without an API and without its token. */
function orgsync(...args: string[]): Promise<Ended> {
  const env = environmentWith({
    ...{ LANG: 'C', LC_ALL: 'C', ORGSYNC_DATA_DIR: folder, ORGSYNC_API_PORT: '9' },
  });
  return new Promise((resolve) => {
    const command = ['engines/ready.mjs', 'cli/main.ts', ...args];
    execFile(process.execPath, command, { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    }).stdin?.end();
  });
}

const CANARY = 'canary-typed-by-mistake';

const mistakes: [typed: string[], said: RegExp][] = [
  [['docter', 'extra'], /"docter extra".*"doctor"/],
  [['run'], /run list, run show, run watch/],
  [['doctor', 'extra'], /"extra" is one word too many/],
  [['run', 'show'], /ID is missing/],
  [['doctor', '--conection', 'x'], /"--conection".*"--connection"/],
  [['doctor', '--report'], /--report needs a value/],
  [['doctor', '--report', '--json'], /--report needs a value/],
  [['doctor', '--json=1'], /--json takes no value/],
  [['doctor', '--lang', 'fr'], /--lang en\|zh/],
  [['connection', 'add', '--app-secret', CANARY], /--app-secret-file/],
  [['connection', 'add', `--app-secret=${CANARY}`], /--app-secret-file/],
  [['connection', 'add', '--access-key', CANARY], /--access-key-file/],
  [[`--app-secret=${CANARY}`, 'connection', 'add'], /--app-secret-file/],
];

describe('orgsync', () => {
  it.each(mistakes)('%j is wrong use', async (typed, said) => {
    const ended = await orgsync(...typed);
    expect(ended).toMatchObject({ code: 64, stdout: '' });
    expect(ended.stderr).toMatch(said);
    expect(ended.stderr).not.toContain(CANARY);
    // A person reads this, so no file and line of ours.
    expect(ended.stderr).not.toMatch(/\.ts:\d/);
  });

  it('takes a proxy’s password from nowhere but a file, the environment or a person', async () => {
    const given = ['--id', 'x', '--name', 'y', '--corp-id', 'c', '--app-key', 'k'];
    const files = ['--app-secret-file', join(folder, 'secret'), '--no-input'];
    for (const proxy of [`http://u:${CANARY}@proxy:3128`, `u:${CANARY}@proxy:3128`]) {
      const ended = await orgsync('connection', 'add', ...given, ...files, '--proxy', proxy);
      expect(ended).toMatchObject({ code: 64, stdout: '' });
      expect(ended.stderr).toContain('--proxy-file');
      expect(ended.stderr).not.toContain(CANARY);
    }
  });

  it('takes options before and behind the command, and help in every form', async () => {
    const [before, equals, word, flag] = await Promise.all([
      orgsync('--connection', 'feihua', 'doctor'),
      orgsync('doctor', '--connection=feihua'),
      orgsync('help', 'doctor', '--lang=zh'),
      orgsync('doctor', '--help', '--lang', 'zh'),
    ]);
    // Both are understood, and then miss the API's token.
    expect(before).toMatchObject({ code: 78, stdout: '' });
    expect(equals).toEqual(before);
    expect(word).toMatchObject({ code: 0, stderr: '' });
    expect(word.stdout).toContain('逐步检查');
    expect(flag).toEqual(word);
  });

  it('asks for what is missing in the reader’s language', async () => {
    const ended = await orgsync('connection', 'add', '--no-input', '--lang', 'zh');
    expect(ended.code).toBe(64);
    expect(ended.stderr).toMatch(/连接 ID.*--id/);
  });
});
