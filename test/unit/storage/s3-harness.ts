// The S3 service on a real store in a temporary directory, called with hand-made AwsCalls.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pino } from 'pino';
import { type AwsFault, fault, isFault } from '../../../emulator/aws/fault.ts';
import type { AuthorizationCheck, AwsCall } from '../../../emulator/aws/service.ts';
import type { Principal } from '../../../emulator/iam/principal.ts';
import { openObjectStore } from '../../../emulator/storage/object-store.ts';
import type { S3Options } from '../../../emulator/storage/s3-request.ts';
import { createS3Service } from '../../../emulator/storage/s3-service.ts';

export const account = '222222222222';
export const otherAccount = '333333333333';

export interface SentCall {
  /** Path with query, as on the wire. */
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | Readable;
  readonly accountId?: string;
  readonly principal?: Principal;
  readonly signal?: AbortSignal;
}

export interface Answered {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly text: string;
  readonly fault: AwsFault | null;
}

export interface HarnessOptions extends Partial<Omit<S3Options, 'store' | 'log'>> {
  /** True: refused. Every check is also kept in `checks`. */
  readonly denies?: (check: AuthorizationCheck) => boolean;
}

export async function openS3(harness: HarnessOptions = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'airlock-s3-test-'));
  const clock = { time: Date.UTC(2026, 0, 2, 3, 4, 5, 678), now: () => clock.time };
  const store = await openObjectStore({ directory, clock });
  const checks: AuthorizationCheck[] = [];
  const { denies = () => false, ...options } = harness;
  const service = createS3Service({
    store,
    region: 'us-east-1',
    clock,
    log: pino({ level: 'silent' }),
    bucketPolicies: () => null,
    encryptionKeyArn: () => null,
    ...options,
  });

  async function send({ url, method = 'GET', headers = {}, body, accountId = account, principal, signal }: SentCall): Promise<Answered> {
    const [rawPath = '', rawQuery = ''] = url.split(/\?(.*)/s);
    const isText = typeof body === 'string' || Buffer.isBuffer(body);
    const given = new Map(
      Object.entries({ host: '127.0.0.1:4570', ...(isText && { 'content-length': String(Buffer.byteLength(body)) }), ...headers }),
    );
    if (method === 'PUT' && body === undefined && !given.has('content-length')) given.set('content-length', '0');
    const call: AwsCall = {
      method,
      rawPath,
      query:
        rawQuery === ''
          ? []
          : rawQuery
              .split('&')
              .map((pair) => [decodeURIComponent(pair.split('=')[0] ?? ''), decodeURIComponent(pair.split(/=(.*)/s)[1] ?? '')]),
      headers: given,
      body: body instanceof Readable ? body : Readable.from(body === undefined ? [] : [Buffer.from(body)]),
      principal: principal ?? user(accountId),
      requestId: 'REQUEST',
      region: 'us-east-1',
      receivedAt: clock.now(),
      signal: signal ?? new AbortController().signal,
      authorize(check) {
        checks.push(check);
        return denies(check) ? fault(403, 'AccessDenied', `denied ${check.action} on ${check.resourceArn}`) : null;
      },
      annotate: () => undefined,
    };
    const answer = await service.handle(call);
    if (isFault(answer)) return { status: answer.status, headers: answer.headers ?? {}, body: Buffer.alloc(0), text: '', fault: answer };
    const bytes = answer.body instanceof Readable ? await buffer(answer.body) : Buffer.from(answer.body ?? '');
    const lowerCase = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), value]));
    return { status: answer.status, headers: lowerCase, body: bytes, text: bytes.toString(), fault: null };
  }

  return {
    directory,
    /** Names of the bodies that are on their way in. */
    incoming: () => readdir(join(directory, 'object-store', 'incoming')),
    clock,
    store,
    checks,
    send,
    put: (url: string, body: string | Buffer, headers: Record<string, string> = {}) => send({ url, method: 'PUT', body, headers }),
    async [Symbol.asyncDispose]() {
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** With the bucket `bbb`. */
export async function openBucket(harness: HarnessOptions = {}) {
  const s3 = await openS3(harness);
  await s3.store.createBucket('bbb', account);
  return s3;
}

function user(accountId: string): Principal {
  return {
    kind: 'user',
    accountId,
    userName: 'u',
    arn: `arn:aws:iam::${accountId}:user/u`,
    userId: 'AIDAX',
    policies: [],
    permissionsBoundary: null,
  };
}
