// An unknown path or method: API Gateway takes the call for a signed one, and says what is wrong with the signature.
import { hash } from 'node:crypto';
import { type Refusal, refuse } from './refusal.ts';

/**
 * Texts as seen in public logs [S]. Which of the two a header gets is inferred: the pieces after the first word
 * have to be key=value, so a token with `=` in every piece passes that step and fails on the missing parameters.
 */
export function unknownRoute(authorization: string | undefined): Refusal {
  if (!authorization) return refuse('MISSING_AUTHENTICATION_TOKEN');
  const space = authorization.indexOf(' ');
  const pieces = (space === -1 ? '' : authorization.slice(space + 1)).split(',').map((piece) => piece.trim());
  const names = new Set(pieces.map((piece) => piece.split('=', 1)[0]));
  const digest = hash('sha256', authorization, 'base64');
  if (pieces.some((piece) => !piece.includes('='))) {
    return incomplete(
      `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${digest}'.`,
    );
  }
  const missing = ['Credential', 'Signature', 'SignedHeaders'].filter((name) => !names.has(name));
  // A complete signature for a route that does not exist. [M]
  if (missing.length === 0) return refuse('MISSING_AUTHENTICATION_TOKEN');
  const sentences = missing.map((name) => `Authorization header requires '${name}' parameter.`);
  return incomplete(`${sentences.join(' ')} (Hashed with SHA-256 and encoded with Base64) Authorization=${digest}`);
}

/** Which gateway response type this is has not been recorded: INVALID_SIGNATURE is the nearest. [M] */
function incomplete(message: string): Refusal {
  return refuse('INVALID_SIGNATURE', { errorType: 'IncompleteSignatureException', message });
}
