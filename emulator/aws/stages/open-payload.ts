// Stage 5, S3 only: the body as a stream of the object's own bytes. What was announced about it is verified on the way,
// and the stream is destroyed with an AwsFaultError before it ends when that was not true.
import { PassThrough, Readable, type Transform } from 'node:stream';
import { emptySha256 } from '../../iam/signing-key.ts';
import { type AwsChunkedOptions, createAwsChunkedDecoder, isAwsChunked } from '../aws-chunked.ts';
import { checksumAlgorithmOfHeader } from '../checksum.ts';
import { type AwsFault, isFault } from '../fault.ts';
import { createHashedBody } from '../hashed-body.ts';
import { s3PayloadFaults } from '../s3-payload-faults.ts';
import { contentSha256Mismatch } from '../signature-faults.ts';
import type { Caller } from './authenticate.ts';
import type { ReceivedRequest } from './receive.ts';

export function openPayload(received: ReceivedRequest, { signature }: Caller): Readable | AwsFault {
  const { headers, incoming } = received;
  const payloadHash = signature?.payloadHash ?? headers.get('x-amz-content-sha256') ?? 'UNSIGNED-PAYLOAD';
  const isHash = /^[0-9a-f]{64}$/.test(payloadHash);
  const framing = awsChunkedOptions(received, payloadHash, signature);
  if (isFault(framing)) return framing;
  if (!incoming) {
    if (framing) return s3PayloadFaults.brokenFraming();
    return isHash && payloadHash !== emptySha256 ? contentSha256Mismatch(payloadHash, emptySha256) : Readable.from([]);
  }
  received.acceptBody();
  const transforms: Transform[] = [];
  if (isHash) transforms.push(createHashedBody(payloadHash));
  if (framing) transforms.push(createAwsChunkedDecoder(framing));
  // Never the request itself: a service that destroys its body must not take the connection with it.
  if (transforms.length === 0) transforms.push(new PassThrough());
  const payload = transforms.reduce<Readable>(pipeInto, incoming);
  // Who reads the payload sees its error; where nobody reads it, because the call was refused, the error is of no interest.
  payload.on('error', () => undefined);
  return payload;
}

/** Null for a plain body. */
function awsChunkedOptions(
  received: ReceivedRequest,
  payloadHash: string,
  signature: Caller['signature'],
): AwsChunkedOptions | AwsFault | null {
  const { headers, method } = received;
  const announced = headers.get('x-amz-trailer');
  if (!isAwsChunked(headers, payloadHash)) return announced === undefined ? null : s3PayloadFaults.malformedTrailer();
  if (payloadHash.startsWith('STREAMING-') && method !== 'PUT') return s3PayloadFaults.streamingNotAllowed();
  const isSigned = payloadHash.startsWith('STREAMING-AWS4-');
  if (isSigned && !signature) return s3PayloadFaults.signedStreamingWithoutSignature();
  const decodedBytes = headers.get('x-amz-decoded-content-length') ?? '';
  if (!/^\d{1,15}$/.test(decodedBytes)) return s3PayloadFaults.missingContentLength();
  const trailer = announced === undefined ? null : checksumAlgorithmOfHeader(announced.trim());
  if (announced !== undefined && trailer === null) return s3PayloadFaults.unsupportedTrailer();
  return { decodedBytes: Number(decodedBytes), seed: isSigned ? signature : null, trailer };
}

/** Like pipe(), with errors handed on. Not stream.pipeline: that would destroy the request, and with it the answer's socket. */
function pipeInto(source: Readable, target: Transform): Transform {
  source.once('error', (error) => target.destroy(error));
  return source.pipe(target);
}
