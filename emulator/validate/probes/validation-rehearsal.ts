// The job of the package's validation profile, over the samples of its content type.
import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';
import { NotDecided, type Probe } from '../evidence.ts';
import type { TransformJobDefinition } from '../model-package/model-package.ts';
import { splitTypeOf, strategyOf } from '../model-package/profile-values.ts';
import { mediaTypeOf } from '../sample-records.ts';
import { type Sample, samples } from '../samples.ts';
import { batchContainer } from './batch-container.ts';
import { failuresOf, runBatch } from './batch-runs.ts';
import { modelPackageOf } from './package-file.ts';

export interface Rehearsal {
  readonly profile: string;
  readonly failures: readonly string[];
  readonly outputs: readonly {
    readonly name: string /** False also where it is line ends only, which AssembleWith puts there. */;
    readonly holdsSomething: boolean;
  }[];
  readonly logTail: readonly string[];
}

/** SageMaker's own for a job that names none. */
const timeoutSeconds = 600;
const logTailLines = 15;

export const rehearsal: Probe<Rehearsal> = {
  title: 'rehearsing the validation profile',
  async run(context) {
    const { evidence } = context;
    const modelPackage = await modelPackageOf(evidence);
    const [profile] = modelPackage.profiles;
    if (profile === undefined) throw new NotDecided('the package has no validation profile; package-request says so');
    const batch = await evidence.of(batchContainer);
    const chosen = chooseInputs(await evidence.of(samples), profile.job);
    const { job } = profile;
    const isGzip = job.compressionType === 'Gzip';
    return batch.use(async (container) => {
      const run = await runBatch(
        {
          container,
          inputs: chosen.map(({ name, body }) => ({ name, body: isGzip ? gzipSync(body) : body })),
          contentType: job.contentType,
          compression: isGzip ? 'Gzip' : 'None',
          splitType: splitTypeOf(job.splitType),
          accept: job.accept,
          assembleWith: job.assembleWith === 'Line' ? 'Line' : 'None',
          batchStrategy: strategyOf(job.batchStrategy),
          maxPayloadInMB: job.maxPayloadInMB,
          maxConcurrentTransforms: job.maxConcurrentTransforms,
          invocationTimeoutSeconds: timeoutSeconds,
        },
        context,
      );
      return {
        profile: profile.name ?? 'without a name',
        failures: failuresOf(run),
        outputs: run.outputs.map(({ name, body }) => ({
          name,
          holdsSomething: body?.some((byte) => byte !== 0x0a && byte !== 0x0d) === true,
        })),
        logTail: container.logLines().slice(-logTailLines),
      };
    });
  },
};

/** The file that S3Uri names, where a sample is called so; else all of the profile's content type. */
export function chooseInputs(all: readonly Sample[], { inputUri, contentType }: TransformJobDefinition): readonly Sample[] {
  const named = all.filter(({ name }) => inputUri !== null && basename(name) === basename(inputUri));
  if (named.length > 0) return named;
  if (contentType === null) return all;
  const ofType = all.filter((sample) => mediaTypeOf(sample.contentType) === mediaTypeOf(contentType));
  if (ofType.length === 0) throw new NotDecided(`no sample is of ${contentType}, which the validation profile sends`);
  return ofType;
}
