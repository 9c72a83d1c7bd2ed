// The journey with its results in LocalStack, which would allow everybody everything.
import { afterAll, beforeAll, describe } from 'vitest';
import { directClient } from '../../flow/storage/external-client.ts';
import { describeJourney } from '../../flow/storage/external-journey.ts';
import { hasLocalStack, type LocalStack, startLocalStack } from './localstack.ts';

describe.skipIf(!hasLocalStack)('the journey, with LocalStack', () => {
  let localstack: LocalStack;
  let direct: ReturnType<typeof directClient>;
  beforeAll(async () => {
    localstack = await startLocalStack();
    direct = directClient(localstack.url);
  });
  afterAll(async () => {
    direct?.[Symbol.dispose]();
    await localstack?.[Symbol.asyncDispose]();
  });

  describeJourney(() => ({ url: localstack.url, direct: direct.client }));
});
