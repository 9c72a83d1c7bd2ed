// A sample in lines through batch transform, split by line: one line a request, then several.
import type { Probe } from '../evidence.ts';
import { NotDecided } from '../evidence.ts';
import type { ModelPackage } from '../model-package/model-package.ts';
import { acceptOf } from '../platform-headers.ts';
import { jsonLinesTypes, mediaTypeOf } from '../sample-records.ts';
import type { Sample } from '../samples.ts';
import { batchContainer } from './batch-container.ts';
import { type BatchRun, failuresOf, runBatch } from './batch-runs.ts';
import { modelPackageIfGiven } from './package-file.ts';
import { goodAnswers } from './sample-answers.ts';

export interface BatchRecordRun {
  readonly strategy: 'SingleRecord' | 'MultiRecord';
  readonly sample: string;
  readonly sent: number;
  /** How many requests they were sent in. */
  readonly requests: number;
  /** Lines of the output. */
  readonly lines: number;
  /** A header row may be in each answer, which is no record. */
  readonly mayHaveHeaders: boolean;
  readonly failures: readonly string[];
}

/** Ours: one request each with SingleRecord. */
const recordsMax = 20;
const recordsMin = 3;
const timeoutSeconds = 60;

export const batchRecordRuns: Probe<readonly BatchRecordRun[]> = {
  title: 'transforming a file line by line',
  async run(context) {
    const { evidence } = context;
    const batch = await evidence.of(batchContainer);
    const good = await goodAnswers(evidence);
    const modelPackage = await modelPackageIfGiven(evidence);
    const chosen = chooseLines(
      good.map(({ sample }) => sample),
      modelPackage,
    );
    return batch.use(async (container) => {
      const runs: BatchRecordRun[] = [];
      for (const strategy of ['SingleRecord', 'MultiRecord'] as const) {
        if (container.exit() !== null) throw new NotDecided('the container ended meanwhile');
        const { sample, lines } = chosen;
        const run = await runBatch(
          {
            ...{ container, inputs: [{ name: 'records', body: Buffer.from(lines.map((line) => `${line}\n`).join('')) }] },
            ...{ contentType: sample.contentType, accept: acceptOf(sample), splitType: 'Line', assembleWith: 'Line' },
            ...{ batchStrategy: strategy, maxPayloadInMB: 6, maxConcurrentTransforms: 1, invocationTimeoutSeconds: timeoutSeconds },
          },
          context,
        );
        runs.push({ strategy, sent: lines.length, ...describeRun(run, sample) });
      }
      return runs;
    });
  },
};

export interface ChosenLines {
  readonly sample: Sample;
  readonly lines: readonly string[];
}

/** CSV only where the profile splits it: else its first row is likely to be a header, which a split by line sends as a record. */
export function chooseLines(samples: readonly Sample[], modelPackage: ModelPackage | null): ChosenLines {
  const job = modelPackage?.profiles[0]?.job ?? null;
  const splitType = job?.splitType === 'Line' && job.contentType !== null ? mediaTypeOf(job.contentType) : null;
  const isLines = ({ contentType }: Sample) => mediaTypeOf(contentType) === splitType || jsonLinesTypes.has(mediaTypeOf(contentType));
  // The profile's own type first.
  const sample = samples.find(({ contentType }) => mediaTypeOf(contentType) === splitType) ?? samples.find(isLines);
  const lines =
    sample?.body
      .toString('utf8')
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '') ?? [];
  if (sample === undefined || lines.length === 0)
    throw new NotDecided('no sample in JSON Lines that is answered with 2xx, nor one of a type that the validation profile splits by line');
  // Whether records are kept apart takes more than one.
  const enough = Array.from({ length: Math.max(recordsMin, lines.length) }, (_, index) => lines[index % lines.length] ?? '');
  return { sample, lines: enough.slice(0, recordsMax) };
}

function describeRun(run: BatchRun, sample: Sample): Omit<BatchRecordRun, 'strategy' | 'sent'> {
  const output = run.outputs[0]?.body?.toString('utf8') ?? '';
  const type = mediaTypeOf(acceptOf(sample));
  return {
    sample: sample.name,
    requests: run.outcome.progress.requests,
    lines: countRecords(output, type),
    mayHaveHeaders: type === 'text/csv',
    failures: failuresOf(run).map((line) => line.replace(/^records\b/, sample.name)),
  };
}

/** Lines that hold something; of JSON, where a line is a list or an object with one, its members. */
export function countRecords(output: string, type: string): number {
  const lines = output.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (type !== 'application/json') return lines.length;
  return lines.reduce((count, line) => count + membersOf(line), 0);
}

function membersOf(line: string): number {
  try {
    const value: unknown = JSON.parse(line);
    if (Array.isArray(value)) return value.length;
    const lists = Object.values(value ?? {}).filter((each): each is unknown[] => Array.isArray(each));
    return lists.length === 1 && lists[0] !== undefined ? lists[0].length : 1;
  } catch (error) {
    if (error instanceof SyntaxError) return 1;
    throw error;
  }
}
