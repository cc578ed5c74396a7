/** The order in which engines are looked for, what is said about each way, and the words when there is none. */
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cacheFolder } from '../../engines/cache.ts';
import { MONGOD_VERSION, resolveMongo } from '../../engines/mongo.ts';
import { EngineUnavailable } from '../../engines/resolution.ts';
import { engineSettings } from '../../engines/settings.ts';
import type { EngineSettings } from '../../engines/settings.ts';
import { resolveTemporal, TEMPORAL_VERSION, vendorArchive } from '../../engines/temporal.ts';
import { archiveWith, vendorServer } from './vendor-downloads.ts';

const limits = { answerMs: 300, stallMs: 300, totalMs: 5_000 };
const TEMPORAL_SAYS = 'temporal version 1.8.2 (Server 1.31.2, UI 2.50.1)';
const MONGOD_SAYS = 'db version v8.0.4';
const log = () => {};

let root: string;
let bin: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'orgsync-resolution-'));
  bin = join(root, 'bin');
  await mkdir(bin);
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** A machine that has only what the test puts into `bin`; the shell itself is found by its full path. */
function machine(more: Record<string, string> = {}): EngineSettings {
  return engineSettings({
    PATH: bin,
    XDG_CACHE_HOME: join(root, 'cache'),
    ENGINE_DOWNLOADS: 'never',
    ...more,
  });
}

async function program(file: string, says: string): Promise<string> {
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, `#!/bin/sh\necho "${says}"\n`);
  await chmod(file, 0o755);
  return file;
}

describe('Temporal', () => {
  const inCache = () =>
    join(cacheFolder(machine().cacheDir, 'temporal', TEMPORAL_VERSION), 'temporal');

  test('each way is taken only when the ones before it are not there', async () => {
    const cached = await program(inCache(), TEMPORAL_SAYS);
    const third = await resolveTemporal(machine(), log);
    expect(third).toMatchObject({ chosen: 'cache', engine: { program: cached } });
    expect(third.why).toContain('TEMPORAL_ADDRESS is not set');
    expect(third.why).toContain('on the PATH: no `temporal` there');

    const onPath = await program(join(bin, 'temporal'), TEMPORAL_SAYS);
    const second = await resolveTemporal(machine(), log);
    expect(second).toMatchObject({ chosen: 'path', engine: { program: onPath } });

    const named = await program(join(root, 'my-temporal'), TEMPORAL_SAYS);
    const other = await resolveTemporal(machine({ TEMPORAL_CLI_PATH: named }), log);
    expect(other).toMatchObject({ chosen: 'path', engine: { program: named } });

    const first = await resolveTemporal(
      machine({ TEMPORAL_ADDRESS: 'temporal.example:7233' }),
      log,
    );
    expect(first).toMatchObject({
      chosen: 'settings',
      engine: { address: 'temporal.example:7233' },
    });
  });

  test('a program that is too old, broken or not there is passed over, and the reason is kept', async () => {
    await program(inCache(), TEMPORAL_SAYS);
    await program(join(bin, 'temporal'), 'temporal version 1.0.0 (Server 1.24.2, UI 2.0.0)');
    const old = await resolveTemporal(machine(), log);
    expect(old.chosen).toBe('cache');
    expect(old.why).toContain('brings server 1.24.2, at least 1.29.0 is needed');

    await writeFile(join(bin, 'temporal'), '#!/bin/sh\necho crashed\nexit 9\n');
    expect((await resolveTemporal(machine(), log)).why).toContain('ended with 9: crashed');

    const gone = machine({ TEMPORAL_CLI_PATH: join(root, 'nothing') });
    expect((await resolveTemporal(gone, log)).why).toContain('TEMPORAL_CLI_PATH is no program');
  });

  test('a download that is not the pinned one is not used, and the build is next', async () => {
    const server = await vendorServer(
      archiveWith('temporal', `#!/bin/sh\necho "${TEMPORAL_SAYS}"\n`),
    );
    const open = machine({ ENGINE_DOWNLOADS: '', TEMPORAL_DOWNLOAD_BASE: server.base });
    const failure = await resolveTemporal(open, log, limits).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EngineUnavailable);
    const said = (failure as EngineUnavailable).attempts;
    expect(said.map((one) => one.way)).toEqual(['settings', 'path', 'cache', 'download', 'build']);
    expect(said[3]?.said).toContain('sent a file with checksum');
    expect(server.asked).toEqual([new URL(vendorArchive(server.base)?.url ?? '').pathname]);
    expect(await readdir(open.cacheDir)).toEqual([expect.stringMatching(/\.download-failed$/)]);
    await server.close();
  });

  test('every platform that is downloaded for has a checksum, all different', () => {
    const platforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];
    const archives = platforms.map((platform) => vendorArchive(undefined, platform));
    const sums = archives.map((one) => one && 'sha256' in one.checksum && one.checksum.sha256);
    expect(new Set(sums).size).toBe(4);
    for (const sum of sums) expect(sum).toMatch(/^[0-9a-f]{64}$/);
    expect(vendorArchive(undefined, 'aix-ppc64')).toBeUndefined();
  });

  test('when it cannot be had: what was tried, what each said, and two ways out', async () => {
    const failure = await resolveTemporal(machine(), log).catch((error: unknown) => error);
    expect((failure as Error).message.split('\n')).toEqual([
      'Temporal cannot be had on this machine. What was tried:',
      '  - settings: TEMPORAL_ADDRESS is not set',
      '  - on the PATH: no `temporal` there',
      `  - cache: no version ${TEMPORAL_VERSION} in ${machine().cacheDir}`,
      '  - download: switched off (ENGINE_DOWNLOADS=never)',
      '  - build: Go is not installed (no `go` on the PATH)',
      'The two shortest ways out:',
      expect.stringMatching(/^ {2}1\. install the Temporal CLI/),
      expect.stringMatching(/^ {2}2\. set TEMPORAL_ADDRESS/),
    ]);
  });

  test('a build that fails leaves nothing in the cache and says why', async () => {
    await writeFile(join(bin, 'go'), '#!/bin/sh\necho "cannot find module providing it"\nexit 1\n');
    await chmod(join(bin, 'go'), 0o755);
    const failure = await resolveTemporal(machine(), log).catch((error: unknown) => error);
    expect((failure as Error).message).toContain('build: ended with 1: cannot find module');
    expect(await readdir(machine().cacheDir)).toEqual([]);
  });
});

describe('MongoDB', () => {
  const inCache = () => join(cacheFolder(machine().cacheDir, 'mongod', MONGOD_VERSION), 'mongod');

  test('each way is taken only when the ones before it are not there', async () => {
    const cached = await program(inCache(), MONGOD_SAYS);
    const third = await resolveMongo(machine(), 'nobody', log);
    expect(third).toMatchObject({ chosen: 'cache', engine: { kind: 'mongod', program: cached } });

    const onPath = await program(join(bin, 'mongod'), MONGOD_SAYS);
    const second = await resolveMongo(machine(), 'nobody', log);
    expect(second).toMatchObject({ chosen: 'path', engine: { kind: 'mongod', program: onPath } });

    const uri = 'mongodb://user:secret@db.example/orgsync';
    const first = await resolveMongo(machine({ MONGODB_URI: uri }), 'nobody', log);
    expect(first).toMatchObject({ chosen: 'settings', engine: { kind: 'external', uri } });
    expect(first.why).not.toContain('secret');
  });

  test('a mongod that the driver would refuse is passed over', async () => {
    await program(inCache(), MONGOD_SAYS);
    await program(join(bin, 'mongod'), 'db version v4.0.28');
    const found = await resolveMongo(machine(), 'nobody', log);
    expect(found.chosen).toBe('cache');
    expect(found.why).toContain('is version 4.0.28, at least 4.4.0 is needed');
  });

  test('a real server is downloaded when its checksum is right, and not when it is wrong', async () => {
    const archive = archiveWith('mongod', `#!/bin/sh\necho "${MONGOD_SAYS}"\n`);
    const wrong = await vendorServer(archive, 'a'.repeat(64));
    const bad = machine({ ENGINE_DOWNLOADS: '', MONGODB_DOWNLOAD_BASE: wrong.base });
    const failure = await resolveMongo(bad, 'nobody', log, limits).catch((error: unknown) => error);
    expect((failure as Error).message).toContain('sent a file with checksum');
    const note = `${cacheFolder(bad.cacheDir, 'mongod', MONGOD_VERSION)}.download-failed`;
    expect(await readdir(bad.cacheDir)).toEqual([note.split('/').at(-1)]);
    await wrong.close();
    await rm(note);

    const right = await vendorServer(archive);
    const good = machine({ ENGINE_DOWNLOADS: '', MONGODB_DOWNLOAD_BASE: right.base });
    const found = await resolveMongo(good, 'nobody', log, limits);
    expect(found).toMatchObject({ chosen: 'download', engine: { kind: 'mongod' } });
    expect(right.asked[1]).toMatch(/^\/\w+\/mongodb-\w+-[\w-]+-8\.2\.6\.tgz$/);
    expect((await resolveMongo(good, 'nobody', log, limits)).chosen).toBe('cache');
    await right.close();
  });

  test('data stay with the kind of server that wrote them', async () => {
    await program(join(bin, 'mongod'), MONGOD_SAYS);
    const ours = await resolveMongo(machine(), 'fallback', log).catch((error: unknown) => error);
    expect((ours as Error).message).toContain('Java is not installed');

    await rm(join(bin, 'mongod'));
    const theirs = await resolveMongo(machine(), 'mongod', log).catch((error: unknown) => error);
    expect((theirs as Error).message).toContain(
      'build: not taken: the data here were written by a real mongod (--fresh forgets them)',
    );
  });

  test('when it cannot be had: what was tried, what each said, and two ways out', async () => {
    const failure = await resolveMongo(machine(), 'nobody', log).catch((error: unknown) => error);
    expect((failure as Error).message.split('\n')).toEqual([
      'MongoDB cannot be had on this machine. What was tried:',
      '  - settings: MONGODB_URI is not set',
      '  - on the PATH: no `mongod` there',
      `  - cache: no mongod ${MONGOD_VERSION} in ${machine().cacheDir}`,
      '  - download: switched off (ENGINE_DOWNLOADS=never)',
      '  - build: Java is not installed (no `java` on the PATH)',
      'The two shortest ways out:',
      expect.stringMatching(/^ {2}1\. install MongoDB/),
      expect.stringMatching(/^ {2}2\. set MONGODB_URI/),
    ]);
  });
});
