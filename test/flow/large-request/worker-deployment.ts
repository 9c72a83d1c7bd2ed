// The worker and its failed function as they run on Lambda, in a small template: real functions, roles, S3, endpoint and stand-in model.
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type Airlock, type AirlockOptions, startAirlock } from '../../../emulator/airlock.ts';
import { type LargeMediaType, type RequestState, stateKey } from '../../../lambdas/large-request/request-state.ts';
import { parseState } from '../../../lambdas/large-request/stored-state.ts';

interface WorkerTemplate {
  /** Of the worker. */
  readonly timeoutSeconds?: number;
  readonly variables?: Readonly<Record<string, string>>;
  readonly modelVariables?: Readonly<Record<string, string>>;
  /** Prefixes in the bucket. */
  readonly mayWrite?: readonly string[];
  readonly airlock?: AirlockOptions;
}

export async function startWorker({
  timeoutSeconds = 60,
  variables = {},
  modelVariables = {},
  mayWrite = ['requests', 'work', 'results'],
  airlock: options = {},
}: WorkerTemplate = {}) {
  const path = fileURLToPath(new URL('../../../infra/worker-test.yaml', import.meta.url));
  const text = templateText({ timeoutSeconds, variables, modelVariables, mayWrite });
  const airlock = await startAirlock({ template: [{ path, text }], eventRetryWait: '0', ...options });
  try {
    return Object.assign(worldOf(airlock), { [Symbol.asyncDispose]: () => airlock.close() });
  } catch (error) {
    await airlock.close();
    throw error;
  }
}

function worldOf(airlock: Airlock) {
  const settings = { endpoint: airlock.awsUrl, region: 'us-east-1', credentials: credentialsOf(airlock) };
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  const lambda = new LambdaClient(settings);
  const Bucket = bucketName;

  const readText = async (Key: string) => (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString() ?? '';
  const readState = async (requestId: string) => parseState(await readText(stateKey(requestId)));
  return {
    airlock,
    readText,
    readState,
    head: (Key: string) => s3.send(new HeadObjectCommand({ Bucket, Key })),
    async keys(Prefix: string) {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
      return Contents.map(({ Key }) => Key);
    },
    /** The input and its state, as POST /request leaves them. Id of the request. */
    async prepare(input: string, mediaType: LargeMediaType): Promise<string> {
      const requestId = randomUUID();
      const key = `inputs/${requestId}`;
      const { ETag = '' } = await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: input, ContentType: mediaType }));
      const at = new Date().toISOString();
      const state: RequestState = {
        requestId,
        subject: '222222222222',
        requestHash: 'f'.repeat(64),
        progress: 'QUEUED',
        input: { key, etag: ETag, bytes: Buffer.byteLength(input), mediaType },
        createdAt: at,
        updatedAt: at,
        recordsDone: 0,
        holder: null,
        attemptsWithoutProgress: 0,
        parts: [],
        cutToTheEnd: false,
        uploadId: null,
        assembly: null,
        result: null,
        error: null,
      };
      await s3.send(new PutObjectCommand({ Bucket, Key: stateKey(requestId), Body: JSON.stringify(state) }));
      return requestId;
    },
    async invoke(requestId: string): Promise<void> {
      const Payload = JSON.stringify({ requestId });
      await lambda.send(new InvokeCommand({ FunctionName: 'large-request-worker', InvocationType: 'Event', Payload }));
    },
    async untilFinal(requestId: string): Promise<RequestState> {
      const deadline = Date.now() + 50_000;
      for (;;) {
        const state = await readState(requestId);
        if (state.progress === 'SUCCEEDED' || state.progress === 'FAILED') return state;
        if (Date.now() > deadline) throw new Error(`still ${JSON.stringify({ ...state, parts: state.parts.length })}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  };
}

function credentialsOf({ credentials }: Airlock) {
  const admin = credentials['customer-admin'];
  if (admin === undefined) throw new Error('no credentials of customer-admin');
  return admin;
}

const bucketName = 'large-request-worker-results';

const build = {
  BuildMethod: 'esbuild',
  BuildProperties: {
    EntryPoints: ['handler.ts'],
    Format: 'esm',
    Target: 'node24',
    MainFields: 'module,main',
    Minify: false,
    Sourcemap: true,
    OutExtension: ['.js=.mjs'],
    Banner: ["js=import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"],
  },
};

const arn = (service: string, rest: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${rest}`,
});
const objects = (...prefixes: string[]) => prefixes.map((prefix) => `arn:aws:s3:::${bucketName}/${prefix}/*`);
const allow = (Action: string | string[], Resource: unknown) => ({ Effect: 'Allow', Action, Resource });

function role(statements: readonly object[]): object {
  const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [trust] },
      Policies: [{ PolicyName: 'Work', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
    },
  };
}

function lambdaFunction(FunctionName: string, code: string, properties: object): object {
  const Role = { 'Fn::GetAtt': [code === 'worker' ? 'WorkerRole' : 'FailedRole', 'Arn'] };
  const Code = `../lambdas/${code}`;
  const shared = { FunctionName, Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'handler.handler', Code, Role };
  return { Type: 'AWS::Lambda::Function', Metadata: build, Properties: { ...shared, ...properties } };
}

/** JSON, which is YAML. The roles are what the shipped template is to give them. */
function templateText({ timeoutSeconds: Timeout, variables, modelVariables, mayWrite }: Omit<Required<WorkerTemplate>, 'airlock'>): string {
  const bucket = `arn:aws:s3:::${bucketName}`;
  const image = 'arn:aws:sagemaker:us-east-1:111111111111:model-package/airlock-identity-v1';
  const trustModel = { Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const failedArn = { 'Fn::GetAtt': ['Failed', 'Arn'] };
  return JSON.stringify({
    AWSTemplateFormatVersion: '2010-09-09',
    Metadata: { Airlock: { Account: 'customer' } },
    Resources: {
      Results: { Type: 'AWS::S3::Bucket', Properties: { BucketName: bucketName } },
      ModelRole: {
        Type: 'AWS::IAM::Role',
        Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [trustModel] } },
      },
      Model: {
        Type: 'AWS::SageMaker::Model',
        Properties: {
          ExecutionRoleArn: { 'Fn::GetAtt': ['ModelRole', 'Arn'] },
          EnableNetworkIsolation: true,
          PrimaryContainer: { ModelPackageName: image, Environment: modelVariables },
        },
      },
      ModelConfig: {
        Type: 'AWS::SageMaker::EndpointConfig',
        Properties: {
          ProductionVariants: [
            {
              VariantName: 'AllTraffic',
              ModelName: { 'Fn::GetAtt': ['Model', 'ModelName'] },
              InstanceType: 'ml.m5.large',
              InitialInstanceCount: 1,
              InitialVariantWeight: 1,
            },
          ],
        },
      },
      ModelEndpoint: {
        Type: 'AWS::SageMaker::Endpoint',
        Properties: { EndpointConfigName: { 'Fn::GetAtt': ['ModelConfig', 'EndpointConfigName'] } },
      },
      WorkerRole: role([
        allow('sagemaker:InvokeEndpoint', { Ref: 'ModelEndpoint' }),
        allow('s3:GetObject', objects('inputs', 'requests', 'work', 'results')),
        allow('s3:PutObject', objects(...mayWrite)),
        allow(['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts'], objects('results')),
        allow('s3:DeleteObject', objects('work')),
        allow('s3:ListBucket', bucket),
        allow('lambda:InvokeFunction', [arn('lambda', 'function:large-request-worker'), arn('lambda', 'function:large-request-failed')]),
      ]),
      Worker: lambdaFunction('large-request-worker', 'worker', {
        Timeout,
        MemorySize: 512,
        Environment: {
          Variables: { ENDPOINT_NAME: { 'Fn::GetAtt': ['ModelEndpoint', 'EndpointName'] }, RESULTS_BUCKET: bucketName, ...variables },
        },
      }),
      FailedRole: role([
        allow(['s3:GetObject', 's3:PutObject'], objects('requests')),
        allow('s3:AbortMultipartUpload', objects('results')),
        allow('s3:DeleteObject', objects('work')),
        allow('s3:ListBucket', bucket),
      ]),
      Failed: lambdaFunction('large-request-failed', 'worker-failed', {
        Timeout: 300,
        MemorySize: 256,
        Environment: { Variables: { RESULTS_BUCKET: bucketName } },
      }),
      WorkerEvents: {
        Type: 'AWS::Lambda::EventInvokeConfig',
        Properties: {
          FunctionName: { Ref: 'Worker' },
          Qualifier: '$LATEST',
          MaximumRetryAttempts: 2,
          DestinationConfig: { OnFailure: { Destination: failedArn } },
        },
      },
    },
  });
}
