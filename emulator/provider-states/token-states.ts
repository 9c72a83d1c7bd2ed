// What the application comes with: a token, or somebody else's signature, or none.
import type { Clock } from '../clock.ts';
import { accounts } from '../config.ts';
import { expiredSinceAccepted } from './expired-since-accepted.ts';
import type { TokenIssuer } from './issue-token.ts';
import type { StateSetters } from './state-setter.ts';

export interface TokenStateParts {
  readonly tokens: TokenIssuer;
  /** With its stage; null where the templates have no API. */
  readonly apiUrl: string | null;
  readonly clock: Clock;
}

export function tokenStates({ tokens, apiUrl, clock }: TokenStateParts) {
  const { issue } = tokens;
  return {
    'the caller may not call the API': () => ({ signAs: 'stranger' }),
    'the call is not signed': () => ({ signAs: 'nobody' }),
    'the application holds a valid token': async () => ({ token: await issue() }),
    'the token has expired': async () => ({ token: await issue({ defect: 'expired' }) }),
    'the token has expired since it was accepted': async ({ signal }) => ({
      token: await expiredSinceAccepted({ tokens, apiUrl, clock, signal }),
    }),
    'the token was issued to another account': async () => ({ token: await issue({ subject: accounts.stranger }) }),
    'the token is for another product': async () => ({ token: await issue({ defect: 'wrong-audience' }) }),
    'the token was signed with an unknown key': async () => ({ token: await issue({ defect: 'wrong-key' }) }),
  } satisfies Partial<StateSetters>;
}
