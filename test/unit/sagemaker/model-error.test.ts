import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ModelFailure, type ModelFailureReason } from '../../../emulator/model/model.ts';
import { createFixture, okAnswer } from './sagemaker-fixture.ts';

describe('ModelError', () => {
  const more =
    'See https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logEventViewer:group=/aws/sagemaker/Endpoints/Identity-Resolver in account 222222222222 for more information.';
  const LogStreamArn = 'arn:aws:logs:us-east-1:222222222222:log-group:/aws/sagemaker/Endpoints/Identity-Resolver';

  test.each([
    [404, 'client', 'CLIENT_ERROR_FROM_MODEL'],
    [415, 'client', 'CLIENT_ERROR_FROM_MODEL'],
    [500, 'server', 'INTERNAL_FAILURE_FROM_MODEL'],
    [503, 'server', 'INTERNAL_FAILURE_FROM_MODEL'],
    [302, 'server', 'INTERNAL_FAILURE_FROM_MODEL'], // [M]
  ])('the container answers %i: 424 with the members of AWS [I]', async (status, side, ErrorCode) => {
    const { send } = createFixture({ reply: () => okAnswer({ 'content-type': 'text/plain' }, 'no "such" thing', status) });
    expect((await send()).fault).toEqual({
      kind: 'fault',
      status: 424,
      code: 'ModelError',
      message: `Received ${side} error (${status}) from primary with message "no "such" thing". ${more}`,
      details: { ErrorCode, LogStreamArn, OriginalMessage: 'no "such" thing', OriginalStatusCode: status },
    });
  });

  const failing = (reason: ModelFailureReason, options: { cause?: unknown; isBusy?: boolean } = {}) =>
    createFixture({
      reply: () => {
        throw new ModelFailure(reason, 'inner text that stays inside', options);
      },
    });

  test('no answer in time: original status 0 and the text of AWS [I; member inferred]', async () => {
    const { fault } = await failing('timedOut').send();
    expect(fault).toMatchObject({
      status: 424,
      code: 'ModelError',
      details: { OriginalStatusCode: 0, ErrorCode: 'INTERNAL_FAILURE_FROM_MODEL' },
    });
    expect(fault?.message).toBe(
      `Received server error (0) from primary with message "Your invocation timed out while waiting for a response from container primary. Review the latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again.". ${more}`,
    );
  });

  test.each([
    [
      'connectionLost',
      424,
      'ModelError',
      'Received server error (0) from primary with message "Amazon SageMaker could not get a response from the Identity-Resolver endpoint.',
    ],
    ['answerTooLarge', 424, 'ModelError', 'Received server error (0) from primary and could not load the entire response body. See https'],
    ['notReady', 503, 'ServiceUnavailable', 'not in service'],
    ['aborted', 503, 'ServiceUnavailable', 'not in service'],
  ] as const)('%s: %i %s', async (reason, status, code, message) => {
    const { fault } = await failing(reason).send();
    expect(fault).toMatchObject({ status, code, message: expect.stringContaining(message) });
    expect(JSON.stringify(fault)).not.toContain('inner text');
  });

  test('a model that is busy: 503, with a text of our own', async () => {
    const { fault } = await failing('notReady', { isBusy: true }).send();
    expect(fault).toMatchObject({ status: 503, code: 'ServiceUnavailable', message: expect.stringContaining('Identity-Resolver is busy') });
  });

  test('the log has the code of what was wrong, and nothing of its text', async () => {
    const cause = Object.assign(new Error('secret of a container'), { code: 'HPE_HEADER_OVERFLOW' });
    const { send, logLines } = failing('connectionLost', { cause });
    await send();
    expect(logLines.map((line) => JSON.parse(line))).toEqual([
      {
        ...{ level: 40, endpointName: 'Identity-Resolver', outcome: 'connectionLost', why: 'HPE_HEADER_OVERFLOW' },
        msg: 'no whole answer from the model',
      },
    ]);
  });

  test('a failure that is not of the model is ours, and is thrown', async () => {
    const { send } = createFixture({
      reply: () => {
        throw new TypeError('a bug');
      },
    });
    await expect(send()).rejects.toThrow('a bug');
  });

  test('both messages stay within 2048 characters and are well formed, for any body', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 1_500 }), fc.nat(3_000), async (text, padding) => {
        const { send } = createFixture({ reply: () => okAnswer({}, text.padEnd(padding, '\u{1F511}'), 500) });
        const { fault } = await send();
        const original = String(fault?.details?.OriginalMessage);
        expect(fault?.message.length).toBeLessThanOrEqual(2_048);
        expect(original.length).toBeLessThanOrEqual(2_048);
        expect(original.isWellFormed()).toBe(true);
      }),
    );
  });

  test('a body too long for the message is left out of it, as AWS says it [I]', async () => {
    const { send } = createFixture({ reply: () => okAnswer({}, 'x'.repeat(5_000), 500) });
    const { fault } = await send();
    expect(fault?.message).toBe(`Received server error (500) from primary and could not load the entire response body. ${more}`);
    expect(fault?.details?.OriginalMessage).toBe('x'.repeat(2_048));
  });
});
