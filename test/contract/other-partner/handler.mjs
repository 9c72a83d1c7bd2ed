// A partner's token function by somebody else: another structure, another language level, other names. It shares no line with
// lambdas/partner-token and has to pass the same contract.
import { createHash, createPublicKey, randomBytes } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';

const { SUBSCRIPTIONS_BUCKET, SIGNING_KEY_ID, TOKEN_ISSUER } = process.env;
const records = new S3Client({});
const keys = new KMSClient({});
const no = (reason) => ({ ok: false, reason });
const b64 = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

export async function handler(event, context) {
  const subscriber = context.invokedFunctionArn.split(':')[7];
  if (!subscriber?.startsWith('s-')) return no('CALLER_NOT_RECOGNISED');
  if (typeof event?.productCode !== 'string') return no('INVALID_REQUEST');

  let record;
  try {
    const { Body } = await records.send(new GetObjectCommand({ Bucket: SUBSCRIPTIONS_BUCKET, Key: `subscriptions/${subscriber}.json` }));
    record = JSON.parse(await Body.transformToString());
  } catch (error) {
    if (error.name === 'NoSuchKey') return no('SUBSCRIPTION_NOT_FOUND');
    throw error;
  }
  if (record.status === 'ended' || Date.parse(record.endsAt ?? '9999-01-01') <= Date.now()) return no('SUBSCRIPTION_ENDED');
  if (!record.productCodes.includes(event.productCode)) return no('PRODUCT_NOT_SUBSCRIBED');

  // Five minutes instead of fifteen, and milliseconds are never written.
  const issued = Math.floor(Date.now() / 1000);
  const ends = issued + 300;
  const { PublicKey } = await keys.send(new GetPublicKeyCommand({ KeyId: SIGNING_KEY_ID }));
  const { crv, kty, x, y } = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' }).export({ format: 'jwk' });
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  const claims = {
    iss: TOKEN_ISSUER,
    sub: record.accountId,
    aud: event.productCode,
    iat: issued,
    exp: ends,
    jti: randomBytes(8).toString('hex'),
  };
  const unsigned = `${b64({ alg: 'ES256', typ: 'JWT', kid })}.${b64(claims)}`;
  const { Signature } = await keys.send(
    new SignCommand({
      KeyId: SIGNING_KEY_ID,
      Message: createHash('sha256').update(unsigned).digest(),
      MessageType: 'DIGEST',
      SigningAlgorithm: 'ECDSA_SHA_256',
    }),
  );
  const expiresAt = new Date(ends * 1000).toISOString().replace('.000Z', 'Z');
  return { expiresAt, ok: true, token: `${unsigned}.${rawSignature(Buffer.from(Signature)).toString('base64url')}` };
}

/** DER to r||s by the two lengths. */
function rawSignature(der) {
  const rEnd = 4 + der[3];
  const part = (bytes) => Buffer.concat([Buffer.alloc(32), bytes]).subarray(-32);
  return Buffer.concat([part(der.subarray(4, rEnd)), part(der.subarray(rEnd + 2))]);
}
