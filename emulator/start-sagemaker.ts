// Composition of what SageMaker does outside the container: S3 with the models' execution roles, and asynchronous requests.
import type { Clock } from './clock.ts';
import type { CredentialStore } from './iam/credential-store.ts';
import type { Log } from './log.ts';
import type { Model } from './model/model.ts';
import { own } from './ownership.ts';
import { openQueueDirectory } from './queue-directory.ts';
import { asyncRequestsMax } from './sagemaker/async/async-limits.ts';
import { type AsyncRequests, createAsyncRequests } from './sagemaker/async/async-requests.ts';
import { parseQueuedRequest } from './sagemaker/async/queued-request.ts';
import { assumeModelRole, checkPlatformRoles } from './sagemaker/platform-roles.ts';
import { createPlatformSessions, type PlatformSessions } from './sagemaker/platform-sessions.ts';
import type { Deployment } from './template/deployment.ts';
import { newTraceId, type Tracer, traceIdOf } from './trace/tracer.ts';

export interface SageMakerParts {
  readonly deployment: Deployment;
  /** By endpoint name. */
  readonly models: ReadonlyMap<string, Model>;
  readonly credentials: CredentialStore;
  readonly awsUrl: () => string;
  readonly region: string;
  /** Where accepted asynchronous requests are, made where it is not there. */
  readonly queueDirectory: string;
  /** A temporary one, for answers. */
  readonly answerDirectory: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly tracer: Tracer;
  /** Closes them. */
  readonly parts: AsyncDisposableStack;
}

/** @throws AirlockError BAD_OPTION when another process has the directory, BAD_TEMPLATE for a role that does not trust SageMaker */
export async function startSageMaker(
  options: SageMakerParts,
): Promise<{ readonly platformSessions: PlatformSessions; readonly asyncRequests: AsyncRequests }> {
  const { deployment, models, credentials, awsUrl, region, queueDirectory, answerDirectory, clock, log, tracer, parts } = options;
  checkPlatformRoles(deployment, log);
  const platformSessions = own(
    parts,
    createPlatformSessions({ awsUrl, region, credentials, assume: (roleArn) => assumeModelRole(roleArn, deployment) }),
  );
  const endpoints = deployment.endpoints.filter(({ asyncInference }) => asyncInference !== null);
  for (const { endpointName, modelPackageArn } of endpoints) if (modelPackageArn !== null) warnOfPackage(endpointName, log);
  const queue = await openQueueDirectory({
    ...{ directory: queueDirectory, entriesMax: asyncRequestsMax, parse: parseQueuedRequest, log },
    // Its call was answered: it ends with a failure object.
    listsTorn: true,
  });
  const modelFor = (name: string) => models.get(name);
  const asyncRequests = createAsyncRequests({
    ...{ queue, endpoints, modelFor, sessions: platformSessions, answerDirectory, region, clock, log },
    traces: {
      traceIdOf: (header) => traceIdOf(header) ?? newTraceId(clock.now()),
      beginSpan: (traceId, fields) => tracer.span(traceId, 'sagemaker.async-invocation', fields),
    },
  });
  return { platformSessions, asyncRequests: own(parts, asyncRequests) };
}

/**
 * Contested: AWS's Marketplace seller guide says no, newer material of AWS and of vendors says yes. In 2023 CreateEndpointConfig answered
 * "Marketplace images are not supported when specifying an AsyncInferenceConfig." [I] sagemaker-python-sdk issue 3969
 */
function warnOfPackage(endpointName: string, log: Log): void {
  log.warn(
    { endpointName },
    'AWS may refuse AsyncInferenceConfig for a model package: its seller guide says that Marketplace products cannot be deployed so',
  );
}
