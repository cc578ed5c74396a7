/** Finds a MongoDB server: the one in the settings, a real `mongod`, or the fallback that needs only Java. */
import { join } from 'node:path';
import { buildMongo, fingerprint, MONGO_SOURCES } from './build.ts';
import { cached, cacheFolder, exists } from './cache.ts';
import type { DownloadLimits } from './download.ts';
import { fetchProgram } from './fetch-program.ts';
import { atLeast, findProgram, versionOf } from './programs.ts';
import { resolveEngine } from './resolution.ts';
import type { Progress, Resolved, Step } from './resolution.ts';
import type { EngineSettings } from './settings.ts';

/** Version of mongo-java-server that `engines/mongo/pom.xml` pins. */
const FALLBACK_VERSION = '1.47.0';
/** The real server that is downloaded where that is possible. */
export const MONGOD_VERSION = '8.2.6';
/** The driver refuses older servers (wire version 9). */
const OLDEST_SERVER = '4.4.0';
const OLDEST_JAVA = '17';

/** Either an address that somebody else serves, or a program that we start. */
export type MongoEngine =
  | { kind: 'external'; uri: string }
  | { kind: 'mongod'; program: string }
  | { kind: 'fallback'; java: string; classPath: string };

/** Who wrote the data that are there already; the two kinds cannot read each other's files. */
export type DataOf = 'mongod' | 'fallback' | 'nobody';

const WAYS_OUT: readonly [string, string] = [
  'install MongoDB so that `mongod` is on the PATH, or a JDK 17 and Maven, and start again',
  'set MONGODB_URI to a MongoDB server (4.4 or newer) that already runs',
];

/** @throws EngineUnavailable */
export async function resolveMongo(
  settings: EngineSettings,
  dataOf: DataOf,
  log: Progress,
  limits?: DownloadLimits,
): Promise<Resolved<MongoEngine>> {
  const folder = cacheFolder(settings.cacheDir, 'mongod', MONGOD_VERSION);
  const program = join(folder, 'mongod');
  const mongod = { kind: 'mongod' as const, program };
  const real: Step<MongoEngine>[] = [
    { way: 'path', attempt: () => fromPath(settings) },
    {
      way: 'cache',
      attempt: async () =>
        (await exists(program))
          ? { engine: mongod, because: `mongod ${MONGOD_VERSION} in ${folder}` }
          : `no mongod ${MONGOD_VERSION} in ${settings.cacheDir}`,
    },
    {
      way: 'download',
      attempt: async () => {
        if (!settings.downloads) return 'switched off (ENGINE_DOWNLOADS=never)';
        const wanted = await vendorArchive(settings.mongoDownloadBase);
        await fetchProgram(wanted, folder, settings, log, limits);
        return { engine: mongod, because: `mongod ${MONGOD_VERSION} was downloaded to ${folder}` };
      },
    },
  ];
  const ours: Step<MongoEngine> = { way: 'build', attempt: () => fallback(settings, log) };
  const steps: Step<MongoEngine>[] = [
    { way: 'settings', attempt: async () => fromSettings(settings) },
    ...ordered(real, ours, dataOf),
  ];
  return resolveEngine('MongoDB', steps, WAYS_OUT, log);
}

/** Data stay with the kind of server that wrote them: the other would begin with an empty database. */
function ordered(
  real: readonly Step<MongoEngine>[],
  ours: Step<MongoEngine>,
  dataOf: DataOf,
): Step<MongoEngine>[] {
  const keep = 'the data here were written by a';
  if (dataOf === 'fallback') {
    const attempt = async () => {
      const found = await ours.attempt();
      if (typeof found === 'string') return found;
      return { ...found, because: `${found.because}; ${keep} fallback (--fresh forgets them)` };
    };
    return [{ ...ours, attempt }];
  }
  if (dataOf === 'mongod') {
    const said = `not taken: ${keep} real mongod (--fresh forgets them)`;
    return [...real, { ...ours, attempt: async () => said }];
  }
  return [...real, ours];
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

/** The vendor publishes a checksum beside each archive; which archive fits this system, the library knows. */
async function vendorArchive(base: string | undefined) {
  const [{ MongoBinaryDownloadUrl }, { getOS }] = await Promise.all([
    import('mongodb-memory-server-core/lib/util/MongoBinaryDownloadUrl.js'),
    import('mongodb-memory-server-core/lib/util/getos/index.js'),
  ]);
  const address = new MongoBinaryDownloadUrl({
    os: await getOS(),
    version: MONGOD_VERSION,
    platform: process.platform,
    arch: process.arch,
  });
  const known = await address.getDownloadUrl();
  const url = base === undefined ? known : `${base}${new URL(known).pathname}`;
  if (!url.endsWith('.tgz')) throw new Error(`no archive of a kind that can be unpacked: ${url}`);
  return { name: 'mongod', url, checksum: { url: `${url}.sha256` } };
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
  const separator = process.platform === 'win32' ? ';' : ':';
  const classPath = [join(folder, 'lib', '*'), join(folder, 'classes')].join(separator);
  return {
    engine: { kind: 'fallback' as const, java, classPath },
    way: how === 'made' ? ('build' as const) : ('cache' as const),
    because: `mongo-java-server ${FALLBACK_VERSION} in ${folder}, for one machine only (a company runs a replica set)`,
  };
}
