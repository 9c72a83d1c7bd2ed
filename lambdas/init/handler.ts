// POST /init on Lambda: builds the client once and hands it to the steps in answer-init.ts.
import { LambdaClient } from '@aws-sdk/client-lambda';
import { clientSettings } from '../aws/client-settings.ts';
import { readSetting } from '../settings/read-setting.ts';
import { createInit } from './answer-init.ts';

const lambda = new LambdaClient(clientSettings({ requestTimeoutMs: 4_000, attemptsMax: 3 }));

export const handler = createInit({
  partnerFunctionArn: readSetting('PARTNER_FUNCTION_ARN'),
  send: (command, options) => lambda.send(command, options),
  now: Date.now,
});
