// The body of a proxy event as bytes: API Gateway hands it over as text, or as base64 where the type is in binaryMediaTypes.
import type { Call } from './answer-call.ts';

/** Empty where there is no body. */
export function bodyBytes(call: Pick<Call, 'body' | 'isBase64Encoded'>): Buffer {
  return Buffer.from(call.body ?? '', call.isBase64Encoded ? 'base64' : 'utf8');
}
