import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startAirlock } from '../../../emulator/airlock.ts';
import { runAirlock } from '../../flow/run-airlock.ts';
import { answerJson, closedUrl, jsonBody, pactText, serve, writePact } from './small-provider.ts';

function verify(...args: string[]) {
  return verifyIn({}, ...args);
}

async function verifyIn(env: Record<string, string>, ...args: string[]) {
  await using running = runAirlock(['contract', 'verify', ...args], { env });
  const exitCode = await running.exitCode;
  return { exitCode, stdout: running.stdout(), stderr: running.stderr() };
}

async function temporaryDirectory() {
  const path = await mkdtemp(join(tmpdir(), 'airlock-verify-command-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

const modelPact = (description = 'asks whether it is ready') =>
  pactText([{ description, request: { path: '/ping' }, response: jsonBody({ ready: true }) }], { provider: 'model-container' });

test.each([
  [['--provider', 'partner-tokn'], 'Did you mean partner-token?'],
  [['--provider', 'customer-api', '--image', 'x'], '--image does not belong to customer-api'],
  [['--url', 'http://127.0.0.1:9'], '--url needs --provider'],
  [['--only', 'x'], '--only needs --provider'],
  [['--provider', 'customer-api', '--state-url', 'http://127.0.0.1:9'], '--state-url needs --url'],
  [['--provider', 'partner-token', '--handler', 'a.ts', '--function', 'b'], 'two implementations'],
  [['--provider', 'partner-token', '--function', 'arn:aws:lambda:us-east-1:111111111111:function:f'], 'alias'],
  [['--provider', 'partner-token', '--handler', '/nowhere/handler.ts'], 'is not there'],
  [['--provider', 'partner-token', '--handler', '/nowhere/my handler.mjs'], 'without dots and spaces'],
  [['--provider', 'model-container', '--pact', '/nowhere/pact.json'], '/nowhere/pact.json is not there'],
  [
    ['--provider', 'customer-api', '--url', 'http://127.0.0.1:9', '--credentials-file', '/nowhere/keys'],
    '/nowhere/keys (--credentials-file) is not there',
  ],
  [
    ['--provider', 'customer-api', '--url', 'http://127.0.0.1:9', '--credentials-file', '/dev/zero'],
    '(--credentials-file) is no file but a device',
  ],
  [['--provider', 'model-container', '--timeout', '0'], '--timeout 0'],
  [['--results', 'x'], '--provider-version'],
  [['--provider', 'customer-api', '--url', 'http://127.0.0.1:9/base?secret=1'], 'http://127.0.0.1:9/base?… (--url)'],
  [['--provider', 'customer-api', '--url', 'http://user:secret@127.0.0.1:9'], 'http://…@127.0.0.1:9 (--url)'],
  [['--provider', 'model-container', '--startup-timeout', '5'], '--startup-timeout needs --image'],
  [['--provider', 'model-container', '--image', 'x', '--startup-timeout', 'soon'], '--startup-timeout soon'],
  // Whose version would it be? The shipped implementation is not the one that somebody has built.
  [['--provider-version', '1'], '--shipped'],
  [['--provider', 'model-container', '--provider-version', '1'], '--shipped'],
  [['--provider', 'model-container', '--shipped', '--image', 'x'], '--shipped and --image'],
  [['--provider', 'partner-token', '--shipped', '--handler', 'x'], '--shipped and --handler'],
  [['--provider', 'partner-token', '--shipped', '--function', 'x'], '--shipped and --function'],
  [['--provider', 'customer-api', '--shipped', '--url', 'http://127.0.0.1:9'], '--shipped and --url'],
])('%j is wrong usage', async (args, message) => {
  const { exitCode, stdout, stderr } = await verify(...args);
  expect(stderr).toContain(message);
  expect(exitCode).toBe(2);
  expect(stdout).not.toContain('✓');
  expect(stderr).not.toContain('secret');
});

test('a state server that is not there is said to be missing, before anything is verified', async () => {
  await using provider = await serve(() => expect.fail('asked'));
  const url = await closedUrl();
  const flags = ['--provider', 'customer-api', '--url', provider.url, '--state-url', `${url}/states?key=1`];
  const env = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example' };
  const { exitCode, stderr } = await verifyIn(env, ...flags);
  expect(stderr).toContain(`The state server at ${url} does not answer`);
  expect(exitCode).toBe(3);
});

test('a container that answers as agreed passes; a line an interaction, no colour in a pipe', async () => {
  await using pact = await writePact(modelPact());
  await using model = await serve(
    (_request, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"ready":true}'),
  );
  const { exitCode, stdout } = await verify('--provider', 'model-container', '--url', model.url, '--pact', pact.path);
  expect(stdout).toBe(
    `\nmodel-container, ${pact.path}\n  ✓ asks whether it is ready\nmodel-container honours small-consumer's contract: 1 of 1\n`,
  );
  expect(exitCode).toBe(0);
});

test('one that answers otherwise does not: exit code 1, what differs, and one JSON object on request', async () => {
  await using pact = await writePact(modelPact());
  await using model = await serve((request, response) => answerJson(200, { ready: 'yes' })(request as never, response));
  const flags = ['--provider', 'model-container', '--url', model.url, '--pact', pact.path];
  const plain = await verify(...flags);
  expect(plain.exitCode).toBe(1);
  expect(plain.stdout).toMatch(/✗ asks whether it is ready\n {6}body \$\.ready: .*\n/);
  const { exitCode, stdout } = await verify(...flags, '--json');
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    verifications: [{ provider: 'model-container', ok: false, interactions: [{ ok: false }] }],
  });
});

test('nobody there is exit code 3, too slow 1', async () => {
  await using pact = await writePact(modelPact());
  const url = await closedUrl();
  const nobody = await verify('--provider', 'model-container', '--url', url, '--pact', pact.path);
  expect(nobody).toMatchObject({ exitCode: 3, stderr: expect.stringContaining(url) });
  await using silent = await serve(() => {});
  const slow = await verify('--provider', 'model-container', '--url', silent.url, '--pact', pact.path, '--timeout', '0.5');
  expect(slow).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('gave no answer within 0.5 s') });
});

test('Ctrl-C ends it at once with exit code 130', async () => {
  await using pact = await writePact(modelPact());
  const asked = Promise.withResolvers<void>();
  await using silent = await serve(() => asked.resolve());
  await using running = runAirlock(['contract', 'verify', '--provider', 'model-container', '--url', silent.url, '--pact', pact.path]);
  await asked.promise;
  running.process.kill('SIGINT');
  expect(await running.exitCode).toBe(130);
  expect(running.stdout()).not.toContain('✓');
});

test('a whole result is recorded, a part of one is not', async () => {
  await using directory = await temporaryDirectory();
  await using pact = await writePact(modelPact());
  await using model = await serve((request, response) => answerJson(200, { ready: true })(request as never, response));
  const flags = [
    '--provider',
    'model-container',
    '--url',
    model.url,
    '--pact',
    pact.path,
    '--provider-version',
    '1.2',
    '--results',
    directory.path,
  ];
  expect((await verify(...flags)).stdout).toContain('recorded: small-consumer -> model-container');
  expect(readFileSync(join(directory.path, 'small-consumer--model-container--1.2.json'), 'utf8')).toContain('asks whether it is ready');
  const whole = await writePact(
    pactText(
      [
        { description: 'one', request: { path: '/ping' } },
        { description: 'two', request: { path: '/ping' } },
      ],
      { provider: 'model-container' },
    ),
  );
  const part = await verify(...flags.with(5, whole.path), '--only', 'one');
  await whole[Symbol.asyncDispose]();
  expect(part).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('not recorded: small-consumer -> model-container') });
});

test("a handler of one's own is verified in the emulator, whatever it is written in", async () => {
  await using directory = await temporaryDirectory();
  const shipped = fileURLToPath(new URL('../../../lambdas/partner-token/handler.ts', import.meta.url));
  const good = join(directory.path, 'token.ts');
  await writeFile(good, `export { handler } from ${JSON.stringify(shipped)};\n`);
  const passed = await verify('--provider', 'partner-token', '--handler', good);
  expect(passed).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/honours customer-init's contract: (\d+) of \1\n/) });
  for (const [name, text] of [
    ['nonsense.mjs', 'export const handler = async () => ({ ok: true });'],
    ['nonsense.js', 'exports.handler = async () => ({ ok: true });'],
  ] as const) {
    await writeFile(join(directory.path, name), text);
    const failed = await verify(
      '--provider',
      'partner-token',
      '--handler',
      join(directory.path, name),
      '--only',
      'for a subscribed product',
    );
    expect(failed).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('✗ asks for a token for a subscribed product') });
  }
  await writeFile(join(directory.path, 'other.ts'), 'export const main = 1;');
  expect(await verify('--provider', 'partner-token', '--handler', join(directory.path, 'other.ts'))).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('exports no handler'),
  });
});

test('a deployed function and a deployed API are verified where they run', { timeout: 120_000 }, async () => {
  await using directory = await temporaryDirectory();
  const credentialsFile = join(directory.path, 'credentials');
  await using airlock = await startAirlock({ credentialsFile });
  const alias =
    airlock.deployment.functionPermissions.map(({ functionArn }) => functionArn).find((arn) => arn.includes(':airlock-partner-token:')) ??
    '';
  const states = ['--state-url', `${airlock.controlUrl}/provider-states`];
  const deployed = ['--provider', 'partner-token', '--function', alias, '--aws-url', airlock.awsUrl, '--credentials-file', credentialsFile];
  expect(await verify(...deployed, ...states)).toMatchObject({ exitCode: 0 });
  // Nobody sets states: only the one that the function is in.
  const alone = await verify(...deployed);
  expect(alone).toMatchObject({ exitCode: 2, stdout: expect.stringContaining('--state-url') });
  expect(alone.stdout.match(/✓/g)).toHaveLength(1);
  expect(await verify(...deployed, '--only', 'for a subscribed product')).toMatchObject({ exitCode: 0 });

  const api = ['--provider', 'customer-api', '--url', airlock.apiUrl ?? '', '--credentials-file', credentialsFile];
  const verdict = await verify(...api, ...states);
  expect(verdict, verdict.stdout).toMatchObject({ exitCode: 0 });
});

test('without a provider all three are verified, as they ship', { timeout: 120_000 }, async () => {
  const { exitCode, stdout, stderr } = await verify();
  expect(stderr).toBe('');
  for (const provider of ['partner-token', 'customer-api', 'model-container'])
    expect(stdout).toMatch(new RegExp(`^${provider} honours .*: (\\d+) of \\1$`, 'm'));
  expect(exitCode).toBe(0);
});

async function modelToRecord() {
  await using parts = new AsyncDisposableStack();
  const directory = parts.use(await temporaryDirectory());
  const pact = parts.use(await writePact(modelPact()));
  let asked = 0;
  const model = parts.use(
    await serve((request, response) => {
      asked += 1;
      answerJson(200, { ready: true })(request as never, response);
    }),
  );
  const owned = parts.move();
  const flags = ['--provider', 'model-container', '--url', model.url, '--pact', pact.path, '--results', directory.path];
  return {
    directory: directory.path,
    record: join(directory.path, 'small-consumer--model-container--1.2.json'),
    flags,
    asked: () => asked,
    [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
  };
}

test('what cannot be recorded is said before anything is verified', async () => {
  await using model = await modelToRecord();
  const file = join(model.directory, 'file');
  await writeFile(file, '');
  const version = ['--provider-version', '1.2'];
  await writeFile(model.record, '{');
  const refused = [
    await verify(...model.flags, '--provider-version', ' 1.2'),
    await verifyIn({ PACT_BROKER_BASE_URL: 'nonsense' }, ...model.flags, ...version),
    await verify(...model.flags.with(-1, join(file, 'below')), ...version),
    await verify(...model.flags, ...version),
  ];
  expect(refused.map(({ exitCode }) => exitCode)).toEqual([2, 2, 2, 2]);
  for (const [index, text] of ['" 1.2"', 'PACT_BROKER_BASE_URL', 'Nothing can be recorded', '--1.2.json'].entries())
    expect(refused[index]?.stderr).toContain(text);
  expect(model.asked()).toBe(0);
});

test('a broker that fails loses neither the result nor its file', async () => {
  await using model = await modelToRecord();
  const broker = { PACT_BROKER_BASE_URL: await closedUrl() };
  const json = await verifyIn(broker, ...model.flags, '--provider-version', '1.2', '--json');
  expect(json.exitCode).toBe(3);
  expect(JSON.parse(json.stdout)).toMatchObject({
    ok: false,
    verifications: [
      { ok: true, interactions: [{ ok: true }], recorded: model.record, published: null, failure: { code: 'BROKER_FAILED' } },
    ],
  });
  expect(json.stderr).toContain(broker.PACT_BROKER_BASE_URL);
  expect(readFileSync(model.record, 'utf8')).toContain('asks whether it is ready');
  const plain = await verifyIn(broker, ...model.flags, '--provider-version', '1.2');
  expect(plain).toMatchObject({ exitCode: 3, stdout: expect.stringContaining('recorded: small-consumer -> model-container') });
  const alone = await verify(...model.flags, '--provider-version', '1.2', '--json');
  expect(alone.exitCode).toBe(0);
  expect(JSON.parse(alone.stdout)).toMatchObject({ ok: true, verifications: [{ recorded: model.record, published: null }] });
});

test('where nothing could be verified, --json says so too', async () => {
  await using pact = await writePact(modelPact());
  const url = await closedUrl();
  const { exitCode, stdout, stderr } = await verify('--provider', 'model-container', '--url', url, '--pact', pact.path, '--json');
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, verifications: [], failure: { code: 'PROVIDER_UNREACHABLE' } });
  expect(stderr).toContain(url);
});

test('a reader of the output that has gone changes neither the work nor the exit code', async () => {
  for (const [ready, exitCode] of [
    [true, 0],
    ['no', 1],
  ] as const) {
    await using directory = await temporaryDirectory();
    await using pact = await writePact(modelPact());
    await using model = await serve((request, response) => answerJson(200, { ready })(request as never, response));
    const flags = ['--provider', 'model-container', '--url', model.url, '--pact', pact.path, '--results', directory.path];
    await using running = runAirlock(['contract', 'verify', ...flags, '--provider-version', '1.2']);
    running.process.stdout.destroy();
    running.process.stderr.destroy();
    expect(await running.exitCode).toBe(exitCode);
    expect(readFileSync(join(directory.path, 'small-consumer--model-container--1.2.json'), 'utf8')).toContain(`"ok": ${exitCode === 0}`);
  }
});

test('a killed verification leaves no verifier behind, and its files go at the next one', async () => {
  await using pact = await writePact(modelPact());
  await using temporary = await temporaryDirectory();
  const asked = Promise.withResolvers<void>();
  await using silent = await serve(() => asked.resolve());
  const env = { TMPDIR: temporary.path };
  const flags = ['--provider', 'model-container', '--url', silent.url, '--pact', pact.path, '--timeout', '0.5'];
  const left = () => readdirSync(temporary.path).filter((name) => name.startsWith('airlock-verify-'));
  await using running = runAirlock(['contract', 'verify', ...flags.with(-1, '30')], { env });
  await asked.promise;
  running.process.kill('SIGKILL');
  await running.exitCode;
  expect(left()).toHaveLength(1);
  expect(await verifyIn(env, ...flags)).toMatchObject({ exitCode: 1 });
  expect(left()).toEqual([]);
});
