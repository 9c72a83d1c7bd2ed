// The log: pino to standard error, an allow-list of fields, one line a request at info. Never a body, a token or a record.
import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;
export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** JSON lines to standard error, short lines where that is a terminal; at once, so nothing is lost when the process ends. */
export function createLog(level: LogLevel): Log {
  const destination: DestinationStream = process.stderr.isTTY
    ? { write: (line) => process.stderr.write(shortLine(line)) }
    : pino.destination({ dest: 2, sync: true });
  return pino({ level, base: null, serializers: { error: describeError } }, destination);
}

/** An unknown error with its cause chain; log it under the key `error`. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const cause = error.cause === undefined ? {} : { cause: describeError(error.cause) };
  return { name: error.name, message: error.message, stack: error.stack, ...cause };
}

function shortLine(line: string): string {
  const { level, time, msg, ...fields } = JSON.parse(line) as { level: number; time: number; msg?: string } & Record<string, unknown>;
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const clock = new Date(time).toISOString().slice(11, 23);
  return `${[clock, (pino.levels.labels[level] ?? '').padEnd(5), msg, ...rest].filter(Boolean).join(' ')}\n`;
}
