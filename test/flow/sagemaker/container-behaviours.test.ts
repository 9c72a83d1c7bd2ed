// What a caller with the SDK's client gets of each container behaviour, in each operation, and that nothing is left open behind it.
import { describe, expect, test } from 'vitest';
import { until } from '../model/model-fixture.ts';
import { type BehaviourName, behaviours } from './fault-container.ts';
import { type FaultFixture, readStream, type Streamed, startFaultFixture } from './fault-fixture.ts';

const mebibyte = 1024 * 1024;
const operations = ['InvokeEndpoint', 'InvokeEndpointWithResponseStream'] as const;
type Operation = (typeof operations)[number];

type Expected =
  | { readonly answers: number; readonly start: string }
  /** 424 before the first byte. */
  | { readonly originalStatus: number; readonly message: RegExp }
  /** In the stream, behind at least so many bytes. */
  | { readonly errorCode: 'StreamBroken' | 'ModelInvocationTimeExceeded'; readonly bytesMin: number };

const answers = (start: string, bytes = start.length): Expected => ({ answers: bytes, start });
const modelError = (originalStatus: number, message: RegExp): Expected => ({ originalStatus, message });
const lost = modelError(0, /could not get a response/);
const tooSlow = modelError(0, /Your invocation timed out/);
const tooLarge = modelError(0, /could not load the entire response body/);
const broken = (bytesMin: number): Expected => ({ errorCode: 'StreamBroken', bytesMin });
const exceeded = (bytesMin: number): Expected => ({ errorCode: 'ModelInvocationTimeExceeded', bytesMin });

interface Row {
  readonly whole: Expected;
  readonly stream: Expected;
  /** The operation's limit; 10 seconds otherwise, which none of the others may need. */
  readonly timeoutMs?: number;
  readonly requestBytes?: number;
}

const same = (expected: Expected, more: Omit<Row, 'whole' | 'stream'> = {}): Row => ({ whole: expected, stream: expected, ...more });

const rows: Readonly<Record<BehaviourName, Row>> = {
  good: same(answers('hello')),
  'closes before the head': same(lost),
  'resets before the head': same(lost),
  'closes in mid-head': same(lost),
  'closes in mid-body, with a length': { whole: lost, stream: broken(4) },
  'resets in mid-body, with a length': { whole: lost, stream: broken(4) },
  // HTTP/1.1: an answer without a length ends with its connection, so this one is whole.
  'closes behind a body without a length': same(answers('half')),
  'resets in mid-body, without a length': { whole: lost, stream: broken(4) },
  'closes in mid-chunk': { whole: lost, stream: broken(0) },
  'closes in a chunk size': { whole: lost, stream: broken(0) },
  'closes without the last chunk': { whole: lost, stream: broken(0) },
  'says a chunk size that is none': { whole: lost, stream: broken(0) },
  'answers 30 MB': { whole: tooLarge, stream: answers('aaaa', 30 * mebibyte) },
  'fails with 30 MB': same(modelError(500, /could not load the entire response body/)),
  'fails and breaks off': same(modelError(500, /could not load the entire response body/)),
  'fails and never ends': same(modelError(500, /could not load the entire response body/), { timeoutMs: 300 }),
  'fails with 1,500 headers': same(modelError(500, /with message "oops"/)),
  'answers with 1,500 headers': same(answers('body')),
  'never ends': { whole: tooLarge, stream: exceeded(mebibyte), timeoutMs: 2_000 },
  'never answers': same(tooSlow, { timeoutMs: 300 }),
  'never goes on behind the head': { whole: tooSlow, stream: exceeded(0), timeoutMs: 300 },
  dribbles: { whole: tooSlow, stream: exceeded(2), timeoutMs: 300 },
  'has a header line without a colon': same(lost),
  'has a head of 1 MB': same(lost),
  'has a status of 0': same(lost),
  'has a status of 99': same(modelError(99, /server error \(99\) from primary with message "body"/)),
  'has a status of 700': same(modelError(700, /server error \(700\) from primary with message "body"/)),
  'has two Content-Lengths': same(lost),
  'has a length and chunks': same(lost),
  '204 with a body': same(answers('')),
  '204 with a body that comes later': same(answers('')),
  'sends more than its length': same(answers('body')),
  'sends a second answer that nobody asked for': same(answers('body')),
  'begins a session and ends another': same(answers('body')),
  'has invalid custom attributes': same(answers('body')),
  'has an invalid content type': same(answers('body')),
  'answers before the body is read': same(modelError(413, /client error \(413\) from primary with message "too large"/), {
    requestBytes: 8_000_000,
  }),
  'answers whole before the body is read, and resets': same(modelError(413, /"too large"/), { requestBytes: 8_000_000 }),
};

type Outcome = Pick<Streamed, 'bytes' | 'start' | 'error'> & { readonly status: number | undefined };

async function outcomeOf(operation: Operation, fixture: FaultFixture, behaviour: BehaviourName, body: Buffer): Promise<Outcome> {
  const failed = (error: { $metadata?: { httpStatusCode?: number } }) => ({
    ...{ bytes: 0, start: '', error },
    status: error.$metadata?.httpStatusCode,
  });
  if (operation === 'InvokeEndpoint') {
    return fixture.invoke(behaviour, body).then(
      // The client makes null of an empty body.
      ({ Body, $metadata }) => ({
        ...{ bytes: Body?.length ?? 0, start: Buffer.from(Body ?? []).toString('latin1', 0, 100), error: null },
        status: $metadata.httpStatusCode,
      }),
      failed,
    );
  }
  // The client reads the first event before it resolves, and rejects with it where it is an error.
  return fixture.openStream(behaviour, { body }).then(async (head) => {
    const { bytes, start, error } = await readStream(head);
    return { bytes, start, error, status: head.$metadata.httpStatusCode };
  }, failed);
}

function check(outcome: Outcome, expected: Expected): void {
  const { bytes, start, error, status } = outcome;
  if ('answers' in expected) {
    expect(error).toBeNull();
    expect({ status, bytes }).toEqual({ status: 200, bytes: expected.answers });
    expect(start.startsWith(expected.start)).toBe(true);
    return;
  }
  expect(error).toBeInstanceOf(Error);
  if ('originalStatus' in expected) {
    expect(error).toMatchObject({
      name: 'ModelError',
      $metadata: { httpStatusCode: 424 },
      OriginalStatusCode: expected.originalStatus,
      message: expect.stringMatching(expected.message),
    });
    return;
  }
  expect(error).toMatchObject({ name: 'ModelStreamError', ErrorCode: expected.errorCode, message: expect.stringContaining('model') });
  expect(bytes).toBeGreaterThanOrEqual(expected.bytesMin);
}

/** Both ends of every TCP connection are in this process; the nearer end of one that is kept idle does not count as active. */
const countSockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

/** Their connection goes with the bytes that nobody asked for, unless the next request was quicker: then they would be its answer. */
const talksOn: ReadonlySet<string> = new Set<BehaviourName>([
  '204 with a body that comes later',
  'sends a second answer that nobody asked for',
]);

test('every behaviour is in the table', () => {
  expect(Object.keys(rows)).toEqual(Object.keys(behaviours));
});

describe.each(operations)('%s', (operation) => {
  test.each(Object.entries(rows) as [BehaviourName, Row][])('a container that: %s', async (behaviour, row) => {
    const { timeoutMs = 10_000, requestBytes } = row;
    await until(() => countSockets() === 0);
    await using fixture = await startFaultFixture({ timeoutMs, streamTimeoutMs: timeoutMs });
    const body = requestBytes === undefined ? Buffer.from('hello') : Buffer.alloc(requestBytes);
    const startedAt = performance.now();
    const outcome = await outcomeOf(operation, fixture, behaviour, body);
    expect(performance.now() - startedAt).toBeLessThan(timeoutMs + 2_000);
    check(outcome, operation === 'InvokeEndpoint' ? row.whole : row.stream);

    // One that is kept for the next request may be left, and no other; then the client's own go.
    await until(() => fixture.container.connections() <= 1);
    if (talksOn.has(behaviour)) await until(() => fixture.container.connections() === 0);
    check(await outcomeOf(operation, fixture, 'good', Buffer.from('next')), answers('next'));
    fixture.client.destroy();
    await until(() => fixture.container.connections() <= 1 && countSockets() <= 2 * fixture.container.connections());
  });
});

test('a session that the container begins or ends is told to the caller of InvokeEndpoint', async () => {
  await using fixture = await startFaultFixture();
  await expect(fixture.invoke('begins a session and ends another')).resolves.toMatchObject({
    NewSessionId: 's-2; Expires=2026-11-22T12:00:00Z',
    ClosedSessionId: 's-1',
  });
});

test('a header of the container behind a thousand others reaches the caller', async () => {
  await using fixture = await startFaultFixture();
  await expect(fixture.invoke('answers with 1,500 headers')).resolves.toMatchObject({ CustomAttributes: 'last' });
});
