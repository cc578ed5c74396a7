/** Starts both engines once for a whole test run, in a folder of its own on free ports, and says where they are. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {} from 'vitest';
import type { TestProject } from 'vitest/node';
import { engineSettings } from '../engines/settings.ts';
import { startEngines } from '../engines/start.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** "host:port" of a Temporal server with our search attributes, namespace "default". */
    temporalAddress: string;
    /** Address of a database server; tests use databases with names of their own. */
    mongoUri: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'orgsync-test-'));
  const engines = await startEngines({
    dataDir,
    ports: 'free',
    // A test never asks a download server; what is missing is built.
    settings: { ...engineSettings(process.env), downloads: false },
    log: (line) => void process.stderr.write(`engines: ${line}\n`),
  });
  if (engines.temporal) project.provide('temporalAddress', engines.temporal.address);
  if (engines.mongo) project.provide('mongoUri', engines.mongo.uri);
  return async () => {
    await engines.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
