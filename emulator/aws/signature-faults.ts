// A signature problem in the words of each service. [V] recorded, [G] versitygw, [I] issues, [M] memory.
import { formatTimestamp } from '../iam/signature-claim.ts';
import type { SignatureProblem } from '../iam/signature-problem.ts';
import { type AwsFault, fault } from './fault.ts';
import type { Dialect } from './service.ts';
import { serviceSignatureFault } from './service-signature-faults.ts';

/** What each service answers to a request whose signature does not hold. */
export function signatureFault(dialect: Dialect | 'execute-api', problem: SignatureProblem): AwsFault {
  return dialect === 's3' ? s3SignatureFault(problem) : serviceSignatureFault(dialect, problem);
}

function s3SignatureFault(problem: SignatureProblem): AwsFault {
  switch (problem.kind) {
    case 'missing':
      return fault(403, 'AccessDenied', 'Access Denied'); // [V]
    case 'twoMechanisms':
      return invalidArgument(
        'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
        { ArgumentName: 'Authorization' },
      ); // [I]
    case 'signatureVersion2': // [G]
      return fault(400, 'InvalidRequest', 'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.');
    case 'notKeyValue': // [G], which repeats the component
      return malformed('an authorization component is malformed.');
    case 'unsupportedScheme': // [G]
      return invalidArgument(
        problem.hasSpace ? 'Unsupported Authorization Type' : "Authorization header is invalid -- one and only one ' ' (space) required.",
        { ArgumentName: 'Authorization' },
      );
    case 'malformedHeader':
      return malformed(`missing ${problem.missing[0]}.`); // [G]
    case 'malformedQuery': // [V]
      return queryParameters(
        'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
      );
    case 'badExpires':
      return queryParameters(expiresTexts[problem.reason]); // [G]
    case 'missingDate':
      if (problem.via === 'query') return queryParameters(`X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`);
      return fault(403, 'AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header'); // [G]
    case 'malformedCredential':
      return scope(problem.via, 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'); // [V]
    case 'badScope':
      return s3ScopeFault(problem);
    case 'tooOld':
    case 'tooNew': // [G]
      return fault(403, 'RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.', {
        RequestTime: problem.timestamp,
        ServerTime: isoSeconds(problem.serverMs),
        MaxAllowedSkewMilliseconds: problem.maxSkewMs,
      });
    case 'presignedExpired': // [V]
      return fault(403, 'AccessDenied', 'Request has expired', {
        'X-Amz-Expires': problem.expiresSeconds,
        Expires: isoSeconds(problem.expiresAtMs),
        ServerTime: isoSeconds(problem.serverMs),
      });
    case 'presignedNotYet': // [G]
      return fault(403, 'AccessDenied', 'Request is not valid yet', {
        'X-Amz-Expires': problem.expiresSeconds,
        ServerTime: isoSeconds(problem.serverMs),
      });
    case 'unknownKey':
      return unknownS3Key(problem.accessKeyId);
    case 'badToken':
      // A session's key without its token does not exist for S3; a wrong token is malformed [M].
      if (!problem.tokenGiven) return unknownS3Key(problem.accessKeyId);
      return fault(400, 'InvalidToken', 'The provided token is malformed or otherwise invalid.');
    case 'hostNotSigned':
      return unsignedHeaders(['host']);
    case 'unsignedHeaders':
      return unsignedHeaders(problem.names);
    case 'missingContentSha256': // [G]
      return fault(400, 'InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
    case 'badContentSha256': // [G]
      return invalidArgument(
        'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
        { ArgumentName: 'x-amz-content-sha256', ArgumentValue: problem.value },
      );
    case 'hashMismatch':
      return contentSha256Mismatch(problem.claimed, problem.computed);
    case 'mismatch': // [V]
      return fault(
        403,
        'SignatureDoesNotMatch',
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
        {
          AWSAccessKeyId: problem.accessKeyId,
          StringToSign: problem.stringToSign,
          SignatureProvided: problem.signatureProvided,
          StringToSignBytes: hexBytes(problem.stringToSign),
          CanonicalRequest: problem.canonicalRequest,
          CanonicalRequestBytes: hexBytes(problem.canonicalRequest),
        },
      );
  }
}

/** The body is not what x-amz-content-sha256 says [G]. */
export function contentSha256Mismatch(claimed: string, computed: string): AwsFault {
  return fault(400, 'XAmzContentSHA256Mismatch', "The provided 'x-amz-content-sha256' header does not match what was computed.", {
    ClientComputedContentSHA256: claimed,
    S3ComputedContentSHA256: computed,
  });
}

const expiresTexts = {
  notANumber: 'X-Amz-Expires should be a number',
  negative: 'X-Amz-Expires must be non-negative',
  overAWeek: 'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
} as const;

function s3ScopeFault({ via, field, given, expected, timestamp }: Extract<SignatureProblem, { kind: 'badScope' }>): AwsFault {
  switch (field) {
    case 'region': // [V]
      return scope(via, `the region '${given}' is wrong; expecting '${expected}'`, { Region: expected });
    case 'service': // [G]
      return scope(via, `incorrect service "${given}". This endpoint belongs to "s3".`);
    case 'terminal': // [G]
      return scope(via, `incorrect terminal "${given}". This endpoint uses "aws4_request".`);
    case 'date': {
      if (!/^\d{8}$/.test(given)) {
        return scope(via, `incorrect date format "${given}". This date in the credential must be in the format "yyyyMMdd".`);
      }
      const text = `Invalid credential date "${given}". This date is not the same as X-Amz-Date: "${timestamp.slice(0, 8)}".`;
      return via === 'query' ? queryParameters(text) : malformed(text); // [G]
    }
  }
}

function scope(via: 'header' | 'query', text: string, details?: AwsFault['details']): AwsFault {
  return via === 'header' ? malformed(text, details) : queryParameters(`Error parsing the X-Amz-Credential parameter; ${text}`, details);
}

function malformed(text: string, details?: AwsFault['details']): AwsFault {
  return fault(400, 'AuthorizationHeaderMalformed', `The authorization header is malformed; ${text}`, details);
}

function queryParameters(text: string, details?: AwsFault['details']): AwsFault {
  return fault(400, 'AuthorizationQueryParametersError', text, details);
}

function invalidArgument(text: string, details: NonNullable<AwsFault['details']>): AwsFault {
  return fault(400, 'InvalidArgument', text, details);
}

function unknownS3Key(accessKeyId: string): AwsFault {
  return fault(403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', {
    AWSAccessKeyId: accessKeyId,
  }); // [G]
}

function unsignedHeaders(names: readonly string[]): AwsFault {
  return fault(403, 'AccessDenied', 'There were headers present in the request which were not signed', {
    HeadersNotSigned: names.join(', '),
  }); // [V]
}

/** S3 prints times without milliseconds: 2026-01-01T00:00:00Z. */
function isoSeconds(timeMs: number): string {
  return formatTimestamp(timeMs).replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
}

function hexBytes(text: string): string {
  return Buffer.from(text, 'latin1')
    .toString('hex')
    .replaceAll(/(..)(?=.)/g, '$1 ');
}
