/** Every environment variable of our own: what it means, what it may be, what it is when unset. */
import { z } from 'zod';

export type Part = 'worker' | 'api' | 'receiver' | 'cli';

interface Variable<S extends z.ZodType, U extends string | null> {
  schema: S;
  /** Text taken when the variable is unset; null when there may be none. */
  unset: U;
  /** One sentence with the unit. */
  says: string;
  /** What a right value looks like, for the message about a wrong one. */
  expected: string;
  /** The value is never shown, not even in part. */
  secret?: true;
  parts: Part[];
}

/** Keeps each schema's own type while checking the shape of the entry. */
function variable<S extends z.ZodType, U extends string | null>(
  it: Variable<S, U>,
): Variable<S, U> {
  return it;
}

/** A whole number between two bounds; blanks around it are forgiven, anything else is not. */
function whole(min: number, max: number) {
  return {
    schema: z
      .string()
      .trim()
      .regex(/^\d{1,12}$/)
      .transform(Number)
      .pipe(z.number().int().min(min).max(max)),
    expected: `a whole number from ${min} to ${max}`,
  };
}

function oneOf<const T extends [string, ...string[]]>(...values: T) {
  return { schema: z.enum(values), expected: values.join(' or ') };
}

const text = { schema: z.string().trim().min(1), expected: 'a text that is not empty' };
const path = { schema: z.string().trim().min(1), expected: 'a path' };
const all: Part[] = ['worker', 'api', 'receiver', 'cli'];
const servers: Part[] = ['worker', 'api'];
const stores: Part[] = ['worker', 'api', 'receiver'];

export const variables = {
  MONGODB_URI: variable({
    schema: z
      .string()
      .trim()
      .regex(/^mongodb(\+srv)?:\/\/[^/\s]+/),
    expected: 'an address that begins with mongodb:// or mongodb+srv://',
    unset: 'mongodb://127.0.0.1:27017',
    says: 'Address of MongoDB; may hold a password.',
    secret: true,
    parts: stores,
  }),
  ORGSYNC_DATABASE: variable({
    schema: z
      .string()
      .trim()
      .regex(/^[A-Za-z0-9_-]{1,60}$/),
    expected: 'letters, digits, dashes and underscores, at most 60',
    unset: 'orgsync',
    says: 'Name of the database inside MongoDB.',
    parts: stores,
  }),
  ORGSYNC_MASTER_KEY: variable({
    schema: z
      .base64()
      .transform((it) => Buffer.from(it, 'base64'))
      .refine((it) => it.length === 32),
    expected: '32 bytes in base64, for example from "openssl rand -base64 32"',
    unset: null,
    says: 'Key that seals secrets and staged people in the database: 32 bytes in base64. All processes need the same one.',
    secret: true,
    parts: stores,
  }),
  ORGSYNC_MASTER_KEY_FILE: variable({
    ...path,
    unset: null,
    says: 'File that holds the key instead, readable by its owner alone; unset: master.key in the data folder, made at the first start.',
    parts: stores,
  }),
  ORGSYNC_OTHER_MASTER_KEY_FILE: variable({
    ...path,
    unset: null,
    says: 'File with a second key that opens what it sealed, only while the key is replaced (docs/operations.md).',
    parts: servers,
  }),
  ORGSYNC_API_HOST: variable({
    ...text,
    unset: '127.0.0.1',
    says: 'Address the API listens on.',
    parts: ['api', 'cli'],
  }),
  ORGSYNC_API_PORT: variable({
    ...whole(0, 65_535),
    unset: '8080',
    says: 'Port of the API; 0 takes a free one.',
    parts: ['api', 'cli'],
  }),
  ORGSYNC_API_TOKEN_FILE: variable({
    ...path,
    unset: null,
    says: 'File with the token that callers of the API must show; unset: api.token in the data folder.',
    parts: ['api', 'cli'],
  }),
  ORGSYNC_CALLBACK_HOST: variable({
    ...text,
    unset: '127.0.0.1',
    says: "Address the receiver of DingTalk's callbacks listens on; the control API is never there.",
    parts: ['receiver'],
  }),
  ORGSYNC_CALLBACK_PORT: variable({
    ...whole(0, 65_535),
    unset: '8081',
    says: "Port of the receiver of DingTalk's callbacks; 0 takes a free one.",
    parts: ['receiver'],
  }),
  ORGSYNC_DATA_DIR: variable({
    ...path,
    unset: './data',
    says: 'Folder for everything this installation keeps outside the database.',
    parts: all,
  }),
  ORGSYNC_LOG_LEVEL: variable({
    ...oneOf('debug', 'info', 'warn', 'error'),
    unset: 'info',
    says: 'Lowest level of log lines that are written.',
    parts: all,
  }),
  ORGSYNC_LANGUAGE: variable({
    ...oneOf('en', 'zh'),
    unset: null,
    says: 'Language of messages in the terminal; unset: zh when LC_ALL, LC_MESSAGES or LANG begins with zh, else en.',
    parts: all,
  }),
  ORGSYNC_WORKER_BULK_SLOTS: variable({
    ...whole(1, 200),
    unset: '40',
    says: 'Activities of imports and reconciliations that one worker runs at the same time.',
    parts: ['worker'],
  }),
  ORGSYNC_WORKER_SYNC_SLOTS: variable({
    ...whole(1, 200),
    unset: '16',
    says: 'Activities of single objects and events that one worker runs at the same time.',
    parts: ['worker'],
  }),
  ORGSYNC_CONFIRM_DELAY_SECONDS: variable({
    ...whole(0, 3_600),
    unset: '6',
    says: "Seconds after which a second read sees a change at the source; at least the source's staleness.",
    parts: servers,
  }),
  ORGSYNC_REQUEST_TIMEOUT_SECONDS: variable({
    ...whole(1, 300),
    unset: '10',
    says: 'Seconds one request to a vendor may take.',
    parts: ['worker', 'api'],
  }),
  ORGSYNC_LONGEST_WRITE_SECONDS: variable({
    ...whole(1, 600),
    unset: '30',
    says: 'Seconds from the check before a write to the last moment the target may still commit it.',
    parts: ['worker'],
  }),
  ORGSYNC_CLAIM_SECONDS: variable({
    ...whole(1, 900),
    unset: '40',
    says: 'Seconds a writer holds an object; longer than the longest write.',
    parts: ['worker'],
  }),
  ORGSYNC_CONTINUE_AS_NEW_EVENTS: variable({
    ...whole(10, 40_000),
    unset: '4000',
    says: 'Events of a workflow history after which the run goes on under a new one.',
    parts: ['worker', 'api'],
  }),
  ORGSYNC_HISTORY_DAYS: variable({
    ...whole(8, 3_650),
    unset: '90',
    says: 'Days after its end at which a run is forgotten, and after its arrival an event; what a run staged is gone after 7.',
    parts: ['api'],
  }),
  ORGSYNC_HIDE_NAMES_IN_TEMPORAL: variable({
    schema: z.enum(['true', 'false']).transform((it) => it === 'true'),
    expected: 'true or false',
    unset: 'false',
    says: 'Keeps department names out of Temporal; its pages then show ids only.',
    parts: servers,
  }),
};

export type VariableName = keyof typeof variables;

/** The value of each variable; one without a default may be absent. */
export type Values = {
  [K in VariableName]:
    | z.output<(typeof variables)[K]['schema']>
    | ((typeof variables)[K]['unset'] extends null ? undefined : never);
};
