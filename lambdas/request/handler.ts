// POST /request and GET /request/{requestId} on Lambda: builds the clients once and hands them to the steps in answer-request.ts.
import { setTimeout as sleep } from 'node:timers/promises';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { clientSettings } from '../aws/client-settings.ts';
import { readSetting } from '../settings/read-setting.ts';
import { createRequest } from './answer-request.ts';
import { createObjects } from './objects.ts';

// The deadline of answer-request.ts always comes first, and an aborted call is not tried again: a slow model is not asked twice.
// The second attempt is for a connection that had been closed while it was idle.
const runtime = new SageMakerRuntimeClient(clientSettings({ requestTimeoutMs: 28_000, attemptsMax: 2 }));
const s3 = new S3Client(clientSettings({ requestTimeoutMs: 3_000, attemptsMax: 4 }));

const lambda = new LambdaClient(clientSettings({ requestTimeoutMs: 3_000, attemptsMax: 4 }));
const bucket = readSetting('RESULTS_BUCKET');

export const handler = createRequest({
  ownAccountId: readSetting('OWN_ACCOUNT_ID'),
  endpointName: readSetting('ENDPOINT_NAME'),
  sendInvokeEndpoint: (command, options) => runtime.send(command, options),
  objects: createObjects({ bucket, client: s3 }),
  states: createObjects({ bucket, client: s3, whenUnusable: 'STATE_UNAVAILABLE' }),
  workerFunctionName: readSetting('WORKER_FUNCTION_NAME'),
  sendInvoke: (command, options) => lambda.send(command, options),
  now: Date.now,
  wait: (ms) => sleep(ms),
});
