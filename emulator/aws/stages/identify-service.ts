// Stage 2: which service the call is for. The credential scope says so; without one, the form of the request.
import { randomBytes, randomUUID } from 'node:crypto';
import { type AwsFault, fault } from '../fault.ts';
import type { AwsService, Dialect, SigningName } from '../service.ts';
import type { ReceivedRequest } from './receive.ts';

export interface IdentifiedService {
  readonly signingName: SigningName;
  /** Decides the protocol of faults. */
  readonly dialect: Dialect;
  /** Or the fault that says that nobody here answers such calls. */
  readonly service: AwsService | AwsFault;
  /** In the form the service uses. */
  readonly requestId: string;
}

export type Services = ReadonlyMap<string, AwsService>;

export function identifyService(received: ReceivedRequest, services: Services): IdentifiedService {
  const named = scopeService(received);
  const byScope = named === null ? undefined : services.get(named);
  if (byScope) return found(byScope, received);
  const byForm = serviceOfForm(received);
  // A form at / is what every service of the query protocol takes: there the scope's own name is trusted, to say that it is not here.
  const isOtherQueryService = byForm === 'sts' && named !== null;
  const service = byForm === null || isOtherQueryService ? undefined : services.get(byForm);
  if (service) return found(service, received);
  const s3 = services.get('s3');
  if (named === null && byForm === null && s3) return found(s3, received);
  const signingName = byForm ?? (received.headers.has('x-amz-target') ? 'kms' : 's3');
  const missing = named ?? byForm ?? 's3';
  const message = `Airlock's AWS endpoint does not serve '${printable(missing)}'. It serves: ${[...services.keys()].join(', ')}.`;
  const unserved = fault(501, 'NotImplemented', message);
  return { signingName, dialect: dialectOf(signingName, received), service: unserved, requestId: newRequestId(signingName) };
}

function found(service: AwsService, received: ReceivedRequest): IdentifiedService {
  const { signingName } = service;
  return { signingName, dialect: dialectOf(signingName, received), service, requestId: newRequestId(signingName) };
}

function dialectOf(signingName: SigningName, received: ReceivedRequest): Dialect {
  return signingName === 'sagemaker' && isControlPlane(received) ? 'sagemaker-control-plane' : signingName;
}

function isControlPlane({ headers }: ReceivedRequest): boolean {
  return headers.get('x-amz-target')?.startsWith('SageMaker.') ?? false;
}

/** The fourth field of the credential scope, in the Authorization header or a presigned query. */
function scopeService({ headers, query }: ReceivedRequest): string | null {
  const credential =
    /Credential=([^,\s]+)/.exec(headers.get('authorization') ?? '')?.[1] ?? query.find(([name]) => name === 'X-Amz-Credential')?.[1];
  return credential?.split('/')[3] ?? null;
}

function serviceOfForm(received: ReceivedRequest): SigningName | null {
  const { method, rawPath, headers, query } = received;
  if (headers.get('x-amz-target')?.startsWith('TrentService.')) return 'kms';
  if (isControlPlane(received)) return 'sagemaker';
  if (/^\/\d{4}-\d\d-\d\d\/functions\//.test(rawPath)) return 'lambda';
  if (/^\/endpoints\/[^/]+\/[a-z-]*invocations/.test(rawPath)) return 'sagemaker';
  if (rawPath !== '/') return null;
  const isForm = method === 'POST' && headers.get('content-type')?.startsWith('application/x-www-form-urlencoded');
  return isForm || query.some(([name]) => name === 'Action') ? 'sts' : null;
}

/** S3's ids are 16 letters and digits; the others use UUIDs, and Lambda's becomes the invocation's. */
function newRequestId(signingName: SigningName): string {
  return signingName === 's3' ? randomBytes(8).toString('hex').toUpperCase() : randomUUID();
}

function printable(text: string): string {
  return text.replaceAll(/[^\w.-]/g, '?').slice(0, 64);
}
