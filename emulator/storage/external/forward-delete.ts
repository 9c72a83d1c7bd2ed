// DeleteObject and DeleteObjects. Of many keys only those go on that the caller may delete.
import { createHash } from 'node:crypto';
import { type AwsFault, isFault } from '../../aws/fault.ts';
import type { AwsAnswer } from '../../aws/service.ts';
import { findBucket } from '../access.ts';
import { faults } from '../faults.ts';
import { authorizeDeletion, type Deletion, deleteError, keyLengthFault, readDeletion } from '../operations/delete-object.ts';
import type { S3Request } from '../s3-request.ts';
import { unsupportedHeaderFault } from '../unsupported-headers.ts';
import { element, type Xml, xmlDocument } from '../xml.ts';
import { type ExternalS3Options, forward } from './forward.ts';
import { requestHeaders } from './forwarded-names.ts';

export async function forwardDelete(options: ExternalS3Options, request: S3Request): Promise<AwsAnswer | AwsFault> {
  const { headers } = request;
  const bucket = findBucket(options, request);
  if (isFault(bucket)) return bucket;
  const refusal = unsupportedHeaderFault(headers) ?? authorizeDeletion(options, request, bucket, request.key, headers.get('if-match'));
  return refusal ?? forward(options, request, 'DeleteObject', { headers: requestHeaders.deleting(headers) });
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
  const results: (Xml | null)[] = [];
  for (const { key } of deletion.targets) {
    const refusal = keyLengthFault(key) ?? authorizeDeletion(options, request, bucket, key, undefined);
    if (refusal) results.push(deleteError(key, refusal));
    else if (notInXml.test(key)) results.push(await deleteAlone(options, request, key, deletion));
    else allowed.push(key);
  }
  if (allowed.length === 0) return xmlAnswer(xmlDocument('DeleteResult', results));
  const content = Buffer.from(
    xmlDocument('Delete', [
      deletion.isQuiet ? element('Quiet', true) : null,
      ...allowed.map((key) => element('Object', [element('Key', key)])),
    ]),
  );
  const answer = await forward(options, request, 'DeleteObjects', {
    query: { delete: '' },
    headers: { 'content-type': 'application/xml', 'content-md5': createHash('md5').update(content).digest('base64') },
    body: { content, sizeBytes: content.length },
  });
  return isFault(answer) || results.length === 0 ? answer : withResults(answer, results);
}

/** What XML 1.0 cannot hold, not even as a reference. S3 reads it all the same; LocalStack's parser fails over the whole request. [M] */
const notInXml = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

async function deleteAlone(options: ExternalS3Options, request: S3Request, key: string, { isQuiet }: Deletion): Promise<Xml | null> {
  const answer = await forward(options, request, 'DeleteObject', { key });
  if (isFault(answer)) return deleteError(key, answer);
  return isQuiet ? null : element('Deleted', [element('Key', key)]);
}

/** The S3's own answer, with what it was not asked for. */
function withResults({ body }: AwsAnswer, results: readonly (Xml | null)[]): AwsAnswer {
  const markup = results.map((result) => result?.markup ?? '').join('');
  return xmlAnswer(
    String(body).replace(/<\/DeleteResult\s*>\s*$|(<DeleteResult\b[^>]*)\/>\s*$/, (end, start: string | undefined) =>
      start === undefined ? `${markup}${end}` : `${start}>${markup}</DeleteResult>`,
    ),
  );
}

function xmlAnswer(body: string): AwsAnswer {
  return { status: 200, headers: { 'Content-Type': 'application/xml' }, body };
}
