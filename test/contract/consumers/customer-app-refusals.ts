// What /request refuses or fails at, each with what the application sends, what it is answered, and what the client makes of it.
import type { IdentityErrorCode, IdentityRequestInput } from '../../../contracts/client/identity-client.ts';
import type { RecordsContentType } from '../../../contracts/client/request-body.ts';
import { gatewayError, longTexts, ownError, retryAfter, shortTexts } from './customer-api-expectations.ts';
import type { Body, RecordedInteraction } from './pact-recorder.ts';

export interface Refusal {
  readonly description: string;
  readonly state: NonNullable<RecordedInteraction['states']>[number];
  readonly input: IdentityRequestInput;
  /** Where what the contract says of the body is more than the body of `input`. */
  readonly body?: Body;
  /** Where the contract says which; else one of its own. */
  readonly idempotencyKey?: string;
  readonly response: RecordedInteraction['response'];
  /** What the application sees. */
  readonly code: IdentityErrorCode;
  readonly retryable: boolean;
}

/** Members in alphabetical order, as a verifier writes them: where a request is repeated the bytes must be the same. */
export const records = [{ email: 'lena.sample0001@example.com', id: 'c-0001' }];
const someRecords = { input: { records } };
const text = (contentType: RecordsContentType, body: string | Uint8Array) => ({ input: { contentType, body } });

/** State of the token: nothing gets through. The words are AWS's, but where the authorizer's answer was kept and the function looks again. */
const refusedTokens: readonly Refusal[] = [
  refusedToken('with a token that has expired', 'the token has expired', 401),
  failure('with a token that has expired since it was accepted', 'the token has expired since it was accepted', {
    ...{ response: ownError(401, 'TOKEN_EXPIRED'), code: 'TOKEN_EXPIRED', retryable: false },
  }),
  refusedToken('with a token that was signed with an unknown key', 'the token was signed with an unknown key', 401),
  refusedToken('with a token for another product', 'the token is for another product', 401),
  refusedToken('with a token of another account', 'the token was issued to another account', 403),
];

function refusedToken(how: string, state: Refusal['state'], status: 401 | 403): Refusal {
  const response = status === 401 ? gatewayError(401) : gatewayError(403, 'Message');
  const code = status === 401 ? 'UNAUTHORIZED' : 'FORBIDDEN';
  return { description: `sends records ${how}`, state, ...someRecords, response, code, retryable: false };
}

/**
 * Not here because the client cannot send it: an Idempotency-Key with other characters than visible ASCII ones, another content type than
 * the four (UNSUPPORTED_CONTENT_TYPE), a call without Authorization. Not here because something in front answers first: INVALID_JSON (the
 * schema of the method), SUBJECT_MISMATCH (the authorizer).
 */
const refusedBodies: readonly Refusal[] = [
  refusedBody('sends an empty list of records', { input: { records: [] } }, 'INVALID_REQUEST_BODY'),
  refusedBody('sends a list in place of a record', { input: { records: [['c-0001']] } }, 'INVALID_REQUEST_BODY'),
  refusedBody('sends a text in place of a list of records', text('application/json', '{"records":"c-0001"}'), 'INVALID_REQUEST_BODY'),
  refusedBody(
    'sends records and a location at once',
    text('application/json', '{"inputLocation":"s3://results-bucket/inputs/records.jsonl","records":[{"id":"c-0001"}]}'),
    'INVALID_REQUEST_BODY',
  ),
  refusedBody('sends a number in place of a location', text('application/json', '{"inputLocation":7}'), 'INVALID_REQUEST_BODY'),
  refusedBody('sends JSON without records', text('application/json', '{"id":"c-0001"}'), 'INVALID_REQUEST_BODY'),
  refusedBody('sends as JSON what is no JSON', text('application/json', '{"records":[{"id":"c-0001"}'), 'INVALID_REQUEST_BODY'),
  refusedBody('sends JSON Lines without a record', text('application/jsonlines', '\n'), 'NO_RECORDS'),
  refusedBody('sends JSON Lines with a line that is no JSON', text('application/jsonlines', '{"id":"c-0001"\n'), 'INVALID_JSON_LINE'),
  refusedBody('sends JSON Lines with a text in place of a record', text('application/jsonlines', '"c-0001"\n'), 'RECORD_NOT_AN_OBJECT'),
  refusedBody('sends CSV with a row that is too short', text('text/csv', 'id,email\nc-0001\n'), 'RAGGED_ROW'),
  refusedBody('sends CSV with a quote that does not end', text('text/csv', 'id,email\nc-0001,"lena\n'), 'INVALID_CSV'),
  refusedBody('sends CSV with the line ends of old Macs', text('text/csv', 'id,email\rc-0001,\r'), 'INVALID_LINE_ENDS'),
  refusedBody(
    'sends CSV in Latin-1',
    text('text/csv', Buffer.from('id,email\nc-0001,ren\u00e9.sample@example.com\n', 'latin1')),
    'INVALID_ENCODING',
  ),
  refusedBody('sends an empty file as CSV', text('text/csv', ''), 'EMPTY_BODY'),
];

function refusedBody(description: string, input: Pick<Refusal, 'input'>, code: IdentityErrorCode): Refusal {
  return { description, state: 'the application holds a valid token', ...input, response: ownError(400, code), code, retryable: false };
}

/** The function takes 4.5 MB. From about 6 MB on API Gateway answers itself, as the event for the function is larger than Lambda takes. */
const tooLarge: readonly Refusal[] = (
  [
    ['more than the function takes', 4_600_000, ownError(413, 'REQUEST_TOO_LARGE')],
    ['more than the gateway takes', 7_000_000, gatewayError(413)],
  ] as const
).map(([what, characters, response]) => ({
  description: `sends ${what}`,
  state: 'the application holds a valid token',
  input: { records: [{ id: 'c-0001', notes: shortTexts(characters) }] },
  body: { json: { records: [{ id: 'c-0001', notes: longTexts(characters) }] } },
  response,
  code: 'REQUEST_TOO_LARGE',
  retryable: false,
}));

const reusedKey = 'contract-reused-0001';
const busyKey = 'contract-busy-0001';
const keysInUse: readonly Refusal[] = [
  {
    description: 'sends other records with an Idempotency-Key that is taken',
    state: { name: 'the Idempotency-Key was used with another request', params: { idempotencyKey: reusedKey } },
    ...someRecords,
    idempotencyKey: reusedKey,
    response: ownError(409, 'IDEMPOTENCY_KEY_REUSED'),
    code: 'IDEMPOTENCY_KEY_REUSED',
    retryable: false,
  },
  {
    description: 'sends records with an Idempotency-Key that was used with a location',
    state: { name: 'the Idempotency-Key was used with another input location', params: { idempotencyKey: 'contract-reused-0002' } },
    ...someRecords,
    idempotencyKey: 'contract-reused-0002',
    response: ownError(409, 'IDEMPOTENCY_KEY_REUSED'),
    code: 'IDEMPOTENCY_KEY_REUSED',
    retryable: false,
  },
  {
    description: 'repeats a request that is being worked on',
    state: {
      name: 'the same request is being worked on',
      params: { idempotencyKey: busyKey, contentType: 'application/json', body: JSON.stringify({ records }) },
    },
    ...someRecords,
    idempotencyKey: busyKey,
    response: ownError(409, 'REQUEST_IN_PROGRESS', retryAfter),
    code: 'REQUEST_IN_PROGRESS',
    retryable: true,
  },
];

const failures: readonly Refusal[] = [
  failure('that the model does not accept', 'the model does not accept the records', {
    ...{ response: ownError(422, 'MODEL_REJECTED_REQUEST'), code: 'MODEL_REJECTED_REQUEST', retryable: false },
  }),
  failure('that are too large for the model', 'the model finds the request too large', {
    ...{ response: ownError(413, 'REQUEST_TOO_LARGE'), code: 'REQUEST_TOO_LARGE', retryable: false },
  }),
  failure('while the model is too busy', 'the model is too busy', {
    ...{ response: ownError(502, 'MODEL_UNAVAILABLE', retryAfter), code: 'MODEL_UNAVAILABLE', retryable: true },
  }),
  failure('while the model fails', 'the model fails', {
    ...{ response: ownError(502, 'MODEL_FAILED'), code: 'MODEL_FAILED', retryable: true },
  }),
  failure('while the model is not running', 'the model is not running', {
    ...{ response: ownError(502, 'MODEL_UNAVAILABLE', retryAfter), code: 'MODEL_UNAVAILABLE', retryable: true },
  }),
  failure('and the model ends before it has answered', 'the model ends in the middle of a request', {
    ...{ response: ownError(504, 'MODEL_TIMED_OUT'), code: 'MODEL_TIMED_OUT', retryable: true },
  }),
  failure('while results cannot be stored', 'results cannot be stored', {
    ...{ response: ownError(503, 'RESULT_NOT_STORED', retryAfter), code: 'RESULT_NOT_STORED', retryable: true },
  }),
];

function failure(how: string, state: Refusal['state'], seen: Pick<Refusal, 'response' | 'code' | 'retryable'>): Refusal {
  return { description: `sends records ${how}`, state, ...someRecords, ...seen };
}

export const refusals: readonly Refusal[] = [...refusedTokens, ...refusedBodies, ...tooLarge, ...keysInUse, ...failures];
