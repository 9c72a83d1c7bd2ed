// Composition of the one AWS endpoint: its services, each given what the templates say it has.
import { type AwsEndpoint, startAwsEndpoint } from './aws/endpoint.ts';
import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';
import type { EventInvocations } from './functions/events/event-invocations.ts';
import { createFaultyInvoker } from './functions/faulty-invoker.ts';
import type { FunctionHost } from './functions/function-host.ts';
import { createLambdaService } from './functions/lambda-service.ts';
import type { FunctionStandIn } from './functions/pact-function.ts';
import type { CredentialStore } from './iam/credential-store.ts';
import type { KeyMaterial } from './kms/key-material.ts';
import { createKmsService } from './kms/kms-service.ts';
import type { Log } from './log.ts';
import type { Model } from './model/model.ts';
import type { AsyncRequests } from './sagemaker/async/async-requests.ts';
import { createSageMakerService } from './sagemaker/sagemaker-service.ts';
import type { TransformService } from './sagemaker/transform/transform-service.ts';
import { refuseWrites } from './storage/refuse-writes.ts';
import type { Storage } from './storage/storage.ts';
import { createStsService } from './sts/sts-service.ts';
import type { Deployment } from './template/deployment.ts';
import type { Tracer } from './trace/tracer.ts';

export interface AwsParts {
  readonly deployment: Deployment;
  readonly storage: Storage;
  readonly functions: FunctionHost;
  readonly events: EventInvocations;
  readonly asyncRequests: AsyncRequests;
  readonly transform: TransformService;
  /** Answers in place of the partner's function; null: the function itself does. */
  readonly partnerStandIn: FunctionStandIn | null;
  readonly models: ReadonlyMap<string, Model>;
  readonly faults: Faults;
  readonly keyMaterial: KeyMaterial;
  readonly credentials: CredentialStore;
  readonly region: string;
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly tracer: Tracer;
}

/** @throws AirlockError PORT_IN_USE, BAD_OPTION */
export function startAws(parts: AwsParts): Promise<AwsEndpoint> {
  const { deployment, storage, functions, models, faults, region, clock, log } = parts;
  const buckets = new Map(deployment.buckets.map((bucket) => [bucket.bucketName, bucket]));
  const kms = createKmsService({ keys: deployment.keys, material: parts.keyMaterial, region, log, clock });
  const s3 = storage.createService({
    region,
    clock,
    log,
    bucketPolicies: (name) => buckets.get(name)?.policy ?? null,
    bucketKeyEnabled: (name) => buckets.get(name)?.bucketKeyEnabled ?? false,
    encryptionKeyArn: (name) => buckets.get(name)?.encryptionKeyArn ?? null,
    authorizeKey: (use) => kms.authorizeKeyUse({ ...use, viaService: `s3.${region}.amazonaws.com` }),
  });
  const lambda = createLambdaService({
    invoker: createFaultyInvoker({ invoker: functions, functions: deployment.functions, faults }),
    functions: deployment.functions,
    permissions: deployment.functionPermissions,
    faults,
    ...(parts.partnerStandIn !== null && { standIn: parts.partnerStandIn }),
    events: parts.events,
    region,
  });
  const { endpoints, endpointConfigs, models: modelDefinitions } = deployment;
  const sagemaker = createSageMakerService({
    ...{ endpoints, endpointConfigs, models: modelDefinitions, transform: parts.transform, modelFor: (name: string) => models.get(name) },
    ...{ region, log, clock, asyncRequests: parts.asyncRequests },
  });
  return startAwsEndpoint({ ...parts, services: [refuseWrites(s3, faults), lambda, sagemaker, kms, createStsService()] });
}
