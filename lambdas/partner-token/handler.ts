// The partner's token function on Lambda: builds the clients once and hands them to the steps in issue-token.ts.
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { clientSettings } from '../aws/client-settings.ts';
import { readSetting } from '../settings/read-setting.ts';
import { createTokenFunction } from './issue-token.ts';
import { readLifetimeSeconds } from './read-lifetime.ts';
import { createSigner } from './sign-token.ts';

const limits = clientSettings({ requestTimeoutMs: 2_000, attemptsMax: 3 });
const kms = new KMSClient(limits);
const s3 = new S3Client(limits);

export const handler = createTokenFunction({
  self: {
    accountId: readSetting('OWN_ACCOUNT_ID'),
    region: readSetting('AWS_REGION'),
    functionName: readSetting('AWS_LAMBDA_FUNCTION_NAME'),
  },
  bucket: readSetting('SUBSCRIPTIONS_BUCKET'),
  issuer: readSetting('TOKEN_ISSUER'),
  lifetimeSeconds: readLifetimeSeconds(process.env.TOKEN_LIFETIME_SECONDS),
  sendGetObject: (command) => s3.send(command),
  sign: createSigner({
    keyId: readSetting('SIGNING_KEY_ID'),
    sendSign: (command) => kms.send(command),
    sendGetPublicKey: (command) => kms.send(command),
  }),
  now: Date.now,
});
