// Batch transform as its users meet it: the unmodified SDK against the whole emulator, with a container of its own for each job.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeTransformJobCommand,
  ListTransformJobsCommand,
  paginateListTransformJobs,
  StopTransformJobCommand,
  waitUntilTransformJobCompletedOrStopped,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Airlock, startAirlock } from '../../../emulator/airlock.ts';
import { until } from '../model/model-fixture.ts';
import { batchClients, batchTemplates, childProcesses, jsonLines } from './transform-fixture.ts';

let airlock: Airlock;
let clients: ReturnType<typeof batchClients>;
beforeAll(async () => {
  airlock = await startAirlock({ template: batchTemplates() });
  clients = batchClients(airlock);
});
afterAll(async () => {
  clients?.[Symbol.dispose]();
  await airlock?.close();
});

const describeJob = (TransformJobName: string, { sagemaker } = clients) =>
  sagemaker.send(new DescribeTransformJobCommand({ TransformJobName }));
const wait = (TransformJobName: string, { sagemaker } = clients) =>
  waitUntilTransformJobCompletedOrStopped({ client: sagemaker, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { TransformJobName });

/** Long enough to be met while it runs: every record is a request of its own. */
const slow = { BatchStrategy: 'SingleRecord', MaxConcurrentTransforms: 1 } as const;

describe('a transform job', () => {
  test('completes: an output for each input, in the order of its records', async () => {
    const { put, read, keys, create } = clients;
    for (const name of ['a', 'b', 'c']) await put(`three/in/${name}.jsonl`, jsonLines(50));
    const { TransformJobArn } = await create('three', { Tags: [{ Key: 'team', Value: 'ads' }] });
    expect((await wait('three')).state).toBe('SUCCESS');
    const told = await describeJob('three');
    expect(told).toMatchObject({
      ...{ TransformJobArn, TransformJobStatus: 'Completed', ModelName: clients.ModelName },
      ...{ CreationTime: expect.any(Date), TransformStartTime: expect.any(Date), TransformEndTime: expect.any(Date) },
    });
    expect(Number(told.TransformEndTime)).toBeGreaterThanOrEqual(Number(told.TransformStartTime));
    expect(await keys('three/out/')).toEqual(['a', 'b', 'c'].map((name) => `three/out/${name}.jsonl.out`));
    const ids = (await read('three/out/b.jsonl.out'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).id);
    expect(ids).toEqual(Array.from({ length: 50 }, (_, index) => `c-${index}`));
  });

  test('with one bad record fails, without an output for that file; the others have theirs', async () => {
    const { put, keys, create } = clients;
    await put('bad/in/a.jsonl', jsonLines(5));
    await put('bad/in/b.jsonl', `${jsonLines(3)}no record\n${jsonLines(3)}`);
    await put('bad/in/c.jsonl', jsonLines(5));
    await create('bad');
    await expect(wait('bad')).rejects.toThrow(/FAILURE/);
    expect(await describeJob('bad')).toMatchObject({
      ...{ TransformJobStatus: 'Failed', FailureReason: expect.stringMatching(/^(Client|Algorithm)Error: /) },
    });
    expect(await keys('bad/out/')).toEqual(['bad/out/a.jsonl.out', 'bad/out/c.jsonl.out']);
  });

  test('is stopped in the middle: nothing half is stored, and no container is left', async () => {
    const { put, keys, create, sagemaker } = clients;
    const before = childProcesses();
    await put('stop/in/a.jsonl', jsonLines(50_000));
    await create('stop', slow);
    await until(() => childProcesses().length > before.length);
    await sagemaker.send(new StopTransformJobCommand({ TransformJobName: 'stop' }));
    expect((await wait('stop')).state).toBe('SUCCESS');
    expect(await describeJob('stop')).toMatchObject({ TransformJobStatus: 'Stopped', TransformEndTime: expect.any(Date) });
    expect(await keys('stop/out/')).toEqual([]);
    expect(childProcesses().filter((pid) => !before.includes(pid))).toEqual([]);
    await expect(sagemaker.send(new StopTransformJobCommand({ TransformJobName: 'stop' }))).rejects.toMatchObject({
      ...{ name: 'ValidationException', message: 'The request was rejected because the transform job is in status Stopped.' },
    });
  });

  test('is found in the list, page by page', async () => {
    const { put, create, sagemaker } = clients;
    for (const name of ['listed-1', 'listed-2', 'listed-3']) {
      await put(`${name}/in/a.jsonl`, jsonLines(1));
      await create(name);
    }
    for (const name of ['listed-1', 'listed-2', 'listed-3']) await wait(name);
    const found: (string | undefined)[] = [];
    const question = { NameContains: 'listed', StatusEquals: 'Completed', SortBy: 'Name', SortOrder: 'Ascending' } as const;
    for await (const page of paginateListTransformJobs({ client: sagemaker, pageSize: 2 }, question)) {
      found.push(...(page.TransformJobSummaries ?? []).map((job) => job.TransformJobName));
    }
    expect(found).toEqual(['listed-1', 'listed-2', 'listed-3']);
    const none = await sagemaker.send(new ListTransformJobsCommand({ CreationTimeAfter: new Date(Date.now() + 60_000) }));
    expect(none.TransformJobSummaries).toEqual([]);
  });

  test.each([
    ['no input', () => clients.create('none'), 'ValidationException', /^No S3 objects found under S3 URL "s3:/],
    ['an unknown model', () => clients.create('none', { ModelName: 'other' }), 'ValidationException', /^Could not find model "arn:/],
    ['a name with _', () => clients.create('no_ne'), 'ValidationException', /'transformJobName' failed to satisfy constraint/],
    [
      'another input filter',
      () => clients.create('none', { DataProcessing: { InputFilter: '$[1:]' } }),
      'NotImplemented',
      /DataProcessing/,
    ],
    ['a name that nobody knows', () => describeJob('none'), 'ValidationException', /^Could not find requested job with name: none$/],
  ])('is refused for %s', async (_, send, name, message) => {
    await expect(send()).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  });

  test('has a name of its own', async () => {
    await clients.put('once/in/a.jsonl', jsonLines(1));
    await clients.create('once');
    await expect(clients.create('once')).rejects.toMatchObject({ name: 'ResourceInUse' });
    await wait('once');
  });
});

test('with the shipped role, which may do nothing in S3, a job is refused as on AWS', async () => {
  await using shipped = await startAirlock();
  using its = batchClients(shipped);
  await its.put('early/in/a.jsonl', jsonLines(1));
  await expect(its.create('early')).rejects.toMatchObject({
    ...{ name: 'ValidationException', message: expect.stringContaining('has "s3:ListBucket" permissions on bucket') },
  });
});

test.each(['s3:ListBucket', 's3:ListBucket, s3:GetObject'])(
  'with a role that has %s only, a job fails without an output',
  async (actions) => {
    await using limited = await startAirlock({ template: batchTemplates(actions) });
    using its = batchClients(limited);
    await its.put('limited/in/a.jsonl', jsonLines(1));
    await its.create('limited');
    await expect(wait('limited', its)).rejects.toThrow(/FAILURE/);
    const told = await describeJob('limited', its);
    expect(told).toMatchObject({ TransformJobStatus: 'Failed', FailureReason: expect.stringMatching(/^ClientError: /) });
    expect(await its.keys('limited/out')).toEqual([]);
  },
);

test('what ran when Airlock ended has failed after the next start, with nothing half stored; what waited is done then', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'transform-data-'));
  const before = childProcesses();
  try {
    const first = await startAirlock({ template: batchTemplates(), dataDir });
    {
      using its = batchClients(first);
      for (const name of ['one', 'two']) {
        await its.put(`${name}/in/a.jsonl`, jsonLines(50_000));
        await its.create(name, slow);
      }
      await its.put('waited/in/a.jsonl', jsonLines(2));
      await its.create('waited');
      await until(async () => (await describeJob('two', its)).TransformStartTime !== undefined);
      expect((await describeJob('waited', its)).TransformStartTime).toBeUndefined();
      await first.close();
    }
    expect(childProcesses().filter((pid) => !before.includes(pid))).toEqual([]);
    await using second = await startAirlock({ template: batchTemplates(), dataDir });
    using its = batchClients(second);
    expect(await describeJob('one', its)).toMatchObject({
      ...{ TransformJobStatus: 'Failed', FailureReason: expect.stringMatching(/^InternalServerError: Airlock ended/) },
    });
    expect((await wait('waited', its)).state).toBe('SUCCESS');
    expect([await its.keys('one/out/'), await its.keys('two/out/'), await its.keys('waited/out/')]).toEqual([
      [],
      [],
      ['waited/out/a.jsonl.out'],
    ]);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});
