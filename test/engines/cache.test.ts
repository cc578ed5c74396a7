/** A folder of the cache is there whole or not at all, and made by one. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cached, cacheFolder } from '../../engines/cache.ts';
import { pause, runCommand } from '../../engines/processes.ts';

let cache: string;
let folder: string;
const log = () => {};

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'orgsync-cache-'));
  folder = cacheFolder(cache, 'thing', '1.0');
});

afterEach(() => rm(cache, { recursive: true, force: true }));

test('a folder is named by engine, version and platform', () => {
  const name = `thing-1.0-${process.platform}-${process.arch}`;
  expect(folder).toBe(join(cache, name));
});

test('two who want it at once make it once', async () => {
  let made = 0;
  const make = async (temporary: string) => {
    made += 1;
    await pause(300);
    await writeFile(join(temporary, 'program'), 'whole');
  };
  const both = await Promise.all([cached(folder, make, log), cached(folder, make, log)]);
  expect(both.toSorted()).toEqual(['found', 'made']);
  expect(made).toBe(1);
  expect(await readdir(cache)).toEqual(['thing-1.0-' + `${process.platform}-${process.arch}`]);
});

test('two processes that want it at once make it once, and the second says that it waits', async () => {
  const source = `
    import { appendFile, writeFile } from 'node:fs/promises';
    import { cached } from ${JSON.stringify(join(import.meta.dirname, '../../engines/cache.ts'))};
    const log = (line) => void process.stdout.write(line + '\\n');
    const how = await cached(${JSON.stringify(folder)}, async (temporary) => {
      await appendFile(${JSON.stringify(join(cache, 'makers'))}, 'x');
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await writeFile(temporary + '/program', 'whole');
    }, log);
    log(how);`;
  const script = join(cache, 'script.mts');
  await writeFile(script, source);
  const once = () =>
    runCommand(process.execPath, ['--import', 'tsx', script], {
      cwd: join(import.meta.dirname, '../..'),
      env: process.env,
      timeoutMs: 20_000,
    });
  const said = await Promise.all([once(), once()]);
  expect(await readFile(join(cache, 'makers'), 'utf8')).toBe('x');
  expect(said.map((text) => text.trim().split('\n').at(-1)).toSorted()).toEqual(['found', 'made']);
  expect(said.join('')).toMatch(/another start \(process \d+\) is preparing thing-1\.0/);
});

test('when making fails, nothing is there, and the next try makes it', async () => {
  const failing = cached(
    folder,
    async (temporary) => {
      await writeFile(join(temporary, 'program'), 'half');
      throw new Error('the disk is full');
    },
    log,
  );
  await expect(failing).rejects.toThrow('the disk is full');
  expect(await readdir(cache)).toEqual([]);
  expect(await cached(folder, async () => {}, log)).toBe('made');
});

test('what a killed maker left half done is never taken for finished, and removed', async () => {
  await mkdir(`${folder}.half-dead`);
  await writeFile(join(`${folder}.half-dead`, 'program'), 'half');
  await cached(folder, (temporary) => writeFile(join(temporary, 'program'), 'whole'), log);
  expect(await readFile(join(folder, 'program'), 'utf8')).toBe('whole');
  expect(await readdir(cache)).toHaveLength(1);
});
