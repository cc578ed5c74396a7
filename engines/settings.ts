/** What the surroundings say about engines, read from a given environment; this folder reads no other. */
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface EngineSettings {
  /** Where binaries are kept for all clones of this user. */
  cacheDir: string;
  /** The search path for programs, as in PATH. */
  path: string;
  /** "host:port" of a Temporal server that somebody else runs. */
  temporalAddress?: string;
  /** A `temporal` program to use instead of the one on the path. */
  temporalCliPath?: string;
  /** Address of a MongoDB server that somebody else runs; may contain a password, never logged. */
  mongodbUri?: string;
  /** False: vendors' download servers are not asked at all (tests, closed networks). */
  downloads: boolean;
  /** Other addresses of the vendors' download servers: mirrors, and the tests' local server. */
  temporalDownloadBase?: string;
  mongoDownloadBase?: string;
  /** Environment for programs that are started (Go, Maven, Java and the engines). */
  env: NodeJS.ProcessEnv;
}

/**
 * Settings from an environment: XDG_CACHE_HOME, PATH, TEMPORAL_ADDRESS, TEMPORAL_CLI_PATH, MONGODB_URI,
 * ENGINE_DOWNLOADS ("never" forbids them), TEMPORAL_DOWNLOAD_BASE, MONGODB_DOWNLOAD_BASE.
 */
export function engineSettings(env: NodeJS.ProcessEnv): EngineSettings {
  const settings: EngineSettings = {
    cacheDir: join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'orgsync', 'engines'),
    path: env['PATH'] ?? '',
    downloads: env['ENGINE_DOWNLOADS'] !== 'never',
    env,
  };
  if (env['TEMPORAL_ADDRESS']) settings.temporalAddress = env['TEMPORAL_ADDRESS'];
  if (env['TEMPORAL_CLI_PATH']) settings.temporalCliPath = env['TEMPORAL_CLI_PATH'];
  if (env['MONGODB_URI']) settings.mongodbUri = env['MONGODB_URI'];
  if (env['TEMPORAL_DOWNLOAD_BASE']) settings.temporalDownloadBase = env['TEMPORAL_DOWNLOAD_BASE'];
  if (env['MONGODB_DOWNLOAD_BASE']) settings.mongoDownloadBase = env['MONGODB_DOWNLOAD_BASE'];
  return settings;
}
