/** Finds a MongoDB server: the one in the settings, a real `mongod`, or the fallback that needs only Java. */
import { join } from 'node:path';
import { buildMongo, fingerprint, MONGO_SOURCES } from './build.ts';
import { cached, cacheFolder } from './cache.ts';
import { atLeast, findProgram, versionOf } from './programs.ts';
import { resolveEngine } from './resolution.ts';
import type { Progress, Resolved, Step } from './resolution.ts';
import type { EngineSettings } from './settings.ts';

/** Version of mongo-java-server that `engines/mongo/pom.xml` pins. */
export const FALLBACK_VERSION = '1.47.0';
/** The driver refuses older servers (wire version 9). */
const OLDEST_SERVER = '4.4.0';
const OLDEST_JAVA = '17';

/** Either an address that somebody else serves, or a program that we start. */
export type MongoEngine =
  | { kind: 'external'; uri: string }
  | { kind: 'mongod'; program: string }
  | { kind: 'fallback'; java: string; classPath: string };

const WAYS_OUT: readonly [string, string] = [
  'install MongoDB so that `mongod` is on the PATH, or a JDK 17 and Maven, and start again',
  'set MONGODB_URI to a MongoDB server (4.4 or newer) that already runs',
];

/** @throws EngineUnavailable */
export async function resolveMongo(
  settings: EngineSettings,
  log: Progress,
): Promise<Resolved<MongoEngine>> {
  const steps: Step<MongoEngine>[] = [
    { way: 'settings', attempt: async () => fromSettings(settings) },
    { way: 'path', attempt: () => fromPath(settings) },
    { way: 'build', attempt: () => fallback(settings, log) },
  ];
  return resolveEngine('MongoDB', steps, WAYS_OUT, log);
}

function fromSettings(settings: EngineSettings) {
  const uri = settings.mongodbUri;
  if (uri === undefined) return 'MONGODB_URI is not set';
  return { engine: { kind: 'external' as const, uri }, because: 'MONGODB_URI is set' };
}

async function fromPath(settings: EngineSettings) {
  const program = await findProgram('mongod', settings.path);
  if (program === undefined) return 'no `mongod` there';
  const version = await versionOf(program, ['--version'], /v(\d+\.\d+\.\d+)/, settings.env);
  if (!atLeast(version, OLDEST_SERVER)) {
    return `${program} is version ${version}, at least ${OLDEST_SERVER} is needed`;
  }
  return { engine: { kind: 'mongod' as const, program }, because: `found ${program}, ${version}` };
}

async function fallback(settings: EngineSettings, log: Progress) {
  const java = await findProgram('java', settings.path);
  if (java === undefined) return 'Java is not installed (no `java` on the PATH)';
  const version = `${FALLBACK_VERSION}-${await fingerprint(MONGO_SOURCES)}`;
  const folder = cacheFolder(settings.cacheDir, 'mongo-java-server', version, 'java');
  const how = await cached(
    folder,
    async (temporary) => {
      const found = await versionOf(java, ['-version'], /version "(\d+)/, settings.env);
      if (!atLeast(found, OLDEST_JAVA)) {
        throw new Error(`${java} is version ${found}, at least ${OLDEST_JAVA} is needed`);
      }
      await buildMongo(temporary, settings, log);
    },
    log,
  );
  const classPath = [join(folder, 'lib', '*'), join(folder, 'classes')].join(
    process.platform === 'win32' ? ';' : ':',
  );
  return {
    engine: { kind: 'fallback' as const, java, classPath },
    way: how === 'made' ? ('build' as const) : ('cache' as const),
    because: `mongo-java-server ${FALLBACK_VERSION} in ${folder}, for one machine only (a company runs a replica set)`,
  };
}
