// How an invocation of an authorizer ends for the caller: a grant, 401, or 500. One exhaustive switch over Lambda's outcomes.
import type { Invocation, InvokeRefusal, Outcome } from '../functions/outcome.ts';
import { type AuthorizerGrant, readGrant } from './authorizer-grant.ts';

export type AuthorizerOutcome =
  | { readonly kind: 'granted'; readonly grant: AuthorizerGrant }
  /** 401 {"message":"Unauthorized"} */
  | { readonly kind: 'unauthorized' }
  /** 500 {"message":null}; the reason is for the log only. */
  | { readonly kind: 'misconfigured'; readonly reason: string };

export function authorizerOutcome(invocation: Invocation | InvokeRefusal): AuthorizerOutcome {
  if ('kind' in invocation) return { kind: 'misconfigured', reason: `the function could not be invoked: ${invocation.reason}` };
  return fromFunction(invocation.outcome);
}

function fromFunction(outcome: Outcome): AuthorizerOutcome {
  switch (outcome.kind) {
    case 'returned': {
      const grant = readGrant(outcome.payload);
      return 'problem' in grant ? { kind: 'misconfigured', reason: grant.problem } : { kind: 'granted', grant };
    }
    case 'threw':
      // Equality, not a prefix: "Error: Unauthorized" and "[401] Unauthorized" are 500s on AWS.
      if (outcome.error.errorMessage === 'Unauthorized') return { kind: 'unauthorized' };
      return { kind: 'misconfigured', reason: `the function threw ${outcome.error.errorType}` };
    case 'timedOut':
    case 'crashed':
    case 'outOfMemory':
    case 'unserialisable':
      return { kind: 'misconfigured', reason: `the function ended as ${outcome.kind} (${outcome.error.errorType})` };
  }
}
