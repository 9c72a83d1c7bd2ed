// One request to the container that runs for batch, as large as a job may make it.
import { NotDecided, type Probe } from '../evidence.ts';
import { type Invoked, invoke } from '../invoke.ts';
import { platformHeaders } from '../platform-headers.ts';
import { mediaTypeOf, recordsOf } from '../sample-records.ts';
import { batchContainer, jobOf } from './batch-container.ts';
import { executionParametersAnswer } from './execution-parameters.ts';
import { largeBody } from './large-request-answers.ts';
import { modelPackageIfGiven } from './package-file.ts';
import { goodAnswers } from './sample-answers.ts';

export interface BatchPayloadAnswer {
  /** Who says the limit. */
  readonly declaredBy: 'the profile' | 'the container or the default';
  readonly maxPayloadInMB: number;
  readonly sample: string;
  readonly bytes: number;
  readonly invoked: Invoked;
  readonly exitCode: number | null;
  readonly logTail: readonly string[];
}

const mebibyte = 1024 * 1024;
/** Of Marketplace; what a job with MaxPayloadInMB 0, any size, may be asked. */
const payloadInMBMax = 100;
/** Ours, below a job's 10 minutes: the question is whether the body is taken. */
const timeoutMs = 120_000;
const logTailLines = 15;

export const batchPayloadAnswer: Probe<BatchPayloadAnswer> = {
  title: 'asking with the largest body of a batch job',
  async run({ evidence, signal }) {
    const good = await goodAnswers(evidence);
    const modelPackage = await modelPackageIfGiven(evidence);
    const batch = await evidence.of(batchContainer);
    const type = modelPackage?.profiles[0]?.job.contentType ?? null;
    const candidates = good.flatMap(({ sample }) => {
      const records = recordsOf(sample);
      return records === null ? [] : [{ sample, records }];
    });
    const isOfProfile = (contentType: string) => type !== null && mediaTypeOf(contentType) === mediaTypeOf(type);
    const chosen =
      candidates.find(({ sample }) => isOfProfile(sample.contentType)) ??
      candidates.find(({ records }) => records.paddedBodyOf !== null) ??
      candidates[0];
    if (chosen === undefined)
      throw new NotDecided('no sample in JSON (a list of records), JSON Lines or CSV whose records could be repeated');
    const found = await evidence.of(executionParametersAnswer);
    if (found.kind === 'notServing')
      throw new NotDecided('the container does not come into service for batch; execution-parameters says why');
    const ofProfile = jobOf(modelPackage).maxPayloadInMB;
    const maxPayloadInMB = ofProfile ?? found.parameters.maxPayloadInMB;
    const { sample, records } = chosen;
    const { body } = largeBody(records, Math.min(maxPayloadInMB || payloadInMBMax, payloadInMBMax) * mebibyte);
    return batch.use(async (container) => {
      // A job sends two headers.
      const { 'content-type': contentType = '', accept = '' } = platformHeaders(sample);
      const invoked = await invoke(container.channel, { headers: { 'content-type': contentType, accept }, body, timeoutMs, signal });
      return {
        declaredBy: ofProfile === null ? 'the container or the default' : 'the profile',
        ...{ maxPayloadInMB, sample: sample.name, bytes: body.length, invoked, exitCode: container.exit()?.code ?? null },
        logTail: container.logLines().slice(-logTailLines),
      };
    });
  },
};
