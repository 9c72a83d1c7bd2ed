// The body of GET /health: what runs, and honestly whether the model is sealed.
import { stageUrls } from './gateway/stage-urls.ts';
import type { Model, ModelState } from './model/model.ts';
import type { Deployment } from './template/deployment.ts';

export interface HealthParts {
  readonly apis: Readonly<Record<string, string>>;
  readonly awsUrl: string;
  /** The files that tell others of it are written. */
  readonly started: boolean;
  readonly sealed: boolean;
  /** Where objects are: `embedded`, or the URL of another S3. */
  readonly s3: string;
  readonly deployment: Deployment;
  readonly models: ReadonlyMap<string, Model>;
  /** Name of the contract's file that answers for the partner's token function; null where the function runs. */
  readonly partnerStandIn: string | null;
}

export interface Health {
  readonly status: 'starting' | 'ok' | 'degraded';
  readonly [more: string]: unknown;
}

/** In the words of DescribeEndpoint. */
const endpointStatuses: Readonly<Record<ModelState, string>> = {
  starting: 'Creating',
  inService: 'InService',
  failed: 'Failed',
  stopped: 'Deleting',
};

/** `status` is ok while every endpoint is in service, else degraded; starting until everything is up. */
export function healthOf({ apis, awsUrl, started, sealed, s3, deployment, models, partnerStandIn }: HealthParts): Health {
  const endpoints = [...models].map(([endpointName, { state, sealed: modelSealed, description, standIn }]) => ({
    endpointName,
    endpointStatus: endpointStatuses[state],
    state,
    sealed: modelSealed,
    description,
    standIn: standIn?.contract ?? null,
  }));
  return {
    status: statusOf(started, endpoints),
    sealed,
    apis,
    stages: stageUrls(apis, deployment.restApis),
    awsUrl,
    s3,
    endpoints,
    partner: { standIn: partnerStandIn },
    functions: deployment.functions.map(({ functionName, accountId, runtime }) => ({ functionName, accountId, runtime })),
    notEmulated: deployment.notEmulated.map(({ type, logicalId, stackName }) => ({ type, logicalId, stackName })),
    noEffectHere: deployment.notEmulatedProperties.map(({ type, logicalId, property, effect }) => ({ type, logicalId, property, effect })),
  };
}

function statusOf(started: boolean, endpoints: readonly { readonly state: ModelState }[]): 'starting' | 'ok' | 'degraded' {
  if (!started) return 'starting';
  return endpoints.every((endpoint) => endpoint.state === 'inService') ? 'ok' : 'degraded';
}
