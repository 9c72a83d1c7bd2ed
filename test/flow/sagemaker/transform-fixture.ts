// What tests of transform jobs share: templates whose model role may use S3, the SDK's clients, and inputs that the built-in model takes.
import { readdirSync, readFileSync } from 'node:fs';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTransformJobCommand, type CreateTransformJobCommandInput, SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { Airlock } from '../../../emulator/airlock.ts';
import { editedTemplates } from '../edited-template.ts';

/** With a bucket of its own, BatchBucket, and a model role that may read and write there, or what is given. */
export function batchTemplates(actions = 's3:ListBucket, s3:GetObject, s3:PutObject') {
  const role = /( {2}ModelRole:\n {4}Type: AWS::IAM::Role\n(?:.*\n)*? {12}Statement:\n)( {14}- Sid: PutMetrics)/;
  const statement = `              - Sid: TransformFiles
                Effect: Allow
                Action: [${actions}]
                Resource: [!GetAtt BatchBucket.Arn, !Sub "\${BatchBucket.Arn}/*"]
`;
  return editedTemplates('customer', role, `  BatchBucket:\n    Type: AWS::S3::Bucket\n$1${statement.replaceAll('$', '$$$$')}$2`);
}

export function jsonLines(count: number, first = 0): string {
  return Array.from({ length: count }, (_, index) => `{"id":"c-${first + index}","email":"lena${first + index}@example.com"}\n`).join('');
}

/** The clients of customer-admin, closed together. */
export function batchClients(airlock: Airlock) {
  const options = { endpoint: airlock.awsUrl, region: airlock.region, credentials: airlock.credentials['customer-admin'], maxAttempts: 1 };
  const sagemaker = new SageMakerClient(options);
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  const Bucket = airlock.deployment.buckets.find(({ logicalId }) => logicalId === 'BatchBucket')?.bucketName ?? airlock.resultsBucket ?? '';
  const ModelName = airlock.deployment.models[0]?.modelName ?? '';
  return {
    sagemaker,
    s3,
    Bucket,
    ModelName,
    put: async (Key: string, Body: string) => void (await s3.send(new PutObjectCommand({ Bucket, Key, Body }))),
    read: async (Key: string) => (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString() ?? '',
    keys: async (Prefix: string) =>
      ((await s3.send(new ListObjectsV2Command({ Bucket, Prefix }))).Contents ?? []).map(({ Key }) => Key ?? ''),
    create: (TransformJobName: string, changes: Partial<CreateTransformJobCommandInput> = {}) =>
      sagemaker.send(
        new CreateTransformJobCommand({
          ...{ TransformJobName, ModelName },
          TransformInput: {
            DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://${Bucket}/${TransformJobName}/in/` } },
            ...{ ContentType: 'application/jsonlines', SplitType: 'Line' },
          },
          TransformOutput: { S3OutputPath: `s3://${Bucket}/${TransformJobName}/out`, Accept: 'application/jsonlines' },
          TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
          ...changes,
        }),
      ),
    [Symbol.dispose]() {
      sagemaker.destroy();
      s3.destroy();
    },
  };
}

/** Process numbers of what this process has started and not ended. */
export function childProcesses(): readonly string[] {
  return readdirSync('/proc/self/task').flatMap((task) =>
    readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
  );
}
