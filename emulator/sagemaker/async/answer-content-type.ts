// The type of the output object: the container's Content-Type under the same rule as in the answer of InvokeEndpoint.
import type { Log } from '../../log.ts';
import type { ModelResponse } from '../../model/model.ts';
import type { Endpoint } from '../../template/sagemaker-definitions.ts';
import { contentTypeLengthMax } from '../header-limits.ts';
import { callerHeaders } from '../response-headers.ts';

/** Null where there is none that can be kept; then with a warning, and the object gets S3's default. */
export function answerContentType(
  response: Pick<ModelResponse, 'headers'>,
  context: { readonly endpoint: Endpoint; readonly log: Log },
): string | null {
  const forwarded = [{ from: 'content-type', to: 'Content-Type', lengthMax: contentTypeLengthMax }];
  return callerHeaders(response, forwarded, context)['Content-Type'] || null;
}
