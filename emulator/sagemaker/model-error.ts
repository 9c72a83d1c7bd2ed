// ModelError, HTTP 424: whatever went wrong inside the container, in AWS's own words and members.
import { type AwsFault, fault } from '../aws/fault.ts';
import type { ModelAnswer, ModelFailure } from '../model/model.ts';
import type { Endpoint } from '../template/sagemaker-definitions.ts';
import { errorMessageLengthMax } from './header-limits.ts';

export interface ModelErrorPlace {
  readonly endpoint: Endpoint;
  readonly region: string;
}

/** No answer of the container, or none that is whole, though nothing was said to the caller yet. */
export function failureFault(place: ModelErrorPlace, failure: ModelFailure): AwsFault {
  switch (failure.reason) {
    case 'timedOut':
      return timedOut(place);
    case 'connectionLost':
      return connectionLost(place);
    case 'answerTooLarge':
      return answerTooLarge(place);
    case 'notReady':
      return failure.isBusy
        ? busy(place.endpoint.endpointName)
        : notInService(place.endpoint.endpointName, 'its model takes no requests now');
    case 'aborted':
    case 'bodyBroken':
      return notInService(place.endpoint.endpointName, 'the caller has gone');
    default:
      return failure.reason satisfies never;
  }
}

/** 503 is the API's word for it and SDKs try it again; the text is ours. An endpoint that is still being created AWS calls "not found" [M]. */
export function notInService(endpointName: string, why: string): AwsFault {
  return fault(503, 'ServiceUnavailable', `Endpoint ${endpointName} is not in service: ${why}.`);
}

/** The text is ours: what SageMaker says of a container that accepts no connection in its 250 ms, or of too many requests at once, is not known. */
function busy(endpointName: string): AwsFault {
  const message = `Endpoint ${endpointName} is busy: its model accepted no connection in time, or as many requests to it are under way as there may be.`;
  return fault(503, 'ServiceUnavailable', message);
}

/** The container answered with something other than 2xx; a body that is not whole counts as one that does not fit. Shape recorded in the tests of opensearch-project/skills [I]. */
export function answeredWithError(
  place: ModelErrorPlace,
  { status, body, isWhole = true }: ModelAnswer & { readonly isWhole?: boolean },
): AwsFault {
  return modelError(place, status, body.toString('utf8'), isWhole);
}

/** No whole answer in 60 seconds. Text: aws/amazon-sagemaker-examples issue 799; the status 0 is in that text, as a member it is inferred. */
function timedOut(place: ModelErrorPlace): AwsFault {
  return modelError(
    place,
    0,
    'Your invocation timed out while waiting for a response from container primary. Review the latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again.',
  );
}

/**
 * The connection broke before the answer was complete: the container crashed, or closed it. Text: amazon-sagemaker-examples issue 2815, where
 * the workers had died [I, one report]; that AWS says the same for every lost connection is inferred.
 */
function connectionLost(place: ModelErrorPlace): AwsFault {
  return modelError(
    place,
    0,
    `Amazon SageMaker could not get a response from the ${place.endpoint.endpointName} endpoint. This can occur when CPU or memory utilization is high. To check your utilization, see Amazon CloudWatch. To fix this problem, use an instance type with more CPU capacity or memory.`,
  );
}

/** The answer is larger than we hold. AWS's behaviour is not known; the words are those of amazon-sagemaker-examples issue 4324. */
function answerTooLarge(place: ModelErrorPlace): AwsFault {
  return modelError(place, 0, null);
}

function modelError(place: ModelErrorPlace, originalStatus: number, originalMessage: string | null, isWhole = true): AwsFault {
  const { accountId, endpointName } = place.endpoint;
  const isClientError = originalStatus >= 400 && originalStatus < 500;
  const group = `/aws/sagemaker/Endpoints/${endpointName}`;
  const console = `https://${place.region}.console.aws.amazon.com/cloudwatch/home?region=${place.region}#logEventViewer:group=${group}`;
  const start = `Received ${isClientError ? 'client' : 'server'} error (${originalStatus}) from primary`;
  const end = `See ${console} in account ${accountId} for more information.`;
  const whole = `${start} with message "${originalMessage ?? ''}". ${end}`;
  const fits = originalMessage !== null && isWhole && whole.length <= errorMessageLengthMax;
  return fault(424, 'ModelError', fits ? whole : `${start} and could not load the entire response body. ${end}`, {
    ErrorCode: isClientError ? 'CLIENT_ERROR_FROM_MODEL' : 'INTERNAL_FAILURE_FROM_MODEL',
    LogStreamArn: `arn:aws:logs:${place.region}:${accountId}:log-group:${group}`,
    OriginalMessage: (originalMessage ?? '').slice(0, errorMessageLengthMax).toWellFormed(),
    OriginalStatusCode: originalStatus,
  });
}
