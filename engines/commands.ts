/** Command lines of the engines; each names its data by an absolute path, by which a left-over is recognised. */
import { join } from 'node:path';
import { SEARCH_ATTRIBUTES } from './namespace.ts';

/** Name of the fallback's one file. */
export const FALLBACK_FILE = 'database.mv';
const TEMPORAL_FILE = 'temporal.db';

export interface EngineCommand {
  program: string;
  args: string[];
}

/** Where each kind of engine has its data below the folder of all engines. */
export function dataFolders(folder: string) {
  return {
    temporal: join(folder, 'temporal'),
    mongod: join(folder, 'mongod'),
    fallback: join(folder, 'fallback'),
  };
}

/** For each kind: arguments that only an engine on these data has. */
export function marksOfEngines(folder: string): [string, ...string[]][] {
  const { temporal, mongod, fallback } = dataFolders(folder);
  return [
    ['--db-filename', join(temporal, TEMPORAL_FILE)],
    ['--dbpath', mongod],
    ['Main', join(fallback, FALLBACK_FILE)],
  ];
}

/** One server process with its web UI, data in one SQLite file. */
export function temporalCommand(
  program: string,
  folder: string,
  ports: { api: number; ui: number },
): EngineCommand {
  const file = join(folder, TEMPORAL_FILE);
  const args = ['server', 'start-dev', '--db-filename', file, '--ip', '127.0.0.1'];
  args.push('--port', String(ports.api), '--ui-port', String(ports.ui), '--log-level', 'warn');
  args.push('--ui-disable-news-fetch', '--disable-config-env', '--disable-config-file');
  // Without WAL the file is locked for readers during each write (the dev server sets no pragma itself).
  for (const pragma of ['journal_mode=WAL', 'synchronous=NORMAL']) {
    args.push('--sqlite-pragma', pragma);
  }
  for (const value of DYNAMIC_CONFIG) args.push('--dynamic-config-value', value);
  // Only a new file takes them from here; an old one gets them through the operator service.
  for (const name of SEARCH_ATTRIBUTES) args.push('--search-attribute', `${name}=Keyword`);
  return { program, args };
}

/** Fairness is off by default; the new matcher is the default from 1.31 only; the cache would hide new attributes. */
const DYNAMIC_CONFIG = [
  'matching.enableFairness=true',
  'matching.useNewMatcher=true',
  'system.forceSearchAttributesCacheRefreshOnRead=true',
];

/** A real `mongod` without replication: nothing we use needs it. */
export function mongodCommand(program: string, folder: string, port: number): EngineCommand {
  const args = ['--dbpath', folder, '--bind_ip', '127.0.0.1', '--port', String(port)];
  args.push(
    '--wiredTigerCacheSizeGB',
    '0.5',
    '--setParameter',
    'diagnosticDataCollectionEnabled=false',
  );
  return { program, args };
}

/** The fallback in Java. */
export function fallbackCommand(
  engine: { java: string; classPath: string },
  folder: string,
  port: number,
): EngineCommand {
  const file = join(folder, FALLBACK_FILE);
  const args = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'];
  args.push('-cp', engine.classPath, 'Main', file, String(port));
  return { program: engine.java, args };
}
