// InvokeEndpoint: permission, then the request's own limits, then the container, then AWS's answer or ModelError.
import { type AwsFault, fault } from '../aws/fault.ts';
import type { AwsAnswer, AwsCall } from '../aws/service.ts';
import { constraintSentence, validationMessage } from '../aws/validation-message.ts';
import { invokeEndpointBytesMax, invokeEndpointTimeoutMs } from '../limits.ts';
import type { Log } from '../log.ts';
import { type Model, type ModelAnswer, ModelFailure } from '../model/model.ts';
import type { Endpoint } from '../template/deployment.ts';
import { endpointNameLengthMax, endpointNamePattern, olderClientBodyBytesMax } from './header-limits.ts';
import { readMetering } from './metering.ts';
import { answeredWithError, answerTooLarge, connectionLost, type ModelErrorPlace, timedOut } from './model-error.ts';
import { checkHeaderLengths, checkTargets, containerHeaders, validationError } from './request-headers.ts';
import { callerHeaders } from './response-headers.ts';

export interface InvokeEndpointOptions {
  readonly endpoints: readonly Endpoint[];
  /** Undefined: nothing runs for this endpoint. */
  readonly modelFor: (endpointName: string) => Model | undefined;
  readonly region: string;
  readonly log: Log;
  /** For tests; AWS's 60 seconds otherwise. */
  readonly timeoutMs?: number;
}

/** `accountId` is the caller's: the API takes a name only, so an endpoint of another account cannot be reached. */
export async function invokeEndpoint(
  options: InvokeEndpointOptions,
  call: AwsCall,
  target: { endpointName: string; accountId: string },
): Promise<AwsAnswer | AwsFault> {
  const { endpointName, accountId } = target;
  call.annotate({ endpointName });
  if (endpointName.length > endpointNameLengthMax || !endpointNamePattern.test(endpointName)) return malformedName(endpointName);

  const denied = call.authorize({
    action: 'sagemaker:InvokeEndpoint',
    // IAM sees the name in lower case, whatever it was created as. [I] aws-cdk-examples issue 2
    resourceArn: `arn:aws:sagemaker:${options.region}:${accountId}:endpoint/${endpointName.toLowerCase()}`,
    resourceAccountId: accountId,
    resourcePolicies: [],
    context: conditionKeys(call),
  });
  if (denied) return denied;

  const endpoint = options.endpoints.find((candidate) => candidate.endpointName === endpointName && candidate.accountId === accountId);
  if (!endpoint) return validationError(`Endpoint ${endpointName} of account ${accountId} not found.`);
  const refused = checkHeaderLengths(call.headers) ?? checkTargets(call.headers, endpoint);
  if (refused) return refused;
  if (!Buffer.isBuffer(call.body)) throw new TypeError('InvokeEndpoint needs a buffered body');
  const body = call.body;
  if (body.byteLength > invokeEndpointBytesMax) return bodyTooLarge();
  if (body.byteLength > olderClientBodyBytesMax) {
    options.log.warn({ endpointName, requestBytes: body.byteLength }, 'InvokeEndpoint: body above 6 MB, older AWS clients refuse it');
  }
  const model = options.modelFor(endpointName);
  // A model that is being started again after a crash gets its chance: request() waits for it, within its own limit.
  if (model?.state !== 'inService' && model?.state !== 'starting')
    return notInService(endpointName, `its model is ${model?.state ?? 'not running'}`);
  return askModel(options, call, { endpoint, model, body });
}

async function askModel(
  options: InvokeEndpointOptions,
  call: AwsCall,
  request: { endpoint: Endpoint; model: Model; body: Buffer },
): Promise<AwsAnswer | AwsFault> {
  const { endpoint, model, body } = request;
  const place: ModelErrorPlace = { endpoint, region: options.region };
  let answer: ModelAnswer;
  try {
    answer = await model.request({
      method: 'POST',
      path: '/invocations',
      headers: containerHeaders(call.headers),
      body,
      timeoutMs: options.timeoutMs ?? invokeEndpointTimeoutMs,
      signal: call.signal,
    });
  } catch (error) {
    if (!(error instanceof ModelFailure)) throw error;
    options.log.debug({ endpointName: endpoint.endpointName, outcome: error.reason }, 'InvokeEndpoint: no answer from the model');
    return failureFault(place, error);
  }
  call.annotate({
    requestBytes: body.byteLength,
    responseBytes: answer.body.byteLength,
    ...(answer.nearestInteraction !== undefined && { nearestInteraction: answer.nearestInteraction }),
  });
  if (answer.status < 200 || answer.status > 299) return answeredWithError(place, answer);
  call.annotate(readMetering(answer, endpoint.endpointName, options.log));
  return {
    status: 200,
    headers: { ...callerHeaders(answer, endpoint, options.log), 'x-amzn-RequestId': call.requestId },
    body: answer.body,
  };
}

function failureFault(place: ModelErrorPlace, failure: ModelFailure): AwsFault {
  switch (failure.reason) {
    case 'timedOut':
      return timedOut(place);
    case 'connectionLost':
      return connectionLost(place);
    case 'answerTooLarge':
      return answerTooLarge(place);
    case 'notReady':
      return notInService(place.endpoint.endpointName, 'its model takes no requests now');
    case 'aborted':
    case 'bodyBroken':
      return notInService(place.endpoint.endpointName, 'the caller has gone');
    default:
      return failure.reason satisfies never;
  }
}

function conditionKeys(call: AwsCall): Record<string, string> {
  const targetModel = call.headers.get('x-amzn-sagemaker-target-model');
  return targetModel === undefined ? {} : { 'sagemaker:TargetModel': targetModel };
}

/** [M] the text; the pattern and the length are the API's. */
function malformedName(endpointName: string): AwsFault {
  const constraint =
    endpointName.length > endpointNameLengthMax
      ? `Member must have length less than or equal to ${endpointNameLengthMax}`
      : 'Member must satisfy regular expression pattern: ^[a-zA-Z0-9](-*[a-zA-Z0-9])*';
  return validationError(validationMessage([constraintSentence('Value', 'endpointName', constraint)]));
}

/** Wording of 2018 for the limit of that time (sagemaker-python-sdk issue 171); how AWS says it at 25 MB is not known. */
function bodyTooLarge(): AwsFault {
  return fault(413, 'RequestEntityTooLarge', `HTTP content length exceeded ${invokeEndpointBytesMax} bytes.`);
}

/** 503 is the API's word for it and SDKs try it again; the text is ours. An endpoint that is still being created AWS calls "not found" [M]. */
function notInService(endpointName: string, why: string): AwsFault {
  return fault(503, 'ServiceUnavailable', `Endpoint ${endpointName} is not in service: ${why}.`);
}
