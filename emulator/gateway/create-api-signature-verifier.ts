// Connects the gateway's AWS_IAM stage to iam/: SigV4 for the service execute-api, then IAM's decision, in API Gateway's words.
import { hash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { CredentialStore } from '../iam/credential-store.ts';
import { type Decision, evaluate } from '../iam/evaluate.ts';
import type { SignatureProblem } from '../iam/signature-problem.ts';
import { verifySignature } from '../iam/verify-signature.ts';
import { serviceSkewMs } from '../limits.ts';
import type { VerifiedCaller, VerifyApiSignature } from './verify-api-signature.ts';

export interface ApiSignatureVerifierOptions {
  readonly credentials: CredentialStore;
  readonly region: string;
  /** The account that owns the API. */
  readonly accountId: string;
  readonly clock: Clock;
  /**
   * The error name and text for a signature that does not hold. API Gateway shares the front end of the other JSON
   * services, Lambda for one: same names, same texts, all 403. [M]
   */
  readonly describeProblem: (problem: SignatureProblem) => { readonly code: string; readonly message: string };
}

export function createApiSignatureVerifier(options: ApiSignatureVerifierOptions): VerifyApiSignature {
  const { credentials, region, accountId, clock, describeProblem } = options;
  return async ({ method, rawUrl, rawHeaders, body }) => {
    const verified = await verifySignature({
      method,
      rawUrl,
      rawHeaders,
      bodySha256: hash('sha256', body, 'hex'),
      service: 'execute-api',
      region,
      nowMs: clock.now(),
      maxSkewMs: serviceSkewMs,
      credentials,
    });
    if (!verified.ok) {
      const { code, message } = describeProblem(verified.problem);
      return { ok: false, status: 403, errorType: code, message };
    }
    const { principal, accessKeyId } = verified;
    const authorize: VerifiedCaller['authorize'] = (resourceArn, action, resourcePolicy, context = {}) => {
      const resourcePolicies = resourcePolicy === null ? [] : [resourcePolicy];
      const decision = evaluate({ principal, action, resourceArn, resourceAccountId: accountId, resourcePolicies, context });
      if (decision.allowed) return { allowed: true, message: '' };
      const text = `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resourceArn}`;
      return { allowed: false, message: `${text}${denialSuffix(decision)}` };
    };
    return { ok: true, principal, accessKeyId, authorize };
  };
}

/** An implicit denial ends after the resource in the logs seen; for an explicit one the suffix is IAM's general form. [M] */
function denialSuffix(decision: Extract<Decision, { allowed: false }>): string {
  if (decision.reason === 'implicitDeny') return '';
  return ` with an explicit deny in ${decision.policyType === 'identity-based policy' ? 'an' : 'a'} ${decision.policyType}`;
}
