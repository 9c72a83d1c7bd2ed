// The X-Ray header of a request, as the function's environment and its event get it.
import type { ParsedRequest } from './request-stages.ts';

/** Root=…;Parent=<16 hex>;Sampled=1. The parent is made from the request id: one segment a request. */
export function traceHeader({ traceId, requestId }: ParsedRequest): string {
  return `Root=${traceId};Parent=${requestId.replaceAll('-', '').slice(0, 16)};Sampled=1`;
}
