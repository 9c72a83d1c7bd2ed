// InvokeEndpointWithResponseStream on the wire, with the SDK's client: when bytes come, who waits for whom, and what ends it.
import { InvokeEndpointWithResponseStreamCommand, type SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { describe, expect, test } from 'vitest';
import { payloadPartBytesMax } from '../../../emulator/sagemaker/response-stream.ts';
import { until } from '../model/model-fixture.ts';
import { readStream, startFaultFixture } from './fault-fixture.ts';

const mebibyte = 1024 * 1024;

/** What a client of the SDK saw on the wire, before it took the frames apart. */
function recordHead(client: SageMakerRuntimeClient): { status: number; headers: Record<string, string> } {
  const head = { status: 0, headers: {} as Record<string, string> };
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { statusCode, headers } = result.response as { statusCode: number; headers: Record<string, string> };
      Object.assign(head, { status: statusCode, headers });
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'recordHead' },
  );
  return head;
}

describe('InvokeEndpointWithResponseStream', () => {
  test('is an event stream in chunks, with the headers of the API and no others of the container', async () => {
    await using fixture = await startFaultFixture();
    const head = recordHead(fixture.client);
    const { bytes, start, error, head: output } = await readStream(await fixture.openStream('good', { body: Buffer.from('hello') }));
    expect({ bytes, start, error }).toEqual({ bytes: 5, start: 'hello', error: null });
    expect(output).toMatchObject({ ContentType: 'text/plain', InvokedProductionVariant: 'AllTraffic' });
    const { date: _date, connection: _connection, 'keep-alive': _keepAlive, ...headers } = head.headers;
    expect({ status: head.status, headers }).toEqual({
      status: 200,
      headers: {
        'content-type': 'application/vnd.amazon.eventstream',
        'transfer-encoding': 'chunked',
        'x-amzn-invoked-production-variant': 'AllTraffic',
        'x-amzn-requestid': expect.stringMatching(/^[0-9a-f-]{36}$/),
        'x-amzn-sagemaker-content-type': 'text/plain',
      },
    });
  });

  test('hands on bytes long before the answer is whole, in parts of at most 64 KiB', async () => {
    await using fixture = await startFaultFixture();
    const leaving = new AbortController();
    const { Body = [] } = await fixture.openStream('never ends', { abortSignal: leaving.signal });
    const sizes: number[] = [];
    for await (const { PayloadPart } of Body) {
      sizes.push(PayloadPart?.Bytes?.length ?? 0);
      if (sizes.length === 50) break;
    }
    leaving.abort();
    expect(Math.max(...sizes)).toBeLessThanOrEqual(payloadPartBytesMax);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
  });

  test('a client that goes away ends the exchange with the container at once', async () => {
    await using fixture = await startFaultFixture();
    for (const behaviour of ['dribbles', 'never ends', 'never answers'] as const) {
      const leaving = new AbortController();
      const sent = fixture.container.bodies.length;
      const opened = fixture.openStream(behaviour, { abortSignal: leaving.signal });
      opened.catch(() => {});
      await until(() => fixture.container.bodies.length > sent);
      if (behaviour !== 'never answers') await opened;
      expect(fixture.container.connections()).toBeGreaterThan(0);
      leaving.abort();
      fixture.client.destroy();
      await until(() => fixture.container.connections() === 0, 1_000);
    }
  });

  test('a client that does not read makes the container wait, and holds nothing', async () => {
    await using fixture = await startFaultFixture();
    await fixture.openStream('never ends');
    let sentBefore = -1;
    // Nothing more is taken from it once all that lies between is full.
    await until(async () => {
      const isFull = sentBefore === fixture.container.bytesSent();
      sentBefore = fixture.container.bytesSent();
      await new Promise((resolve) => setTimeout(resolve, 100));
      return isFull;
    });
    expect(sentBefore).toBeLessThan(32 * mebibyte);
    expect(process.memoryUsage().arrayBuffers).toBeLessThan(64 * mebibyte);
  });

  test('a client that never reads loses its connection behind the limit, and the container its own at the limit', async () => {
    await using fixture = await startFaultFixture({ streamTimeoutMs: 300, streamReadGraceMs: 300 });
    const output = await fixture.openStream('never ends');
    await until(() => fixture.container.connections() === 0);
    await until(() => fixture.traces().some(({ spans }) => spans.some(({ fields }) => fields.errorCode === 'BrokenOff')));
    await expect(readStream(output)).resolves.toMatchObject({ error: expect.any(Error) });
  });

  test('an answer that streams while Airlock closes ends with an event that says so', async () => {
    await using fixture = await startFaultFixture();
    const reading = fixture.openStream('dribbles').then(readStream);
    await until(() => fixture.container.bodies.length === 1);
    await until(() => fixture.container.bytesSent() > 200);
    const closed = fixture.closeEndpoint();
    const { error } = await reading;
    expect(error).toMatchObject({ name: 'InternalStreamFailure' });
    await closed;
  });

  test('what the container says of the price, and the bytes, are in the trace, also of a stream that broke', async () => {
    await using fixture = await startFaultFixture();
    await readStream(await fixture.openStream('closes in mid-body, with a length'));
    const span = () => fixture.traces().flatMap(({ spans }) => spans)[0];
    await until(() => span()?.durationMs !== null);
    expect(span()?.fields).toMatchObject({
      ...{ endpointName: 'Identity-Resolver', requestBytes: 5, responseBytes: 4, consumedUnits: 1 },
      ...{ status: 200, errorCode: 'ModelStreamError', action: 'sagemaker:InvokeEndpoint' },
    });
  });

  test('NEW_SESSION is no session of a stream', async () => {
    await using fixture = await startFaultFixture();
    const command = new InvokeEndpointWithResponseStreamCommand({
      ...{ EndpointName: 'Identity-Resolver', Body: Buffer.from('x'), SessionId: 'NEW_SESSION' },
    });
    await expect(fixture.client.send(command)).rejects.toMatchObject({
      name: 'ValidationError',
      $metadata: { httpStatusCode: 400 },
      message: expect.stringContaining("Value at 'sessionId' failed to satisfy constraint"),
    });
    expect(fixture.container.bodies).toEqual([]);
  });
});
