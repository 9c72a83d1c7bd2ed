// Bodies of 6 MB and near 25 MB, made of a sample's own records.
import { invokeEndpointBytesMax } from '../../limits.ts';
import { olderClientBodyBytesMax } from '../../sagemaker/header-limits.ts';
import { NotDecided, type Probe } from '../evidence.ts';
import { type Invoked, invoke } from '../invoke.ts';
import { platformHeaders } from '../platform-headers.ts';
import { recordsOf, type SampleRecords } from '../sample-records.ts';
import { goodAnswers } from './sample-answers.ts';
import { spareContainer } from './spare-container.ts';

export interface LargeRequestAnswer {
  readonly sample: string;
  readonly bytes: number;
  readonly records: number;
  readonly invoked: Invoked;
}

/** Ours: below the limit, as a caller's headers count on the way. */
const nearMaxBytes = invokeEndpointBytesMax - 64 * 1024;
/** Ours: the question is what the server takes and not what the model can do in 60 s, so white space makes up for the rest. */
const paddedRecordsMax = 1_000;
const logTailLines = 15;

export interface LargeRequestAnswers {
  readonly answers: readonly LargeRequestAnswer[];
  readonly exitCode: number | null;
  readonly logTail: readonly string[];
}

export const largeRequestAnswers: Probe<LargeRequestAnswers> = {
  title: 'asking with large bodies',
  async run({ evidence, signal }) {
    const good = await goodAnswers(evidence);
    const candidates = good.flatMap(({ sample }) => {
      const records = recordsOf(sample);
      return records === null ? [] : [{ sample, records }];
    });
    const chosen = candidates.find(({ records }) => records.paddedBodyOf !== null) ?? candidates[0];
    if (chosen === undefined)
      throw new NotDecided('no sample in JSON (a list of records), JSON Lines or CSV whose records could be repeated');
    const { sample, records } = chosen;
    const spare = await evidence.of(spareContainer);
    return spare.use(async (container) => {
      const answers: LargeRequestAnswer[] = [];
      for (const bytes of [olderClientBodyBytesMax, nearMaxBytes]) {
        if (container.exit() !== null) break;
        const { body, count } = largeBody(records, bytes);
        const invoked = await invoke(container.channel, { headers: platformHeaders(sample), body, signal });
        answers.push({ sample: sample.name, bytes: body.length, records: count, invoked });
      }
      return { answers, exitCode: container.exit()?.code ?? null, logTail: container.logLines().slice(-logTailLines) };
    });
  },
};

/** At most `bytes`, and near them. */
export function largeBody(records: SampleRecords, bytes: number): { readonly body: Buffer; readonly count: number } {
  const lengthOf = (copies: number) =>
    records.bodyOf(Array.from({ length: copies * records.count }, (_, index) => index % records.count)).length;
  // A CSV has its header once.
  const copyBytes = lengthOf(2) - lengthOf(1);
  const frameBytes = lengthOf(1) - copyBytes;
  const fitting = Math.max(1, Math.floor((bytes - frameBytes) / copyBytes) * records.count);
  const { paddedBodyOf } = records;
  const count = paddedBodyOf === null ? fitting : Math.min(fitting, Math.max(paddedRecordsMax, records.count));
  const indexes = Array.from({ length: count }, (_, index) => index % records.count);
  return { body: paddedBodyOf === null ? records.bodyOf(indexes) : paddedBodyOf(indexes, bytes), count };
}
