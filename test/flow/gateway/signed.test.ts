// AWS_IAM methods: requests signed by the SDK's own signer, checked by the emulator's IAM, over real HTTP.
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, onTestFinished, test } from 'vitest';
import { serviceSignatureFault } from '../../../emulator/aws/service-signature-faults.ts';
import { systemClock } from '../../../emulator/clock.ts';
import { createApiSignatureVerifier } from '../../../emulator/gateway/create-api-signature-verifier.ts';
import { startGateway } from '../../../emulator/gateway/start-gateway.ts';
import { createCredentialStore } from '../../../emulator/iam/credential-store.ts';
import type { PolicyDocument, PolicyStatement } from '../../../emulator/iam/policy-document.ts';
import type { Credentials, RoleSessionPrincipal, UserPrincipal } from '../../../emulator/iam/principal.ts';
import { accountId, createTestInvoker, gatewayOptions, region, restApi, route } from '../../unit/gateway/api-fixture.ts';
import { echo } from './gateway-for-test.ts';
import { type HttpAnswer, send } from './http-client.ts';

const invokeOwn: PolicyStatement = {
  Effect: 'Allow',
  Action: 'execute-api:Invoke',
  Resource: `arn:aws:execute-api:${region}:${accountId}:*/v1/POST/*`,
};

function user(statements: readonly PolicyStatement[], account = accountId): UserPrincipal {
  return {
    kind: 'user',
    accountId: account,
    userName: 'app',
    arn: `arn:aws:iam::${account}:user/app`,
    userId: 'AIDAEXAMPLE',
    policies: [{ name: 'own', document: { Version: '2012-10-17', Statement: statements } }],
    permissionsBoundary: null,
  };
}

async function startSigned(policy: PolicyDocument | null = null) {
  const credentials = createCredentialStore();
  const invoker = createTestInvoker({ handler: echo });
  const verifySignature = createApiSignatureVerifier({
    credentials,
    region,
    accountId,
    clock: systemClock,
    describeProblem: (problem) => serviceSignatureFault('lambda', problem),
  });
  const authorization = { type: 'AWS_IAM' } as const;
  const api = restApi({ routes: [route('POST', '/init', { authorization }), route('POST', '/{proxy+}', { authorization })], policy });
  const gateway = await startGateway({ ...gatewayOptions({ invoker, api, verifySignature }), port: 0 });
  onTestFinished(() => gateway.close());
  return { gateway, credentials, invoker };
}

interface SignedCall {
  readonly credentials: Credentials;
  readonly body?: string;
  readonly query?: Record<string, string>;
  /** Sent instead of what was signed. */
  readonly sentBody?: string;
}

async function sendSigned(url: string, { credentials, body = '{}', query = {}, sentBody = body }: SignedCall): Promise<HttpAnswer> {
  const { hostname, port, pathname } = new URL(url);
  const signer = new SignatureV4({ credentials, region, service: 'execute-api', sha256: Sha256 });
  const signed = await signer.sign({
    method: 'POST',
    protocol: 'http:',
    hostname,
    port: Number(port),
    path: pathname,
    query,
    headers: { host: `${hostname}:${port}`, 'content-type': 'application/json' },
    body,
  });
  const { host: _host, ...headers } = signed.headers;
  const pairs = Object.entries(query).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  const search = pairs.length > 0 ? `?${pairs.join('&')}` : '';
  return send(`${url}${search}`, { method: 'POST', headers: Object.entries(headers).flat(), body: sentBody });
}

test('a signed caller with a policy gets in, and the function sees who it is but not the signature', async () => {
  const { gateway, credentials } = await startSigned();
  const keys = credentials.issue(user([invokeOwn]));
  const answer = await sendSigned(`${gateway.url}/init`, { credentials: keys, query: { a: 'x y', b: '1' } });
  expect(answer.status).toBe(200);
  const event = answer.json() as { headers: Record<string, string>; requestContext: { identity: object; authorizer?: object } };
  expect(event.requestContext.identity).toMatchObject({
    accessKey: keys.accessKeyId,
    accountId,
    caller: 'AIDAEXAMPLE',
    user: 'AIDAEXAMPLE',
    userArn: `arn:aws:iam::${accountId}:user/app`,
  });
  expect(event.requestContext).not.toHaveProperty('authorizer');
  expect(Object.keys(event.headers).map((name) => name.toLowerCase())).not.toContain('authorization');
});

test('a role session gets in with its token', async () => {
  const { gateway, credentials } = await startSigned();
  const { userName: _userName, ...base } = user([invokeOwn]);
  const session: RoleSessionPrincipal = {
    ...base,
    kind: 'role-session',
    arn: `arn:aws:sts::${accountId}:assumed-role/app/session`,
    roleArn: `arn:aws:iam::${accountId}:role/app`,
    roleName: 'app',
    sessionName: 'session',
    userId: 'AROAEXAMPLE:session',
  };
  const answer = await sendSigned(`${gateway.url}/init`, { credentials: credentials.issue(session) });
  expect(answer.json()).toMatchObject({ requestContext: { identity: { userArn: session.arn, caller: 'AROAEXAMPLE:session' } } });
});

test('a path that needs encoding verifies as sent', async () => {
  const { gateway, credentials } = await startSigned();
  const answer = await sendSigned(`${gateway.url}/items/a%2Fb`, { credentials: credentials.issue(user([invokeOwn])) });
  expect(answer.json()).toMatchObject({ pathParameters: { proxy: 'items/a%2Fb' } });
});

describe('refused', () => {
  async function expectRefused(answer: HttpAnswer, errorType: string, body: RegExp) {
    expect(answer.status).toBe(403);
    expect(answer.header('x-amzn-ErrorType')).toBe(errorType);
    expect(answer.text).toMatch(body);
  }

  test('without a signature', async () => {
    const { gateway, invoker } = await startSigned();
    const answer = await send(`${gateway.url}/init`, { method: 'POST' });
    await expectRefused(answer, 'MissingAuthenticationTokenException', /^\{"message":"Missing Authentication Token"\}$/);
    expect(invoker.calls).toHaveLength(0);
  });

  test('with a token instead of a signature, which is not repeated', async () => {
    const { gateway } = await startSigned();
    const answer = await send(`${gateway.url}/init`, { method: 'POST', headers: ['Authorization', 'Bearer secret'] });
    await expectRefused(answer, 'IncompleteSignatureException', /missing equal-sign/);
    expect(answer.text).not.toContain('secret');
  });

  test('with another body than was signed', async () => {
    const { gateway, credentials, invoker } = await startSigned();
    const keys = credentials.issue(user([invokeOwn]));
    const answer = await sendSigned(`${gateway.url}/init`, { credentials: keys, sentBody: '{"a":1}' });
    await expectRefused(answer, 'InvalidSignatureException', /The request signature we calculated does not match/);
    expect(invoker.calls).toHaveLength(0);
  });

  test('with a wrong secret', async () => {
    const { gateway, credentials } = await startSigned();
    const keys = { ...credentials.issue(user([invokeOwn])), secretAccessKey: 'wrong' };
    const answer = await sendSigned(`${gateway.url}/init`, { credentials: keys });
    await expectRefused(answer, 'InvalidSignatureException', /^\{"message":"The request signature we calculated/);
  });

  test('with an unknown key', async () => {
    const { gateway } = await startSigned();
    const answer = await sendSigned(`${gateway.url}/init`, { credentials: { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' } });
    await expectRefused(answer, 'UnrecognizedClientException', /^\{"message":"The security token included in the request is invalid\."\}$/);
  });

  test.each<[string, readonly PolicyStatement[]]>([
    ['without a policy', []],
    ['with a policy for another path', [{ ...invokeOwn, Resource: `arn:aws:execute-api:${region}:${accountId}:*/v1/POST/request` }]],
    ['with a policy for another verb', [{ ...invokeOwn, Resource: `arn:aws:execute-api:${region}:${accountId}:*/v1/GET/*` }]],
  ])('%s, with a capital Message and a masked account (M)', async (_name, statements) => {
    const { gateway, credentials, invoker } = await startSigned();
    const answer = await sendSigned(`${gateway.url}/init`, { credentials: credentials.issue(user(statements)) });
    await expectRefused(answer, 'AccessDeniedException', /^\{"Message":/);
    expect(answer.json()).toEqual({
      Message: `User: arn:aws:iam::${accountId}:user/app is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********2222:a1b2c3d4e5/v1/POST/init`,
    });
    expect(invoker.calls).toHaveLength(0);
  });
});

describe('a caller of another account', () => {
  const stranger = user([{ Effect: 'Allow', Action: '*', Resource: '*' }], '333333333333');
  const allowStranger: PolicyDocument = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::333333333333:root' },
        Action: 'execute-api:Invoke',
        Resource: 'execute-api:/v1/POST/init',
      },
    ],
  };

  test('is refused where the API has no resource policy', async () => {
    const { gateway, credentials } = await startSigned();
    expect((await sendSigned(`${gateway.url}/init`, { credentials: credentials.issue(stranger) })).status).toBe(403);
  });

  test('gets in where both sides allow it, and only there', async () => {
    const { gateway, credentials } = await startSigned(allowStranger);
    const keys = credentials.issue(stranger);
    expect((await sendSigned(`${gateway.url}/init`, { credentials: keys })).status).toBe(200);
    expect((await sendSigned(`${gateway.url}/other`, { credentials: keys })).status).toBe(403);
  });
});
