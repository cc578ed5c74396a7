/** The fields a log line may have, and what is left of a value before it is written. */
import { fileURLToPath } from 'node:url';
import { ProblemError } from '../model/problem.ts';

export interface LogFields {
  /** Name of the token that was shown. */
  by?: string | undefined;
  connection?: string | undefined;
  run?: string | undefined;
  workflowId?: string | undefined;
  workflowType?: string | undefined;
  activity?: string | undefined;
  attempt?: number | undefined;
  taskQueue?: string | undefined;
  /** A `Problem`'s code. */
  code?: string | undefined;
  /** A `Problem`'s kind. */
  kind?: string | undefined;
  vendorCode?: string | undefined;
  requestId?: string | undefined;
  /** The vendor's interface, without its query. */
  interface?: string | undefined;
  /** Kind and id of a source object, for example "department 2031". */
  object?: string | undefined;
  event?: string | undefined;
  method?: string | undefined;
  /** Path of a request, without its query. */
  path?: string | undefined;
  status?: number | undefined;
  host?: string | undefined;
  port?: number | undefined;
  signal?: string | undefined;
  version?: string | undefined;
  component?: string | undefined;
  ms?: number | undefined;
  waitMs?: number | undefined;
  count?: number | undefined;
  failed?: number | undefined;
  pid?: number | undefined;
  exitCode?: number | undefined;
  /** Any thrown value; only its name, code and our own stack frames are written. */
  error?: unknown;
}

const NUMBERS = new Set([
  'attempt',
  'status',
  'port',
  'ms',
  'waitMs',
  'count',
  'failed',
  'pid',
  'exitCode',
]);
const WORDS = new Set([
  'by',
  'connection',
  'run',
  'workflowId',
  'workflowType',
  'activity',
  'taskQueue',
  'code',
  'kind',
  'vendorCode',
  'requestId',
  'interface',
  'object',
  'event',
  'method',
  'path',
  'host',
  'signal',
  'version',
  'component',
]);

const LONGEST_WORD = 200;
const LONGEST_MESSAGE = 300;

/** Ids, codes and paths: no blanks but single ones, no control signs, no query, no user part of an address. */
function cleanWord(value: string): string {
  return value
    .replace(/[?#].*$/s, '')
    .replace(/\/\/[^/@\s]*@/g, '//')
    .replace(/[^\p{L}\p{N} _.:/@+,*()-]/gu, '?')
    .slice(0, LONGEST_WORD);
}

/**
 * A message is a fixed sentence. Should somebody build one from data all the same, this takes out what looks
 * like a phone number, an address of a person, a credential in an address, a query or a token.
 */
export function cleanMessage(message: unknown): string {
  return String(message)
    .slice(0, 2_000)
    .replace(/\/\/[^/@\s]*@/g, '//')
    .replace(/\?[^\s"')]*=[^\s"')]*/g, '?…')
    .replace(/[^\s"'<>:,;()=]+@[^\s"'<>:,;()=]+/g, '<address>')
    .replace(/\+?\d[\d -]{5,}\d/g, '<number>')
    .replace(/(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[\w+/=-]{16,}/g, '<token>')
    .replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ')
    .slice(0, LONGEST_MESSAGE);
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Where the error passed through our own files, as "folder/file.ts:line"; a stack's first lines are its message. */
function ownFrames(error: Error): string[] {
  const frames: string[] = [];
  const stack = typeof error.stack === 'string' ? error.stack : '';
  const body = stack.startsWith(`${error.name}: ${error.message}`)
    ? stack.slice(`${error.name}: ${error.message}`.length)
    : stack;
  for (const line of body.split('\n')) {
    const match =
      /^ {4}at (?:[^()]* \()?(?:file:\/\/)?(\/[^()\s]+|[A-Z]:[^()\s]+?):(\d+):\d+\)?$/.exec(line);
    if (!match?.[1]?.startsWith(ROOT)) continue;
    const file = match[1].slice(ROOT.length);
    if (file.includes('node_modules/') || !/^[\w./-]+$/.test(file)) continue;
    frames.push(`${file}:${match[2]}`);
    if (frames.length === 8) break;
  }
  return frames;
}

/** Codes of Node, drivers and gRPC are words or small numbers; anything longer might be data. */
function codeOf(error: object): string | undefined {
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'number') return String(code);
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,49}$/.test(code) ? code : undefined;
}

function nameOf(error: Error): string {
  return /^[A-Za-z][\w.]{0,60}$/.test(error.name) ? error.name : 'Error';
}

/** Name, code, problem and our frames of a thrown value and of its causes; never a message, which may quote data. */
function cleanError(thrown: unknown, depth = 0): Record<string, unknown> {
  if (!(thrown instanceof Error)) return { name: typeof thrown };
  const made: Record<string, unknown> = { name: nameOf(thrown) };
  const code = codeOf(thrown);
  if (code !== undefined) made.code = code;
  if (thrown instanceof ProblemError) {
    const { code: problemCode, kind, detail } = thrown.problem;
    made.code = problemCode;
    made.kind = kind;
    if (detail.vendorCode !== undefined) made.vendorCode = cleanWord(detail.vendorCode);
    if (detail.interface !== undefined) made.interface = cleanWord(detail.interface);
  }
  const frames = ownFrames(thrown);
  if (frames.length > 0) made.at = frames;
  if (thrown.cause !== undefined && depth < 3) made.cause = cleanError(thrown.cause, depth + 1);
  return made;
}

/** What may be written of a field, or undefined when it may not be written at all. */
export function cleanField(name: string, value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  if (name === 'error') return cleanError(value);
  if (NUMBERS.has(name)) {
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  }
  if (WORDS.has(name)) {
    return typeof value === 'string' || typeof value === 'number'
      ? cleanWord(String(value))
      : undefined;
  }
  return undefined;
}
