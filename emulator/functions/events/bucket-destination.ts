// A bucket as a destination: the record becomes an object, put there by the function's execution role through the AWS endpoint.
import { parseFunctionReference } from '../../function-reference.ts';
import type { Credentials } from '../../iam/principal.ts';

export interface BucketDelivery {
  readonly bucketArn: string;
  readonly functionArn: string;
  readonly requestId: string;
  readonly finishedAtMs: number;
  /** JSON text. */
  readonly record: string;
  readonly awsUrl: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly signal: AbortSignal;
}

/** The name of S3's fault, or of what kept the call from it; null when the object is there. */
export async function putIntoBucket(delivery: BucketDelivery): Promise<string | null> {
  // Only where a template has such a destination: the client costs a start some milliseconds.
  const { PutObjectCommand, S3Client } = await import('@aws-sdk/client-s3');
  const { awsUrl, region, credentials, bucketArn, signal } = delivery;
  const client = new S3Client({ endpoint: awsUrl, region, credentials, forcePathStyle: true });
  try {
    const command = new PutObjectCommand({ Bucket: bucketArn.split(':').at(-1), Key: destinationKey(delivery), Body: delivery.record });
    await client.send(command, { abortSignal: signal });
    return null;
  } catch (error) {
    return error instanceof Error ? error.name : 'Error';
  } finally {
    client.destroy();
  }
}

/** aws/lambda/async/<function>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<uuid> [from memory]; the same for an event that is delivered again. */
export function destinationKey({
  functionArn,
  finishedAtMs,
  requestId,
}: Pick<BucketDelivery, 'functionArn' | 'finishedAtMs' | 'requestId'>): string {
  const functionName = parseFunctionReference(functionArn)?.functionName ?? '';
  const [date = '', time = ''] = new Date(finishedAtMs).toISOString().slice(0, 19).split('T');
  return `aws/lambda/async/${functionName}/${date.replaceAll('-', '/')}/${date}T${time.replaceAll(':', '.')}-${requestId}`;
}
