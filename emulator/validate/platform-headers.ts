// The headers of a call that reach a container: the five that SageMaker's table names, with values that are fit for any container.

import { requestHeaders } from '../sagemaker/header-limits.ts';
import { containerHeaders, readHeaders } from '../sagemaker/request-headers.ts';
import type { Sample } from './samples.ts';

/** All five, as a caller that uses everything would have them sent. */
export function platformHeaders(sample: Pick<Sample, 'contentType' | 'accept'>): Record<string, string> {
  const given = new Map([
    ['content-type', sample.contentType],
    ['accept', acceptOf(sample)],
    ['x-amzn-sagemaker-custom-attributes', 'trace_id=airlock-validate'],
    ['x-amzn-sagemaker-inference-id', 'airlock-validate'],
    // What a caller says who has no session yet; a container that knows none ignores it.
    ['x-amzn-sagemaker-session-id', 'NEW_SESSION'],
  ]);
  return containerHeaders(readHeaders(given, requestHeaders.InvokeEndpoint));
}

export function acceptOf({ accept, contentType }: Pick<Sample, 'contentType' | 'accept'>): string {
  return accept ?? contentType;
}
