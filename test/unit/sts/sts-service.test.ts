import { XMLParser } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { isFault } from '../../../emulator/aws/fault.ts';
import type { Principal } from '../../../emulator/iam/principal.ts';
import { createStsService } from '../../../emulator/sts/sts-service.ts';
import { type CallOptions, denied, makeCall, roleSessionOf, userOf } from '../kms/aws-call.ts';

const service = createStsService();
const form = 'Action=GetCallerIdentity&Version=2011-06-15';

async function send(options: CallOptions) {
  const made = makeCall(options);
  return { ...made, answer: await service.handle(made.call) };
}

async function identityOf(options: CallOptions): Promise<unknown> {
  const { answer } = await send(options);
  if (isFault(answer)) return answer;
  const parsed = new XMLParser({ parseTagValue: false }).parse(String(answer.body)) as Record<string, Record<string, unknown>>;
  return parsed.GetCallerIdentityResponse?.GetCallerIdentityResult;
}

describe('GetCallerIdentity', () => {
  const path: Principal = { ...userOf('222222222222'), arn: 'arn:aws:iam::222222222222:user/team/ada' };
  test.each([
    ['a user with a path', path, { Arn: 'arn:aws:iam::222222222222:user/team/ada', UserId: 'AIDAEXAMPLE', Account: '222222222222' }],
    [
      'a role session, without the path of the role',
      roleSessionOf('111111111111', 'issuer'),
      { Arn: 'arn:aws:sts::111111111111:assumed-role/issuer/session-1', UserId: 'AROAEXAMPLE:session-1', Account: '111111111111' },
    ],
  ])('of %s', async (_, principal, expected) => {
    expect(await identityOf({ body: form, principal })).toEqual(expected);
  });

  test('is the XML that STS sends, with its namespace and type', async () => {
    const { answer, call } = await send({ body: form });
    expect(answer).toMatchObject({ status: 200, headers: { 'Content-Type': 'text/xml', 'x-amzn-RequestId': call.requestId } });
    const compact = String((answer as { body?: unknown }).body).replaceAll(/\n\s*/g, '');
    expect(compact).toBe(
      `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::111111111111:user/ada</Arn><UserId>AIDAEXAMPLE</UserId><Account>111111111111</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>${call.requestId}</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
    );
  });

  test('works as a GET with a query [M]', async () => {
    const query = [...new URLSearchParams(form)];
    expect(await identityOf({ method: 'GET', query })).toMatchObject({ Account: '111111111111' });
  });

  test('needs no permission: an explicit Deny is not even asked for [D]', async () => {
    const { answer, checks } = await send({ body: form, authorize: () => denied() });
    expect(isFault(answer)).toBe(false);
    expect(checks).toEqual([]);
  });

  test('escapes what could break the XML', async () => {
    const principal = { ...roleSessionOf('111111111111'), arn: 'arn:aws:sts::111111111111:assumed-role/r/a&b<c>' };
    const { answer } = await send({ body: form, principal });
    expect((answer as { body?: unknown }).body).toContain('assumed-role/r/a&amp;b&lt;c&gt;</Arn>');
  });
});

describe('what STS refuses', () => {
  test.each([
    [
      'another operation',
      'Action=AssumeRole&Version=2011-06-15',
      'InvalidAction',
      'Could not find operation AssumeRole for version 2011-06-15: ',
    ],
    [
      'another version',
      'Action=GetCallerIdentity&Version=2010-01-01',
      'InvalidAction',
      'Could not find operation GetCallerIdentity for version 2010-01-01',
    ],
    [
      'no version',
      'Action=GetCallerIdentity',
      'InvalidAction',
      'Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED',
    ],
    ['no action', '', 'MissingAction', 'Missing Action'],
  ])('%s', async (_, body, code, message) => {
    const { answer } = await send({ body });
    expect(answer).toMatchObject({ kind: 'fault', status: 400, code, message: expect.stringContaining(message) });
  });

  test('a caller without a signature', async () => {
    const { answer } = await send({ body: form, principal: { kind: 'anonymous' } });
    expect(answer).toMatchObject({ status: 403, code: 'MissingAuthenticationToken' });
  });
});
