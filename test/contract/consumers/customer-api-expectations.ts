// What the contract customer-app -> customer-api says the same way in many interactions: headers, tokens, error bodies.
import { MatchersV3 } from '@pact-foundation/pact';
import type { RecordedInteraction, Text } from './pact-recorder.ts';
import { regexFromState, stateValue } from './state-value.ts';
import { count, someText, utcTimePattern } from './value-rules.ts';

type Response = RecordedInteraction['response'];

export const gatewayRequestId = 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef';
/** Of the error bodies and results of the API's own functions. */
export const ownRequestId = '41b45ea3-70b5-11e6-b7bd-69b5aaebc7d9';

const json = { 'Content-Type': 'application/json' };

/** Whoever verifies a provider signs anew where they meet the name of this algorithm: a signature covers host and time. */
export const signature: Text = MatchersV3.regex(
  '^AWS4-HMAC-SHA256 Credential=\\S+, ?SignedHeaders=\\S+, ?Signature=[0-9a-f]{64}$',
  `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/execute-api/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
);

// Made of a header, claims and 64 bytes that are no signature.
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
export const exampleToken = [
  part({ alg: 'ES256', typ: 'JWT', kid: 'example' }),
  part({ iss: 'https://tokens.partner.example', sub: '222222222222', aud: 'airlock-identity', exp: 1_767_226_500 }),
  'A'.repeat(86),
].join('.');
export const exampleExpiry = '2026-01-01T00:15:00.000Z';

/** The provider's state brings the token. A regular expression and not only a generator: that would let any header through. */
export const bearer: Text = custom(
  regexFromState({
    regex: '^Bearer [A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$',
    expression: `Bearer ${stateValue('token')}`,
    example: `Bearer ${exampleToken}`,
  }),
);

/** A new one in each verification: a provider remembers those of the last. */
export function anyKey(example: string): Text {
  return custom({
    'pact:matcher:type': 'regex',
    regex: '^[\\x21-\\x7e]{1,255}$',
    'pact:generator:type': 'Uuid',
    format: 'lower-case-hyphenated',
    value: example,
  });
}

/** The most that Pact's generator makes in one text: the number has 16 bits. */
const randomCharactersMax = 65_535;

/** Examples of what is long only when a verifier sends it, for the consumer's side of the test. */
export function shortTexts(characters: number): readonly string[] {
  return new Array<string>(Math.ceil(characters / randomCharactersMax)).fill('x');
}

/** The verifier sends at least so many characters, in a list of texts; in the file each of them has one. */
export function longTexts(characters: number): unknown {
  const text = { 'pact:matcher:type': 'type', 'pact:generator:type': 'RandomString', size: randomCharactersMax, value: 'x' };
  const [, ...more] = shortTexts(characters);
  // Like MatchersV3.eachLike, which would repeat the rule for each of them in the file.
  return { 'pact:matcher:type': 'type', min: more.length + 1, value: [text, ...more] };
}

/** Content-Type of a text: Pact compares it by itself only where there is no matcher, and then with the kind of body that it sees. */
export function textType(contentType: string): Text {
  return MatchersV3.regex(`^${contentType}$`, contentType);
}

/** An error of the API's own functions. */
export function ownError(status: number, code: string, headers: Readonly<Record<string, Text>> = {}): Response {
  const message = MatchersV3.string('What is wrong, in a sentence.');
  const requestId = someText(ownRequestId);
  return { status, headers: { ...json, ...headers }, body: { json: { error: { code, message, requestId } } } };
}

/** An answer that API Gateway makes itself. Its words are AWS's to change: the client goes by the status. Policies write a capital M. */
export function gatewayError(status: number, name: 'message' | 'Message' = 'message'): Response {
  const requestId = MatchersV3.regex('^[A-Za-z0-9-]{1,64}$', gatewayRequestId);
  return { status, headers: { ...json, 'x-amzn-RequestId': requestId }, body: { json: { [name]: MatchersV3.string('AWS says why.') } } };
}

export const retryAfter: Readonly<Record<string, Text>> = { 'Retry-After': MatchersV3.regex('^\\d+$', '2') };

export const issuedToken: Response = {
  status: 200,
  headers: json,
  body: {
    json: {
      token: MatchersV3.regex('^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$', exampleToken),
      tokenType: 'Bearer',
      expiresAt: MatchersV3.regex(utcTimePattern, exampleExpiry),
    },
  },
};

/** Where records lie is for the provider's state to say. */
export const anyInput: Text = custom(
  regexFromState({
    regex: '^s3://[^/]+/inputs/.+$',
    expression: stateValue('inputLocation'),
    example: 's3://results-bucket/inputs/records.jsonl',
  }),
);

/** A hash or a UUID. */
const requestIdPattern = '[A-Za-z0-9_-]{1,128}';

/** The request that the provider's state has brought about. */
export const pathOfRequest: Text = custom(
  regexFromState({
    regex: `^/request/${requestIdPattern}$`,
    expression: `/request/${stateValue('requestId')}`,
    example: `/request/${ownRequestId}`,
  }),
);

/** The client goes by the id; whoever follows Location gets to the same address. A repetition may find the work done. */
export const acceptedRequest: Response = {
  status: 202,
  headers: { ...json, Location: MatchersV3.regex(`^.*/request/${requestIdPattern}$`, `/v1/request/${ownRequestId}`) },
  body: {
    json: {
      requestId: someText(ownRequestId, `^${requestIdPattern}$`),
      state: MatchersV3.regex('^(QUEUED|RUNNING|SUCCEEDED|FAILED)$', 'QUEUED'),
    },
  },
};

/** `more`: what there is in this state alone. */
export function requestStatus(state: string, recordsDone: unknown, more: Readonly<Record<string, unknown>> = {}): Response {
  const [createdAt, updatedAt] = [MatchersV3.regex(utcTimePattern, exampleExpiry), MatchersV3.regex(utcTimePattern, exampleExpiry)];
  return {
    status: 200,
    headers: json,
    body: { json: { requestId: someText(ownRequestId, `^${requestIdPattern}$`), state, recordsDone, createdAt, updatedAt, ...more } },
  };
}

export function storedResult(contentType: string, records: number): Response {
  return {
    status: 200,
    headers: json,
    body: {
      json: {
        requestId: someText(ownRequestId),
        result: {
          bucket: someText('results-bucket'),
          key: someText('results/1f0c7e5a', '^[^/].*$'),
          contentType,
          bytes: count(212),
          records,
        },
      },
    },
  };
}

/** Pact's library has no function for a matcher together with a generator. */
function custom(matcher: Readonly<Record<string, unknown>>): Text {
  return matcher as unknown as MatchersV3.Matcher<string>;
}
