// The operations on transform jobs over the real registry and its directory, with a run that a test ends.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { isFault } from '../../../../emulator/aws/fault.ts';
import { openQueueDirectory } from '../../../../emulator/queue-directory.ts';
import { createControlPlane } from '../../../../emulator/sagemaker/control-plane/control-plane.ts';
import {
  createTransformJobs,
  type JobEnd,
  jobsInProgressMax,
  jobsRememberedMax,
  jobsRunningMax,
} from '../../../../emulator/sagemaker/transform/job-registry.ts';
import { parseTransformJob } from '../../../../emulator/sagemaker/transform/parse-transform-job.ts';
import { silentLog, until } from '../../../flow/model/model-fixture.ts';
import { type CallOptions, customerAccount, denied, makeCall, partnerAccount, userOf } from '../../kms/aws-call.ts';
import { modelDefinition } from '../sagemaker-fixture.ts';

const arnOf = (name: string) => `arn:aws:sagemaker:us-east-1:${customerAccount}:transform-job/${name}`;
const start = Date.UTC(2026, 10, 22, 12);
const undo: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each();
});

function directoryOfTest(): string {
  const directory = mkdtempSync(join(tmpdir(), 'transform-jobs-'));
  undo.push(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

interface PlaneOptions {
  readonly directory?: string;
  /** Begins to run jobs. */
  readonly begins?: boolean;
  readonly hasInput?: boolean;
}

async function openPlane({ directory = directoryOfTest(), begins = true, hasInput = true }: PlaneOptions = {}) {
  let now = start;
  const clock = { now: () => now };
  const ends = new Map<string, (end: JobEnd) => void>();
  const queue = await openQueueDirectory({ directory, entriesMax: jobsRememberedMax, parse: parseTransformJob, log: silentLog });
  const jobs = createTransformJobs({
    queue,
    clock,
    log: silentLog,
    run: ({ name }, signal) =>
      new Promise((resolve) => {
        ends.set(name, resolve);
        signal.addEventListener('abort', () => resolve({ kind: 'stopped', failureReason: null }));
      }),
  });
  undo.push(() => jobs.close());
  if (begins) jobs.begin();
  const controlPlane = createControlPlane({
    ...{ endpoints: [], endpointConfigs: [], models: [modelDefinition], modelFor: () => undefined, region: 'us-east-1', clock },
    transform: { jobs, hasInput: async () => hasInput },
  });
  const ask = async (operation: string, input: unknown, call: CallOptions = {}) => {
    const made = makeCall({
      headers: { 'x-amz-target': `SageMaker.${operation}` },
      body: JSON.stringify(input),
      principal: userOf(customerAccount),
      ...call,
    });
    const result = await controlPlane(made.call);
    if (result === null) throw new Error('not a call of the control plane');
    const [answer, fault] = isFault(result) ? [null, result] : [JSON.parse(String(result.body)), null];
    return { answer, fault, checks: made.checks };
  };
  return {
    jobs,
    ask,
    running: ends,
    tick: (ms: number) => {
      now += ms;
    },
    statusOf: async (TransformJobName: string) => (await ask('DescribeTransformJob', { TransformJobName })).answer?.TransformJobStatus,
    async runs(name: string) {
      await until(() => ends.has(name));
      return ends.get(name) as (end: JobEnd) => void;
    },
  };
}

function creation(changes: object = {}, TransformJobName = 'nightly') {
  return {
    TransformJobName,
    ModelName: 'identity',
    TransformInput: { DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://input/in/' } } },
    TransformOutput: { S3OutputPath: 's3://output/out' },
    TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
    ...changes,
  };
}

const completed: JobEnd = { kind: 'completed', failureReason: null };

describe('a job', () => {
  test('is told with all that was asked for, the defaults filled in, and when it began and ended', async () => {
    const { ask, jobs, runs, tick, statusOf } = await openPlane({ begins: false });
    expect((await ask('CreateTransformJob', creation())).answer).toEqual({ TransformJobArn: arnOf('nightly') });
    tick(1_000);
    jobs.begin();
    const end = await runs('nightly');
    tick(1_000);
    end(completed);
    await until(async () => (await statusOf('nightly')) === 'Completed');
    expect((await ask('DescribeTransformJob', { TransformJobName: 'nightly' })).answer).toEqual({
      TransformJobName: 'nightly',
      TransformJobArn: arnOf('nightly'),
      TransformJobStatus: 'Completed',
      ModelName: 'identity',
      ModelClientConfig: { InvocationsTimeoutInSeconds: 600, InvocationsMaxRetries: 3 },
      TransformInput: {
        DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://input/in/' } },
        CompressionType: 'None',
        SplitType: 'None',
      },
      TransformOutput: { S3OutputPath: 's3://output/out', AssembleWith: 'None', KmsKeyId: '' },
      TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
      CreationTime: start / 1_000,
      TransformStartTime: start / 1_000 + 1,
      TransformEndTime: start / 1_000 + 2,
      DataProcessing: { InputFilter: '$', OutputFilter: '$', JoinSource: 'None' },
    });
  });

  test('is told with everything that was given', async () => {
    const { ask } = await openPlane({ begins: false });
    const given = {
      MaxConcurrentTransforms: 4,
      MaxPayloadInMB: 25,
      BatchStrategy: 'SingleRecord',
      ModelClientConfig: { InvocationsTimeoutInSeconds: 3_600, InvocationsMaxRetries: 0 },
      Environment: { LEVEL: 'debug' },
      DataCaptureConfig: { DestinationS3Uri: 's3://output/captured', GenerateInferenceId: true },
      ExperimentConfig: { ExperimentName: 'one', RunName: 'two' },
      TransformInput: {
        DataSource: { S3DataSource: { S3DataType: 'ManifestFile', S3Uri: 's3://input/list.json' } },
        ...{ ContentType: 'text/csv', CompressionType: 'Gzip', SplitType: 'Line' },
      },
      TransformOutput: { S3OutputPath: 's3://output/out', Accept: 'text/csv', AssembleWith: 'Line', KmsKeyId: 'alias/results' },
      TransformResources: { InstanceType: 'ml.g5.xlarge', InstanceCount: 2, VolumeKmsKeyId: 'k', TransformAmiVersion: 'al2' },
    };
    await ask('CreateTransformJob', creation({ ...given, Tags: [{ Key: 'team', Value: '' }] }));
    expect((await ask('DescribeTransformJob', { TransformJobName: 'nightly' })).answer).toMatchObject({
      ...given,
      TransformJobStatus: 'InProgress',
    });
  });

  test.each([
    [{ kind: 'failed', failureReason: 'AlgorithmError: no' }, 'Failed', 'AlgorithmError: no'],
    [{ kind: 'failed', failureReason: 'x'.repeat(2_000) }, 'Failed', 'x'.repeat(1_024)],
    [{ kind: 'completed', failureReason: null }, 'Completed', undefined],
  ] as const)('that ends as %j', async (end, status, reason) => {
    const { ask, runs, statusOf } = await openPlane();
    await ask('CreateTransformJob', creation());
    (await runs('nightly'))(end);
    await until(async () => (await statusOf('nightly')) === status);
    expect((await ask('DescribeTransformJob', { TransformJobName: 'Nightly' })).answer.FailureReason).toBe(reason);
  });

  test('is Stopping, then Stopped, and cannot be stopped again', async () => {
    const { ask, runs, statusOf } = await openPlane();
    await ask('CreateTransformJob', creation());
    await runs('nightly');
    expect((await ask('StopTransformJob', { TransformJobName: 'nightly' })).answer).toEqual({});
    expect((await ask('StopTransformJob', { TransformJobName: 'nightly' })).fault?.message).toMatch(
      /^The request was rejected because the transform job is in status Stopp(ing|ed)\.$/,
    );
    await until(async () => (await statusOf('nightly')) === 'Stopped');
    expect((await ask('StopTransformJob', { TransformJobName: 'nightly' })).fault).toMatchObject({
      ...{ status: 400, code: 'ValidationException' },
      message: 'The request was rejected because the transform job is in status Stopped.',
    });
  });

  test('that waits for its turn is stopped without ever running', async () => {
    const { ask, running, statusOf } = await openPlane();
    const names = Array.from({ length: jobsRunningMax + 1 }, (_, index) => `job-${index}`);
    for (const name of names) await ask('CreateTransformJob', creation({}, name));
    const last = names.at(-1) ?? '';
    await ask('StopTransformJob', { TransformJobName: last });
    await until(async () => (await statusOf(last)) === 'Stopped');
    expect([...running.keys()]).toEqual(names.slice(0, -1));
    expect((await ask('DescribeTransformJob', { TransformJobName: last })).answer).not.toHaveProperty('TransformStartTime');
  });
});

describe('jobs', () => {
  test('run a few at once, the others in their turn', async () => {
    const { ask, running, runs } = await openPlane();
    const names = Array.from({ length: jobsRunningMax + 2 }, (_, index) => `job-${index}`);
    for (const name of names) await ask('CreateTransformJob', creation({}, name));
    (await runs('job-1'))(completed);
    await runs(`job-${jobsRunningMax}`);
    expect([...running.keys()]).toEqual(names.slice(0, jobsRunningMax + 1));
  });

  test('are refused when too many are in progress', async () => {
    const { ask } = await openPlane({ begins: false });
    for (let index = 0; index < jobsInProgressMax; index++) await ask('CreateTransformJob', creation({}, `job-${index}`));
    expect((await ask('CreateTransformJob', creation())).fault).toMatchObject({ status: 400, code: 'ResourceLimitExceeded' });
  });

  test('of an earlier run: what ran has failed, what waited runs, what had ended is as it was', async () => {
    const directory = directoryOfTest();
    const first = await openPlane({ directory });
    const names = ['done', 'ran', 'ran-too', 'waited'];
    await first.ask('CreateTransformJob', creation({}, 'done'));
    (await first.runs('done'))(completed);
    await until(async () => (await first.statusOf('done')) === 'Completed');
    for (const name of names.slice(1)) await first.ask('CreateTransformJob', creation({}, name));
    await first.runs('ran-too');
    await first.jobs.close();
    const second = await openPlane({ directory });
    const told = await Promise.all(names.map((TransformJobName) => second.ask('DescribeTransformJob', { TransformJobName })));
    expect(told.map(({ answer }) => answer.TransformJobStatus)).toEqual(['Completed', 'Failed', 'Failed', 'InProgress']);
    expect(told[1]?.answer.FailureReason).toMatch(/^InternalServerError: Airlock ended while this job was running/);
    (await second.runs('waited'))(completed);
    await until(async () => (await second.statusOf('waited')) === 'Completed');
    expect((await second.ask('CreateTransformJob', creation({}, 'ran'))).fault?.code).toBe('ResourceInUse');
  });

  test('of a run that was killed: what ran has failed, what was stopping is stopped', async () => {
    const directory = directoryOfTest();
    const killed = await openPlane({ directory });
    for (const name of ['ran', 'stopping', 'waited']) await killed.ask('CreateTransformJob', creation({}, name));
    await killed.runs('stopping');
    void killed.ask('StopTransformJob', { TransformJobName: 'stopping' });
    // What a killed process leaves: the files as they are at that moment, and nobody who holds them.
    const left = directoryOfTest();
    cpSync(directory, left, { recursive: true, filter: (path) => !basename(path).startsWith('lock') });
    const next = await openPlane({ directory: left, begins: false });
    expect([await next.statusOf('ran'), await next.statusOf('stopping'), await next.statusOf('waited')]).toEqual([
      ...['Failed', 'Stopped', 'InProgress'],
    ]);
  });
});

describe('CreateTransformJob refuses', () => {
  const source = (S3DataType: string, S3Uri: string) => ({ TransformInput: { DataSource: { S3DataSource: { S3DataType, S3Uri } } } });
  const invalid: readonly (readonly [object, string])[] = [
    [{ TransformJobName: 'a_b' }, "Value 'a_b' at 'transformJobName' failed to satisfy constraint: Member must satisfy regular expression"],
    [{ TransformJobName: '' }, "at 'transformJobName' failed to satisfy constraint: Member must have length greater than or equal to 1"],
    [{ TransformJobName: 'a'.repeat(64) }, 'Member must have length less than or equal to 63'],
    [{ ModelName: undefined }, "Value null at 'modelName' failed to satisfy constraint: Member must not be null"],
    [{ TransformInput: undefined }, "1 validation error detected: Value null at 'transformInput' failed"],
    [{ TransformInput: {} }, "Value null at 'transformInput.dataSource' failed"],
    [source('S3Prefix', 'input/in'), "Value 'input/in' at 'transformInput.dataSource.s3DataSource.s3Uri' failed"],
    [source('Prefix', 's3://input/'), 'enum value set: [ManifestFile, S3Prefix, AugmentedManifestFile, Converse]'],
    [source('AugmentedManifestFile', 's3://input/'), 'S3DataType AugmentedManifestFile cannot be used for a transform job.'],
    [{ TransformOutput: {} }, "Value null at 'transformOutput.s3OutputPath' failed"],
    [{ TransformResources: { InstanceType: 'ml.m5.large' } }, "Value null at 'transformResources.instanceCount' failed"],
    [{ TransformResources: { InstanceType: 'ml.m9.large', InstanceCount: 0 } }, '2 validation errors detected: '],
    [{ ModelClientConfig: { InvocationsTimeoutInSeconds: 0 } }, "Value '0' at 'modelClientConfig.invocationsTimeoutInSeconds' failed"],
    [{ ModelClientConfig: { InvocationsTimeoutInSeconds: 3_601 } }, 'Member must have value less than or equal to 3600'],
    [{ ModelClientConfig: { InvocationsMaxRetries: 4 } }, 'Member must have value less than or equal to 3'],
    [{ MaxPayloadInMB: -1 }, "at 'maxPayloadInMB'"],
    [{ MaxPayloadInMB: 101 }, 'MaxPayloadInMB 101 cannot be greater than 100 MB'],
    [{ MaxPayloadInMB: 51, MaxConcurrentTransforms: 2 }, 'cannot be greater than 100 MB'],
    [{ BatchStrategy: 'MULTI_RECORD' }, 'enum value set: [MultiRecord, SingleRecord]'],
    [{ Environment: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`A${index}`, ''])) }, "at 'environment' failed"],
    [{ Environment: { '1A': 'x' } }, "at 'environment' failed"],
    [{ Environment: { A: 'x'.repeat(10_241) } }, "Value at 'environment.a' failed"],
    [{ Tags: [{ Value: 'x' }] }, "Value null at 'tags.1.member.key' failed"],
    [{ Tags: Array.from({ length: 51 }, () => ({ Key: 'a', Value: 'b' })) }, "at 'tags' failed"],
    [{ ExperimentConfig: { RunName: '-' } }, "at 'experimentConfig.runName' failed"],
    [{ ModelName: 'other' }, `Could not find model "arn:aws:sagemaker:us-east-1:${customerAccount}:model/other".`],
  ];
  test.each(invalid.map(([changes, message]) => ({ changes, message })))('$message', async ({ changes, message }) => {
    const { ask } = await openPlane({ begins: false });
    const { fault } = await ask('CreateTransformJob', creation(changes));
    expect(fault).toMatchObject({ status: 400, code: 'ValidationException', message: expect.stringContaining(message) });
  });

  test.each([
    [{ TransformInput: 'x' }, 'STRING_VALUE can not be converted to an Object'],
    [{ Tags: {} }, 'START_OBJECT can not be converted to a List'],
    [{ Tags: ['x'] }, 'STRING_VALUE can not be converted to an Object'],
    [{ Environment: { A: 1 } }, 'NUMBER_VALUE can not be converted to a String'],
    [{ DataCaptureConfig: { DestinationS3Uri: 's3://a/b', GenerateInferenceId: 'yes' } }, 'can not be converted to a Boolean'],
  ])('%j as SerializationException', async (changes, message) => {
    const { ask } = await openPlane({ begins: false });
    expect((await ask('CreateTransformJob', creation(changes))).fault).toMatchObject({
      code: 'SerializationException',
      message: expect.stringContaining(message),
    });
  });

  test.each([
    [{ DataProcessing: { InputFilter: '$[1:]' } }],
    [{ DataProcessing: { OutputFilter: '$.id' } }],
    [{ DataProcessing: { JoinSource: 'Input' } }],
    [{ TransformOutput: { S3OutputPath: 'https://bucket.s3.amazonaws.com/x' } }],
  ])('%j, which it would have to leave out', async (changes) => {
    const { ask, jobs } = await openPlane({ begins: false });
    expect((await ask('CreateTransformJob', creation(changes))).fault).toMatchObject({ status: 501, code: 'NotImplemented' });
    expect(jobs.list(customerAccount)).toEqual([]);
  });

  test('a name that the account has, also in other letters', async () => {
    const { ask } = await openPlane({ begins: false });
    await ask('CreateTransformJob', creation());
    expect((await ask('CreateTransformJob', creation({}, 'Nightly'))).fault).toMatchObject({
      ...{ status: 400, code: 'ResourceInUse', message: expect.stringContaining(`already exists (${arnOf('nightly')})`) },
    });
  });

  test('an input that the role does not see', async () => {
    const { ask, jobs } = await openPlane({ hasInput: false });
    const { fault } = await ask('CreateTransformJob', creation());
    expect(fault?.message).toBe(
      `No S3 objects found under S3 URL "s3://input/in/" given in input data source. Please ensure that the bucket exists in the selected region (us-east-1), that objects exist under that S3 prefix, and that the role "${modelDefinition.executionRoleArn}" has "s3:ListBucket" permissions on bucket "input".`,
    );
    expect(jobs.list(customerAccount)).toEqual([]);
  });
});

describe('authorization', () => {
  const check = { resourceAccountId: customerAccount, resourcePolicies: [] };
  test.each(['DescribeTransformJob', 'StopTransformJob'])('%s asks for its action on the job, before the look', async (operation) => {
    const { ask } = await openPlane();
    const asked = await ask(operation, { TransformJobName: 'Nightly' });
    expect(asked.checks).toEqual([{ ...check, action: `sagemaker:${operation}`, resourceArn: arnOf('nightly') }]);
    expect(asked.fault).toMatchObject({ code: 'ValidationException', message: 'Could not find requested job with name: Nightly' });
    const refused = await ask(operation, { TransformJobName: 'Nightly' }, { authorize: () => denied() });
    expect(refused.fault?.code).toBe('AccessDeniedException');
  });

  test('CreateTransformJob asks for the job and the tags, with what policies can look at', async () => {
    const { ask } = await openPlane({ begins: false });
    const { checks } = await ask('CreateTransformJob', creation({ Tags: [{ Key: 'team', Value: 'ads' }] }));
    const tags = { 'aws:RequestTag/team': 'ads', 'aws:TagKeys': ['team'] };
    expect(checks).toEqual([
      {
        ...{ ...check, action: 'sagemaker:CreateTransformJob', resourceArn: arnOf('nightly') },
        context: { ...tags, 'sagemaker:InstanceTypes': ['ml.m5.large'], 'sagemaker:ModelArn': modelDefinition.arn },
      },
      { ...check, action: 'sagemaker:AddTags', resourceArn: arnOf('nightly'), context: tags },
    ]);
  });

  test('nothing is made for who may not', async () => {
    const { ask, jobs } = await openPlane({ begins: false });
    const { fault } = await ask('CreateTransformJob', creation(), { authorize: () => denied() });
    expect(fault?.code).toBe('AccessDeniedException');
    expect(jobs.list(customerAccount)).toEqual([]);
  });

  test('ListTransformJobs asks for *, and another account sees nothing', async () => {
    const { ask } = await openPlane({ begins: false });
    await ask('CreateTransformJob', creation());
    const { checks } = await ask('ListTransformJobs', {});
    expect(checks).toEqual([{ ...check, action: 'sagemaker:ListTransformJobs', resourceArn: '*' }]);
    const { answer } = await ask('ListTransformJobs', {}, { principal: userOf(partnerAccount) });
    expect(answer.TransformJobSummaries).toEqual([]);
  });
});

describe('ListTransformJobs', () => {
  async function threeJobs() {
    const plane = await openPlane();
    for (const name of ['b-day', 'a-night', 'c-night']) {
      await plane.ask('CreateTransformJob', creation({}, name));
      plane.tick(1_000);
    }
    (await plane.runs('b-day'))({ kind: 'failed', failureReason: 'no' });
    await until(async () => (await plane.statusOf('b-day')) === 'Failed');
    return plane;
  }
  const secondsIn = (seconds: number) => start / 1_000 + seconds;

  test.each([
    [{}, ['c-night', 'a-night', 'b-day']],
    [{ SortOrder: 'Ascending' }, ['b-day', 'a-night', 'c-night']],
    [{ SortBy: 'Name', SortOrder: 'Ascending' }, ['a-night', 'b-day', 'c-night']],
    [{ SortBy: 'Status', SortOrder: 'Ascending' }, ['b-day', 'a-night', 'c-night']],
    [{ NameContains: 'night' }, ['c-night', 'a-night']],
    [{ StatusEquals: 'Failed' }, ['b-day']],
    [{ CreationTimeAfter: secondsIn(1) }, ['c-night', 'a-night']],
    [{ CreationTimeBefore: secondsIn(1) }, ['b-day']],
    [{ LastModifiedTimeAfter: secondsIn(3), StatusEquals: 'Failed' }, ['b-day']],
    [{ LastModifiedTimeBefore: secondsIn(0) }, []],
  ])('%j', async (input, names) => {
    const { ask } = await threeJobs();
    const { answer } = await ask('ListTransformJobs', input);
    expect(answer.TransformJobSummaries.map((job: { TransformJobName: string }) => job.TransformJobName)).toEqual(names);
  });

  test('a summary says why a job failed, and pages together are the whole list', async () => {
    const { ask } = await threeJobs();
    const seen: { TransformJobName: string }[] = [];
    let NextToken: string | undefined;
    do {
      const { answer } = await ask('ListTransformJobs', { MaxResults: 1, ...(NextToken && { NextToken }) });
      seen.push(...answer.TransformJobSummaries);
      NextToken = answer.NextToken;
    } while (NextToken !== undefined && seen.length < 10);
    expect(seen.map((job) => job.TransformJobName)).toEqual(['c-night', 'a-night', 'b-day']);
    expect(seen[2]).toEqual({
      ...{ TransformJobName: 'b-day', TransformJobArn: arnOf('b-day'), TransformJobStatus: 'Failed', FailureReason: 'no' },
      ...{ CreationTime: secondsIn(0), TransformEndTime: secondsIn(3), LastModifiedTime: secondsIn(3) },
    });
  });

  test.each([
    [{ MaxResults: 101 }, 'Member must have value less than or equal to 100'],
    [{ NameContains: 'a b' }, "at 'nameContains'"],
    [{ StatusEquals: 'Done' }, 'enum value set: [InProgress, Completed, Failed, Stopping, Stopped]'],
    [{ NextToken: 'rubbish' }, 'Invalid NextToken.'],
  ])('refuses %j', async (input, message) => {
    const { ask } = await openPlane();
    expect((await ask('ListTransformJobs', input)).fault?.message).toContain(message);
  });
});
