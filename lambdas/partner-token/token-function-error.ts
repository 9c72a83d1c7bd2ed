// A failure of the partner's own parts. The caller is another company and sees errorType and errorMessage: a code, nothing more.

export type TokenFunctionErrorCode =
  | 'SUBSCRIPTION_STORE_UNAVAILABLE'
  | 'SUBSCRIPTION_RECORD_INVALID'
  | 'SIGNING_UNAVAILABLE'
  | 'SIGNING_KEY_INVALID';

export class TokenFunctionError extends Error {
  override readonly name = 'TokenFunctionError';

  constructor(code: TokenFunctionErrorCode, options?: { cause?: unknown }) {
    super(code, options);
    // Lambda puts the stack into the payload of a failed invocation, and this payload leaves the account.
    this.stack = `${this.name}: ${code}`;
  }
}
