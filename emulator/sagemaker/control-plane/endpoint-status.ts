// From the state of the running model to the status that SageMaker tells of its endpoint.
import type { Model, ModelState } from '../../model/model.ts';

/** Source: botocore sagemaker/2017-07-24 service-2.json, shape EndpointStatus. */
export const endpointStatuses = [
  'OutOfService',
  'Creating',
  'Updating',
  'SystemUpdating',
  'RollingBack',
  'InService',
  'Deleting',
  'Failed',
  'UpdateRollbackFailed',
] as const;
export type EndpointStatus = (typeof endpointStatuses)[number];

/**
 * A model that is started again after a crash is Creating, so that who waits for InService waits; AWS replaces the container behind an
 * endpoint that stays InService [M].
 */
const statuses: Readonly<Record<ModelState, EndpointStatus>> = {
  starting: 'Creating',
  inService: 'InService',
  failed: 'Failed',
  stopped: 'OutOfService',
};

export function endpointStatus(model: Model | undefined): EndpointStatus {
  return model === undefined ? 'Creating' : statuses[model.state];
}

/** FailureReason of a Failed endpoint. Text: amazon-sagemaker-examples issue 210. */
export function pingFailure(variantName: string): string {
  return `The primary container for production variant ${variantName} did not pass the ping health check. Please check CloudWatch logs for this endpoint.`;
}
