// The log: pino to standard error, an allow-list of fields, one line a request at info. Never a body, a token or a record.
import { type Logger, pino } from 'pino';

export type Log = Logger;
export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Writes JSON lines to standard error, at once: nothing is lost when the process ends. */
export function createLog(level: LogLevel): Log {
  return pino({ level, base: null, serializers: { error: describeError } }, pino.destination({ dest: 2, sync: true }));
}

/** An unknown error with its cause chain; log it under the key `error`. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const cause = error.cause === undefined ? {} : { cause: describeError(error.cause) };
  return { name: error.name, message: error.message, stack: error.stack, ...cause };
}
