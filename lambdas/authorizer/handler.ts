// The Lambda authorizer: reads the pinned keys once and hands them to the steps in authorize.ts. It calls nothing and nobody.
import { readSetting } from '../settings/read-setting.ts';
import { createAuthorizer } from './authorize.ts';
import { parsePinnedKeys } from './parse-pinned-keys.ts';

export const handler = createAuthorizer({
  jwks: parsePinnedKeys(readSetting('PARTNER_JWKS')),
  issuer: readSetting('TOKEN_ISSUER'),
  audience: readSetting('PRODUCT_CODE'),
  now: Date.now,
});
