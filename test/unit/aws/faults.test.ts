// The words and the bytes of refusals, service by service.
import { describe, expect, it } from 'vitest';
import { accessDenied } from '../../../emulator/aws/access-denied.ts';
import { fault } from '../../../emulator/aws/fault.ts';
import { faultBody } from '../../../emulator/aws/fault-body.ts';
import { signatureFault } from '../../../emulator/aws/signature-faults.ts';
import type { Decision } from '../../../emulator/iam/evaluate.ts';
import type { SignatureProblem } from '../../../emulator/iam/signature-problem.ts';
import { sessionOf } from '../iam/principals.ts';

const serverMs = Date.UTC(2026, 10, 22, 12, 20, 0);
const timestamp = '20261122T120000Z';
const old = (minutes: number): SignatureProblem => ({ kind: 'tooOld', timestamp, serverMs, maxSkewMs: minutes * 60_000 });
const mismatch: SignatureProblem = {
  kind: 'mismatch',
  accessKeyId: 'AKIA',
  signatureProvided: 'ff',
  canonicalRequest: 'GET\n/',
  stringToSign: 'A\nB',
};
const region: SignatureProblem = { kind: 'badScope', via: 'header', field: 'region', given: 'eu-west-1', expected: 'us-east-1', timestamp };

describe('signatureFault on S3', () => {
  it.each<[string, SignatureProblem, number, string, RegExp]>([
    ['[V]', { kind: 'missing' }, 403, 'AccessDenied', /^Access Denied$/],
    ['[G]', { kind: 'unknownKey', accessKeyId: 'A' }, 403, 'InvalidAccessKeyId', /does not exist in our records/],
    ['[V]', mismatch, 403, 'SignatureDoesNotMatch', /Check your key and signing method\.$/],
    ['[G]', old(15), 403, 'RequestTimeTooSkewed', /too large/],
    ['[G]', { kind: 'missingDate', via: 'header' }, 403, 'AccessDenied', /valid Date or x-amz-date header/],
    ['[G]', { kind: 'unsupportedScheme', hasSpace: true }, 400, 'InvalidArgument', /^Unsupported Authorization Type$/],
    ['[G]', { kind: 'unsupportedScheme', hasSpace: false }, 400, 'InvalidArgument', /one and only one ' ' \(space\)/],
    ['[G]', { kind: 'malformedHeader', missing: ['Signature'] }, 400, 'AuthorizationHeaderMalformed', /malformed; missing Signature\.$/],
    ['[V]', region, 400, 'AuthorizationHeaderMalformed', /the region 'eu-west-1' is wrong; expecting 'us-east-1'/],
    [
      '[V]',
      { kind: 'malformedCredential', via: 'query' },
      400,
      'AuthorizationQueryParametersError',
      /Credential is mal-formed; expecting "<YOUR-AKID>/,
    ],
    ['[V]', { kind: 'malformedQuery' }, 400, 'AuthorizationQueryParametersError', /X-Amz-SignedHeaders, and X-Amz-Expires parameters/],
    ['[G]', { kind: 'badExpires', reason: 'overAWeek' }, 400, 'AuthorizationQueryParametersError', /less than a week/],
    ['[G]', { kind: 'missingContentSha256' }, 400, 'InvalidRequest', /x-amz-content-sha256$/],
    ['[V]', { kind: 'unsignedHeaders', names: ['x-amz-tagging'] }, 403, 'AccessDenied', /which were not signed/],
    ['[G]', { kind: 'signatureVersion2' }, 400, 'InvalidRequest', /AWS4-HMAC-SHA256/],
    ['[M]', { kind: 'badToken', accessKeyId: 'A', tokenGiven: true }, 400, 'InvalidToken', /malformed/],
    ['[G]', { kind: 'hashMismatch', claimed: 'a', computed: 'b' }, 400, 'XAmzContentSHA256Mismatch', /does not match what was computed/],
  ])('%s %j -> %s %s', (_, problem, status, code, text) => {
    expect(signatureFault('s3', problem)).toMatchObject({ status, code, message: expect.stringMatching(text) });
  });

  it('a wrong signature shows what was signed, in text and in bytes [V]', () => {
    expect(Object.entries(signatureFault('s3', mismatch).details ?? {})).toEqual([
      ['AWSAccessKeyId', 'AKIA'],
      ['StringToSign', 'A\nB'],
      ['SignatureProvided', 'ff'],
      ['StringToSignBytes', '41 0a 42'],
      ['CanonicalRequest', 'GET\n/'],
      ['CanonicalRequestBytes', '47 45 54 0a 2f'],
    ]);
  });

  it('times have no milliseconds', () => {
    const expired = signatureFault('s3', {
      kind: 'presignedExpired',
      timestamp,
      expiresSeconds: 60,
      expiresAtMs: serverMs - 60_000,
      serverMs,
    });
    expect(expired.details).toEqual({ 'X-Amz-Expires': 60, Expires: '2026-11-22T12:19:00Z', ServerTime: '2026-11-22T12:20:00Z' });
    expect(signatureFault('s3', old(15)).details).toMatchObject({ RequestTime: timestamp, MaxAllowedSkewMilliseconds: 900_000 });
  });
});

describe('signatureFault elsewhere', () => {
  it.each<[string, SignatureProblem, 'kms' | 'lambda' | 'sagemaker' | 'sts' | 'execute-api', number, string, string]>([
    [
      '[I]',
      { kind: 'unknownKey', accessKeyId: 'A' },
      'lambda',
      403,
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    ],
    [
      '[I]',
      { kind: 'unknownKey', accessKeyId: 'A' },
      'kms',
      400,
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    ],
    [
      '[I]',
      { kind: 'unknownKey', accessKeyId: 'A' },
      'sts',
      403,
      'InvalidClientTokenId',
      'The security token included in the request is invalid.',
    ],
    ['[I]', { kind: 'missing' }, 'lambda', 403, 'MissingAuthenticationTokenException', 'Missing Authentication Token'],
    ['[M]', { kind: 'missing' }, 'sts', 403, 'MissingAuthenticationToken', 'Request is missing Authentication Token'],
    [
      '[I]',
      old(5),
      'kms',
      400,
      'InvalidSignatureException',
      'Signature expired: 20261122T120000Z is now earlier than 20261122T121500Z (20261122T122000Z - 5 min.)',
    ],
    [
      '[I]',
      old(15),
      'sts',
      403,
      'SignatureDoesNotMatch',
      'Signature expired: 20261122T120000Z is now earlier than 20261122T120500Z (20261122T122000Z - 15 min.)',
    ],
    ['[I]', region, 'lambda', 403, 'InvalidSignatureException', "Credential should be scoped to a valid region, not 'eu-west-1'."],
    [
      '[M]',
      { kind: 'malformedHeader', missing: ['Signature', 'Date'] },
      'execute-api',
      403,
      'IncompleteSignatureException',
      "Authorization header requires 'Signature' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    ],
    [
      '[D]',
      { kind: 'malformedHeader', missing: ['Signature'] },
      'sts',
      400,
      'IncompleteSignature',
      "Authorization header requires 'Signature' parameter.",
    ],
    [
      '[D]',
      { kind: 'unsignedHeaders', names: ['x-amz-target'] },
      'kms',
      400,
      'InvalidSignatureException',
      "'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization.",
    ],
    [
      '[S]',
      { kind: 'notKeyValue', headerSha256Base64: 'aGFzaA==' },
      'execute-api',
      403,
      'IncompleteSignatureException',
      "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): 'aGFzaA=='.",
    ],
  ])('%s %j on %s -> %s %s', (_, problem, service, status, code, message) => {
    expect(signatureFault(service, problem)).toMatchObject({ status, code, message });
  });
});

describe('accessDenied', () => {
  const principal = sessionOf('request');
  const implicit = (policyType: Extract<Decision, { allowed: false }>['policyType'], crossAccount = false) =>
    ({ allowed: false, reason: 'implicitDeny', policyType, crossAccount }) as const;
  const explicit = { allowed: false, reason: 'explicitDeny', policyType: 'resource-based policy', crossAccount: false } as const;
  const user = `User: ${principal.arn} is not authorized to perform:`;

  it.each([
    [
      's3',
      's3:GetObject',
      'arn:aws:s3:::b/k',
      implicit('identity-based policy'),
      403,
      `${user} s3:GetObject on resource: "arn:aws:s3:::b/k" because no identity-based policy allows the s3:GetObject action`,
    ],
    ['s3', 's3:GetObject', 'arn:aws:s3:::b/k', implicit('resource-based policy', true), 403, 'Access Denied'],
    [
      's3',
      'kms:GenerateDataKey',
      'arn:key',
      implicit('identity-based policy'),
      403,
      `${user} kms:GenerateDataKey on resource: arn:key because no identity-based policy allows the kms:GenerateDataKey action`,
    ],
    [
      'lambda',
      'lambda:InvokeFunction',
      'arn:f',
      implicit('resource-based policy', true),
      403,
      `${user} lambda:InvokeFunction on resource: arn:f because no resource-based policy allows the lambda:InvokeFunction action`,
    ],
    [
      'lambda',
      'lambda:InvokeFunction',
      'arn:f',
      explicit,
      403,
      `${user} lambda:InvokeFunction on resource: arn:f with an explicit deny in a resource-based policy`,
    ],
    [
      'sagemaker',
      'sagemaker:InvokeEndpoint',
      'arn:e',
      implicit('permissions boundary'),
      403,
      `${user} sagemaker:InvokeEndpoint on resource: arn:e because no permissions boundary allows the sagemaker:InvokeEndpoint action`,
    ],
    [
      'sagemaker-control-plane',
      'sagemaker:DescribeEndpoint',
      'arn:e',
      implicit('identity-based policy'),
      400,
      `${user} sagemaker:DescribeEndpoint on resource: arn:e because no identity-based policy allows the sagemaker:DescribeEndpoint action`,
    ],
    [
      'kms',
      'kms:Sign',
      'arn:k',
      implicit('resource-based policy'),
      400,
      `${user} kms:Sign on resource: arn:k because no resource-based policy allows the kms:Sign action`,
    ],
    [
      'kms',
      'kms:Sign',
      'arn:k',
      implicit('resource-based policy', true),
      400,
      `${user} kms:Sign on this resource because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`,
    ],
  ] as const)('%s %s', (dialect, action, resourceArn, decision, status, message) => {
    expect(accessDenied({ dialect, principal, action, resourceArn, decision })).toMatchObject({ status, message });
  });
});

describe('faultBody', () => {
  const example = fault(400, 'NoSuchThing', 'a < b & "c"', { Name: 'x\u0000y', Absent: null, Count: 2 });

  it('S3: XML with details in order, escaped, without null', () => {
    const { headers, body } = faultBody('s3', example, 'REQUEST');
    expect(headers).toEqual({ 'content-type': 'application/xml' });
    expect(body).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<Error><Code>NoSuchThing<\/Code><Message>a &lt; b &amp; "c"<\/Message><Name>x\uFFFDy<\/Name><Count>2<\/Count><RequestId>REQUEST<\/RequestId><HostId>[\w+/=]+<\/HostId><\/Error>$/,
    );
  });

  it.each([
    ['kms', fault(400, 'KMSInvalidSignatureException', ''), {}, { __type: 'KMSInvalidSignatureException' }],
    ['kms', fault(400, 'NotFoundException', 'gone'), {}, { __type: 'NotFoundException', message: 'gone' }],
    ['lambda', fault(403, 'AccessDeniedException', 'no'), { 'x-amzn-ErrorType': 'AccessDeniedException' }, { Message: 'no' }],
    [
      'lambda',
      fault(404, 'ResourceNotFoundException', 'no', { Type: 'User' }),
      { 'x-amzn-ErrorType': 'ResourceNotFoundException' },
      { Type: 'User', Message: 'no' },
    ],
    [
      'lambda',
      fault(400, 'InvalidRequestContentException', 'no', { Type: 'User' }),
      { 'x-amzn-ErrorType': 'InvalidRequestContentException' },
      { Type: 'User', message: 'no' },
    ],
    [
      'sagemaker',
      fault(424, 'ModelError', 'no', { OriginalStatusCode: 500 }),
      { 'x-amzn-ErrorType': 'ModelError' },
      { OriginalStatusCode: 500, Message: 'no' },
    ],
    [
      'sagemaker-control-plane',
      fault(400, 'ValidationException', 'no'),
      { 'content-type': 'application/x-amz-json-1.1' },
      { __type: 'ValidationException', message: 'no' },
    ],
  ] as const)('%s: %j', (dialect, given, headers, body) => {
    const rendered = faultBody(dialect, given, 'id');
    expect(rendered.headers).toMatchObject(headers);
    expect(JSON.parse(rendered.body)).toEqual(body);
  });

  it('STS: query XML that says whose fault it is', () => {
    expect(faultBody('sts', fault(403, 'InvalidClientTokenId', 'no'), 'id').body).toBe(
      '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>no</Message></Error><RequestId>id</RequestId></ErrorResponse>',
    );
    expect(faultBody('sts', fault(500, 'InternalFailure', 'no'), 'id').body).toContain('<Type>Receiver</Type>');
  });
});
