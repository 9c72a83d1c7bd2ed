// What the sealed container printed, up to behind the answers to the samples.
import { pause } from '../../model/readiness.ts';
import { NotDecided, type Probe } from '../evidence.ts';
import { sampleAnswers } from './sample-answers.ts';
import { servingContainer } from './sealed-run.ts';

export interface InvocationLog {
  /** Oldest first, as far as it is kept. */
  readonly lines: readonly string[];
  /** Null: no samples were given. */
  readonly samplesAsked: number | null;
  /** Paths of log files that it wrote. */
  readonly logFiles: readonly string[];
}

/** Ours: a line is here this long after the answer that it tells of. */
const quietMs = 250;
const waitMsMax = 2_000;
const logFile = /^\/var\/log\/.+|\.log(\.\d+)?$/;

export const invocationLog: Probe<InvocationLog> = {
  title: 'reading the log',
  async run({ evidence, signal }) {
    const container = await servingContainer(evidence);
    const samplesAsked = await evidence.of(sampleAnswers).then(
      (answers) => answers.length,
      (error: unknown) => {
        if (error instanceof NotDecided) return null;
        throw error;
      },
    );
    const deadline = performance.now() + waitMsMax;
    for (let before = -1, now = container.logLines().length; now !== before && performance.now() < deadline; ) {
      before = now;
      await pause(quietMs, signal);
      now = container.logLines().length;
    }
    const changes = await container.changes();
    const written = changes.filter(({ path, kind }) => kind !== 'deleted' && logFile.test(path));
    return { lines: container.logLines(), samplesAsked, logFiles: written.map(({ path }) => path) };
  },
};
