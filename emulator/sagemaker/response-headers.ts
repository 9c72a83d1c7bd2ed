// From the container's headers to those the caller gets. Source: botocore sagemaker-runtime, InvokeEndpointOutput and
// InvokeEndpointWithResponseStreamOutput.
import type { Log } from '../log.ts';
import type { ModelResponse } from '../model/model.ts';
import type { Endpoint } from '../template/sagemaker-definitions.ts';
import {
  contentTypeLengthMax,
  customAttributesLengthMax,
  newSessionIdPattern,
  sessionIdLengthMax,
  sessionIdPattern,
} from './header-limits.ts';

interface ForwardedHeader {
  /** The container's, lower case. */
  readonly from: string;
  readonly to: string;
  readonly lengthMax: number;
  /** Another form is forwarded too, with a warning: what AWS does with it is not known. */
  readonly pattern?: RegExp;
}

const customAttributes = 'X-Amzn-SageMaker-Custom-Attributes';
const both: readonly ForwardedHeader[] = [
  { from: customAttributes.toLowerCase(), to: customAttributes, lengthMax: customAttributesLengthMax },
];
const contentType = { from: 'content-type', lengthMax: contentTypeLengthMax } as const;
const newSession = 'X-Amzn-SageMaker-New-Session-Id';
const closedSession = 'X-Amzn-SageMaker-Closed-Session-Id';

/** A header the container does not send is absent. */
export const forwardedHeaders = {
  InvokeEndpoint: [
    { ...contentType, to: 'Content-Type' },
    ...both,
    { from: newSession.toLowerCase(), to: newSession, lengthMax: sessionIdLengthMax, pattern: newSessionIdPattern },
    { from: closedSession.toLowerCase(), to: closedSession, lengthMax: sessionIdLengthMax, pattern: sessionIdPattern.regExp },
  ],
  InvokeEndpointWithResponseStream: [{ ...contentType, to: 'X-Amzn-SageMaker-Content-Type' }, ...both],
} as const satisfies Record<string, readonly ForwardedHeader[]>;

export function callerHeaders(
  answer: Pick<ModelResponse, 'headers'>,
  forwarded: readonly ForwardedHeader[],
  { endpoint, log }: { readonly endpoint: Endpoint; readonly log: Log },
): Record<string, string> {
  const { endpointName, variantName } = endpoint;
  const headers: Record<string, string> = { 'x-Amzn-Invoked-Production-Variant': variantName };
  for (const { from, to, lengthMax, pattern } of forwarded) {
    const value = answer.headers[from];
    if (value === undefined) continue;
    if (!isVisibleAscii(value, lengthMax)) {
      // What AWS does with such a value is not known; dropping it is loud here and cannot break the caller's HTTP parser.
      log.warn({ endpointName }, `model: ${to} is longer than ${lengthMax} or not visible US-ASCII`);
      continue;
    }
    if (pattern?.test(value) === false) log.warn({ endpointName }, `model: ${to} has not the form that the API gives it`);
    headers[to] = value;
  }
  return headers;
}

function isVisibleAscii(value: string, lengthMax: number): boolean {
  return value.length <= lengthMax && /^[\x20-\x7e]*$/.test(value);
}
