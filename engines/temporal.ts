/** Finds a Temporal server: the one in the settings, a program on this machine, a download, or our own build. */
import { join } from 'node:path';
import { buildTemporal } from './build.ts';
import { cached, cacheFolder, exists } from './cache.ts';
import type { DownloadLimits } from './download.ts';
import { fetchProgram } from './fetch-program.ts';
import type { VendorProgram } from './fetch-program.ts';
import { atLeast, findProgram, isExecutable, versionOf } from './programs.ts';
import { resolveEngine } from './resolution.ts';
import type { Progress, Resolved, Step } from './resolution.ts';
import type { EngineSettings } from './settings.ts';

/** Version of the command line that `engines/temporal/go.mod` pins; it brings server 1.31.2. */
export const TEMPORAL_VERSION = '1.8.2';
/** Older servers lack what we need even when it is switched on: priorities and fairness. */
const OLDEST_SERVER = '1.29.0';

/** Either an address that somebody else serves, or a program that we start. */
export type TemporalEngine = { address: string } | { program: string };

const WAYS_OUT: readonly [string, string] = [
  'install the Temporal CLI so that `temporal` is on the PATH (docs.temporal.io/cli), or Go 1.21 or newer, and start again',
  'set TEMPORAL_ADDRESS (host:port) to a Temporal server that already runs',
];

/** @throws EngineUnavailable */
export async function resolveTemporal(
  settings: EngineSettings,
  log: Progress,
  limits?: DownloadLimits,
): Promise<Resolved<TemporalEngine>> {
  const folder = cacheFolder(settings.cacheDir, 'temporal', TEMPORAL_VERSION);
  const program = join(folder, 'temporal');
  const steps: Step<TemporalEngine>[] = [
    { way: 'settings', attempt: async () => fromSettings(settings) },
    { way: 'path', attempt: () => fromPath(settings) },
    {
      way: 'cache',
      attempt: async () =>
        (await exists(program))
          ? { engine: { program }, because: `version ${TEMPORAL_VERSION} in ${folder}` }
          : `no version ${TEMPORAL_VERSION} in ${settings.cacheDir}`,
    },
    { way: 'download', attempt: () => fromVendor(folder, settings, log, limits) },
    {
      way: 'build',
      attempt: async () => {
        const how = await cached(
          folder,
          (temporary) => buildTemporal(temporary, TEMPORAL_VERSION, settings, log),
          log,
        );
        const because =
          how === 'made'
            ? `version ${TEMPORAL_VERSION} was built here, kept in ${folder}`
            : `version ${TEMPORAL_VERSION} was just prepared by another start, in ${folder}`;
        return { engine: { program }, because };
      },
    },
  ];
  return resolveEngine('Temporal', steps, WAYS_OUT, log);
}

function fromSettings(settings: EngineSettings) {
  const address = settings.temporalAddress;
  if (address === undefined) return 'TEMPORAL_ADDRESS is not set';
  return { engine: { address }, because: `TEMPORAL_ADDRESS is ${address}` };
}

async function fromPath(settings: EngineSettings) {
  const given = settings.temporalCliPath;
  const program = given ?? (await findProgram('temporal', settings.path));
  if (program === undefined) return 'no `temporal` there';
  if (!(await isExecutable(program))) return `TEMPORAL_CLI_PATH is no program: ${program}`;
  const server = await versionOf(program, ['--version'], /Server (\d+\.\d+\.\d+)/, settings.env);
  if (!atLeast(server, OLDEST_SERVER)) {
    return `${program} brings server ${server}, at least ${OLDEST_SERVER} is needed`;
  }
  const because = `${given === undefined ? 'found' : 'TEMPORAL_CLI_PATH'} ${program}, server ${server}`;
  return { engine: { program }, because };
}

async function fromVendor(
  folder: string,
  settings: EngineSettings,
  log: Progress,
  limits?: DownloadLimits,
) {
  if (!settings.downloads) return 'switched off (ENGINE_DOWNLOADS=never)';
  const wanted = vendorArchive(settings.temporalDownloadBase);
  if (wanted === undefined) return `none is pinned for ${process.platform}-${process.arch}`;
  await fetchProgram(wanted, folder, settings, log, limits);
  return {
    engine: { program: join(folder, 'temporal') },
    because: `version ${TEMPORAL_VERSION} was downloaded to ${folder}`,
  };
}

/** Checksums of the release's own checksums.txt. */
const ARCHIVES: Record<string, { name: string; sha256: string }> = {
  'linux-x64': {
    name: 'linux_amd64',
    sha256: 'd8421bda989e6514b4bdb4d63a9012a8a05a806892e881a5aad8510496349a94',
  },
  'linux-arm64': {
    name: 'linux_arm64',
    sha256: '83600a8fac6e3da54093e5da6918d399f501532b9f1172235603f9606f4ac6e4',
  },
  'darwin-x64': {
    name: 'darwin_amd64',
    sha256: '489d7f5420cae02b559774ac23df035141954c33a51dba96f5759a0ddccdf1b6',
  },
  'darwin-arm64': {
    name: 'darwin_arm64',
    sha256: 'dacdc3587682c04cf27e67c8878ca2d755230b6ad63c0c6ebddd7348ae90ed94',
  },
};

/** The vendor's archive for a platform; undefined when there is none that was checked. */
export function vendorArchive(
  base = `https://github.com/temporalio/cli/releases/download/v${TEMPORAL_VERSION}`,
  platform = `${process.platform}-${process.arch}`,
): VendorProgram | undefined {
  const archive = ARCHIVES[platform];
  if (archive === undefined) return undefined;
  return {
    name: 'temporal',
    url: `${base}/temporal_cli_${TEMPORAL_VERSION}_${archive.name}.tar.gz`,
    checksum: { sha256: archive.sha256 },
  };
}
