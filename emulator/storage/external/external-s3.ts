// One HTTP request to the external S3: path style, to its own host only, signed with its own key, with a limit on every wait.

import { createReadStream } from 'node:fs';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../clock.ts';
import { percentEncode } from '../../iam/percent-encoding.ts';
import type { StagedFile } from '../staged-body.ts';
import { createRequestSigner } from './request-signer.ts';

export interface ExternalRequest {
  readonly method: string;
  /** Null: the service itself. */
  readonly bucketName: string | null;
  /** Absent: the bucket itself. Not encoded. */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly content: Buffer | StagedFile; readonly sizeBytes: number };
  readonly signal?: AbortSignal;
}

export interface ExternalS3 {
  readonly url: string;
  /** The answer with its body still to be read; a redirect is an answer like any other. Rejects with ExternalS3Error. */
  send(request: ExternalRequest): Promise<IncomingMessage>;
  /** Ends what is under way. */
  close(): void;
}

/** The S3 gave no answer of an S3 to be handed on: it cannot be reached, broke off, or does not take Airlock's key. */
export class ExternalS3Error extends Error {
  override readonly name = 'ExternalS3Error';
}

export interface ExternalS3Options {
  readonly url: string;
  readonly region: string;
  readonly clock: Clock;
  readonly timeouts?: ExternalTimeouts;
}

/** Ours. */
export interface ExternalTimeouts {
  readonly connectMs: number;
  /** Without a byte in either direction, until the head of the answer. */
  readonly answerMs: number;
  /** The same, in the middle of the answer's body: a slow reader is waited for longer than a silent server. */
  readonly bodyMs: number;
}

const defaultTimeouts: ExternalTimeouts = { connectMs: 5_000, answerMs: 30_000, bodyMs: 120_000 };

export function createExternalS3({ url, region, clock, timeouts = defaultTimeouts }: ExternalS3Options): ExternalS3 {
  const { protocol, hostname, port, host, origin } = new URL(url);
  const isTls = protocol === 'https:';
  // A connection for each request: one that is kept may be closed by the other end just when it is used again, and a PUT cannot be
  // sent twice. Agents of our own: no proxy of the environment comes between.
  const agent = isTls ? new HttpsAgent({ keepAlive: false }) : new HttpAgent({ keepAlive: false });
  const sign = createRequestSigner({ host, region, clock });
  const underWay = new AbortController();
  return {
    url: origin,
    async send(request) {
      const path = pathOf(request, { keepSlash: true });
      const { method, query = {}, body, signal } = request;
      const headers = await sign({ method, path, query, headers: { ...request.headers, ...(body && lengthOf(body)) } });
      const outgoing = (isTls ? httpsRequest : httpRequest)({
        agent,
        host: hostname.replace(/^\[|\]$/g, ''),
        port,
        method,
        path: `${wirePathOf(request)}${queryOf(query)}`,
        headers,
        signal: signal ? AbortSignal.any([signal, underWay.signal]) : underWay.signal,
      });
      const silent = (what: string) => () => outgoing.destroy(new ExternalS3Error(what));
      outgoing.setTimeout(timeouts.answerMs, silent(`gave no answer for ${timeouts.answerMs} ms`));
      outgoing.once('socket', (socket) => {
        if (!socket.connecting) return;
        const timer = setTimeout(silent(`accepted no connection within ${timeouts.connectMs} ms`), timeouts.connectMs);
        socket.once('connect', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
      });
      try {
        const answer = new Promise<IncomingMessage>((resolve, reject) => outgoing.once('response', resolve).once('error', reject));
        // An answer may come before the body has gone out, and then nobody reads the rest of it.
        const sent = body && !Buffer.isBuffer(body.content) ? sendFile(body.content, outgoing) : outgoing.end(body?.content);
        const response = await Promise.race([answer, Promise.resolve(sent).then(() => answer)]);
        outgoing.removeAllListeners('timeout');
        outgoing.setTimeout(timeouts.bodyMs, () => response.destroy(new ExternalS3Error('stopped in the middle of its answer')));
        return response;
      } catch (error) {
        if (signal?.aborted) throw error;
        throw error instanceof ExternalS3Error ? error : new ExternalS3Error(reasonOf(error), { cause: error });
      }
    },
    close() {
      underWay.abort();
      agent.destroy();
    },
  };
}

/** Rejects with the error that ended the request, never with that of the stream behind it. */
async function sendFile({ path }: StagedFile, outgoing: ReturnType<typeof httpRequest>): Promise<void> {
  await pipeline(createReadStream(path), outgoing).catch((error: unknown) => {
    throw outgoing.errored ?? error;
  });
}

/** Path style: the bucket is never part of the host's name. Encoded from what was authorised, so that nothing else can be meant. */
function pathOf({ bucketName, key }: ExternalRequest, { keepSlash }: { readonly keepSlash: boolean }): string {
  if (bucketName === null) return '/';
  const bucket = `/${percentEncode(bucketName, { keepSlash: false })}`;
  return key === undefined ? bucket : `${bucket}/${percentEncode(key, { keepSlash })}`;
}

/**
 * LocalStack takes `/bucket//` for the bucket itself: DELETE of the key `/` would delete the bucket. [measured, 4.14.0] It reads %2F as
 * the key's own, and S3's signature is over the decoded path in any case.
 */
function wirePathOf(request: ExternalRequest): string {
  return pathOf(request, { keepSlash: !/^\/+$/.test(request.key ?? '') });
}

function queryOf(query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function encode(text: string): string {
  return percentEncode(text, { keepSlash: false });
}

function lengthOf({ sizeBytes }: { readonly sizeBytes: number }): Record<string, string> {
  return { 'content-length': String(sizeBytes) };
}

function reasonOf(error: unknown): string {
  const { code, errors, message } = error as { code?: unknown; errors?: readonly { code?: unknown }[]; message?: string };
  const name = code ?? errors?.[0]?.code;
  if (name === 'ECONNREFUSED') return 'accepts no connection (ECONNREFUSED)';
  if (name === 'ENOTFOUND' || name === 'EAI_AGAIN') return `has a name that nobody knows (${name})`;
  return `broke off (${String(name ?? message)})`;
}
