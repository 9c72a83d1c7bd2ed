// What InvokeEndpoint and InvokeEndpointWithResponseStream ask before they turn to the container: permission, then the request's own limits, then
// whether the endpoint is in service.
import { bodyTooLarge } from '../aws/body-too-large.ts';
import { type AwsFault, isFault } from '../aws/fault.ts';
import type { AuthorizationCheck, AwsCall } from '../aws/service.ts';
import { constraintSentence, validationMessage } from '../aws/validation-message.ts';
import { invokeEndpointBytesMax } from '../limits.ts';
import type { Log } from '../log.ts';
import type { Model } from '../model/model.ts';
import type { Endpoint } from '../template/sagemaker-definitions.ts';
import { endpointNameLengthMax, endpointNamePattern, olderClientBodyBytesMax, type RequestHeader } from './header-limits.ts';
import { notInService } from './model-error.ts';
import { checkHeaders, checkTargets, containerHeaders, readHeaders, validationError } from './request-headers.ts';

export interface AdmissionOptions {
  readonly endpoints: readonly Endpoint[];
  /** Undefined: nothing runs for this endpoint. */
  readonly modelFor: (endpointName: string) => Model | undefined;
  readonly region: string;
  readonly log: Log;
}

/** `accountId` is the caller's: the API takes a name only, so an endpoint of another account cannot be reached. */
export interface InvocationTarget {
  readonly endpointName: string;
  readonly accountId: string;
}

export interface Invocation {
  readonly endpoint: Endpoint;
  readonly model: Model;
  /** For the container, lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export function admitInvocation(
  options: AdmissionOptions,
  call: AwsCall,
  target: InvocationTarget,
  known: readonly RequestHeader[],
): Invocation | AwsFault {
  const given = readHeaders(call.headers, known);
  const targetModel = given.get('TargetModel')?.value;
  const endpoint = findEndpoint(options, call, target, {
    // Of both operations. Source: botocore sagemaker-runtime, text of InvokeEndpointWithResponseStream.
    action: 'sagemaker:InvokeEndpoint',
    ...(targetModel !== undefined && { context: { 'sagemaker:TargetModel': targetModel } }),
  });
  if (isFault(endpoint)) return endpoint;
  const refused = (endpoint.asyncInference && asynchronousOnly(endpoint)) ?? checkHeaders(given) ?? checkTargets(given, endpoint);
  if (refused) return refused;
  const body = checkBody(call, endpoint, options.log);
  if (isFault(body)) return body;
  const model = findModel(options, endpoint);
  return isFault(model) ? model : { endpoint, model, headers: containerHeaders(given), body };
}

/** The name, then the permission, then whether there is such an endpoint: who may not call it learns nothing of it. */
export function findEndpoint(
  options: AdmissionOptions,
  call: AwsCall,
  { endpointName, accountId }: InvocationTarget,
  permission: Pick<AuthorizationCheck, 'action' | 'context'>,
): Endpoint | AwsFault {
  call.annotate({ endpointName });
  if (endpointName.length > endpointNameLengthMax || !endpointNamePattern.test(endpointName)) return malformedName(endpointName);
  const denied = call.authorize({
    ...permission,
    // IAM sees the name in lower case, whatever it was created as. [I] aws-cdk-examples issue 2
    resourceArn: `arn:aws:sagemaker:${options.region}:${accountId}:endpoint/${endpointName.toLowerCase()}`,
    resourceAccountId: accountId,
    resourcePolicies: [],
  });
  if (denied) return denied;
  const endpoint = options.endpoints.find((candidate) => candidate.endpointName === endpointName && candidate.accountId === accountId);
  return endpoint ?? validationError(`Endpoint ${endpointName} of account ${accountId} not found.`);
}

export function findModel({ modelFor }: AdmissionOptions, { endpointName }: Endpoint): Model | AwsFault {
  const model = modelFor(endpointName);
  // A model that is being started again after a crash gets its chance: it waits for it, within the request's own limit.
  if (model?.state !== 'inService' && model?.state !== 'starting')
    return notInService(endpointName, `its model is ${model?.state ?? 'not running'}`);
  return model;
}

/** Source: SageMaker developer guide "Asynchronous inference" of 2023; [M] the text. */
function asynchronousOnly({ endpointName }: Endpoint): AwsFault {
  return validationError(`Endpoint ${endpointName} is an asynchronous endpoint and takes InvokeEndpointAsync only.`);
}

function checkBody({ body }: AwsCall, { endpointName }: Endpoint, log: Log): Buffer | AwsFault {
  if (!Buffer.isBuffer(body)) throw new TypeError('SageMaker Runtime needs a buffered body');
  if (body.byteLength > invokeEndpointBytesMax) return bodyTooLarge('sagemaker', invokeEndpointBytesMax);
  if (body.byteLength > olderClientBodyBytesMax) {
    log.warn({ endpointName, requestBytes: body.byteLength }, 'InvokeEndpoint: body above 6 MB, older AWS clients refuse it');
  }
  return body;
}

/** [M] the text; the pattern and the length are the API's. */
function malformedName(endpointName: string): AwsFault {
  const constraint =
    endpointName.length > endpointNameLengthMax
      ? `Member must have length less than or equal to ${endpointNameLengthMax}`
      : 'Member must satisfy regular expression pattern: ^[a-zA-Z0-9](-*[a-zA-Z0-9])*';
  return validationError(validationMessage([constraintSentence('Value', 'endpointName', constraint)]));
}
