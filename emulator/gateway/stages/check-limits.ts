// What the service refuses before it looks for an API, so that neither authorizer nor function is called.
import { apiHeaderBytesMax } from '../../limits.ts';
import { apiUrlCharactersMax } from '../gateway-limits.ts';
import { hasUnencodedCharacters } from '../parse-query.ts';
import { type Refusal, refuseFixed } from '../refusal.ts';
import { headerBytes } from '../request-headers.ts';
import type { ParsedRequest, ReceivedRequest } from '../request-stages.ts';

export function checkLimits(received: ReceivedRequest, request: ParsedRequest): Refusal | null {
  if (request.rawUrl.length > apiUrlCharactersMax) return refuseFixed('URI_TOO_LONG');
  if (headerBytes(request.rawHeaders) > apiHeaderBytesMax) return refuseFixed('HEADERS_TOO_LARGE');
  if (received.body === null) return refuseFixed('BODY_OVER_10_MB');
  if (hasUnencodedCharacters(request.rawQuery)) return refuseFixed('UNENCODED_QUERY');
  return null;
}
