// DeleteObject and DeleteObjects. Of many keys only those go on that the caller may delete.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { type AwsFault, isFault } from '../../aws/fault.ts';
import type { AwsAnswer } from '../../aws/service.ts';
import { findBucket } from '../access.ts';
import { faults } from '../faults.ts';
import { authorizeDeletion, deleteError, keyLengthFault, readDeletion } from '../operations/delete-object.ts';
import type { S3Request } from '../s3-request.ts';
import { unsupportedHeaderFault } from '../unsupported-headers.ts';
import { element, type Xml, xmlDocument } from '../xml.ts';
import { ExternalS3Error } from './external-s3.ts';
import { type ExternalS3Options, forward } from './forward.ts';
import { requestHeaders } from './forwarded-names.ts';
import { readText } from './read-answer.ts';

export async function forwardDelete(options: ExternalS3Options, request: S3Request): Promise<AwsAnswer | AwsFault> {
  const { headers } = request;
  const bucket = findBucket(options, request);
  if (isFault(bucket)) return bucket;
  const refusal = unsupportedHeaderFault(headers) ?? authorizeDeletion(options, request, bucket, request.key, headers.get('if-match'));
  return refusal ?? forward(options, request, { headers: requestHeaders.deleting(headers) });
}

export async function forwardDeletion(options: ExternalS3Options, request: S3Request): Promise<AwsAnswer | AwsFault> {
  const bucket = findBucket(options, request);
  if (isFault(bucket)) return bucket;
  const unsupported = unsupportedHeaderFault(request.headers);
  if (unsupported) return unsupported;
  const deletion = await readDeletion(request);
  if (isFault(deletion)) return deletion;
  // LocalStack deletes without looking at an ETag [M]: what must not happen is not asked for.
  if (deletion.targets.some(({ etag }) => etag !== undefined))
    return faults.operationNotImplemented('DeleteObjects with ETag on another S3');

  const allowed: string[] = [];
  const errors: (Xml | null)[] = [];
  for (const { key } of deletion.targets) {
    const refusal = keyLengthFault(key) ?? authorizeDeletion(options, request, bucket, key, undefined);
    if (refusal) errors.push(deleteError(key, refusal));
    else allowed.push(key);
  }
  if (allowed.length === 0) return xmlAnswer(xmlDocument('DeleteResult', errors));
  const content = Buffer.from(
    xmlDocument('Delete', [
      deletion.isQuiet ? element('Quiet', true) : null,
      ...allowed.map((key) => element('Object', [element('Key', key)])),
    ]),
  );
  const answer = await forward(options, request, {
    query: { delete: '' },
    headers: { 'content-type': 'application/xml', 'content-md5': createHash('md5').update(content).digest('base64') },
    body: { content, sizeBytes: content.length },
  });
  return isFault(answer) || errors.length === 0 ? answer : withErrors(answer, errors);
}

/** The S3's own answer, with what it was not asked for. */
async function withErrors({ body }: AwsAnswer, errors: readonly (Xml | null)[]): Promise<AwsAnswer> {
  const text = body instanceof Readable ? await readText(body) : '';
  const markup = errors.map((error) => error?.markup ?? '').join('');
  const merged = text.replace(/<\/DeleteResult>\s*$|(<DeleteResult\b[^>]*)\/>\s*$/, (end, start: string | undefined) =>
    start === undefined ? `${markup}${end}` : `${start}>${markup}</DeleteResult>`,
  );
  if (merged === text) throw new ExternalS3Error('answered DeleteObjects with no DeleteResult');
  return xmlAnswer(merged);
}

function xmlAnswer(body: string): AwsAnswer {
  return { status: 200, headers: { 'Content-Type': 'application/xml' }, body };
}
