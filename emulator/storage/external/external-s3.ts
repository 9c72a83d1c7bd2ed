// One HTTP request to the external S3: path style, to its own host only, signed with its own key, with a limit on every wait.

import { createReadStream } from 'node:fs';
import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
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
  /** The body of a success goes to a reader who takes his time. */
  readonly isStreamed?: boolean;
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
  /** From the last of the request's body that went out to the head of the answer, whatever comes meanwhile; and from there to its end. */
  readonly answerMs: number;
  /** Without a byte, in the middle of a body that is streamed: a slow reader is waited for longer than a silent server. */
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
      const outgoing: ClientRequest = (isTls ? httpsRequest : httpRequest)({
        agent,
        host: hostname.replace(/^\[|\]$/g, ''),
        port,
        method,
        path: `${wirePathOf(request)}${queryOf(query)}`,
        headers,
        signal: signal ? AbortSignal.any([signal, underWay.signal]) : underWay.signal,
      });
      const silent = (what: string) => () => outgoing.destroy(new ExternalS3Error(what));
      // A plain timer: the socket's own begins again with each byte, and so with each of a head that drips or of endless 1xx.
      const patience = setTimeout(silent(`gave no answer for ${timeouts.answerMs} ms`), timeouts.answerMs);
      const answer = new Promise<IncomingMessage>((resolve, reject) => {
        outgoing.once('response', resolve).on('error', reject);
        // Neither of the two comes after 101 Switching Protocols.
        outgoing.once('close', () => reject(new ExternalS3Error('closed the connection without an answer')));
      });
      outgoing.once('socket', (socket) => {
        if (!socket.connecting) return;
        const timer = setTimeout(silent(`accepted no connection within ${timeouts.connectMs} ms`), timeouts.connectMs);
        socket.once('connect', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
      });
      try {
        const sent =
          body && !Buffer.isBuffer(body.content)
            ? sendFile(body.content, outgoing, patience)
            : Promise.resolve(outgoing.end(body?.content));
        // An error may come before the body has gone out, and then nobody reads the rest of it. Nothing was stored without that.
        const response = await Promise.race([answer, sent.then(() => answer)]);
        if (isSuccess(response)) await sent;
        limitBody({ outgoing, response, isStreamed: request.isStreamed === true && isSuccess(response), timeouts });
        return response;
      } catch (error) {
        if (signal?.aborted) throw error;
        throw error instanceof ExternalS3Error ? error : new ExternalS3Error(reasonOf(error), { cause: error });
      } finally {
        clearTimeout(patience);
      }
    },
    close() {
      underWay.abort();
      agent.destroy();
    },
  };
}

/** Rejects with the error that ended the request, never with that of the stream behind it. Patience begins again with each piece. */
async function sendFile({ path }: StagedFile, outgoing: ClientRequest, patience: NodeJS.Timeout): Promise<void> {
  const pieces = async function* (file: AsyncIterable<Buffer>) {
    for await (const piece of file) {
      patience.refresh();
      yield piece;
    }
  };
  await pipeline(createReadStream(path), pieces, outgoing).catch((error: unknown) => {
    throw outgoing.errored ?? error;
  });
}

function isSuccess({ statusCode = 0 }: IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300;
}

interface Exchange {
  readonly outgoing: ClientRequest;
  readonly response: IncomingMessage;
  readonly isStreamed: boolean;
  readonly timeouts: ExternalTimeouts;
}

function limitBody({ outgoing, response, isStreamed, timeouts: { answerMs, bodyMs } }: Exchange): void {
  const end = (how: string) => () => response.destroy(new ExternalS3Error(how));
  if (isStreamed) {
    outgoing.setTimeout(bodyMs, end('stopped in the middle of its answer'));
    return;
  }
  const timer = setTimeout(end(`did not end its answer within ${answerMs} ms`), answerMs);
  response.once('close', () => clearTimeout(timer));
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
