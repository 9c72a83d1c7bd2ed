import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { requestError } from '../../../lambdas/request/request-errors.ts';
import { createGiveUp } from '../../../lambdas/worker-failed/give-up.ts';
import { requestId, workerDeployment } from './worker-deployment.ts';
import { storageOf } from './worker-storage.ts';

let logged: string[] = [];
beforeEach(() => {
  logged = [];
  vi.spyOn(console, 'log').mockImplementation((line) => void logged.push(String(line)));
});
afterEach(() => {
  vi.restoreAllMocks();
});

const record = {
  version: '1.0',
  requestContext: { requestId: 'a', condition: 'RetriesExhausted', approximateInvokeCount: 3 },
  requestPayload: { requestId },
  responsePayload: { errorType: 'TryAgain', errorMessage: 'marker-4711' },
};

function deploymentWith(state: Parameters<typeof workerDeployment>[0]['state'], step: (name: string) => void = () => undefined) {
  const world = workerDeployment({ input: '{}\n', ...(state && { state }) });
  const giveUp = createGiveUp({ storage: storageOf(world.bucket, step), now: () => world.now });
  return { ...world, giveUp: (event: unknown = record) => giveUp(event, { awsRequestId: 'f', getRemainingTimeInMillis: () => 30_000 }) };
}

describe('when Lambda gives the worker up', () => {
  it('the request has failed, and the upload that was begun goes', async () => {
    const { bucket, giveUp, readState } = deploymentWith({
      progress: 'RUNNING',
      uploadId: 'upload-9',
      holder: { invocationId: 'a', leaseEndsAt: '2999-01-01T00:00:00.000Z' },
    });
    bucket.uploads.set('upload-9', { key: `results/${requestId}`, contentType: '', metadata: {}, parts: new Map() });
    await giveUp();
    expect(readState()).toMatchObject({ progress: 'FAILED', error: { code: 'WORKER_FAILED' }, holder: null, uploadId: null });
    expect(bucket.uploads.size).toBe(0);
    expect(logged.join('\n')).not.toContain('marker');
  });

  it.each(['WorkerMisconfigured', 'SettingError'])('for what is wrong in the deployment the request says so: %s', async (errorType) => {
    const { giveUp, readState } = deploymentWith({ progress: 'RUNNING' });
    await giveUp({ ...record, responsePayload: { errorType, errorMessage: 'AccessDenied 403', trace: [] } });
    expect(readState()).toMatchObject({ progress: 'FAILED', error: { code: 'WORKER_MISCONFIGURED' } });
  });

  it('the answers that were kept for going on are deleted, and nothing else', async () => {
    const { bucket, giveUp } = deploymentWith({ progress: 'RUNNING' });
    for (const key of [`work/${requestId}/0`, `work/${requestId}/17`, 'work/other/0', 'results/other']) bucket.write(key, 'x');
    await giveUp();
    expect([...bucket.keys('work/'), ...bucket.keys('results/'), ...bucket.keys('inputs/')]).toEqual([
      'work/other/0',
      'results/other',
      'inputs/a',
    ]);
  });

  it('a failure of the deletions changes nothing of what the request says', async () => {
    const { bucket, giveUp, readState } = deploymentWith({ progress: 'RUNNING' }, (name) => {
      if (name.startsWith('before remove')) throw Object.assign(new Error('marker-4711'), { name: 'SlowDown' });
    });
    bucket.write(`work/${requestId}/0`, 'x');
    await giveUp();
    expect(readState().progress).toBe('FAILED');
    expect(logged.join('\n')).toContain('ANSWERS_NOT_DELETED');
    expect(logged.join('\n')).not.toContain('marker');
  });

  it.each(['SUCCEEDED', 'FAILED'] as const)('a request that has %s stays as it is', async (progress) => {
    const { giveUp, readState } = deploymentWith({ progress });
    await giveUp();
    expect(readState()).toMatchObject({ progress, error: null });
  });

  it('a request on which another invocation works stays with that one', async () => {
    const { giveUp, readState } = deploymentWith({
      progress: 'RUNNING',
      holder: { invocationId: 'b', leaseEndsAt: '2999-01-01T00:00:00.000Z' },
    });
    await giveUp();
    expect(readState().progress).toBe('RUNNING');
  });

  it('a request that is finished at that moment stays finished', async () => {
    let reads = 0;
    const world: ReturnType<typeof deploymentWith> = deploymentWith({ progress: 'RUNNING' }, (name) => {
      if (!name.startsWith('after read')) return;
      reads += 1;
      if (reads === 1) world.bucket.write(`requests/${requestId}.json`, JSON.stringify({ ...world.readState(), progress: 'SUCCEEDED' }));
    });
    await world.giveUp();
    expect(world.readState()).toMatchObject({ progress: 'SUCCEEDED', error: null });
  });

  it.each([null, 'x', {}, { requestPayload: { requestId: '../a' } }, { requestPayload: { requestId: 'unknown' } }])(
    'anything else changes nothing: %j',
    async (event) => {
      const { giveUp, readState } = deploymentWith({ progress: 'RUNNING' });
      await giveUp(event);
      expect(readState().progress).toBe('RUNNING');
    },
  );

  it('storage that fails makes Lambda try again, with nothing but a name in the error', async () => {
    const { giveUp } = deploymentWith({ progress: 'RUNNING' }, () => {
      const cause = Object.assign(new Error('marker-4711'), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
      throw requestError('RESULT_NOT_STORED', { cause });
    });
    await expect(giveUp()).rejects.toThrow(/^AccessDenied 403$/);
    expect(logged.join('\n')).not.toContain('marker');
  });
});
