// GetObject and HeadObject: who may read is decided before the call goes on, who may decrypt before the first byte comes back.
import { Readable } from 'node:stream';
import { type AwsFault, isFault } from '../../aws/fault.ts';
import type { AwsAnswer } from '../../aws/service.ts';
import { authorizeBucket, authorizeObject, findBucket } from '../access.ts';
import type { S3Request } from '../s3-request.ts';
import { answerHeaders } from '../stored-headers.ts';
import { unsupportedHeaderFault } from '../unsupported-headers.ts';
import { authorizeDecryption, authorizeStoredEncryption, type ExternalS3Options, forward } from './forward.ts';
import { pickQuery, requestHeaders, requestQuery } from './forwarded-names.ts';

export async function forwardRead(options: ExternalS3Options, request: S3Request): Promise<AwsAnswer | AwsFault> {
  const { call, headers, query } = request;
  const bucket = findBucket(options, request);
  if (isFault(bucket)) return bucket;
  const refusal = authorizeObject(options, request, bucket, request.key, 'GetObject') ?? unsupportedHeaderFault(headers);
  if (refusal) return refusal;
  // Airlock signs whatever it forwards: that this caller has not signed can only be seen here.
  const overrides = answerHeaders({}, query, call.principal.kind === 'anonymous');
  if (isFault(overrides)) return overrides;
  const answer = await forward(options, request, call.method === 'HEAD' ? 'HeadObject' : 'GetObject', {
    isStreamed: true,
    headers: requestHeaders.reading(headers),
    query: pickQuery(query, requestQuery.GetObject),
  });
  if (isFault(answer) && answer.status === 404) return authorizeBucket(options, request, bucket, 'ListBucket') ?? answer;
  const denied =
    isFault(answer) || answer.status === 304
      ? await authorizeStoredEncryption(options, request, request)
      : authorizeDecryption(options, request, request, answer);
  if (!denied) {
    if (!isFault(answer) && call.method === 'GET') call.annotate({ responseBytes: Number(answer.headers['content-length'] ?? 0) });
    return answer;
  }
  if (!isFault(answer) && answer.body instanceof Readable) answer.body.destroy();
  return denied;
}
