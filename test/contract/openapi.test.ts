// The gate: the API that infra/customer.yaml documents and the pact of its clients say the same.
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { compareOpenApi } from '../../contracts/openapi/compare-openapi.ts';
import { untestedStatuses } from '../../contracts/openapi/untested-statuses.ts';
import type { Pact } from '../../contracts/pact/pact.ts';
import { readPact } from '../../contracts/pact/read-pact.ts';
import { readShippedOpenApi } from './shipped-openapi.ts';

const file = new URL('../../contracts/pacts/customer-app-customer-api.json', import.meta.url);
const pact: Pact = readPact(await readFile(file, 'utf8'), file.pathname);
const body = await readShippedOpenApi();

// biome-ignore lint/suspicious/noExplicitAny: a document that the tests break at places of their choice
type Editable = any;

function broken(edit: (document: Editable) => void): unknown {
  const copy = structuredClone(body);
  edit(copy);
  return copy;
}

function renameKey(map: Editable, from: string, to: string): void {
  if (!(from in map)) throw new Error(`there is no ${from}`);
  map[to] = map[from];
  delete map[from];
}

describe('infra/customer.yaml and the pact customer-app -> customer-api', () => {
  test('agree', () => {
    expect(compareOpenApi(body, pact)).toEqual([]);
  });

  test('agree about every method, in dozens of interactions', () => {
    const asked = pact.interactions.map(
      ({ request }) => `${request.method} ${request.path.replace(/^(\/request)\/.+$/, '$1/{requestId}')}`,
    );
    expect(new Set(asked)).toEqual(new Set(['POST /init', 'POST /request', 'GET /request/{requestId}']));
    expect(pact.interactions.length).toBeGreaterThan(60);
  });

  test('excuse no status that is not documented, and none without a reason', () => {
    for (const { operation, status, reason } of untestedStatuses) {
      const [method = '', path = ''] = operation.split(' ');
      expect(Object.keys((body as Editable).paths[path][method.toLowerCase()].responses), operation).toContain(String(status));
      expect(reason).toMatch(/^[A-Z].{20,}\.$/);
    }
  });
});

const asksForToken = '"asks for a token for a subscribed product" (POST /init -> 200)';
const sendsJson = '"sends records as JSON" (POST /request -> 200)';
const withoutSubscription = '"asks for a token without a subscription" (POST /init -> 403)';
/** In the path that stands in the pact. */
const exampleId = '41b45ea3-70b5-11e6-b7bd-69b5aaebc7d9';
const malformed = '"asks for a token with a malformed product code" (POST /init -> 400)';
const idempotencyKey = (schema: object) => (document: Editable) => {
  document.paths['/request'].post.parameters[0].schema = schema;
};
const changes: readonly (readonly [change: string, edit: (document: Editable) => void, sentence: string])[] = [
  [
    'a status is removed',
    ({ paths }) => delete paths['/init'].post.responses['502'],
    '"asks for a token while the partner fails" (POST /init -> 502): the status 502 is not documented.',
  ],
  [
    'a status is added',
    ({ paths }) => {
      paths['/request'].post.responses['206'] = { description: 'In part' };
    },
    'POST /request documents the status 206, and no interaction ends in it.',
  ],
  ['a path is renamed', ({ paths }) => renameKey(paths, '/init', '/start'), `${asksForToken}: the path /init is not documented.`],
  [
    'a path is renamed (and its new name is used by nobody)',
    ({ paths }) => renameKey(paths, '/init', '/start'),
    'POST /start is documented, and no interaction uses it.',
  ],
  ['a method is changed', ({ paths }) => renameKey(paths['/init'], 'post', 'put'), `${asksForToken}: /init has no method POST.`],
  [
    'a field is renamed',
    ({ components }) => renameKey(components.schemas.Token.properties, 'expiresAt', 'expires'),
    `${asksForToken}: the contract expects expiresAt, which the schema does not have.`,
  ],
  [
    'a nested field is renamed',
    ({ components }) => renameKey(components.schemas.Result.properties, 'key', 'path'),
    `${sendsJson}: the contract expects result.key, which the schema does not have.`,
  ],
  [
    'a field is required no more',
    ({ components }) => components.schemas.Token.required.pop(),
    `${asksForToken}: the contract expects expiresAt, which the schema does not require.`,
  ],
  [
    'a field of a state is required no more, and no state does without it',
    ({ components }) => components.schemas.RequestState.required.pop(),
    '"looks at a request that has succeeded" (GET /request/{requestId} -> 200): the contract expects updatedAt, which the schema does not require.'.replace(
      '{requestId}',
      exampleId,
    ),
  ],
  [
    'a field that only some states have is renamed',
    ({ components }) => renameKey(components.schemas.RequestState.properties, 'result', 'output'),
    '"looks at a request that has succeeded" (GET /request/{requestId} -> 200): the contract expects result, which the schema does not have.'.replace(
      '{requestId}',
      exampleId,
    ),
  ],
  [
    'a field that only some states have is required',
    ({ components }) => components.schemas.RequestState.required.push('result'),
    '"looks at a request that has failed" (GET /request/{requestId} -> 200): the schema requires result, which the contract does not expect.'.replace(
      '{requestId}',
      exampleId,
    ),
  ],
  [
    'a state of a request is called otherwise',
    ({ components }) => {
      components.schemas.RequestState.properties.state.enum = ['QUEUED', 'RUNNING', 'DONE', 'FAILED'];
    },
    '"looks at a request that has succeeded" (GET /request/{requestId} -> 200): state is "SUCCEEDED" in the contract, and the schema lists QUEUED, RUNNING, DONE, FAILED.'.replace(
      '{requestId}',
      exampleId,
    ),
  ],
  [
    'where to ask for the state is told no more',
    ({ paths }) => delete paths['/request'].post.responses['202'].headers,
    '"names a location with records" (POST /request -> 202): the contract expects the header location, which is not documented for 202.',
  ],
  [
    'a location is called otherwise',
    ({ components }) => renameKey(components.schemas.IdentityRequest.properties, 'inputLocation', 'input'),
    '"names a location with records" (POST /request -> 202): the request does not fit the schema: must NOT have additional properties.',
  ],
  [
    'one more field is required',
    ({ components }) => components.schemas.Token.required.push('refreshToken'),
    `${asksForToken}: the schema requires refreshToken, which the contract does not expect.`,
  ],
  [
    'a field has another type',
    ({ components }) => {
      components.schemas.Result.properties.bytes.type = 'string';
    },
    `${sendsJson}: result.bytes must be string.`,
  ],
  [
    'a field has another value',
    ({ components }) => {
      components.schemas.Token.properties.tokenType.enum = ['DPoP'];
    },
    `${asksForToken}: tokenType is "Bearer" in the contract, and the schema lists DPoP.`,
  ],
  [
    'an error code is renamed',
    ({ components }) => {
      components.schemas.RequestError422.properties.error.properties.code.enum = ['MODEL_REFUSED'];
    },
    '"sends records that the model does not accept" (POST /request -> 422): error.code is "MODEL_REJECTED_REQUEST" in the contract, and the schema lists MODEL_REFUSED.',
  ],
  [
    'a field of the request is renamed',
    ({ components }) => {
      renameKey(components.schemas.InitRequest.properties, 'productCode', 'product');
      components.schemas.InitRequest.required = ['product'];
    },
    `${asksForToken}: the request does not fit the schema: must have required property 'product'.`,
  ],
  [
    'the header of the token is renamed',
    ({ components }) => {
      components.securitySchemes.partnerToken.name = 'X-Token';
    },
    `${sendsJson}: the security scheme reads the header X-Token, which the request does not send.`,
  ],
  [
    'the header of the signature is renamed',
    ({ components }) => {
      components.securitySchemes.sigv4.name = 'X-Signature';
    },
    `${asksForToken}: the security scheme reads the header X-Signature, which the request does not send.`,
  ],
  [
    'a header of the request is renamed',
    ({ paths }) => {
      paths['/request'].post.parameters[0].name = 'Request-Key';
    },
    `${sendsJson}: the request sends the header idempotency-key, which is not documented.`,
  ],
  [
    'a header of an answer is removed',
    ({ paths }) => delete paths['/request'].post.responses['503'].headers,
    '"sends records while results cannot be stored" (POST /request -> 503): the contract expects the header retry-after, which is not documented for 503.',
  ],
  [
    'the schema of an answer is removed',
    ({ paths }) => delete paths['/request'].post.responses['200'].content,
    `${sendsJson}: no schema is documented for the body of 200.`,
  ],
  [
    'a schema is removed',
    ({ components }) => delete components.schemas.Token,
    `${asksForToken}: the schema refers to #/components/schemas/Token, which is not in the document.`,
  ],
  [
    'a method needs no token any more',
    ({ paths }) => delete paths['/request'].post.security,
    `${sendsJson}: the request sends the header authorization, which is not documented.`,
  ],
  [
    'a header is required that nobody sends',
    ({ paths }) => paths['/request'].post.parameters.push({ name: 'X-Purpose', in: 'header', required: true, schema: { type: 'string' } }),
    `${sendsJson}: the request does not send the header x-purpose, which is required.`,
  ],
  [
    'a header is required for the whole path',
    ({ paths }) => {
      paths['/init'].parameters = [{ name: 'X-Purpose', in: 'header', required: true }];
    },
    `${asksForToken}: the request does not send the header x-purpose, which is required.`,
  ],
  [
    'a query parameter is required that nobody sends',
    ({ paths }) => paths['/request'].post.parameters.push({ name: 'region', in: 'query', required: true }),
    `${sendsJson}: the request does not send the query parameter region, which is required.`,
  ],
  [
    'a query parameter is required for the whole path',
    ({ paths }) => {
      paths['/init'].parameters = [{ name: 'region', in: 'query', required: true }];
    },
    `${asksForToken}: the request does not send the query parameter region, which is required.`,
  ],
  [
    'a header of the request must be shorter',
    idempotencyKey({ type: 'string', maxLength: 5 }),
    `${sendsJson}: the request sends a header idempotency-key that must NOT have more than 5 characters.`,
  ],
  [
    'a header of the request has another type',
    idempotencyKey({ type: 'integer' }),
    `${sendsJson}: the request sends a header idempotency-key that must be integer.`,
  ],
  [
    'a header of the request has fixed values',
    idempotencyKey({ type: 'string', enum: ['once'] }),
    `${sendsJson}: the request sends a header idempotency-key that must be equal to one of the allowed values.`,
  ],
  [
    'a header of the request has another form',
    idempotencyKey({ type: 'string', pattern: '^[0-9]+$' }),
    `${sendsJson}: the request sends a header idempotency-key that must match pattern "^[0-9]+$".`,
  ],
  [
    'a field of an error is required no more',
    ({ components }) => {
      components.schemas.InitError403.properties.error.required = ['code', 'message'];
    },
    `${withoutSubscription}: the contract expects error.requestId, which the schema does not require.`,
  ],
  [
    'an error is required no more',
    ({ components }) => delete components.schemas.InitError400.required,
    `${malformed}: the contract expects error, which the schema does not require.`,
  ],
  [
    'one more field of an error is required',
    ({ components }) => components.schemas.InitError403.properties.error.required.push('traceId'),
    `${withoutSubscription}: the schema requires error.traceId, which the contract does not expect.`,
  ],
  [
    'a method takes a signature in place of the token',
    ({ paths }) => {
      paths['/request'].post.security = [{ sigv4: [] }];
    },
    `${sendsJson}: the security scheme reads the header Authorization, which has another form in the request.`,
  ],
  [
    'a method takes a token in place of the signature',
    ({ paths }) => {
      paths['/init'].post.security = [{ partnerToken: [] }];
    },
    `${asksForToken}: the security scheme reads the header Authorization, which has another form in the request.`,
  ],
  [
    'a header of an answer has fixed values',
    ({ paths }) => {
      paths['/request'].post.responses['503'].headers['Retry-After'].schema.enum = ['60'];
    },
    '"sends records while results cannot be stored" (POST /request -> 503): the contract expects a header retry-after that must be equal to one of the allowed values.',
  ],
];

describe('the gate tells that', () => {
  test.each(changes)('%s', (_change, edit, sentence) => {
    expect(compareOpenApi(broken(edit), pact)).toContain(sentence);
  });

  test('an interaction is gone', () => {
    const interactions = pact.interactions.filter(({ response }) => response.status !== 422);
    expect(compareOpenApi(body, { ...pact, interactions })).toEqual([
      'POST /request documents the status 422, and no interaction ends in it.',
    ]);
  });

  test('an excuse is out of date', () => {
    const excuse = { operation: 'POST /request', status: 422, reason: 'Nobody knows how.' };
    expect(compareOpenApi(body, pact, [...untestedStatuses, excuse])).toEqual([
      'POST /request: the status 422 is listed as untested, and an interaction ends in it.',
    ]);
  });

  test.each([[null], ['text'], [[]], [{}], [{ paths: [] }]])('%j is no document, and never agrees', (value) => {
    expect(compareOpenApi(value, pact)).toEqual(['The OpenAPI body has no paths.']);
    expect(compareOpenApi({ paths: {} }, pact).length).toBeGreaterThan(0);
  });
});
