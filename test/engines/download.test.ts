/** What a vendor's download server may do, and what is in the cache afterwards: a program that runs, or nothing. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fetchProgram } from '../../engines/fetch-program.ts';
import { runCommand } from '../../engines/processes.ts';
import { engineSettings } from '../../engines/settings.ts';
import { archiveWith, sha256, vendorServer } from './vendor-downloads.ts';
import type { Behaviour, VendorServer } from './vendor-downloads.ts';

const PROGRAM = `#!/bin/sh\necho "tool version 1.0"\n# ${'long '.repeat(50_000)}\n`;
const archive = archiveWith('tool', PROGRAM);
const limits = { answerMs: 300, stallMs: 300, totalMs: 10_000 };

let server: VendorServer;
let cache: string;
let folder: string;

beforeAll(async () => {
  server = await vendorServer(archive);
});
afterAll(() => server.close());

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'orgsync-download-'));
  folder = join(cache, 'tool-1.0');
});
afterEach(() => rm(cache, { recursive: true, force: true }));

function fetchTool(checksum: { sha256: string } | { url: string } = { sha256: sha256(archive) }) {
  const wanted = { name: 'tool', url: `${server.base}/tool.tgz`, checksum };
  const settings = engineSettings({ ...process.env, XDG_CACHE_HOME: cache });
  return fetchProgram(wanted, folder, settings, () => {}, limits);
}

test.each<Behaviour>(['right', 'redirecting'])(
  'a server that is %s: the program runs',
  async (how) => {
    server.behave(how);
    expect(await fetchTool()).toBe('made');
    expect(await readdir(cache)).toEqual(['tool-1.0']);
    expect(await readdir(folder)).toEqual(['tool']);
    expect(await readFile(join(folder, 'tool'), 'utf8')).toBe(PROGRAM);
    const said = await runCommand(join(folder, 'tool'), [], { env: process.env, timeoutMs: 5_000 });
    expect(said).toBe('tool version 1.0\n');
  },
);

test('a checksum that the vendor publishes beside the archive is asked first', async () => {
  server.behave('right');
  expect(await fetchTool({ url: `${server.base}/tool.tgz.sha256` })).toBe('made');
  expect(server.asked).toEqual(['/tool.tgz.sha256', '/tool.tgz']);
});

describe('leaves nothing but a note, in bounded time, when the server', () => {
  const size = archive.length;
  const half = Math.floor(size / 2);
  test.each<[Behaviour, RegExp]>([
    ['truncated', new RegExp(`broke off after \\d+ of ${size} bytes`)],
    [
      'truncated without length',
      /sent a file with checksum [0-9a-f]{64}, expected is [0-9a-f]{64}/,
    ],
    ['damaged', /sent a file with checksum [0-9a-f]{64}, expected is [0-9a-f]{64}/],
    ['forbidden', /127\.0\.0\.1:\d+ answered 403/],
    ['hanging', /127\.0\.0\.1:\d+: no answer within 0\.3 s/],
    ['stalling', /stopped sending for 0\.3 s/],
  ])('is %s', async (how, message) => {
    server.behave(how);
    const began = Date.now();
    await expect(fetchTool()).rejects.toThrow(message);
    expect(Date.now() - began).toBeLessThan(3_000);
    expect(await readdir(cache)).toEqual(['tool-1.0.download-failed']);
    expect(half).toBeGreaterThan(0);
  });

  test('does not exist', async () => {
    server.behave('right');
    const settings = engineSettings(process.env);
    const checksum = { sha256: sha256(archive) };
    const wanted = { name: 'tool', url: 'http://127.0.0.1:1/tool.tgz', checksum };
    const refused = fetchProgram(wanted, folder, settings, () => {}, limits);
    await expect(refused).rejects.toThrow('127.0.0.1:1: connect ECONNREFUSED');
    expect(await readdir(cache)).toEqual(['tool-1.0.download-failed']);
  });

  test('has an archive without the program, or one that does not run here', async () => {
    for (const [content, message] of [
      [archiveWith('other', PROGRAM), 'no tool in the archive'],
      [archiveWith('tool', '#!/bin/sh\nexit 3\n'), 'the downloaded tool does not run here'],
    ] as const) {
      const other = await vendorServer(content);
      const checksum = { sha256: sha256(content) };
      const wanted = { name: 'tool', url: `${other.base}/tool.tgz`, checksum };
      const settings = engineSettings(process.env);
      await expect(fetchProgram(wanted, folder, settings, () => {}, limits)).rejects.toThrow(
        message,
      );
      expect(await readdir(cache)).toEqual(['tool-1.0.download-failed']);
      await rm(`${folder}.download-failed`);
      await other.close();
    }
  });
});

test('a failure is remembered for a day: the server is not asked again, and then it is', async () => {
  server.behave('forbidden');
  await expect(fetchTool()).rejects.toThrow('answered 403');
  server.behave('right');
  await expect(fetchTool()).rejects.toThrow(
    /failed on .*, not tried again for a day .*answered 403/,
  );
  expect(server.asked).toEqual([]);

  const yesterday = new Date(Date.now() - 25 * 3_600_000).toISOString();
  await writeFile(`${folder}.download-failed`, `${yesterday}\nanswered 403`);
  expect(await fetchTool()).toBe('made');
  expect(await readdir(cache)).toEqual(['tool-1.0']);
});
