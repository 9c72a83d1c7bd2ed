// console.* in Lambda's text format, and whatever is written to stdout and stderr, into one sink.
import { format } from 'node:util';

const levels = { log: 'INFO', info: 'INFO', debug: 'DEBUG', warn: 'WARN', error: 'ERROR', trace: 'TRACE', fatal: 'FATAL' } as const;

export interface OutputSink {
  write(text: string): void;
  /** `-` outside of an invocation, as Lambda's runtime has it. */
  requestId(): string;
}

export type WriteLine = (...args: unknown[]) => void;

/** Replaces them for good: a worker belongs to one function. Gives the runtime's own way to write a line at level ERROR. */
export function captureOutput(sink: OutputSink): WriteLine {
  const lineWriter =
    (level: string): WriteLine =>
    (...args) =>
      sink.write(`${new Date().toISOString()}\t${sink.requestId()}\t${level}\t${format(...args)}\n`);
  for (const [method, level] of Object.entries(levels)) Object.assign(globalThis.console, { [method]: lineWriter(level) });
  process.stdout.write = captureWrite(sink);
  process.stderr.write = captureWrite(sink);
  return lineWriter('ERROR');
}

type Write = typeof process.stdout.write;

function captureWrite(sink: OutputSink): Write {
  return (chunk: Uint8Array | string, encoding?: unknown, done?: unknown) => {
    sink.write(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
    const callback = typeof encoding === 'function' ? encoding : done;
    if (typeof callback === 'function') process.nextTick(callback);
    return true;
  };
}
