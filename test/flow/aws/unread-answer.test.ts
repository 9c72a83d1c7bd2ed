// Clients that do not read what they are answered: what is held for them, and for how long.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AwsService } from '../../../emulator/aws/service.ts';
import { signRequest } from '../../unit/iam/sign-request.ts';
import { until } from '../model/model-fixture.ts';
import { sendRaw } from './raw-request.ts';
import { startTestEndpoint, type TestEndpoint } from './test-endpoint.ts';

const mebibyte = 1024 * 1024;
const path = '/2015-03-31/functions/init/invocations';

/** Answers with so many bytes. */
function largeAnswers(bytes: number): AwsService {
  return { signingName: 'lambda', handle: async () => ({ status: 200, headers: {}, body: Buffer.alloc(bytes, 97) }) };
}

const sign = (aws: TestEndpoint) => signRequest({ credentials: aws.session, method: 'POST', path, service: 'lambda', body: '{}' });

/** Sends a call, and reads nothing. */
async function callUnread(aws: TestEndpoint): Promise<Socket> {
  const { headers } = await sign(aws);
  const socket = connect(aws.endpoint.port, '127.0.0.1').on('error', () => {});
  onTestFinished(() => void socket.destroy());
  socket.pause();
  await once(socket, 'connect');
  const lines = Object.entries({ ...headers, 'content-length': '2' }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n{}`);
  return socket;
}

async function call(aws: TestEndpoint): Promise<{ status: number; bytes: number }> {
  const { headers } = await sign(aws);
  const sent = { url: aws.url, method: 'POST', target: path, headers: { ...headers, 'content-length': '2' }, body: ['{}'] };
  const { status, body } = await sendRaw(sent);
  return { status, bytes: body.length };
}

const spansOf = (aws: TestEndpoint) => aws.tracer.list().flatMap(({ spans }) => spans);

describe('a client that does not read its answer', () => {
  it('loses the connection after a while, and the trace says that the answer broke off', async () => {
    await using aws = await startTestEndpoint([largeAnswers(24 * mebibyte)], { answerStallMs: 300 });
    const socket = await callUnread(aws);
    await until(() => spansOf(aws).some(({ fields }) => fields.errorCode === 'BrokenOff'));
    let bytes = 0;
    socket.on('data', (piece: Buffer) => {
      bytes += piece.length;
    });
    socket.resume();
    if (!socket.closed) await once(socket, 'close');
    expect(bytes).toBeLessThan(24 * mebibyte);
  });

  it('has its answer counted with what is held: others are told to come again, and may when it has gone', async () => {
    await using aws = await startTestEndpoint([largeAnswers(24 * mebibyte)], { heldBodyBytesMax: 30 * mebibyte });
    const socket = await callUnread(aws);
    await until(async () => (await call(aws)).status === 503);
    socket.destroy();
    await until(async () => (await call(aws)).status === 200);
  });

  it('is not dropped while it reads, however slowly', async () => {
    await using aws = await startTestEndpoint([largeAnswers(24 * mebibyte)], { answerStallMs: 500 });
    const socket = await callUnread(aws);
    let bytes = 0;
    socket.on('data', (piece: Buffer) => {
      bytes += piece.length;
      socket.pause();
      setTimeout(() => socket.resume(), 2);
    });
    socket.resume();
    await until(() => bytes > 24 * mebibyte || socket.closed, 20_000);
    expect(bytes).toBeGreaterThan(24 * mebibyte);
  });
});
