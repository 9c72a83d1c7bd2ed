import { once } from 'node:events';
import { Readable } from 'node:stream';
import { EventStreamCodec } from '@smithy/core/event-streams';
import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, test, vi } from 'vitest';
import { ModelFailure, type ModelFailureReason, type ModelResponse } from '../../../emulator/model/model.ts';
import { requestHeaders } from '../../../emulator/sagemaker/header-limits.ts';
import { createResponseStream, payloadPartBytesMax } from '../../../emulator/sagemaker/response-stream.ts';
import { loadResponseStreamEvents } from '../../../emulator/sagemaker/response-stream-events.ts';
import { createFixture, okAnswer } from './sagemaker-fixture.ts';

const streamPath = '/endpoints/Identity-Resolver/invocations-response-stream';
const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString('utf8'),
  (text) => Buffer.from(text),
);

/** The frames one behind the other, as a client's decoder takes them apart; it checks both checksums. */
function decode(bytes: Buffer): { headers: Record<string, unknown>; body: Buffer }[] {
  const frames = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const { headers, body } = codec.decode(new Uint8Array(bytes.subarray(at, at + length)));
    frames.push({
      headers: Object.fromEntries(Object.entries(headers).map(([name, { value }]) => [name, value])),
      body: Buffer.from(body),
    });
    at += length;
  }
  return frames;
}

async function streamOf(body: AsyncIterable<Buffer>) {
  const dispose = vi.fn<() => void>();
  const onEnd = vi.fn<(end: object) => void>();
  const response: ModelResponse = { status: 200, headers: {}, body, [Symbol.dispose]: dispose };
  const events = await loadResponseStreamEvents();
  const options = { lifetimeMs: 5_000, log: pino({ level: 'silent' }), endpointName: 'e' };
  const stream = createResponseStream({ response, events, onEnd, ...options });
  return { stream, dispose, onEnd };
}

async function readAll(stream: Readable): Promise<Buffer> {
  return Buffer.concat((await stream.toArray()) as Buffer[]);
}

async function* giving(...chunks: (string | Buffer | Error)[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) {
    if (chunk instanceof Error) throw chunk;
    yield Buffer.from(chunk);
  }
}

const partHeaders = { ':message-type': 'event', ':event-type': 'PayloadPart', ':content-type': 'application/octet-stream' };

describe('the frames of a streamed answer', () => {
  test('carry the bytes of the container, whatever they are and however they come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), async (chunks) => {
        const { stream } = await streamOf(giving(...chunks.map((chunk) => Buffer.from(chunk))));
        const frames = decode(await readAll(stream));
        expect(Buffer.concat(frames.map(({ body }) => body))).toEqual(Buffer.concat(chunks));
        for (const { headers } of frames) expect(headers).toEqual(partHeaders);
      }),
      { numRuns: 30 },
    );
  });

  test('hold at most 64 KiB each', async () => {
    const { stream } = await streamOf(giving(Buffer.alloc(payloadPartBytesMax * 2 + 1)));
    expect(decode(await readAll(stream)).map(({ body }) => body.length)).toEqual([payloadPartBytesMax, payloadPartBytesMax, 1]);
  });

  test.each([
    ['timedOut', 'ModelStreamError', 'ModelInvocationTimeExceeded'],
    ['connectionLost', 'ModelStreamError', 'StreamBroken'],
    ['answerTooLarge', 'InternalStreamFailure', undefined],
  ] as const)('end with an exception where the container %s: %s %s', async (reason: ModelFailureReason, name, ErrorCode) => {
    const { stream, onEnd } = await streamOf(giving('ab', new ModelFailure(reason, 'inner text that stays inside')));
    const [part, exception, ...rest] = decode(await readAll(stream));
    expect(part?.body.toString()).toBe('ab');
    expect(rest).toEqual([]);
    expect(exception?.headers).toEqual({
      ...{ ':message-type': 'exception', ':exception-type': name, ':content-type': 'application/json' },
    });
    const members = JSON.parse(exception?.body.toString() ?? '') as object;
    expect(members).toEqual({ Message: expect.not.stringContaining('inner'), ...(ErrorCode !== undefined && { ErrorCode }) });
    expect(onEnd.mock.calls).toEqual([[{ responseBytes: 2, errorCode: name }]]);
  });

  test('end with InternalStreamFailure for a failure of ours', async () => {
    const { stream } = await streamOf(giving('ab', new TypeError('a bug')));
    expect(decode(await readAll(stream)).at(-1)?.headers).toMatchObject({ ':exception-type': 'InternalStreamFailure' });
  });
});

describe('the answer of the container is disposed of', () => {
  test('behind its last byte', async () => {
    const { stream, dispose } = await streamOf(giving('ab'));
    await readAll(stream);
    await vi.waitFor(() => expect(dispose).toHaveBeenCalledOnce());
  });

  test('where nobody began to read, and where the reader goes in the middle', async () => {
    for (const reads of [0, 1]) {
      const { stream, dispose } = await streamOf(giving('a'.repeat(200_000), 'b'.repeat(200_000)));
      if (reads > 0) await once(stream, 'readable');
      stream.destroy();
      await vi.waitFor(() => expect(dispose).toHaveBeenCalledOnce());
    }
  });

  test('where nobody reads any longer than its lifetime', async () => {
    const dispose = vi.fn<() => void>();
    const response: ModelResponse = { status: 200, headers: {}, body: giving('a'), [Symbol.dispose]: dispose };
    const [events, log] = [await loadResponseStreamEvents(), pino({ level: 'silent' })];
    const stream = createResponseStream({ response, events, log, lifetimeMs: 20, endpointName: 'e', onEnd: () => {} });
    const [error] = (await once(stream, 'error')) as [Error];
    expect(error.message).toBe('The client did not read the answer in time.');
    expect(dispose).toHaveBeenCalledOnce();
  });
});

describe('InvokeEndpointWithResponseStream', () => {
  test('five headers reach the container, and Accept has another name on the way there', async () => {
    const { send, requests } = createFixture();
    const headers = {
      'content-type': 'text/csv',
      'x-amzn-sagemaker-accept': 'application/json',
      'x-amzn-sagemaker-custom-attributes': 'trace=1',
      'x-amzn-sagemaker-inference-id': 'i-1',
      'x-amzn-sagemaker-session-id': 's-1',
    };
    const others = { accept: '*/*', 'x-amzn-sagemaker-target-model': 'm', 'x-amzn-sagemaker-enable-explanations': '1', cookie: 'a' };
    await send({ rawPath: streamPath, headers: { ...headers, ...others } });
    const { 'x-amzn-sagemaker-accept': accept, ...rest } = headers;
    expect(requests[0]?.headers).toEqual({ ...rest, accept });
    expect(requests[0]?.timeoutMs).toBe(480_000);
  });

  test.each(requestHeaders.InvokeEndpointWithResponseStream.map((header) => [header.member, header] as const))(
    '%s longer than its limit is refused',
    async (_, { name, lengthMax }) => {
      const { send, requests } = createFixture();
      const { fault } = await send({ rawPath: streamPath, headers: { [name]: 'v'.repeat(lengthMax + 1) } });
      expect(fault).toMatchObject({ status: 400, code: 'ValidationError' });
      expect(requests).toEqual([]);
    },
  );

  test('session ids and the price do not reach the caller', async () => {
    const fromContainer = {
      'content-type': 'text/event-stream',
      'x-amzn-sagemaker-custom-attributes': 'a=1',
      'x-amzn-sagemaker-new-session-id': 's-1; Expires=2026-11-22T12:00:00Z',
      'x-amzn-inference-metering': '{"Dimension":"d","ConsumedUnits":3}',
    };
    const { send } = createFixture({ reply: () => okAnswer(fromContainer) });
    const { answer, annotations } = await send({ rawPath: streamPath });
    expect(answer?.headers).toEqual({
      'Content-Type': 'application/vnd.amazon.eventstream',
      'X-Amzn-SageMaker-Content-Type': 'text/event-stream',
      'X-Amzn-SageMaker-Custom-Attributes': 'a=1',
      'x-Amzn-Invoked-Production-Variant': 'AllTraffic',
    });
    expect(annotations).toContainEqual({ metered: true, consumedUnits: 3, meteringDimension: 'd' });
    if (answer?.body instanceof Readable) await readAll(answer.body);
  });

  test('a failure that is not of the model is ours, and is thrown', async () => {
    const { send } = createFixture({
      reply: () => {
        throw new TypeError('a bug');
      },
    });
    await expect(send({ rawPath: streamPath })).rejects.toThrow('a bug');
  });
});
