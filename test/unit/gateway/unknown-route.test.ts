import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { unknownRoute } from '../../../emulator/gateway/unknown-route.ts';

test('without an Authorization header a token is missing (S)', () => {
  expect(unknownRoute(undefined)).toMatchObject({ type: 'MISSING_AUTHENTICATION_TOKEN' });
  expect(unknownRoute('')).toMatchObject({ type: 'MISSING_AUTHENTICATION_TOKEN' });
});

test.each(['Bearer abc.def.ghi', 'abc', 'Bearer a=b, c'])('"%s" is no list of key=value pairs (S)', (header) => {
  const digest = createHash('sha256').update(header).digest('base64');
  expect(unknownRoute(header)).toMatchObject({
    errorType: 'IncompleteSignatureException',
    message: `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${digest}'.`,
  });
});

test.each(['Basic dXNlcjpwYXNzd29yZA==', 'Bearer abc='])(
  '"%s" passes as pairs and lacks the parameters (S text, inferred split)',
  (header) => {
    const refusal = unknownRoute(header);
    expect(refusal).toMatchObject({ errorType: 'IncompleteSignatureException' });
    expect(refusal).toHaveProperty(
      'message',
      expect.stringContaining("Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter."),
    );
  },
);

test.each(['Bearer secret-token', 'Bearer secret-token='])('the header is never repeated', (header) => {
  expect(JSON.stringify(unknownRoute(header))).not.toContain('secret-token');
});

test('a complete signature for an unknown route is a missing token (M)', () => {
  const header = 'AWS4-HMAC-SHA256 Credential=A/20261122/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=0';
  expect(unknownRoute(header)).toMatchObject({ type: 'MISSING_AUTHENTICATION_TOKEN' });
});
