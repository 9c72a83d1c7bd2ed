// Fetches the record of the alias that was invoked. Not found is an answer; anything else that goes wrong is ours and is thrown.
import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { nameOf } from '../aws/error-label.ts';
import { parseSubscription, type Subscription } from './parse-subscription.ts';
import { TokenFunctionError } from './token-function-error.ts';

export type SendGetObject = (command: GetObjectCommand) => Promise<GetObjectCommandOutput>;

const recordBytesMax = 64 * 1024;

/**
 * Null where there is no record. The role may list the bucket for this alone: without s3:ListBucket S3 answers 403 for a missing
 * key, and a lost permission would look like an ended subscription.
 * @throws TokenFunctionError SUBSCRIPTION_STORE_UNAVAILABLE, SUBSCRIPTION_RECORD_INVALID
 */
export async function readSubscription(
  { bucket, sendGetObject }: { readonly bucket: string; readonly sendGetObject: SendGetObject },
  aliasId: string,
): Promise<Subscription | null> {
  let text: string;
  try {
    const { Body, ContentLength = 0 } = await sendGetObject(new GetObjectCommand({ Bucket: bucket, Key: `subscriptions/${aliasId}.json` }));
    if (ContentLength > recordBytesMax) throw new TokenFunctionError('SUBSCRIPTION_RECORD_INVALID');
    text = (await Body?.transformToString('utf-8')) ?? '';
  } catch (error) {
    if (error instanceof TokenFunctionError) throw error;
    if (nameOf(error) === 'NoSuchKey') return null;
    throw new TokenFunctionError('SUBSCRIPTION_STORE_UNAVAILABLE', { cause: error });
  }
  const subscription = parseSubscription(text, aliasId);
  if (subscription === null) throw new TokenFunctionError('SUBSCRIPTION_RECORD_INVALID');
  return subscription;
}
