// IAM's unique ids, made from the ARN so that they stay the same from run to run.
import { hash } from 'node:crypto';

/** AIDA… for a user, AROA… for a role: 21 characters, as IAM's. */
export function uniqueId(prefix: 'AIDA' | 'AROA', arn: string): string {
  return prefix + hash('sha256', arn, 'hex').toUpperCase().slice(0, 17);
}
