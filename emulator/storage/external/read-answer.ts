// An answer of the external S3 as one of the AWS endpoint: handed on as it came, or its error as a fault with Airlock's own ids.
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { type AwsFault, fault } from '../../aws/fault.ts';
import type { AwsAnswer } from '../../aws/service.ts';
import { parseXml } from '../xml-input.ts';
import { ExternalS3Error } from './external-s3.ts';
import { answerHeaders } from './forwarded-names.ts';

/** Ours: an error is a few lines, a listing of 1,000 keys of 1,024 bytes, escaped, some megabytes. */
const errorBytesMax = 64 * 1024;
const textBytesMax = 16 * 1024 * 1024;

/** @throws ExternalS3Error for an answer that no S3 would give to its owner */
export async function readAnswer(answer: IncomingMessage, method: string): Promise<AwsAnswer | AwsFault> {
  const { statusCode: status = 0 } = answer;
  if (status === 304 || (status >= 200 && status < 300)) return { status, headers: answerHeaders(answer), body: answer };
  if (status < 400) {
    answer.destroy();
    throw new ExternalS3Error(`answered with a redirect (${status}), which is not followed`);
  }
  const problem = method === 'HEAD' ? bodilessFault(answer) : await errorOf(answer);
  // The caller is authorised by then: who is refused is Airlock.
  if (status === 401 || status === 403) throw new ExternalS3Error(`refused Airlock's key "test" (${status} ${problem?.code ?? ''})`);
  if (problem === null) throw new ExternalS3Error(`answered ${status} without an error of S3`);
  return problem;
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
  answer.resume();
  const status = answer.statusCode ?? 0;
  if (status >= 500) return null;
  return fault(status, status === 404 ? 'NotFound' : status === 412 ? 'PreconditionFailed' : `HTTP${status}`, '');
}
