// The variables a function sees: those of Lambda, then the function's own, then those that point the SDK at Airlock. None of
// ours. What Lambda reserves, and how much it takes, was checked when the template was loaded.
import { join } from 'node:path';
import type { FunctionDefinition } from '../template/deployment.ts';

export interface EnvironmentVariablesInput {
  readonly definition: FunctionDefinition;
  /** "$LATEST" or a number. */
  readonly version: string;
  readonly logStreamName: string;
  readonly taskRoot: string;
  /** What stands for /tmp. */
  readonly temporaryDirectory: string;
  /** Endpoint, credentials, region. */
  readonly local: Readonly<Record<string, string>>;
}

/** Names and values as recorded on AWS for nodejs24.x [V]. Paths of /var/lang are [M]. */
export function environmentVariables(input: EnvironmentVariablesInput): Record<string, string> {
  const { definition, version, logStreamName, taskRoot, temporaryDirectory } = input;
  const node = definition.runtime.replace(/^nodejs(\d+)\.x$/, 'node$1');
  return {
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memorySizeMb),
    AWS_LAMBDA_FUNCTION_NAME: definition.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: version,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: logStreamName,
    AWS_LAMBDA_RUNTIME_API: '169.254.100.1:9001',
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_XRAY_DAEMON_ADDRESS: '169.254.100.1:2000',
    _AWS_XRAY_DAEMON_ADDRESS: '169.254.100.1',
    _AWS_XRAY_DAEMON_PORT: '2000',
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    LAMBDA_TASK_ROOT: taskRoot,
    LANG: 'en_US.UTF-8',
    LD_LIBRARY_PATH: '/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib',
    NODE_PATH: `/opt/nodejs/${node}/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules:/var/runtime:/var/task`,
    PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
    PWD: taskRoot,
    SHLVL: '0',
    TZ: ':UTC',
    _HANDLER: definition.handler,
    // Not on Lambda: os.tmpdir() is the environment's own /tmp here, and no file in the developer's home reaches the SDK.
    TMPDIR: temporaryDirectory,
    AWS_CONFIG_FILE: join(temporaryDirectory, '.aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(temporaryDirectory, '.aws-credentials'),
    ...withoutEndpoints(definition.environment),
    ...input.local,
  };
}

/** A template may name endpoints of AWS (FIPS, VPC). Here no call may leave for them, so every client goes to the local one. */
function withoutEndpoints(variables: Readonly<Record<string, string>>): Record<string, string> {
  const leadsAway = /^AWS_(ENDPOINT_URL(_.*)?|IGNORE_CONFIGURED_ENDPOINT_URLS|USE_FIPS_ENDPOINT|USE_DUALSTACK_ENDPOINT)$/;
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !leadsAway.test(name)));
}
