// What a container prints: followed from its start, to the log at debug, and the last lines kept for an error.
import { PassThrough, type Readable } from 'node:stream';
import type { Container } from 'dockerode';
import type { Log } from '../../log.ts';
import { logLines } from '../model-lines.ts';
import { demultiplex } from './demultiplex.ts';

const linesKeptByDefault = 20;
/** Between the end of a container and the end of its output. */
const lastOutputMs = 1_000;

export interface ContainerLog {
  /** Oldest first. */
  lines(): readonly string[];
  /** When all that an ended container printed has been read, or soon. */
  settled(): Promise<void>;
  close(): void;
}

/** Of a container that was started. */
export async function followLog(container: Container, log: Log, linesKeptMax = linesKeptByDefault): Promise<ContainerLog> {
  const stream = (await container.logs({ follow: true, stdout: true, stderr: true })) as Readable;
  const kept: string[] = [];
  const keep = (line: string) => {
    kept.push(line);
    if (kept.length > linesKeptMax) kept.shift();
  };
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  logLines(stdout, 'stdout', log, keep);
  logLines(stderr, 'stderr', log, keep);
  const ended = new Promise<void>((resolve) => {
    stream.once('close', () => {
      stdout.end();
      stderr.end(() => setImmediate(resolve));
    });
  });
  stream.on('error', (error) => log.debug({ error }, 'the log of the container broke off'));
  stream.pipe(demultiplex({ stdout: into(stdout), stderr: into(stderr) }));
  return {
    lines: () => kept,
    async settled() {
      const timer = Promise.withResolvers<void>();
      const timeout = setTimeout(timer.resolve, lastOutputMs);
      await Promise.race([ended, timer.promise]);
      clearTimeout(timeout);
    },
    close: () => void stream.destroy(),
  };
}

function into(stream: PassThrough): (chunk: Buffer, taken: () => void) => void {
  return (chunk, taken) => {
    if (stream.write(chunk)) taken();
    else stream.once('drain', taken);
  };
}
