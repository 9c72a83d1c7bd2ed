// Requests with an inputLocation: what is refused or fails, and what a look at an accepted one can see.
import type { IdentityErrorCode } from '../../../contracts/client/identity-client.ts';
import type { ProviderStateName } from '../../../contracts/provider-states.ts';
import { exampleExpiry, gatewayError, ownError, ownRequestId, requestStatus, retryAfter } from './customer-api-expectations.ts';
import type { RecordedInteraction } from './pact-recorder.ts';
import { count, someText } from './value-rules.ts';

type Response = RecordedInteraction['response'];

export interface LocationRefusal {
  readonly description: string;
  readonly state: NonNullable<RecordedInteraction['states']>[number];
  /** Where the contract pins it; else the state says where. */
  readonly inputLocation?: string;
  /** Where the contract says which; else one of its own. */
  readonly idempotencyKey?: string;
  readonly response: Response;
  /** What the application sees. */
  readonly code: IdentityErrorCode;
  readonly retryable?: true;
}

const validToken: ProviderStateName = 'the application holds a valid token';

function keyTaken(description: string, name: ProviderStateName, idempotencyKey: string): LocationRefusal {
  const code = 'IDEMPOTENCY_KEY_REUSED';
  return { description, state: { name, params: { idempotencyKey } }, idempotencyKey, response: ownError(409, code), code };
}

/**
 * Not here: INPUT_TOO_LARGE (413), as a state would have to bring an object of more than 5 GiB; and what is refused of the token, which is
 * looked at before the body is: the interactions with records say it.
 */
export const locationRefusals: readonly LocationRefusal[] = [
  refused('names a location in another bucket', validToken, 400, 'INVALID_INPUT_LOCATION', 's3://another-bucket/inputs/records.jsonl'),
  refused('names a location that is none', validToken, 400, 'INVALID_INPUT_LOCATION', 'https://records.example/inputs/records.jsonl'),
  refused('names a location where nothing lies', 'nothing lies at the input location', 400, 'INPUT_NOT_FOUND'),
  refused('names a location with an empty object', 'the object at the input location is empty', 400, 'EMPTY_INPUT'),
  refused('names a location with a picture', 'the object at the input location is of another type', 415, 'UNSUPPORTED_INPUT_TYPE'),
  keyTaken(
    'names a location with an Idempotency-Key that was used with records',
    'the Idempotency-Key was used with records',
    'contract-reused-0003',
  ),
  keyTaken(
    'names another location with an Idempotency-Key that is taken',
    'the Idempotency-Key was used with another input location',
    'contract-reused-0004',
  ),
  failing('names a location while the worker cannot be invoked', 'the worker cannot be invoked', 'WORKER_UNAVAILABLE'),
  failing('names a location while states cannot be stored', 'states of requests cannot be stored', 'STATE_UNAVAILABLE'),
];

function refused(
  description: string,
  state: ProviderStateName,
  status: number,
  code: IdentityErrorCode,
  inputLocation?: string,
): LocationRefusal {
  return { description, state, response: ownError(status, code), code, ...(inputLocation !== undefined && { inputLocation }) };
}

function failing(description: string, state: ProviderStateName, code: IdentityErrorCode): LocationRefusal {
  return { description, state, response: ownError(503, code, retryAfter), code, retryable: true };
}

export interface SeenStatus {
  readonly description: string;
  readonly state: ProviderStateName;
  readonly response: Response;
  /** What the application sees. */
  readonly status: Readonly<Record<string, unknown>>;
}

const seen = { requestId: ownRequestId, createdAt: exampleExpiry, updatedAt: exampleExpiry };
const result = { bucket: 'results-bucket', key: 'results/1f0c7e5a', contentType: 'application/jsonlines', bytes: 212, records: 2 };
const error = { code: 'INVALID_JSON_LINE', message: 'Every line must be a JSON value. Line 2.' };

export const seenStatuses: readonly SeenStatus[] = [
  {
    description: 'looks at a request that waits for the worker',
    state: 'a submitted request waits for the worker',
    response: requestStatus('QUEUED', 0),
    status: { ...seen, state: 'QUEUED', recordsDone: 0 },
  },
  {
    description: 'looks at a request that is being worked on',
    state: 'a submitted request is being worked on',
    response: requestStatus('RUNNING', count(0)),
    status: { ...seen, state: 'RUNNING', recordsDone: 0 },
  },
  {
    description: 'looks at a request that has succeeded',
    state: 'a submitted request has succeeded',
    response: requestStatus('SUCCEEDED', count(2, '^[1-9]\\d*$'), {
      result: {
        bucket: someText(result.bucket),
        key: someText(result.key, '^[^/].*$'),
        contentType: someText(result.contentType),
        bytes: count(result.bytes),
        records: count(result.records, '^[1-9]\\d*$'),
      },
    }),
    status: { ...seen, state: 'SUCCEEDED', recordsDone: 2, result },
  },
  {
    description: 'looks at a request that has failed',
    state: 'a submitted request has failed',
    response: requestStatus('FAILED', count(0), {
      error: { code: someText(error.code, '^[A-Z][A-Z0-9_]*$'), message: someText(error.message) },
    }),
    status: { ...seen, state: 'FAILED', recordsDone: 0, error },
  },
];

export interface LookRefusal {
  readonly description: string;
  readonly states: readonly ProviderStateName[];
  /** Where the contract pins it; else the state says which, or it does not matter. */
  readonly requestId?: string;
  /** Where it is no token that a state brings. */
  readonly token?: string;
  readonly response: Response;
  readonly code: IdentityErrorCode;
}

export const lookRefusals: readonly LookRefusal[] = [
  {
    description: 'looks at a request that nobody has sent',
    states: ['there is no such request'],
    ...{ response: ownError(404, 'REQUEST_NOT_FOUND'), code: 'REQUEST_NOT_FOUND' },
  },
  {
    description: 'looks at a request under something that is no id of one',
    states: [validToken],
    requestId: 'no-such-request',
    ...{ response: ownError(404, 'REQUEST_NOT_FOUND'), code: 'REQUEST_NOT_FOUND' },
  },
  {
    description: 'looks at a request with something that is no token',
    states: [],
    requestId: ownRequestId,
    token: 'no-token',
    ...{ response: gatewayError(401), code: 'UNAUTHORIZED' },
  },
  refusedLook('with a token that has expired', 'the token has expired', 401),
  {
    ...refusedLook('with a token that has expired since it was accepted', 'the token has expired since it was accepted', 401),
    ...{ response: ownError(401, 'TOKEN_EXPIRED'), code: 'TOKEN_EXPIRED' },
  },
  refusedLook('with a token that was signed with an unknown key', 'the token was signed with an unknown key', 401),
  refusedLook('with a token for another product', 'the token is for another product', 401),
  refusedLook('with a token of another account', 'the token was issued to another account', 403),
];

function refusedLook(how: string, state: ProviderStateName, status: 401 | 403): LookRefusal {
  const [response, code] =
    status === 401 ? ([gatewayError(401), 'UNAUTHORIZED'] as const) : ([gatewayError(403, 'Message'), 'FORBIDDEN'] as const);
  return { description: `looks at a request ${how}`, states: [state], requestId: ownRequestId, response, code };
}
