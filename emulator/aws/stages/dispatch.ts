// Stage 6: hands the verified call to its service. What a service throws becomes an answer here: a fault it carried, or our own 500.
import type { Readable } from 'node:stream';
import { evaluate } from '../../iam/evaluate.ts';
import type { Principal } from '../../iam/principal.ts';
import type { Log } from '../../log.ts';
import type { SpanFields } from '../../trace/tracer.ts';
import { accessDenied } from '../access-denied.ts';
import { type ConditionOptions, conditionValues } from '../condition-values.ts';
import { type AwsFault, AwsFaultError } from '../fault.ts';
import { internalFault } from '../internal-fault.ts';
import type { AuthorizationCheck, AwsAnswer, AwsService, Dialect } from '../service.ts';
import type { Caller } from './authenticate.ts';
import type { ReceivedRequest } from './receive.ts';

export interface DispatchOptions extends ConditionOptions {
  readonly service: AwsService;
  readonly dialect: Dialect;
  readonly requestId: string;
  readonly log: Log;
  readonly closing: AbortSignal;
  annotate(fields: SpanFields): void;
}

export async function dispatch(
  received: ReceivedRequest,
  caller: Caller,
  body: Buffer | Readable,
  options: DispatchOptions,
): Promise<AwsAnswer | AwsFault> {
  const { service, requestId, annotate } = options;
  annotate({ principal: principalName(caller.principal) });
  try {
    return await service.handle({
      method: received.method,
      rawPath: received.rawPath,
      query: received.query,
      headers: caller.signature?.via === 'query' && service.signingName === 's3' ? hoistedHeaders(received) : received.headers,
      body,
      principal: caller.principal,
      requestId,
      region: options.region,
      receivedAt: received.receivedAt,
      signal: received.signal,
      closing: options.closing,
      authorize: (check) => authorize(check, received, caller, options),
      annotate,
    });
  } catch (error) {
    if (error instanceof AwsFaultError) return error.fault;
    if (!received.signal.aborted) options.log.error({ error, requestId, service: service.signingName }, 'an AWS service failed');
    return internalFault(service.signingName, error);
  }
}

function authorize(
  check: AuthorizationCheck,
  received: ReceivedRequest,
  { principal, signature }: Caller,
  options: DispatchOptions,
): AwsFault | null {
  const { signingName } = options.service;
  const decision = evaluate({
    ...check,
    principal,
    context: () => ({ ...check.context, ...conditionValues(received, { principal, signature }, signingName === 's3', options) }),
  });
  const { action, resourceArn } = check;
  options.annotate({ action, resource: resourceArn, decision: decision.allowed ? 'allowed' : decision.reason });
  return decision.allowed ? null : accessDenied({ dialect: options.dialect, principal, action, resourceArn, decision });
}

/** In a presigned request x-amz-* parameters act as headers (metadata, checksums, encryption). */
function hoistedHeaders({ headers, query }: ReceivedRequest): ReadonlyMap<string, string> {
  const hoisted = new Map(headers);
  for (const [name, value] of query) {
    const lowerCase = name.toLowerCase();
    if (lowerCase.startsWith('x-amz-') && !signatureParameters.has(lowerCase) && !hoisted.has(lowerCase)) hoisted.set(lowerCase, value);
  }
  return hoisted;
}

const signatureParameters: ReadonlySet<string> = new Set([
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-signedheaders',
  'x-amz-signature',
  'x-amz-security-token',
]);

function principalName(principal: Principal): string {
  return 'arn' in principal ? principal.arn : principal.kind === 'service' ? principal.service : 'anonymous';
}
