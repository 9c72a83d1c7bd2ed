// What a service of the one AWS endpoint is given and gives back. The stages before it have verified the signature.
import type { Readable } from 'node:stream';
import type { PolicyDocument } from '../iam/policy-document.ts';
import type { Principal } from '../iam/principal.ts';
import type { SpanFields } from '../trace/tracer.ts';
import type { AwsFault } from './fault.ts';

/** The signing names of the services behind the endpoint (fourth field of the credential scope). */
export type SigningName = 's3' | 'lambda' | 'kms' | 'sts' | 'sagemaker';

/** Whose words and form a fault has. One signing name, two protocols: SageMaker Runtime is rest-json, SageMaker's control plane JSON 1.1. */
export type Dialect = SigningName | 'sagemaker-control-plane';

export interface AwsService {
  readonly signingName: SigningName;
  /** Answers one call, or returns the fault AWS would. Authorizes through `call.authorize` before it touches anything. */
  handle(call: AwsCall): Promise<AwsAnswer | AwsFault>;
}

export interface AwsCall {
  readonly method: string;
  /** The path exactly as on the wire, without the query: `/b//k/../x` stays. */
  readonly rawPath: string;
  /** Decoded name-value pairs in wire order; a name without `=` has the value ''. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Lower-case names; repeated headers joined with `,`. */
  readonly headers: ReadonlyMap<string, string>;
  /**
   * The payload, decoded and verified. For every service but S3 it is a Buffer whose hash was checked.
   * For S3 a stream: aws-chunked framing is removed, and a wrong hash, chunk signature or trailing checksum
   * destroys the stream with an AwsFaultError, so nothing may become visible before it has ended.
   */
  readonly body: Buffer | Readable;
  readonly principal: Principal;
  readonly requestId: string;
  readonly region: string;
  /** Milliseconds since 1970 at arrival. */
  readonly receivedAt: number;
  /** Fires when the client has gone away. */
  readonly signal: AbortSignal;
  /** Fires when the endpoint closes: what streams its answer has a moment to end it. Absent: it does not close before the call is over. */
  readonly closing?: AbortSignal;
  /** Evaluates identity and resource policies. Null when allowed, else the service's own AccessDenied fault. */
  authorize(check: AuthorizationCheck): AwsFault | null;
  /** Adds to the request's trace; names from the allow-list of trace/ only, never a body, token or record. */
  annotate(fields: SpanFields): void;
}

export interface AuthorizationCheck {
  /** e.g. s3:GetObject */
  readonly action: string;
  readonly resourceArn: string;
  /** The account that owns the resource. */
  readonly resourceAccountId: string;
  /** The resource's own policies (bucket policy, key policy, function policy). */
  readonly resourcePolicies: readonly PolicyDocument[];
  /** Service-specific condition keys, e.g. { 's3:prefix': 'a/' }. The global aws:* keys are filled in for you. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

export interface AwsAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: no body. For HEAD set Content-Length yourself and leave it absent. */
  readonly body?: Buffer | string | Readable;
}
