import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDeployment } from '../../../emulator/template/load-deployment.ts';
import { accounts, errorOf, load } from './load-text.ts';
import { inlineFunction, template } from './resources.ts';

const bucket = 'Resources: { B: { Type: AWS::S3::Bucket } }\n';

describe('several templates', () => {
  it('are stacks in the accounts that they name', async () => {
    const inAccount = (account: string) => `Metadata: { Airlock: { Account: ${account} } }\n${bucket}`;
    const deployment = await load({
      'infra/partner.yaml': inAccount('partner'),
      'my_stack.v2.yaml': bucket,
      'other.json': inAccount('333333333333'),
    });
    expect(deployment.stacks.map(({ name, accountId, file }) => [name, accountId, file])).toEqual([
      ['airlock-partner', accounts.partner, resolve('infra/partner.yaml')],
      ['airlock-my-stack-v2', accounts.customer, resolve('my_stack.v2.yaml')],
      ['airlock-other', '333333333333', resolve('other.json')],
    ]);
    expect(deployment.buckets.map((each) => each.accountId)).toEqual([accounts.partner, accounts.customer, '333333333333']);
  });

  it('of the same file name get different stack names', async () => {
    const deployment = await load({ 'a/t.yaml': bucket, 'b/t.yaml': bucket, 'c/t.yaml': bucket });
    expect(deployment.stacks.map((stack) => stack.name)).toEqual(['airlock-t', 'airlock-t-2', 'airlock-t-3']);
    expect(new Set(deployment.buckets.map((each) => each.bucketName)).size).toBe(3);
  });

  it('load to the same data on every run', async () => {
    const text = template(inlineFunction());
    expect(await load(text)).toEqual(await load(text));
  });

  it('make no stack of nothing', async () => {
    const deployment = await load({});
    expect([deployment.stacks, deployment.functions]).toEqual([[], []]);
  });

  it('may not share a bucket name', async () => {
    const named = bucket.replace('Bucket }', 'Bucket, Properties: { BucketName: shared } }');
    const error = await errorOf({ 'a.yaml': named, 'b.yaml': named });
    expect(error.message).toBe('b.yaml:1:14  Resources.B: B has the same name as B');
  });

  it('report the syntax of all of them before anything else', async () => {
    const error = await errorOf({ 'a.yaml': 'A: [', 'b.yaml': 'Resources: !Nope {}' });
    expect(error.message).toMatch(/a\.yaml:1:\d/);
    expect(error.message).toMatch(/b\.yaml:1:12/);
  });
});

describe("the product's own templates", () => {
  const infra = resolve(import.meta.dirname, '../../../infra');
  const options = {
    templates: [{ path: `${infra}/partner.yaml` }, { path: `${infra}/customer.yaml` }],
    parameters: {},
    region: 'us-east-1',
    accounts,
    provideParameter: (name: string) => (name === 'PartnerJwks' ? '{"keys":[{"kid":"a"},{"kid":"b"}]}' : undefined),
  };

  it('load without a single parameter given', async () => {
    const deployment = await loadDeployment(options);
    expect(deployment.stacks.map((stack) => stack.accountId)).toEqual([accounts.partner, accounts.customer]);
    const routes = deployment.restApis.flatMap((api) =>
      api.routes.map((route) => [route.httpMethod, route.resourcePath, route.authorization.type]),
    );
    expect(routes).toEqual([
      ['POST', '/init', 'AWS_IAM'],
      ['POST', '/request', 'CUSTOM'],
      ['GET', '/request/{requestId}', 'CUSTOM'],
    ]);
    expect(deployment.endpoints).toMatchObject([{ networkIsolation: true }]);
    expect(deployment.keys.filter((key) => key.keyUsage === 'SIGN_VERIFY')).toHaveLength(2);
  });

  it('name the partner function by the alias that the partner has', async () => {
    const deployment = await loadDeployment(options);
    const token = deployment.functions.find((definition) => definition.accountId === accounts.partner);
    const aliasArn = `${token?.arn}:${token?.aliases[0]?.name}`;
    const environments = deployment.functions.flatMap((definition) => Object.values(definition.environment));
    expect(environments).toContain(aliasArn);
    expect(deployment.functionPermissions).toContainEqual(expect.objectContaining({ functionArn: aliasArn, principal: accounts.customer }));
  });

  it('fail where a line of them is broken, and say which', async () => {
    const path = `${infra}/customer.yaml`;
    const text = readFileSync(path, 'utf8');
    const line = text.split('\n').findIndex((each) => each.includes('authorizerResultTtlInSeconds')) + 1;
    const broken = text.replace('authorizerResultTtlInSeconds:', 'authorizerResultTtlInSecond:');
    await expect(
      loadDeployment({ ...options, templates: [{ path: `${infra}/partner.yaml` }, { path, text: broken }] }),
    ).rejects.toMatchObject({
      code: 'BAD_TEMPLATE',
      message: expect.stringContaining(`customer.yaml:${line}:`),
      hint: 'Did you mean authorizerResultTtlInSeconds?',
    });
  });
});
