import { expect, test } from 'vitest';
import { environmentVariables } from '../../../emulator/functions/environment-variables.ts';
import { sampleFunction } from './sample-function.ts';

const input = {
  definition: sampleFunction({ environment: { PRODUCT: 'airlock', AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:4566' } }),
  version: '$LATEST',
  logStreamName: '2026/11/22/[$LATEST]00',
  taskRoot: '/code',
  temporaryDirectory: '/environment/tmp',
  local: { AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:4570', AWS_ENDPOINT_URL_S3: 'x' },
};

// Recorded on AWS for nodejs24.x [V]; credentials and region come with `local`.
const recorded =
  'AWS_EXECUTION_ENV AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_NAME AWS_LAMBDA_FUNCTION_VERSION AWS_LAMBDA_INITIALIZATION_TYPE AWS_LAMBDA_LOG_GROUP_NAME AWS_LAMBDA_LOG_STREAM_NAME AWS_LAMBDA_RUNTIME_API AWS_XRAY_CONTEXT_MISSING AWS_XRAY_DAEMON_ADDRESS _AWS_XRAY_DAEMON_ADDRESS _AWS_XRAY_DAEMON_PORT LAMBDA_RUNTIME_DIR LAMBDA_TASK_ROOT LANG LD_LIBRARY_PATH NODE_PATH PATH PWD SHLVL TZ _HANDLER'.split(
    ' ',
  );

test('a function sees the recorded variables, the local ones, its own, and three of ours', () => {
  const names = Object.keys(environmentVariables(input)).sort();
  const ours = ['TMPDIR', 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'];
  expect(names).toEqual([...new Set([...recorded, ...ours, ...Object.keys(input.local), 'PRODUCT'])].sort());
});

test.each([
  ['AWS_EXECUTION_ENV', 'AWS_Lambda_nodejs24.x'],
  ['AWS_LAMBDA_FUNCTION_MEMORY_SIZE', '128'],
  ['AWS_LAMBDA_LOG_GROUP_NAME', '/aws/lambda/sample'],
  ['TZ', ':UTC'],
  ['_HANDLER', 'index.handler'],
  ['NODE_PATH', '/opt/nodejs/node24/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules:/var/runtime:/var/task'],
])('%s is %s', (name, value) => {
  expect(environmentVariables(input)[name]).toBe(value);
});

test("a template's own endpoints lead nowhere: every client goes to the local one", () => {
  const away = {
    AWS_ENDPOINT_URL: 'https://s3.us-east-1.amazonaws.com',
    AWS_ENDPOINT_URL_KMS: 'https://kms-fips.us-east-1.amazonaws.com',
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
    AWS_USE_FIPS_ENDPOINT: 'true',
  };
  const seen = environmentVariables({ ...input, definition: sampleFunction({ environment: away }) });
  expect(seen).toMatchObject(input.local);
  expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS']));
  expect(seen.AWS_ENDPOINT_URL_KMS ?? seen.AWS_USE_FIPS_ENDPOINT).toBeUndefined();
});
