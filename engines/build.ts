/** Builds engines from pinned sources with what the machine has: Go for Temporal, Maven and a JDK for the database. */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { seconds } from './cache.ts';
import { runCommand } from './processes.ts';
import type { Progress } from './resolution.ts';
import type { EngineSettings } from './settings.ts';
import { findProgram } from './programs.ts';

const TEMPORAL_SOURCE = join(import.meta.dirname, 'temporal');
const MONGO_SOURCE = join(import.meta.dirname, 'mongo');
/** 4 minutes on 2 cores with nothing cached; a slow network and one core are worse. */
const GO_BUILD_MS = 25 * 60_000;
const JARS_MS = 5 * 60_000;
const COMPILE_MS = 60_000;
const TELL_EVERY_MS = 5_000;

/** Fingerprint of sources: another content is another version in the cache. */
export async function fingerprint(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) hash.update(await readFile(file));
  return hash.digest('hex').slice(0, 8);
}

/** The files that decide what the fallback database is. */
export const MONGO_SOURCES = [
  'pom.xml',
  'Main.java',
  'Storage.java',
  'Ids.java',
  'Values.java',
].map((name) => join(MONGO_SOURCE, name));

/**
 * Builds the `temporal` program of the module in `engines/temporal/` into `folder`.
 * @throws when Go is missing or the build fails
 */
export async function buildTemporal(
  folder: string,
  version: string,
  settings: EngineSettings,
  log: Progress,
): Promise<void> {
  const go = await findProgram('go', settings.path);
  if (go === undefined) throw new Error('Go is not installed (no `go` on the PATH)');
  let fetched = 0;
  let compiled = 0;
  const tell = every(TELL_EVERY_MS, (elapsed) => {
    log(
      `Temporal: building, ${fetched} modules fetched, ${compiled} packages compiled, ${elapsed} (about 4 minutes the first time)`,
    );
  });
  // The release's own build sets the version in the same way; without it the program calls itself 0.0.0-DEV.
  const flags = `-s -w -X github.com/temporalio/cli/internal/temporalcli.Version=${version}`;
  const program = 'github.com/temporalio/cli/cmd/temporal';
  try {
    await runCommand(
      go,
      ['build', '-v', '-trimpath', `-ldflags=${flags}`, '-o', join(folder, 'temporal'), program],
      {
        cwd: TEMPORAL_SOURCE,
        // Pure Go: no C compiler is needed. Any Go from 1.21 fetches the tool-chain that go.mod names.
        env: { ...settings.env, CGO_ENABLED: '0' },
        timeoutMs: GO_BUILD_MS,
        onLine: (line) => {
          if (line.startsWith('go: downloading')) fetched += 1;
          else if (/^[\w.-]+(\/|$)/.test(line)) compiled += 1;
        },
      },
    );
  } finally {
    tell.stop();
  }
}

/** Fetches the jars and compiles the fallback database into `folder`. @throws when Maven or a JDK is missing */
export async function buildMongo(
  folder: string,
  settings: EngineSettings,
  log: Progress,
): Promise<void> {
  const mvn = await findProgram('mvn', settings.path);
  if (mvn === undefined) throw new Error('Maven is not installed (no `mvn` on the PATH)');
  const javac = await findProgram('javac', settings.path);
  if (javac === undefined) throw new Error('no Java compiler (no `javac` on the PATH)');
  const tell = every(TELL_EVERY_MS, (elapsed) => log(`MongoDB: fetching jars, ${elapsed}`));
  const jars = join(folder, 'lib');
  try {
    await mkdir(jars, { recursive: true });
    // Maven writes into the folder of its pom; sources stay as they are.
    const pom = join(folder, 'pom.xml');
    await copyFile(join(MONGO_SOURCE, 'pom.xml'), pom);
    const args = ['-q', '-B', '-f', pom, 'dependency:copy-dependencies'];
    await runCommand(mvn, [...args, `-DoutputDirectory=${jars}`, '-DincludeScope=runtime'], {
      cwd: folder,
      env: settings.env,
      timeoutMs: JARS_MS,
    });
    await rm(join(folder, 'target'), { recursive: true, force: true });
    // Compiled once: running from source takes 0.7 s longer at each start.
    const sources = MONGO_SOURCES.filter((file) => file.endsWith('.java'));
    const out = join(folder, 'classes');
    await runCommand(javac, ['-cp', join(jars, '*'), '-d', out, ...sources], {
      env: settings.env,
      timeoutMs: COMPILE_MS,
    });
  } finally {
    tell.stop();
  }
}

function every(ms: number, tell: (elapsed: string) => void): { stop(): void } {
  const start = Date.now();
  const timer = setInterval(() => tell(seconds(Date.now() - start)), ms);
  return { stop: () => clearInterval(timer) };
}
