// The worker on Lambda, invoked with InvocationType Event: builds the clients once and hands them to the steps in work-on-request.ts.
import { setTimeout as sleep } from 'node:timers/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { clientSettings } from '../aws/client-settings.ts';
import { deadline } from '../aws/deadline.ts';
import { readSetting } from '../settings/read-setting.ts';
import { SettingError } from '../settings/setting-error.ts';
import { defaultLimits, invokeTimeoutMs } from './limits.ts';
import { createWorkerStorage } from './storage.ts';
import { createWorker } from './work-on-request.ts';

// One attempt: part-error.ts says which failures are worth another, and when.
const runtime = new SageMakerRuntimeClient(clientSettings({ requestTimeoutMs: invokeTimeoutMs, attemptsMax: 1 }));
const s3 = new S3Client(clientSettings({ requestTimeoutMs: 10_000, attemptsMax: 4 }));
const lambda = new LambdaClient(clientSettings({ requestTimeoutMs: 3_000, attemptsMax: 3 }));

export const handler = createWorker({
  endpointName: readSetting('ENDPOINT_NAME'),
  sendInvokeEndpoint: (command, options) => runtime.send(command, options),
  storage: createWorkerStorage({ bucket: readSetting('RESULTS_BUCKET'), client: s3 }),
  async invokeSelf(event) {
    const FunctionName = readSetting('AWS_LAMBDA_FUNCTION_NAME');
    const command = new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: JSON.stringify(event) });
    await lambda.send(command, deadline(9_000));
  },
  now: Date.now,
  wait: (ms) => sleep(ms),
  limits: {
    ...defaultLimits,
    partBytes: readCount('PART_BYTES', defaultLimits.partBytes),
    partRecords: readCount('PART_RECORDS', defaultLimits.partRecords),
    concurrency: readCount('CONCURRENCY', defaultLimits.concurrency),
  },
});

/** @throws SettingError where it is set to something that is no whole number above zero */
function readCount(name: string, otherwise: number): number {
  const value = process.env[name] ?? '';
  if (value === '') return otherwise;
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new SettingError(`${name} is not a whole number above zero`);
  return Number(value);
}
