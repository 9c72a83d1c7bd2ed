// The input of an operation in the JSON 1.1 protocol (KMS, SageMaker's control plane).
import { type AwsFault, fault } from './fault.ts';
import type { AwsCall } from './service.ts';

/** A JSON object, or SerializationException. An empty body is an empty object. */
export function readJsonInput({ body }: Pick<AwsCall, 'body'>): Record<string, unknown> | AwsFault {
  if (!Buffer.isBuffer(body)) throw new TypeError('The JSON protocol needs a buffered body');
  if (body.length === 0) return {};
  try {
    const input: unknown = JSON.parse(body.toString('utf8'));
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { ...input };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return fault(400, 'SerializationException', 'The request body is not a JSON object.');
}
