import { describe, expect, it } from 'vitest';
import { isWorthReading, secretInVariable, secretsIn } from '../../../../emulator/validate/image-files/find-secrets.ts';

// Put together here, so that no scanner takes this file for a leak.
const key = ['-----BEGIN RSA PRIVATE', 'KEY-----\nMIIEpAIBAAKCAQEAabcdefgh\n'].join(' ');
const accessKey = `AKIA${'Q'.repeat(16)}`;
const githubToken = `ghp_${'a1'.repeat(18)}`;

describe('a file of an image', () => {
  it.each([
    [
      'root/.aws/credentials',
      `aws_access_key_id = ${accessKey}\naws_secret_access_key = ${'a/'.repeat(20)}`,
      ['an AWS access key', 'an AWS secret access key'],
    ],
    ['opt/program/serve.py', `client(key="${accessKey}")`, ['an AWS access key']],
    ['opt/program/tls.key', key, ['a private key']],
    ['root/.ssh/id_ed25519', key, ['a private key']],
    ['root/.netrc', 'machine a login b password c', ['a password']],
    ['root/.npmrc', '//registry/:_authToken=abcdef', ['a registry password']],
    ['etc/pip.conf', '[global]\nindex-url = https://me:secret@pypi/simple', ['a registry password']],
    ['root/.docker/config.json', '{"auths":{"r":{"auth":"YTpi"}}}', ['a registry login']],
    ['app/.env', 'export DB_PASSWORD=correct-horse', ['a secret variable']],
    ['app/config.yaml', `token: ${githubToken}`, ['a GitHub token']],
    // What is no secret.
    ['opt/program/tls.pem', '-----BEGIN CERTIFICATE-----\nMIIEpAIBAAKCAQEA\n', []],
    ['app/keys.py', 'HEADER = "-----BEGIN PRIVATE KEY-----"', []],
    ['app/readme.txt', 'AKIAIOSFODNN7EXAMPLE', []],
    ['root/.npmrc', '//registry/:_authToken=$' + '{NPM_TOKEN}', []],
    ['app/.env', 'LOG_LEVEL=debug\nAPI_KEY=', []],
    ['etc/pip.conf', '[global]\nindex-url = https://pypi.org/simple', []],
  ])('%s: what is found in it', (path, content, wanted) => {
    expect(isWorthReading({ path, bytes: content.length })).toBe(true);
    expect(secretsIn(path, Buffer.from(content)).map(({ what }) => what)).toEqual(wanted);
  });

  it.each(['usr/lib/python3/os.py', 'opt/venv/lib/site-packages/a/b.py', 'app/.env.example', 'opt/ml/model/weights.bin'])(
    '%s is not looked into',
    (path) => {
      expect(isWorthReading({ path, bytes: 100 })).toBe(false);
    },
  );

  it('that is large or empty is not looked into', () => {
    expect(isWorthReading({ path: 'a.key', bytes: 10_000_000 })).toBe(false);
    expect(isWorthReading({ path: 'a.key', bytes: 0 })).toBe(false);
  });

  it('of a package is told apart: test keys are common there', () => {
    expect(secretsIn('opt/venv/lib/site-packages/moto/ca.key', Buffer.from(key))[0]?.isOfDependency).toBe(true);
    expect(secretsIn('opt/program/ca.key', Buffer.from(key))[0]?.isOfDependency).toBe(false);
  });
});

describe('a variable of an image', () => {
  it.each([
    ['AWS_SECRET_ACCESS_KEY', 'x', true],
    ['ANYTHING', accessKey, true],
    ['DB_PASSWORD', 'correct-horse', false],
    ['HF_TOKEN', 'a'.repeat(20), false],
    ['MODEL', githubToken, false],
  ])('%s may be a secret', (name, value, isAws) => {
    expect(secretInVariable(name, value)).toMatchObject({ isAws });
  });

  it.each([
    ['PATH', '/usr/bin:/bin'],
    ['GPG_KEY', 'E3FF2839C048B25C084DEBE9B26995E310250568'],
    ['MAX_TOKEN', '4096'],
    ['DB_PASSWORD', '/run/secrets/db'],
    ['AWS_SECRET_ACCESS_KEY', ''],
    ['AWS_REGION', 'us-east-1'],
    ['TOKENIZERS_PARALLELISM', 'false'],
  ])('%s=%s is none', (name, value) => {
    expect(secretInVariable(name, value)).toBeNull();
  });
});
