/** The settings of one process, read from the environment once and checked as a whole. */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type * as EnvConfig from '@temporalio/envconfig';
import type { Language } from '../model/words.ts';
import { variables } from './variables.ts';
import type { Part, Values, VariableName } from './variables.ts';

export type { Part };

/** Exit code of a process whose settings are wrong (EX_CONFIG of sysexits.h). */
export const EXIT_CONFIG = 78;

export interface Config {
  /** Absolute. */
  dataDir: string;
  logLevel: 'debug' | 'info' | 'warn' | 'error';
  language: Language;
  /** May hold a password: never printed. */
  mongo: { uri: string; database: string };
  temporal: EnvConfig.ClientConnectConfig & { namespace: string };
  /** The key itself (32 bytes), or the absolute path of the file that holds it. */
  masterKey: { key: Buffer } | { file: string };
  /** Another one that opens what it wrapped, while the key is replaced. */
  otherMasterKey: { file: string } | null;
  api: { host: string; port: number; tokenFile: string };
  /** Where DingTalk's callbacks come in. */
  callbacks: { host: string; port: number };
  worker: { bulkSlots: number; syncSlots: number };
  times: {
    confirmDelaySeconds: number;
    requestTimeoutSeconds: number;
    longestWriteSeconds: number;
    claimSeconds: number;
  };
  continueAsNewEvents: number;
  /** Runs are forgotten so long after they ended. */
  historyDays: number;
  hideNamesInTemporal: boolean;
}

/** One wrong setting; `found` is null where it must not be shown or there is nothing to show. */
export interface Fault {
  name: string;
  expected: string;
  found: string | null;
}

export type Environment = Record<string, string | undefined>;

/** All faults of a process's settings at once; its message lists them and shows no secret. */
export class ConfigError extends Error {
  readonly faults: Fault[];

  constructor(faults: Fault[]) {
    const lines = faults.map(
      (it) => `  ${it.name}: expected ${it.expected}; found ${it.found ?? '(not shown)'}`,
    );
    const count = faults.length === 1 ? '1 setting is' : `${faults.length} settings are`;
    super([`${count} wrong:`, ...lines, 'See .env.example for all of them.'].join('\n'));
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

function shown(value: string): string {
  const clean = value.replace(/[^\x20-\x7e\u4e00-\u9fff]/g, '?');
  return `"${clean.length > 60 ? `${clean.slice(0, 60)}…` : clean}"`;
}

/** Reads our own variables; one that another part of the system uses is taken at its default. */
function readVariables(env: Environment, part: Part, faults: Fault[]): Partial<Values> {
  const values: Record<string, unknown> = {};
  for (const name of Object.keys(variables) as VariableName[]) {
    const entry = variables[name];
    const given = entry.parts.includes(part) ? env[name] : undefined;
    // Compose files and shells hand over an unset variable as an empty one.
    const value = given === undefined || given.trim() === '' ? entry.unset : given;
    if (value === null) continue;
    const parsed = entry.schema.safeParse(value);
    if (parsed.success) values[name] = parsed.data;
    else {
      const secret = 'secret' in entry && entry.secret === true;
      faults.push({ name, expected: entry.expected, found: secret ? null : shown(value) });
    }
  }
  return values;
}

/** Names of ours that only the engines or the tests read. */
const READ_ELSEWHERE = /^ORGSYNC_(LONG$|ENGINES_|TEST_)/;

/** A misspelt name would be ignored silently, so names of ours that nobody reads are faults too. */
function unknownNames(env: Environment): Fault[] {
  return Object.keys(env)
    .filter((it) => it.startsWith('ORGSYNC_') && !(it in variables) && !READ_ELSEWHERE.test(it))
    .map((name) => ({ name, expected: 'a name of .env.example', found: 'an unknown one' }));
}

/** A write is sent only while `now + longest write < until`, so planning needs some of the claim's time too. */
const CLAIM_ROOM_SECONDS = 2;

function crossFaults(values: Partial<Values>): Fault[] {
  const faults: Fault[] = [];
  const {
    ORGSYNC_REQUEST_TIMEOUT_SECONDS: request,
    ORGSYNC_LONGEST_WRITE_SECONDS: write,
    ORGSYNC_CLAIM_SECONDS: claim,
  } = values;
  if (request !== undefined && write !== undefined && write <= request) {
    faults.push({
      name: 'ORGSYNC_LONGEST_WRITE_SECONDS',
      expected: `more than ORGSYNC_REQUEST_TIMEOUT_SECONDS (${request}), because a request that timed out may still be committed`,
      found: shown(String(write)),
    });
  }
  if (write !== undefined && claim !== undefined && claim < write + CLAIM_ROOM_SECONDS) {
    faults.push({
      name: 'ORGSYNC_CLAIM_SECONDS',
      expected: `at least ORGSYNC_LONGEST_WRITE_SECONDS (${write}) and ${CLAIM_ROOM_SECONDS} more, else no write would ever be sent under a claim`,
      found: shown(String(claim)),
    });
  }
  if (values.ORGSYNC_MASTER_KEY !== undefined && values.ORGSYNC_MASTER_KEY_FILE !== undefined) {
    faults.push({
      name: 'ORGSYNC_MASTER_KEY_FILE',
      expected: 'to be unset, because ORGSYNC_MASTER_KEY is set',
      found: shown(values.ORGSYNC_MASTER_KEY_FILE),
    });
  }
  return faults;
}

const load = createRequire(import.meta.url);
const LOCAL_TEMPORAL = '127.0.0.1:7233';

/** Temporal's own standard configuration: TEMPORAL_* variables and its configuration file. */
function readTemporal(env: Environment, part: Part, faults: Fault[]): Config['temporal'] {
  // The terminal never speaks to Temporal, and loading the library takes longer than most commands.
  if (part === 'cli') {
    return { namespace: 'default', connectionOptions: { address: LOCAL_TEMPORAL } };
  }
  const { loadClientConnectConfig } = load('@temporalio/envconfig') as typeof EnvConfig;
  const overrideEnvVars: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && value !== '') overrideEnvVars[name] = value;
  }
  try {
    const read = loadClientConnectConfig({ overrideEnvVars });
    const address = read.connectionOptions.address ?? LOCAL_TEMPORAL;
    return {
      namespace: read.namespace ?? 'default',
      connectionOptions: { ...read.connectionOptions, address },
    };
  } catch {
    // The library's message may quote a key or a line of the file.
    const name = 'TEMPORAL_*';
    faults.push({
      name,
      expected:
        'readable certificates, profile and file, as docs.temporal.io/develop/environment-configuration says',
      found: null,
    });
    return { namespace: 'default', connectionOptions: {} };
  }
}

function languageOf(env: Environment): Language {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return locale.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/**
 * Checks the settings that `part` uses and returns them; reads nothing but `env` and the files that
 * Temporal's variables name.
 * @throws {ConfigError} with every fault.
 */
export function readConfig(part: Part, env: Environment): Config {
  const faults: Fault[] = [];
  const read = readVariables(env, part, faults);
  const temporal = readTemporal(env, part, faults);
  faults.push(...crossFaults(read), ...unknownNames(env));
  if (faults.length > 0) throw new ConfigError(faults);
  // Whatever has a default is there once there are no faults.
  const values = read as Values;
  const dataDir = resolve(values.ORGSYNC_DATA_DIR);
  return {
    dataDir,
    logLevel: values.ORGSYNC_LOG_LEVEL,
    language: values.ORGSYNC_LANGUAGE ?? languageOf(env),
    mongo: { uri: values.MONGODB_URI, database: values.ORGSYNC_DATABASE },
    temporal,
    masterKey:
      values.ORGSYNC_MASTER_KEY !== undefined
        ? { key: values.ORGSYNC_MASTER_KEY }
        : { file: resolve(values.ORGSYNC_MASTER_KEY_FILE ?? `${dataDir}/master.key`) },
    otherMasterKey:
      values.ORGSYNC_OTHER_MASTER_KEY_FILE === undefined
        ? null
        : { file: resolve(values.ORGSYNC_OTHER_MASTER_KEY_FILE) },
    historyDays: values.ORGSYNC_HISTORY_DAYS,
    api: {
      host: values.ORGSYNC_API_HOST,
      port: values.ORGSYNC_API_PORT,
      tokenFile: resolve(values.ORGSYNC_API_TOKEN_FILE ?? `${dataDir}/api.token`),
    },
    callbacks: { host: values.ORGSYNC_CALLBACK_HOST, port: values.ORGSYNC_CALLBACK_PORT },
    worker: {
      bulkSlots: values.ORGSYNC_WORKER_BULK_SLOTS,
      syncSlots: values.ORGSYNC_WORKER_SYNC_SLOTS,
    },
    times: {
      confirmDelaySeconds: values.ORGSYNC_CONFIRM_DELAY_SECONDS,
      requestTimeoutSeconds: values.ORGSYNC_REQUEST_TIMEOUT_SECONDS,
      longestWriteSeconds: values.ORGSYNC_LONGEST_WRITE_SECONDS,
      claimSeconds: values.ORGSYNC_CLAIM_SECONDS,
    },
    continueAsNewEvents: values.ORGSYNC_CONTINUE_AS_NEW_EVENTS,
    hideNamesInTemporal: values.ORGSYNC_HIDE_NAMES_IN_TEMPORAL,
  };
}

/** Reads this process's own environment; prints all faults and ends the process when there are any. */
export function loadConfig(part: Part): Config {
  try {
    return readConfig(part, process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
}

/** This process's environment with some variables changed, for a process that is started by it. */
export function environmentWith(changes: Environment): Record<string, string> {
  const made: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...process.env, ...changes })) {
    if (value !== undefined) made[name] = value;
  }
  return made;
}
