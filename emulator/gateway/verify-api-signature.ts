// The port through which the gateway asks who signed a request. The composition root connects it to iam/.
import type { ContextValues } from '../iam/condition-context.ts';
import type { PolicyDocument } from '../iam/policy-document.ts';
import type { RoleSessionPrincipal, UserPrincipal } from '../iam/principal.ts';

/** Verifies SigV4 for the service `execute-api` over the request exactly as it was on the wire (host with its port). */
export type VerifyApiSignature = (request: SignedRequest) => Promise<VerifiedCaller | SignatureRefusal>;

interface SignedRequest {
  readonly method: string;
  /** Request target as on the wire, stage and query included. */
  readonly rawUrl: string;
  /** name, value, name, value … in wire order and spelling. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

export interface VerifiedCaller {
  readonly ok: true;
  readonly principal: UserPrincipal | RoleSessionPrincipal;
  readonly accessKeyId: string;
  /**
   * Identity policies, boundary and the API's resource policy, as IAM does; another account needs both.
   * `message` is AWS's text where it is not allowed.
   */
  authorize(
    resourceArn: string,
    action: string,
    resourcePolicy: PolicyDocument | null,
    /** The request's condition keys, e.g. aws:SourceIp. */
    context?: ContextValues,
  ): { allowed: boolean; message: string };
}

export interface SignatureRefusal {
  readonly ok: false;
  readonly status: 403;
  /** e.g. MissingAuthenticationTokenException, InvalidSignatureException, UnrecognizedClientException */
  readonly errorType: string;
  readonly message: string;
}
