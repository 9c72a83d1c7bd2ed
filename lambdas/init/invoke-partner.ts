// The call across accounts: Lambda Invoke at the alias that belongs to this subscriber, and what its failures mean here.
import { InvokeCommand, type InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { deadline } from '../aws/deadline.ts';
import { nameOf } from '../aws/error-label.ts';
import { initError } from './init-errors.ts';
import type { InitRequest } from './read-init-request.ts';

export type SendInvoke = (command: InvokeCommand, options: { abortSignal: AbortSignal }) => Promise<InvokeCommandOutput>;

/** After a subscription ends its alias goes; a caller of another account is then told one or the other. */
const notSubscribed: ReadonlySet<string> = new Set(['AccessDeniedException', 'ResourceNotFoundException']);

/**
 * What AWS says of a refusal by a policy of our own side: the role has lost its permission, which is a mistake in our template and no word
 * of the partner. A text that is not known counts as the partner's refusal.
 * Source: AWS IAM, "Troubleshoot access denied error messages".
 */
const ownPolicyPattern =
  /(?:because no|explicit deny in an?) (?:identity-based policy|permissions boundary|session policy|service control policy|VPC endpoint policy)/i;

/**
 * The partner's payload as text, not checked yet. The payload may later carry a `callerProof` (a signed GetCallerIdentity):
 * the name is reserved.
 * @throws HttpError SUBSCRIPTION_NOT_FOUND, PARTNER_UNAVAILABLE
 */
export async function invokePartner(
  { partnerFunctionArn, send }: { readonly partnerFunctionArn: string; readonly send: SendInvoke },
  { productCode }: InitRequest,
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<string> {
  const command = new InvokeCommand({
    FunctionName: partnerFunctionArn,
    InvocationType: 'RequestResponse',
    Payload: Buffer.from(JSON.stringify({ productCode })),
  });
  let output: InvokeCommandOutput;
  try {
    output = await send(command, deadline(timeoutMs));
  } catch (error) {
    if (isOwnRefusal(error)) throw initError('PARTNER_UNAVAILABLE', new InvokeNotPermitted());
    throw initError(notSubscribed.has(nameOf(error)) ? 'SUBSCRIPTION_NOT_FOUND' : 'PARTNER_UNAVAILABLE', error);
  }
  // The status is 200 also where the partner's function threw; its payload is then an error with a stack, not for our caller.
  if (output.FunctionError !== undefined) throw initError('PARTNER_UNAVAILABLE', new PartnerFunctionError());
  return Buffer.from(output.Payload ?? []).toString('utf8');
}

function isOwnRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'AccessDeniedException' && ownPolicyPattern.test(error.message);
}

/** Only its name is used: whoever runs this finds it in the log, while the caller learns nothing of our policies. */
class InvokeNotPermitted extends Error {
  override readonly name = 'INVOKE_NOT_PERMITTED';
}

/** Only its name is used: it tells "their function threw" from "their function was not reached" in our log. */
class PartnerFunctionError extends Error {
  override readonly name = 'PartnerFunctionError';
}
