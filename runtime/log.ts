/** The log: JSON lines on stderr, made of allowed fields only, so that nothing personal can slip in by accident. */
import { pino } from 'pino';
import type { DestinationStream } from 'pino';
import { cleanField, cleanMessage } from './log-fields.ts';
import type { LogFields } from './log-fields.ts';

export type { LogFields };

/**
 * The first argument is a fixed sentence; everything that varies belongs into a field. Fields that
 * are not in `LogFields` are dropped, also when the type system was tricked.
 */
export interface Log {
  debug: (message: string, fields?: LogFields) => void;
  info: (message: string, fields?: LogFields) => void;
  warn: (message: string, fields?: LogFields) => void;
  error: (message: string, fields?: LogFields) => void;
  /** A log that adds these fields to every line. */
  with: (fields: LogFields) => Log;
}

type Level = 'debug' | 'info' | 'warn' | 'error';

function clean(fields: LogFields | undefined): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  if (typeof fields !== 'object' || fields === null) return kept;
  for (const [name, value] of Object.entries(fields)) {
    const made = cleanField(name, value);
    if (made !== undefined) kept[name] = made;
  }
  return kept;
}

/** Makes the log of one process. `destination` is stderr unless a test wants to read what is written. */
export function makeLog(process: string, level: Level, destination?: DestinationStream): Log {
  const writer = pino(
    {
      level,
      base: { process },
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    // Synchronous, so that the last lines of a dying process are written too.
    destination ?? pino.destination({ fd: 2, sync: true }),
  );
  const made = (always: Record<string, unknown>): Log => {
    const write = (at: Level) => (message: string, fields?: LogFields) =>
      writer[at]({ ...always, ...clean(fields) }, '%s', cleanMessage(message));
    return {
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      with: (fields) => made({ ...always, ...clean(fields) }),
    };
  };
  return made({});
}

/** A log that writes nothing. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  with: () => silentLog,
};
