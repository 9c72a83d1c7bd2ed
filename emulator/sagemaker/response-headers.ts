// From the container's headers to those the caller gets. Source: botocore sagemaker-runtime, InvokeEndpointOutput.
import type { Log } from '../log.ts';
import type { ModelAnswer } from '../model/model.ts';
import type { Endpoint } from '../template/deployment.ts';
import { customAttributesLengthMax } from './header-limits.ts';

const customAttributes = 'x-amzn-sagemaker-custom-attributes';
/** Container's header -> ours, forwarded as it is. A header the container does not send is absent. */
const forwarded = [
  ['content-type', 'Content-Type'],
  [customAttributes, 'X-Amzn-SageMaker-Custom-Attributes'],
  ['x-amzn-sagemaker-new-session-id', 'X-Amzn-SageMaker-New-Session-Id'],
  ['x-amzn-sagemaker-closed-session-id', 'X-Amzn-SageMaker-Closed-Session-Id'],
] as const;

export function callerHeaders(answer: ModelAnswer, endpoint: Endpoint, log: Log): Record<string, string> {
  const headers: Record<string, string> = { 'x-Amzn-Invoked-Production-Variant': endpoint.variantName };
  for (const [from, to] of forwarded) {
    const value = answer.headers[from];
    if (value === undefined) continue;
    if (from === customAttributes && !isVisibleAscii(value)) {
      // What AWS does with such a value is not known; dropping it is loud here and cannot break the caller's HTTP parser.
      log.warn({ endpointName: endpoint.endpointName }, `model: ${to} is longer than ${customAttributesLengthMax} or not visible US-ASCII`);
      continue;
    }
    headers[to] = value;
  }
  return headers;
}

function isVisibleAscii(value: string): boolean {
  return value.length <= customAttributesLengthMax && /^[\x20-\x7e]*$/.test(value);
}
