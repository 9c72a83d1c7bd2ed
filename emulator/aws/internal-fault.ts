// Our own failure, as each service would name an internal error, marked with x-airlock-error so that nobody takes it for AWS's.
import { type AwsFault, fault } from './fault.ts';
import type { SigningName } from './service.ts';

const names: Readonly<Record<SigningName, string>> = {
  s3: 'InternalError',
  kms: 'KMSInternalException',
  lambda: 'ServiceException',
  sagemaker: 'InternalFailure',
  sts: 'InternalFailure',
};

/** 500; the header carries the error's class only: its message may hold what must not leave. */
export function internalFault(signingName: SigningName, error: unknown): AwsFault {
  const errorName = error instanceof Error ? error.name.replaceAll(/[^\w.]/g, '') : 'unknown';
  return fault(500, names[signingName], 'We encountered an internal error. Please try again.', undefined, { 'x-airlock-error': errorName });
}
