// One validation from the image's name to the report: connects Docker, finds the image, runs the checks, removes everything.
import type { Log } from '../log.ts';
import { connectDocker } from '../model/docker/docker-engine.ts';
import { findImage } from '../model/docker/find-image.ts';
import { removeLeftovers } from '../model/docker/leftovers.ts';
import { packageVersion } from '../package-files.ts';
import type { Check, CheckResult } from './check.ts';
import { createValidationContainers } from './containers.ts';
import { createEvidence } from './evidence.ts';
import { imageFacts } from './probes/image-facts.ts';
import { type Report, summarize } from './report.ts';
import { reportedEvidence } from './reported-evidence.ts';
import { runChecks } from './run-checks.ts';
import type { ValidateOptions } from './validate-options.ts';

export interface ValidateParts {
  readonly checks: readonly Check[];
  readonly temporaryDirectory: string;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly onProbe?: (title: string, isRunning: boolean) => void;
  readonly onResult?: (result: CheckResult) => void;
}

/** @throws AirlockError NOT_AVAILABLE, BAD_OPTION; whatever happens, nothing is left in Docker */
export async function validateImage(options: ValidateOptions, parts: ValidateParts): Promise<Report> {
  const { log, onProbe, onResult, checks, temporaryDirectory } = parts;
  const over = new AbortController();
  const signal = AbortSignal.any([parts.signal, over.signal]);
  const startedAt = new Date();
  const engine = await connectDocker();
  try {
    const sweep = removeLeftovers(engine.docker, log);
    const [imageId, relayId] = await Promise.all([
      findImage({ engine, reference: options.image, option: 'IMAGE', log, signal }),
      findImage({ engine, reference: options.relayImage, option: '--relay-image', log, signal }),
    ]);
    await using containers = createValidationContainers({
      ...{ engine, imageId, log, signal, relay: { id: relayId, reference: options.relayImage } },
      ...{ modelDirectory: options.modelDirectory, environment: options.environment },
      ...{ memoryBytes: options.memoryBytes, cpus: options.cpus },
    });
    const evidence = createEvidence({
      ...{ options, engine, containers, temporaryDirectory, log, signal, image: { reference: options.image, id: imageId } },
      ...(onProbe && { onProbe }),
    });
    // Before the containers are removed: a probe that still runs would make more.
    await using _probes = {
      async [Symbol.asyncDispose]() {
        over.abort(new Error('The validation has ended.'));
        await evidence.settled();
      },
    };
    const results = await runChecks(checks, { evidence, ...(onResult && { onResult }) });
    const { inspect } = await evidence.of(imageFacts);
    const report: Report = {
      schemaVersion: 1,
      tool: { name: 'airlock', version: packageVersion() },
      image: { reference: options.image, id: imageId, architecture: `${inspect.Os}/${inspect.Architecture}`, bytes: inspect.Size },
      startedAt: startedAt.toISOString(),
      durationMs: Date.now() - startedAt.getTime(),
      summary: summarize(results),
      results,
      ...(await reportedEvidence(evidence, checks)),
    };
    await sweep;
    return report;
  } finally {
    engine.disconnect();
  }
}
