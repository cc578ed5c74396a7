/** `npm run demo` as a newcomer runs it: a real process tree, its last line, its words, its exit codes. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { RunView } from '../../cli/views.ts';
import { environmentWith } from '../../runtime/config.ts';

const data = mkdtempSync(join(tmpdir(), 'orgsync-demo-'));
afterAll(() => rmSync(data, { recursive: true, force: true }));

interface Ended {
  code: number | null;
  out: string[];
  talk: string;
}

/** Shorter waits than a person would get, so that a hanging proxy is found out in seconds. */
const env = environmentWith({
  ORGSYNC_REQUEST_TIMEOUT_SECONDS: '1',
  ORGSYNC_LONGEST_WRITE_SECONDS: '3',
  ORGSYNC_CLAIM_SECONDS: '6',
  TEMPORAL_ADDRESS: undefined,
  MONGODB_URI: undefined,
  ENGINE_DOWNLOADS: 'never',
  // Nothing listens there; whoever used it would fail.
  HTTPS_PROXY: 'http://127.0.0.1:9',
});

function demo(...args: string[]): Promise<Ended> {
  const all = ['engines/ready.mjs', 'cli/demo.ts', '--data', data, '--lang', 'en', ...args];
  const child = spawn(process.execPath, all, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let talk = '';
  child.stdout.on('data', (chunk: Buffer) => void (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => void (talk += chunk.toString()));
  return new Promise((resolve) => {
    child.on('close', (code) => {
      resolve({ code, out: out.split('\n').filter((line) => line !== ''), talk });
    });
  });
}

const runOf = ({ out }: Ended): RunView => JSON.parse(out.at(-1) ?? 'null') as RunView;

/** Processes whose command line names this demo's folder. */
async function leftOver(): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn('ps', ['-eo', 'args'], { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => void (text += chunk.toString()));
    child.on('close', () => {
      resolve(
        text
          .split('\n')
          .filter((line) => line.includes(data))
          .join('\n'),
      );
    });
  });
}

describe('the demo', () => {
  it(
    'imports the example company, ends 0, and leaves nothing running',
    { timeout: 90_000 },
    async () => {
      const ended = await demo('--once', '--json');
      expect(ended.code, ended.talk).toBe(0);
      const run = runOf(ended);
      expect(run).toMatchObject({ status: 'succeeded', verified: true, connection: 'feihua' });
      expect(run.counts.departments.created).toBe(3);
      expect(run.counts.people.created).toBe(4);
      expect(run.departments.map((it) => it.name)).toEqual(['研发部', '商业化部', '运营部']);
      for (const word of ['小红', '研发部', 'Temporal UI', 'sandbox control']) {
        expect(ended.talk).toContain(word);
      }
      expect(await leftOver()).toBe('');
    },
  );

  it(
    'finds its data when it is run again, says so, and writes nothing',
    { timeout: 90_000 },
    async () => {
      const ended = await demo('--once', '--json', '--lang', 'zh');
      expect(ended.code, ended.talk).toBe(0);
      expect(runOf(ended).calls.targetWrites).toBe(0);
      expect(runOf(ended).counts.people).toMatchObject({ read: 4, unchanged: 4 });
      expect(ended.talk).toContain('中找到上次演示的数据');
    },
  );

  it.each([
    ['secret', 78, 'SOURCE_CREDENTIALS_REJECTED', 'DingTalk rejected the AppKey or AppSecret'],
    ['proxy-refused', 1, 'EGRESS_PROXY_REFUSED', 'refused the connection'],
    ['proxy-hangs', 1, 'EGRESS_PROXY_TIMEOUT', 'did not answer in time'],
  ])(
    'explains the mistake %s and leaves with %i',
    { timeout: 90_000 },
    async (mistake, code, name, words) => {
      const ended = await demo('--once', '--json', '--mistake', mistake);
      expect(ended.code, ended.talk).toBe(code);
      expect(ended.talk).toContain(name);
      expect(ended.talk).toContain(words);
      expect(ended.talk).toContain('What to do:');
      expect(runOf(ended)).toMatchObject({ status: 'failed', failure: { code: name } });
      expect(runOf(ended).calls.targetWrites).toBe(0);
    },
  );

  it('refuses options it does not know, with its usage', async () => {
    const ended = await demo('--poeple', '7');
    expect(ended.code).toBe(64);
    expect(ended.talk).toContain('Usage: npm run demo');
  });
});
