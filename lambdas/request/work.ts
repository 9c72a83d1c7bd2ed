// One call on its way, with what its steps need to know of the invocation.
import type { IdentityRequest, LargeRequest } from './read-request.ts';

export interface Work<Request extends IdentityRequest | LargeRequest = IdentityRequest> {
  readonly request: Request;
  /** For the caller: API Gateway's id. */
  readonly requestId: string;
  /** Lambda's own, never the same twice. */
  readonly invocationId: string;
  readonly remainingMs: () => number;
}
