// What functions under test call: it keeps what each was given and tells them how to end.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface RecordedCall {
  readonly functionName: string;
  readonly requestId: string;
  readonly event: unknown;
}

export interface Recorder {
  readonly url: string;
  readonly calls: readonly RecordedCall[];
  of(functionName: string): readonly RecordedCall[];
  /** How the calls of a function end, one after the other; the last holds for all that follow. Default: they return. */
  answer(functionName: string, ...ways: readonly Way[]): void;
  /** Ends the calls that hang: they return. */
  release(): void;
}

export type Way = 'returns' | 'throws' | 'hangs';

/** The code of a function that does what the recorder says. */
export const recordedHandler = `
  exports.handler = async (event, context) => {
    const body = JSON.stringify({ functionName: context.functionName, requestId: context.awsRequestId, event });
    const answer = await fetch(process.env.RECORDER_URL, { method: 'POST', body });
    if (!answer.ok) throw new TypeError('asked to');
    return { done: true };
  };`;

export async function startRecorder(): Promise<Recorder> {
  const calls: RecordedCall[] = [];
  const ways = new Map<string, readonly Way[]>();
  const hanging = new Set<ServerResponse>();
  const release = () => {
    for (const response of hanging) response.end();
    hanging.clear();
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call = JSON.parse(Buffer.concat(chunks).toString()) as RecordedCall;
    calls.push(call);
    const own = ways.get(call.functionName) ?? [];
    const way = own[Math.min(calls.filter(({ functionName }) => functionName === call.functionName).length, own.length) - 1];
    if (way === 'hangs') hanging.add(response);
    else response.writeHead(way === 'throws' ? 500 : 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    release();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    calls,
    of: (name) => calls.filter(({ functionName }) => functionName === name),
    answer: (name, ...own) => void ways.set(name, own),
    release,
  };
}
