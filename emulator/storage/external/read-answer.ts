// An answer of the external S3 as one of the AWS endpoint: handed on as it came, or its error as a fault with Airlock's own ids.
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { type AwsFault, fault } from '../../aws/fault.ts';
import type { AwsAnswer } from '../../aws/service.ts';
import { parseXml } from '../xml-input.ts';
import { ExternalS3Error } from './external-s3.ts';
import { answerHeaders } from './forwarded-names.ts';
import { type ExpectedAnswer, type ExternalOperation, expectedAnswers, isDocumentOf, isExpectedHead } from './s3-answers.ts';

/** Ours: an error is a few lines, a listing of 1,000 keys of 1,024 bytes, escaped, some megabytes. */
const errorBytesMax = 64 * 1024;
const textBytesMax = 16 * 1024 * 1024;

/** The body is a stream for an object only; otherwise it has been read. @throws ExternalS3Error for an answer that no S3 would give to its owner */
export async function readAnswer(answer: IncomingMessage, operation: ExternalOperation): Promise<AwsAnswer | AwsFault> {
  const { statusCode: status = 0 } = answer;
  const expected: ExpectedAnswer = expectedAnswers[operation];
  const isHead = expected.method === 'HEAD';
  if (status < 400 || status > 599) {
    const isNotModified = status === 304 && (operation === 'GetObject' || operation === 'HeadObject');
    if (isNotModified || isExpectedHead(answer, expected)) {
      const headers = answerHeaders(answer);
      if (expected.rootName !== undefined) return { status, headers: withoutLength(headers), body: await documentOf(answer, operation) };
      if (operation === 'GetObject' && !isNotModified) return { status, headers, body: answer };
      // Nobody reads it: a server that keeps its connections open would keep this one.
      answer.destroy();
      return { status, headers };
    }
    answer.destroy();
    throw new ExternalS3Error(
      status >= 300 && status < 400 ? `answered with a redirect (${status}), which is not followed` : notAsAnS3(status, operation),
    );
  }
  const problem = isHead ? bodilessFault(answer) : await errorOf(answer);
  // The caller is authorised by then: who is refused is Airlock.
  if (status === 401 || status === 403) throw new ExternalS3Error(`refused Airlock's key "test" (${status} ${problem?.code ?? ''})`);
  if (problem === null) throw new ExternalS3Error(`answered ${status} without an error of S3`);
  return problem;
}

async function documentOf(answer: IncomingMessage, operation: ExternalOperation): Promise<string> {
  const text = await readText(answer);
  const { rootName = '' }: ExpectedAnswer = expectedAnswers[operation];
  if (isDocumentOf(text, rootName)) return text;
  throw new ExternalS3Error(notAsAnS3(answer.statusCode ?? 0, operation));
}

/** After "the S3 at URL". */
export function notAsAnS3(status: number, operation: ExternalOperation): string {
  return `answered ${status} to ${operation}, not as an S3 does`;
}

function withoutLength({ 'content-length': _, ...headers }: Record<string, string>): Record<string, string> {
  return headers;
}

/** The whole body as text. @throws ExternalS3Error where it breaks off or is too long */
export async function readText(answer: Readable, bytesMax = textBytesMax): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of answer as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > bytesMax) throw new ExternalS3Error(`answered with more than ${bytesMax} bytes`);
      pieces.push(piece);
    }
  } catch (error) {
    throw error instanceof ExternalS3Error ? error : new ExternalS3Error('broke off in the middle of its answer', { cause: error });
  }
  return Buffer.concat(pieces).toString('utf8');
}

async function errorOf(answer: IncomingMessage): Promise<AwsFault | null> {
  const root = parseXml(await readText(answer, errorBytesMax), 'Error');
  if (!root) return null;
  const {
    Code: code,
    Message: message = '',
    RequestId: _id,
    HostId: _id2,
    ...details
  } = Object.fromEntries([...root.children].map(([name, [first]]) => [name, first?.text ?? '']));
  return code === undefined ? null : fault(answer.statusCode ?? 500, code, message, details);
}

/** Names as the SDKs make them up: a HEAD has no body to say more. */
function bodilessFault(answer: IncomingMessage): AwsFault | null {
  answer.destroy();
  const status = answer.statusCode ?? 0;
  if (status >= 500) return null;
  return fault(status, status === 404 ? 'NotFound' : status === 412 ? 'PreconditionFailed' : `HTTP${status}`, '');
}
