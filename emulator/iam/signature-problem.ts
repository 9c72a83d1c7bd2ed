// Everything that can be wrong with a signature, free of any protocol; aws/signature-faults.ts has each service's words.

export type ScopeField = 'date' | 'region' | 'service' | 'terminal';
export type SignaturePart = 'Credential' | 'SignedHeaders' | 'Signature' | 'Date';

export type SignatureProblem =
  /** Neither an Authorization header nor query parameters. */
  | { readonly kind: 'missing' }
  /** Header and query parameters at once. */
  | { readonly kind: 'twoMechanisms' }
  /** `AWS AKID:…` or AWSAccessKeyId in the query. */
  | { readonly kind: 'signatureVersion2' }
  /** Not `AWS4-HMAC-SHA256 …`. The header may be a bearer token: it is never repeated. */
  | { readonly kind: 'unsupportedScheme'; readonly hasSpace: boolean }
  /** A piece after the scheme is no key=value pair; base64 SHA-256 of the whole header, as API Gateway prints it. */
  | { readonly kind: 'notKeyValue'; readonly headerSha256Base64: string }
  | { readonly kind: 'malformedHeader'; readonly missing: readonly SignaturePart[] }
  /** One of the six parameters of a presigned request is missing. */
  | { readonly kind: 'malformedQuery' }
  | { readonly kind: 'badExpires'; readonly reason: 'notANumber' | 'negative' | 'overAWeek' }
  /** Neither a Date nor an X-Amz-Date that can be read. */
  | { readonly kind: 'missingDate'; readonly via: 'header' | 'query' }
  /** Not AKID/YYYYMMDD/REGION/SERVICE/aws4_request. */
  | { readonly kind: 'malformedCredential'; readonly via: 'header' | 'query' }
  | {
      readonly kind: 'badScope';
      readonly via: 'header' | 'query';
      readonly field: ScopeField;
      readonly given: string;
      readonly expected: string;
      /** X-Amz-Date, for the date's message. */
      readonly timestamp: string;
    }
  | { readonly kind: 'tooOld' | 'tooNew'; readonly timestamp: string; readonly serverMs: number; readonly maxSkewMs: number }
  | {
      readonly kind: 'presignedExpired';
      readonly timestamp: string;
      readonly expiresSeconds: number;
      readonly expiresAtMs: number;
      readonly serverMs: number;
    }
  | { readonly kind: 'presignedNotYet'; readonly timestamp: string; readonly expiresSeconds: number; readonly serverMs: number }
  | { readonly kind: 'unknownKey'; readonly accessKeyId: string }
  /** A session's key without its token, with another one, or a token beside a user's key. */
  | { readonly kind: 'badToken'; readonly accessKeyId: string; readonly tokenGiven: boolean }
  | { readonly kind: 'hostNotSigned' }
  /** x-amz-* headers that are not in SignedHeaders. */
  | { readonly kind: 'unsignedHeaders'; readonly names: readonly string[] }
  /** S3 only: x-amz-content-sha256 is absent, or neither a hash nor one of the known words. */
  | { readonly kind: 'missingContentSha256' }
  | { readonly kind: 'badContentSha256'; readonly value: string }
  /** The signature is right and the body is another one. */
  | { readonly kind: 'hashMismatch'; readonly claimed: string; readonly computed: string }
  | {
      readonly kind: 'mismatch';
      readonly accessKeyId: string;
      readonly signatureProvided: string;
      readonly canonicalRequest: string;
      readonly stringToSign: string;
    };
