// Writes the pact customer-app -> customer-api. Its consumer is the client that ships as airlock/client.
import { describe, expect, test } from 'vitest';
import { IdentityApiError, type IdentityErrorCode, type RequestAnswer } from '../../../contracts/client/identity-client.ts';
import type { ProviderStateName } from '../../../contracts/provider-states.ts';
import {
  acceptedRequest,
  anyInput,
  anyKey,
  bearer,
  exampleExpiry,
  exampleToken,
  gatewayError,
  gatewayRequestId,
  issuedToken,
  ownError,
  ownRequestId,
  pathOfRequest,
  signature,
  storedResult,
  textType,
} from './customer-api-expectations.ts';
import { locationRefusals, lookRefusals, seenStatuses } from './customer-app-locations.ts';
import { records, refusals } from './customer-app-refusals.ts';
import { type Body, createPactRecorder, type RecordedInteraction, type Text } from './pact-recorder.ts';
import { startApplication } from './start-application.ts';

const pact = createPactRecorder({ consumer: 'customer-app', provider: 'customer-api' });

/** What the application is told of a call that is refused. */
async function errorOf(call: Promise<unknown>): Promise<IdentityApiError> {
  const outcome = await call.then(
    () => null,
    (error: unknown) => error,
  );
  if (outcome instanceof IdentityApiError) return outcome;
  throw new Error('the call was not refused by the API', { cause: outcome });
}

/** Told by API Gateway, which names its request in a header alone. */
function requestIdOf({ headers }: RecordedInteraction['response']): string {
  return headers !== undefined && 'x-amzn-RequestId' in headers ? gatewayRequestId : ownRequestId;
}

describe('/init', () => {
  const askFor = (productCode: string): RecordedInteraction['request'] => ({
    method: 'POST',
    path: '/init',
    headers: { Authorization: signature, 'Content-Type': 'application/json' },
    body: { json: { productCode } },
  });

  test('asks for a token for a subscribed product', () =>
    pact.record(
      {
        description: 'asks for a token for a subscribed product',
        states: ['a subscription is active'],
        request: askFor('airlock-identity'),
        response: issuedToken,
      },
      async (apiUrl) => {
        const answer = await startApplication({ apiUrl }).init();
        expect(answer).toEqual({ token: exampleToken, tokenType: 'Bearer', expiresAt: exampleExpiry });
      },
    ));

  interface InitRefusal {
    readonly how: string;
    readonly state: ProviderStateName;
    readonly response: RecordedInteraction['response'];
    readonly code: IdentityErrorCode;
    readonly retryable?: true;
    readonly productCode?: string;
  }
  const initRefusals: readonly InitRefusal[] = [
    own('without a subscription', 'there is no subscription', 403, 'SUBSCRIPTION_NOT_FOUND'),
    own('after the subscription has ended', 'the subscription has ended', 403, 'SUBSCRIPTION_ENDED'),
    own('after the time of the subscription is over', "the subscription's time is over", 403, 'SUBSCRIPTION_ENDED'),
    own('for a product that the subscription does not cover', 'the subscription does not cover the product', 403, 'PRODUCT_NOT_SUBSCRIBED'),
    own('after the partner has deleted the alias', "the subscriber's alias has been deleted", 403, 'SUBSCRIPTION_NOT_FOUND'),
    own('after the partner has withdrawn the permission', "the subscriber's permission has been withdrawn", 403, 'SUBSCRIPTION_NOT_FOUND'),
    own('without being recognised by the partner', 'the partner does not recognise the caller', 403, 'CALLER_NOT_RECOGNISED'),
    { ...own('while the partner fails', 'the partner function fails', 502, 'PARTNER_UNAVAILABLE'), retryable: true },
    own('and the partner answers nonsense', 'the partner answers with something that is no token', 502, 'PARTNER_ANSWER_INVALID'),
    { ...own('with a malformed product code', 'a subscription is active', 400, 'INVALID_REQUEST_BODY'), productCode: 'Airlock Identity' },
    {
      how: 'with credentials that may not call the API',
      state: 'the caller may not call the API',
      ...{ response: gatewayError(403, 'Message'), code: 'FORBIDDEN' },
    },
    // The client always signs: the one who verifies leaves the signature out.
    { how: 'without a signature', state: 'the call is not signed', response: gatewayError(403), code: 'FORBIDDEN' },
  ];

  function own(how: string, state: ProviderStateName, status: number, code: IdentityErrorCode): InitRefusal {
    return { how, state, response: ownError(status, code), code };
  }

  test.each(initRefusals)('asks for a token $how', ({ how, state, response, code, retryable = false, productCode = 'airlock-identity' }) =>
    pact.record({ description: `asks for a token ${how}`, states: [state], request: askFor(productCode), response }, async (apiUrl) => {
      const error = await errorOf(startApplication({ apiUrl, productCode }).init());
      expect(error).toMatchObject({ status: response.status, code, retryable, requestId: requestIdOf(response) });
    }),
  );
});

describe('/request', () => {
  /** `key` in the contract; each interaction has its own. */
  const send = (given: { authorization?: Text; key: Text; contentType?: Text; body: Body }): RecordedInteraction['request'] => ({
    method: 'POST',
    path: '/request',
    headers: {
      Authorization: given.authorization ?? bearer,
      'Content-Type': given.contentType ?? 'application/json',
      'Idempotency-Key': given.key,
    },
    body: given.body,
  });
  const keyFor = (description: string) => description.replaceAll(/[^A-Za-z0-9]+/g, '-');
  const answerFor = (contentType: string, count: number): RequestAnswer => ({
    requestId: ownRequestId,
    result: { bucket: 'results-bucket', key: 'results/1f0c7e5a', contentType, bytes: 212, records: count },
  });

  test('sends records as JSON', () =>
    pact.record(
      {
        description: 'sends records as JSON',
        states: ['the application holds a valid token'],
        request: send({ key: anyKey('contract-json-0001'), body: { json: { records } } }),
        response: storedResult('application/json', 1),
      },
      async (apiUrl) => {
        const client = startApplication({ apiUrl, token: exampleToken });
        const answer = await client.request({ records }, { idempotencyKey: 'contract-json-0001' });
        expect(answer).toEqual(answerFor('application/json', 1));
      },
    ));

  test.each([
    ['JSON Lines', 'application/jsonlines', '{"email":"lena.sample0001@example.com","id":"c-0001"}\n{"id":"c-0002"}\n'],
    ['JSON Lines under its other name', 'application/x-ndjson', '{"email":"lena.sample0001@example.com","id":"c-0001"}\n{"id":"c-0002"}\n'],
    ['CSV', 'text/csv', 'id,email\nc-0001,lena.sample0001@example.com\nc-0002,\n'],
  ] as const)('sends records as %s', (name, contentType, body) => {
    const storedType = contentType === 'application/x-ndjson' ? 'application/jsonlines' : contentType;
    return pact.record(
      {
        description: `sends records as ${name}`,
        states: ['the application holds a valid token'],
        request: send({ key: anyKey(`contract-${keyFor(name)}`), contentType: textType(contentType), body: { text: body } }),
        response: storedResult(storedType, 2),
      },
      async (apiUrl) => {
        const client = startApplication({ apiUrl, token: exampleToken });
        const answer = await client.request({ contentType, body }, { idempotencyKey: `contract-${keyFor(name)}` });
        expect(answer).toEqual(answerFor(storedType, 2));
      },
    );
  });

  const bodyOf = (body: string | Uint8Array): Body => (typeof body === 'string' ? { text: body } : { bytes: body });

  test('repeats a request that has been answered', () => {
    const idempotencyKey = 'contract-repeated-0001';
    const params = { idempotencyKey, contentType: 'application/json', body: JSON.stringify({ records }) };
    return pact.record(
      {
        description: 'repeats a request that has been answered',
        states: [{ name: 'the same request has been answered before', params }],
        request: send({ key: idempotencyKey, body: { json: { records } } }),
        response: storedResult('application/json', 1),
      },
      async (apiUrl) => {
        const answer = await startApplication({ apiUrl, token: exampleToken }).request({ records }, { idempotencyKey });
        expect(answer).toEqual(answerFor('application/json', 1));
      },
    );
  });

  test('sends records with something that is no token', () =>
    pact.record(
      {
        description: 'sends records with something that is no token',
        request: send({ authorization: 'Bearer no-token', key: anyKey('contract-no-token'), body: { json: { records } } }),
        response: gatewayError(401),
      },
      async (apiUrl) => {
        const client = startApplication({ apiUrl, token: 'no-token' });
        const error = await errorOf(client.request({ records }, { idempotencyKey: 'contract-no-token' }));
        expect(error).toMatchObject({ status: 401, code: 'UNAUTHORIZED', retryable: false, requestId: gatewayRequestId });
      },
    ));

  test.each(refusals)('$description', ({ description, state, input, body, idempotencyKey, response, code, retryable }) => {
    const example = idempotencyKey ?? keyFor(description);
    const contentType = 'records' in input ? 'application/json' : textType(input.contentType);
    const sent: Body = 'records' in input ? { json: { records: input.records } } : bodyOf(input.body);
    return pact.record(
      {
        description,
        states: [state],
        request: send({ key: idempotencyKey ?? anyKey(example), contentType, body: body ?? sent }),
        response,
      },
      async (apiUrl) => {
        const error = await errorOf(startApplication({ apiUrl, token: exampleToken }).request(input, { idempotencyKey: example }));
        expect(error).toMatchObject({ status: response.status, code, retryable, requestId: requestIdOf(response) });
        const waits = response.headers !== undefined && 'Retry-After' in response.headers;
        expect(error.retryAfterMs).toBe(waits ? 2_000 : null);
      },
    );
  });
});

describe('/request with an inputLocation', () => {
  const exampleLocation = 's3://results-bucket/inputs/records.jsonl';
  const submit = (key: Text, inputLocation: Text = anyInput): RecordedInteraction['request'] => ({
    method: 'POST',
    path: '/request',
    headers: { Authorization: bearer, 'Content-Type': 'application/json', 'Idempotency-Key': key },
    body: { json: { inputLocation } },
  });
  const keyFor = (description: string) => description.replaceAll(/[^A-Za-z0-9]+/g, '-');
  const clientAt = (apiUrl: string) => startApplication({ apiUrl, token: exampleToken });

  test('names a location with records', () =>
    pact.record(
      {
        description: 'names a location with records',
        states: ['records lie at the input location'],
        request: submit(anyKey('contract-location-0001')),
        response: acceptedRequest,
      },
      async (apiUrl) => {
        const options = { idempotencyKey: 'contract-location-0001' };
        const answer = await clientAt(apiUrl).submitRequest({ inputLocation: exampleLocation }, options);
        expect(answer).toEqual({ requestId: ownRequestId, state: 'QUEUED' });
      },
    ));

  test('repeats a location that has been accepted', () => {
    const idempotencyKey = 'contract-location-0002';
    return pact.record(
      {
        description: 'repeats a location that has been accepted',
        states: [{ name: 'the same input location has been accepted before', params: { idempotencyKey } }],
        request: submit(idempotencyKey),
        response: acceptedRequest,
      },
      async (apiUrl) => {
        const answer = await clientAt(apiUrl).submitRequest({ inputLocation: exampleLocation }, { idempotencyKey });
        expect(answer).toEqual({ requestId: ownRequestId, state: 'QUEUED' });
      },
    );
  });

  test.each(locationRefusals)(
    '$description',
    ({ description, state, inputLocation, idempotencyKey, response, code, retryable = false }) => {
      const key = idempotencyKey ?? keyFor(description);
      return pact.record(
        { description, states: [state], request: submit(idempotencyKey ?? anyKey(key), inputLocation), response },
        async (apiUrl) => {
          const input = { inputLocation: inputLocation ?? exampleLocation };
          const error = await errorOf(clientAt(apiUrl).submitRequest(input, { idempotencyKey: key }));
          expect(error).toMatchObject({ status: response.status, code, retryable, requestId: ownRequestId });
          expect(error.retryAfterMs).toBe(retryable ? 2_000 : null);
        },
      );
    },
  );

  const lookAt = (path: Text, authorization: Text = bearer): RecordedInteraction['request'] => ({
    method: 'GET',
    path,
    headers: { Authorization: authorization },
  });

  test.each(seenStatuses)('$description', ({ description, state, response, status }) =>
    pact.record({ description, states: [state], request: lookAt(pathOfRequest), response }, async (apiUrl) => {
      expect(await clientAt(apiUrl).getRequest(ownRequestId)).toEqual(status);
    }),
  );

  test.each(lookRefusals)('$description', ({ description, states, requestId, token, response, code }) => {
    const path = requestId === undefined ? pathOfRequest : `/request/${requestId}`;
    const authorization = token === undefined ? bearer : `Bearer ${token}`;
    return pact.record({ description, states, request: lookAt(path, authorization), response }, async (apiUrl) => {
      const client = startApplication({ apiUrl, token: token ?? exampleToken });
      const error = await errorOf(client.getRequest(requestId ?? ownRequestId));
      expect(error).toMatchObject({ status: response.status, code, retryable: false, requestId: requestIdOf(response) });
    });
  });
});

test('the committed pact is the one that these tests record', () => pact.finish());
