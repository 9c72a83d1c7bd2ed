// Writes the pact customer-init -> partner-token. Its consumer is the init function that ships, with the real client of the AWS SDK:
// the interface between the two accounts is the Lambda Invoke API as it goes over the wire.
import { MatchersV3 } from '@pact-foundation/pact';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ProviderStateName } from '../../../contracts/provider-states.ts';
import { initEvent } from './init-event.ts';
import { createPactRecorder, type RecordedInteraction } from './pact-recorder.ts';
import { regexFromState, stateValue } from './state-value.ts';
import { utcTimePattern } from './value-rules.ts';

const pact = createPactRecorder({ consumer: 'customer-init', provider: 'partner-token' });
const functionArn = 'arn:aws:lambda:us-east-1:111111111111:function:airlock-partner-token:s-k3v9x2m7q4ta';

beforeEach(() => {
  // The example in the pact has a time in it, which init compares with the clock. Timers stay real: the SDK needs them.
  vi.spyOn(console, 'log').mockImplementation(() => {});
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-01-01T00:00:00Z') });
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** One cold start of the function, and one call. */
async function callInit(mockUrl: string): Promise<{ status: number; body: Record<string, unknown> }> {
  vi.stubEnv('PARTNER_FUNCTION_ARN', functionArn);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', mockUrl);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'ASIAEXAMPLEEXAMPLE00');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example');
  vi.stubEnv('AWS_SESSION_TOKEN', 'example');
  vi.resetModules();
  const { handler } = await import('../../../lambdas/init/handler.ts');
  const answer: APIGatewayProxyResult = await handler(initEvent({ productCode: 'airlock-identity' }), {
    awsRequestId: '79104EXAMPLEB723',
    getRemainingTimeInMillis: () => 10_000,
  });
  return { status: answer.statusCode, body: JSON.parse(answer.body) };
}

function invocation(description: string, state: ProviderStateName, response: RecordedInteraction['response']): RecordedInteraction {
  return {
    description,
    states: [state],
    request: {
      method: 'POST',
      path: regexFromState({
        regex: '^/2015-03-31/functions/[^/]+/invocations$',
        expression: `/2015-03-31/functions/${stateValue('functionArn')}/invocations`,
        example: `/2015-03-31/functions/${encodeURIComponent(functionArn)}/invocations`,
      }),
      headers: {
        'X-Amz-Invocation-Type': 'RequestResponse',
        // The SDK says octet-stream. Lambda does not look at it.
        'Content-Type': MatchersV3.regex('^application/(json|octet-stream)$', 'application/json'),
      },
      body: { json: { productCode: 'airlock-identity' } },
    },
    response,
  };
}

/** Init reads the payload whatever it is called: Lambda says application/json, what stands in for it may say text/plain. */
const anyType = { 'Content-Type': MatchersV3.regex('^.+$', 'application/json') };

/** What init tells the application, in the words of the errors that the customer's API has. */
function refusal(code: string) {
  return { error: { code, message: expect.any(String), requestId: '41b45ea3-70b5-11e6-b7bd-69b5aaebc7d9' } };
}

// Made of a header, claims and 64 bytes that are no signature.
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const exampleToken = [
  part({ alg: 'ES256', typ: 'JWT', kid: 'example' }),
  part({ iss: 'https://tokens.partner.example', sub: '222222222222', aud: 'airlock-identity', exp: 1_767_226_500 }),
  'A'.repeat(86),
].join('.');
const exampleExpiry = '2026-01-01T00:15:00.000Z';

test('a subscriber asks for a token and gets one', async () => {
  const token = regexFromState({
    regex: '^[A-Za-z0-9_-]{16,1024}\\.[A-Za-z0-9_-]{16,3072}\\.[A-Za-z0-9_-]{86}$',
    expression: stateValue('token'),
    example: exampleToken,
  });
  const expiresAt = regexFromState({
    regex: utcTimePattern,
    expression: stateValue('expiresAt'),
    example: exampleExpiry,
  });
  const interaction = invocation('asks for a token for a subscribed product', 'a subscription is active', {
    status: 200,
    headers: anyType,
    body: { json: { ok: true, token, expiresAt } },
  });
  await pact.record(interaction, async (mockUrl) => {
    const answer = await callInit(mockUrl);
    expect(answer).toEqual({ status: 200, body: { token: exampleToken, tokenType: 'Bearer', expiresAt: exampleExpiry } });
  });
});

// INVALID_REQUEST, the reason for a request outside the contract, is not here: init sends no such request.
test.each([
  ['asks for a token without a subscription', 'there is no subscription', 'SUBSCRIPTION_NOT_FOUND'],
  ['asks for a token after the subscription has ended', 'the subscription has ended', 'SUBSCRIPTION_ENDED'],
  ['asks for a token after the time of the subscription is over', "the subscription's time is over", 'SUBSCRIPTION_ENDED'],
  ['asks for a token for a product that is not subscribed', 'the subscription does not cover the product', 'PRODUCT_NOT_SUBSCRIBED'],
  ['asks for a token in a way that proves no subscriber', "the call does not come through a subscriber's alias", 'CALLER_NOT_RECOGNISED'],
] as const)('who %s is told the reason', async (description, state, reason) => {
  const interaction = invocation(description, state, { status: 200, headers: anyType, body: { json: { ok: false, reason } } });
  await pact.record(interaction, async (mockUrl) => {
    expect(await callInit(mockUrl)).toEqual({ status: 403, body: refusal(reason) });
  });
});

test('a partner function that throws is told as unavailable, without its error', async () => {
  const interaction = invocation('asks for a token while the partner function fails', 'the partner function fails', {
    status: 200,
    headers: { ...anyType, 'X-Amz-Function-Error': MatchersV3.regex('^(Unhandled|Handled)$', 'Unhandled') },
    body: { json: { errorType: MatchersV3.like('Error'), errorMessage: MatchersV3.like('The records cannot be read.') } },
  });
  await pact.record(interaction, async (mockUrl) => {
    expect(await callInit(mockUrl)).toEqual({ status: 502, body: refusal('PARTNER_UNAVAILABLE') });
  });
});

test('a subscriber whose alias was deleted has no subscription', async () => {
  const interaction = invocation("asks for a token after the subscriber's alias was deleted", "the subscriber's alias has been deleted", {
    status: 404,
    headers: { ...anyType, 'X-Amzn-ErrorType': 'ResourceNotFoundException' },
    body: { json: { Message: MatchersV3.like(`Function not found: ${functionArn}`) } },
  });
  await pact.record(interaction, async (mockUrl) => {
    expect(await callInit(mockUrl)).toEqual({ status: 403, body: refusal('SUBSCRIPTION_NOT_FOUND') });
  });
});

test('a subscriber whose permission was withdrawn has no subscription', async () => {
  // Init tells a refusal by the partner from one by its own account's policies by these words, so they are part of the contract.
  const because = 'because no resource-based policy allows the lambda:InvokeFunction action';
  const caller = 'arn:aws:sts::222222222222:assumed-role/init/init';
  const message = `User: ${caller} is not authorized to perform: lambda:InvokeFunction on resource: ${functionArn} ${because}`;
  const interaction = invocation(
    "asks for a token after the subscriber's permission was withdrawn",
    "the subscriber's permission has been withdrawn",
    {
      status: 403,
      headers: { ...anyType, 'X-Amzn-ErrorType': 'AccessDeniedException' },
      body: { json: { Message: MatchersV3.regex(`^User: .+ is not authorized to perform: .+ ${because}$`, message) } },
    },
  );
  await pact.record(interaction, async (mockUrl) => {
    expect(await callInit(mockUrl)).toEqual({ status: 403, body: refusal('SUBSCRIPTION_NOT_FOUND') });
  });
});

test('the committed pact is what these tests record', async () => {
  await pact.finish();
});
