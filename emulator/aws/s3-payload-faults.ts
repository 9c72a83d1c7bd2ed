// What S3 answers when a body is not what its head announced. [G] versitygw, [V] recorded.
import type { ChecksumAlgorithm } from './checksum.ts';
import { fault } from './fault.ts';

export const s3PayloadFaults = {
  /** Fewer or more bytes than x-amz-decoded-content-length [G]. */
  incompleteBody: () => fault(400, 'IncompleteBody', 'You did not provide the number of bytes specified by the Content-Length HTTP header'),
  /** The framing broke off, or is no framing [I argmin: AWS's text]. */
  brokenFraming: () => fault(400, 'IncompleteBody', 'The request body terminated unexpectedly'),
  /** No x-amz-decoded-content-length [G]. */
  missingContentLength: () => fault(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.'),
  /** Missing, without a key, or not announced in x-amz-trailer [G]. */
  malformedTrailer: () =>
    fault(
      400,
      'MalformedTrailerError',
      'The request contained trailing data that was not well-formed or did not conform to our published schema.',
    ),
  unsupportedTrailer: () => fault(400, 'InvalidRequest', 'The value specified in the x-amz-trailer header is not supported'), // [G]
  invalidTrailer: (name: string) => fault(400, 'InvalidRequest', `Value for ${name} trailing header is invalid.`), // [G]
  badChecksum: (algorithm: ChecksumAlgorithm) =>
    fault(400, 'BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`), // [V]
  wrongChunkSignature: () =>
    fault(
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    ), // [G]
  /** A STREAMING-… word where nothing can be streamed [G]. */
  streamingNotAllowed: () => fault(400, 'InvalidRequest', 'The value of x-amz-content-sha256 header is invalid.'),
  signedStreamingWithoutSignature: () =>
    fault(
      400,
      'InvalidRequest',
      "Anonymous requests don't support this x-amz-content-sha256 value. Please use UNSIGNED-PAYLOAD or STREAMING-UNSIGNED-PAYLOAD-TRAILER.",
    ), // [G]
};
