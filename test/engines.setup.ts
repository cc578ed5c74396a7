/** Starts both engines once for a whole test run, in a folder of its own on free ports, and says where they are. */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {} from 'vitest';
import type { TestProject } from 'vitest/node';
import { engineSettings } from '../engines/settings.ts';
import { startEngines, stopLeftOvers } from '../engines/start.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** "host:port" of a Temporal server with our search attributes, namespace "default". */
    temporalAddress: string;
    /** Address of a database server; tests use databases with names of their own. */
    mongoUri: string;
  }
}

const PREFIX = 'orgsync-test-';
const log = (line: string) => void process.stderr.write(`engines: ${line}\n`);

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await tidyUpAfterKilledRuns();
  const dataDir = await mkdtemp(join(tmpdir(), PREFIX));
  const engines = await startEngines({
    dataDir,
    ports: 'free',
    // A test never asks a download server, and never meets a server that somebody else runs.
    settings: {
      ...engineSettings({ ...process.env, TEMPORAL_ADDRESS: '', MONGODB_URI: '' }),
      downloads: false,
    },
    log,
  });
  if (engines.temporal) project.provide('temporalAddress', engines.temporal.address);
  if (engines.mongo) project.provide('mongoUri', engines.mongo.uri);
  return async () => {
    await engines.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}

/** A killed run leaves its engines running and its folder; a run that still lives has its lock. */
async function tidyUpAfterKilledRuns(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const dataDir = join(tmpdir(), name);
    const age = await stat(dataDir).then(
      (found) => Date.now() - found.mtimeMs,
      () => 0,
    );
    // A run that has just begun has its folder a moment before it has its lock.
    if (age < 60_000) continue;
    if (await stopLeftOvers(dataDir, log)) await rm(dataDir, { recursive: true, force: true });
  }
}
