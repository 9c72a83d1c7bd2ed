import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFixture, okAnswer } from './sagemaker-fixture.ts';

describe('what the caller gets', () => {
  test('the bytes of the container, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
        const { send } = createFixture({ reply: () => okAnswer({}, Buffer.from(bytes)) });
        expect((await send()).answer?.body).toEqual(Buffer.from(bytes));
      }),
    );
  });

  test('its content type, attributes and session ids, and the variant', async () => {
    const fromContainer = {
      'content-type': 'text/csv; charset=utf-8',
      'x-amzn-sagemaker-custom-attributes': 'took=3;  model="v1"',
      'x-amzn-sagemaker-new-session-id': 's-1; Expires=2026-11-22T12:00:00Z',
      'x-amzn-sagemaker-closed-session-id': 's-0',
      'x-amzn-inference-metering': '{"Dimension":"inference.count","ConsumedUnits":3}',
      server: 'nginx',
      'set-cookie': 'a=b',
      'content-length': '2',
    };
    const { send } = createFixture({ reply: () => okAnswer(fromContainer) });
    const { answer, call } = await send();
    expect(answer?.headers).toEqual({
      'Content-Type': 'text/csv; charset=utf-8',
      'x-Amzn-Invoked-Production-Variant': 'AllTraffic',
      'X-Amzn-SageMaker-Custom-Attributes': 'took=3;  model="v1"',
      'X-Amzn-SageMaker-New-Session-Id': 's-1; Expires=2026-11-22T12:00:00Z',
      'X-Amzn-SageMaker-Closed-Session-Id': 's-0',
      'x-amzn-RequestId': call.requestId,
    });
  });

  test('200 for any 2xx of the container', async () => {
    const { send } = createFixture({ reply: () => okAnswer({}, '', 204) });
    expect((await send()).answer?.status).toBe(200);
  });

  test.each([['x'.repeat(1_025)], ['caf\u00e9'], ['a\u0007b']])(
    'attributes the API does not allow are dropped with a warning',
    async (value) => {
      const { send, logLines } = createFixture({ reply: () => okAnswer({ 'x-amzn-sagemaker-custom-attributes': value }) });
      expect((await send()).answer?.headers).not.toHaveProperty('X-Amzn-SageMaker-Custom-Attributes');
      expect(logLines.join()).toContain('"level":40');
      expect(logLines.join()).not.toContain(value);
    },
  );
});

describe('sticky sessions', () => {
  test.each(['s-1; Expires=tomorrow', 's-1'])('a New-Session-Id of another form is passed on with a warning: %j', async (value) => {
    const { send, logLines } = createFixture({ reply: () => okAnswer({ 'x-amzn-sagemaker-new-session-id': value }) });
    expect((await send()).answer?.headers['X-Amzn-SageMaker-New-Session-Id']).toBe(value);
    expect(logLines.join()).toContain('has not the form');
    expect(logLines.join()).not.toContain(value);
  });

  test.each([
    ['x-amzn-sagemaker-new-session-id', 'X-Amzn-SageMaker-New-Session-Id', `${'s'.repeat(257)}`],
    ['x-amzn-sagemaker-closed-session-id', 'X-Amzn-SageMaker-Closed-Session-Id', 'caf\u00e9'],
    ['content-type', 'Content-Type', `text/${'x'.repeat(1_020)}`],
    ['content-type', 'Content-Type', 'text/\u007f'],
  ])('%s that no client could read is dropped with a warning', async (from, to, value) => {
    const { send, logLines } = createFixture({ reply: () => okAnswer({ [from]: value }) });
    expect((await send()).answer?.headers).not.toHaveProperty(to);
    expect(logLines.join()).toContain(`model: ${to} is longer than`);
  });
});
