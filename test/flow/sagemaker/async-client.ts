// The application of an asynchronous endpoint: the unmodified clients of SageMaker Runtime and S3.
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  InvokeEndpointAsyncCommand,
  type InvokeEndpointAsyncCommandInput,
  SageMakerRuntimeClient,
} from '@aws-sdk/client-sagemaker-runtime';
import { expect, onTestFinished } from 'vitest';
import type { ReadyInfo } from '../../../emulator/start.ts';
import { bucket, endpointName } from './async-template.ts';

export const soon = { timeout: 20_000, interval: 20 };

export function asyncClient(
  { awsUrl: endpoint, region, credentials }: Pick<ReadyInfo, 'awsUrl' | 'region' | 'credentials'>,
  principal: keyof ReadyInfo['credentials'] = 'customer-admin',
) {
  const options = { endpoint, region, credentials: credentials[principal], maxAttempts: 1 };
  const [runtime, s3] = [new SageMakerRuntimeClient(options), new S3Client({ ...options, forcePathStyle: true })];
  onTestFinished(() => {
    runtime.destroy();
    s3.destroy();
  });
  const keyOf = (uri: string | undefined) => (uri ?? '').replace(`s3://${bucket}/`, '');
  const client = {
    runtime,
    s3,
    invoke: (input: Partial<InvokeEndpointAsyncCommandInput> = {}) =>
      runtime.send(new InvokeEndpointAsyncCommand({ EndpointName: endpointName, ...input })),
    put: (Key: string, Body: string | Buffer) => s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body })),
    /** All keys of the bucket that begin so. */
    async keys(Prefix = '') {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix }));
      return Contents.map(({ Key }) => Key ?? '');
    },
    head: (uri: string | undefined) => s3.send(new HeadObjectCommand({ Bucket: bucket, Key: keyOf(uri) })),
    async read(uri: string | undefined) {
      const { Body, ContentType } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: keyOf(uri) }));
      return { text: (await Body?.transformToString()) ?? '', contentType: ContentType };
    },
    /** Waits for the object. */
    async result(uri: string | undefined) {
      await expect.poll(() => client.keys(keyOf(uri)), soon).toEqual([keyOf(uri)]);
      return client.read(uri);
    },
  };
  return client;
}
