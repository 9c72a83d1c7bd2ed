// A bucket that takes no writes: which calls are writes.
import { expect, it } from 'vitest';
import type { AwsCall } from '../../../emulator/aws/service.ts';
import { refuseWrites } from '../../../emulator/storage/refuse-writes.ts';

const s3 = refuseWrites({ signingName: 's3', handle: async () => ({ status: 200, headers: {} }) }, { unwritableBucket: 'bbb' });

it.each([
  ['PUT', '/bbb/k', 503],
  ['POST', '/bbb/k', 503],
  ['PUT', '/ccc/k', 200],
  ['GET', '/bbb/k', 200],
  ['DELETE', '/bbb/k', 200],
  ['POST', '/bbb', 200],
  ['PUT', '/bbb', 200],
])('%s %s answers %i', async (method, rawPath, status) => {
  expect(await s3.handle({ method, rawPath, headers: new Map() } as unknown as AwsCall)).toMatchObject({ status });
});
