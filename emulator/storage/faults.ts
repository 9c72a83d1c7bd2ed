// S3's errors with their fixed texts [V]; a text that is not recorded there is marked [M].
import { type AwsFault, fault } from '../aws/fault.ts';

export const faults = {
  accessDenied: () => fault(403, 'AccessDenied', 'Access Denied'),
  aclNotSupported: () => fault(400, 'AccessControlListNotSupported', 'The bucket does not allow ACLs'), // [M]
  badChecksum: (algorithm: string) => fault(400, 'BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`),
  badContentMd5: (given: string, calculated: string) =>
    fault(400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.', {
      ExpectedDigest: given,
      CalculatedDigest: calculated,
    }),
  bucketAlreadyExists: (bucket: string) =>
    fault(
      409,
      'BucketAlreadyExists',
      'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
      { BucketName: bucket },
    ),
  bucketAlreadyOwnedByYou: (bucket: string) =>
    fault(409, 'BucketAlreadyOwnedByYou', 'Your previous request to create the named bucket succeeded and you already own it.', {
      BucketName: bucket,
    }),
  bucketNotEmpty: (bucket: string) => fault(409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty', { BucketName: bucket }),
  conditionalConflict: (condition: string, key: string) =>
    fault(
      409,
      'ConditionalRequestConflict',
      'The conditional request cannot succeed due to a conflicting operation against this resource.',
      {
        Condition: condition,
        Key: key,
      },
    ), // [M] the text
  /** [M] the text */
  entityTooSmall: (part: { readonly etag: string; readonly partNumber: number; readonly sizeBytes: number }, bytesMin: number) =>
    fault(400, 'EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
      ETag: part.etag,
      MinSizeAllowed: bytesMin,
      PartNumber: part.partNumber,
      ProposedSize: part.sizeBytes,
    }),
  entityTooLarge: (proposedBytes: number, bytesMax: number) =>
    fault(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
      ProposedSize: proposedBytes,
      MaxSizeAllowed: bytesMax,
    }),
  illegalLocationConstraint: (given: string) =>
    fault(
      400,
      'IllegalLocationConstraintException',
      `The ${given} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    ),
  incompleteBody: () => fault(400, 'IncompleteBody', 'You did not provide the number of bytes specified by the Content-Length HTTP header'),
  invalidArgument: (message: string, name?: string, value?: string) =>
    fault(400, 'InvalidArgument', message, name === undefined ? undefined : { ArgumentName: name, ArgumentValue: value ?? null }),
  invalidBucketName: (bucket: string) => fault(400, 'InvalidBucketName', 'The specified bucket is not valid.', { BucketName: bucket }),
  invalidDigest: (given: string) => fault(400, 'InvalidDigest', 'The Content-MD5 you specified was invalid.', { 'Content-MD5': given }),
  invalidEncryption: (given: string) =>
    fault(400, 'InvalidEncryptionAlgorithmError', 'The encryption request you specified is not valid. Supported value: AES256.', {
      ArgumentName: 'x-amz-server-side-encryption',
      ArgumentValue: given,
    }), // [M]
  invalidLocationConstraint: (given: string) =>
    fault(400, 'InvalidLocationConstraint', 'The specified location-constraint is not valid', { LocationConstraint: given }),
  invalidPart: (uploadId: string, partNumber: number, etag: string) =>
    fault(
      400,
      'InvalidPart',
      "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      { UploadId: uploadId, PartNumber: partNumber, ETag: etag },
    ), // [M] the text
  invalidPartOrder: (uploadId: string) =>
    fault(400, 'InvalidPartOrder', 'The list of parts was not in ascending order. Parts must be ordered by part number.', {
      UploadId: uploadId,
    }), // [M] the text
  invalidRange: (range: string, sizeBytes: number) =>
    fault(416, 'InvalidRange', 'The requested range is not satisfiable', { RangeRequested: range, ActualObjectSize: sizeBytes }),
  invalidRequest: (message: string) => fault(400, 'InvalidRequest', message),
  invalidStorageClass: (given: string) =>
    fault(400, 'InvalidStorageClass', 'The storage class you specified is not valid', { StorageClassRequested: given }),
  invalidUri: () => fault(400, 'InvalidURI', "Couldn't parse the specified URI."),
  keyTooLong: (bytes: number, bytesMax: number) =>
    fault(400, 'KeyTooLongError', 'Your key is too long', { Size: bytes, MaxSizeAllowed: bytesMax }),
  malformedXml: () =>
    fault(400, 'MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema'),
  messageTooLong: (bytesMax: number) =>
    fault(400, 'MaxMessageLengthExceeded', 'Your request was too big.', { MaxMessageLengthBytes: bytesMax }), // [M]
  metadataTooLarge: (bytes: number, bytesMax: number) =>
    fault(400, 'MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
      Size: bytes,
      MaxSizeAllowed: bytesMax,
    }),
  methodNotAllowed: (method: string, resourceType: string) =>
    fault(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.', {
      Method: method,
      ResourceType: resourceType,
    }),
  missingContentLength: () => fault(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.'),
  noSuchBucket: (bucket: string) => fault(404, 'NoSuchBucket', 'The specified bucket does not exist', { BucketName: bucket }),
  noSuchKey: (key: string) => fault(404, 'NoSuchKey', 'The specified key does not exist.', { Key: key }),
  noSuchUpload: (uploadId: string) =>
    fault(
      404,
      'NoSuchUpload',
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
      { UploadId: uploadId },
    ), // [M] the text
  /** A header whose meaning is not emulated (or not accepted by S3 itself, then with its own reason). */
  headerNotImplemented: (header: string, additionalMessage?: string) =>
    fault(501, 'NotImplemented', 'A header you provided implies functionality that is not implemented', {
      Header: header,
      ...(additionalMessage !== undefined && { additionalMessage }),
    }),
  /** Ours: an operation of S3 that this emulator does not have. */
  operationNotImplemented: (operation: string) => fault(501, 'NotImplemented', `${operation} is not emulated yet`),
  preconditionFailed: (condition: string) =>
    fault(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', { Condition: condition }),
} as const satisfies Record<string, (...args: never[]) => AwsFault>;
