// The body of POST /init. API Gateway has validated it by schema, but only where the type is application/json; here it always is.
import type { Call } from '../http/answer-call.ts';
import { bodyBytes } from '../http/body-bytes.ts';
import { initError } from './init-errors.ts';

export interface InitRequest {
  readonly productCode: string;
}

/** The same rule as the schema in infra/customer.yaml. */
const productCodePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** @throws HttpError INVALID_REQUEST_BODY */
export function readInitRequest(call: Pick<Call, 'body' | 'isBase64Encoded'>): InitRequest {
  const body = parse(bodyBytes(call).toString('utf8'));
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw initError('INVALID_REQUEST_BODY');
  const { productCode, ...others } = body as Record<string, unknown>;
  if (Object.keys(others).length > 0) throw initError('INVALID_REQUEST_BODY');
  if (typeof productCode !== 'string' || !productCodePattern.test(productCode)) throw initError('INVALID_REQUEST_BODY');
  return { productCode };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw initError('INVALID_REQUEST_BODY', error);
  }
}
