// The S3 suite against LocalStack itself, and against Airlock in front of it: the same cases as the embedded S3's.
import { afterAll, beforeAll, describe } from 'vitest';
import { runS3Suite } from '../../conformance/s3/suite.ts';
import { openAirlock, openDirectly } from '../../conformance/s3/targets.ts';
import { hasLocalStack, type LocalStack, startLocalStack } from './localstack.ts';

describe.skipIf(!hasLocalStack)('with LocalStack', () => {
  let localstack: LocalStack;
  beforeAll(async () => {
    localstack = await startLocalStack();
  });
  afterAll(() => localstack?.[Symbol.asyncDispose]());

  runS3Suite('localstack', () => openDirectly(localstack.url));
  runS3Suite('airlock in front of localstack', () => openAirlock({ s3: localstack.url }));
});
