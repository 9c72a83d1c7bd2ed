import { expect, test } from 'vitest';
import { startPactVerifier } from '../../../contracts/verification/pact-verifier.ts';
import { pactText, serve, writePact } from './small-provider.ts';

const never = new AbortController().signal;

test('a verifier that is killed gives no result, and says so', async () => {
  await using pact = await writePact(pactText([{ description: 'a thing' }]));
  await using verifier = await startPactVerifier(never);
  // Answers nothing, and takes away the verifier that asks.
  await using server = await serve(() => process.kill(verifier.pid ?? 0, 'SIGKILL'));
  const order = { pactFile: pact.path, provider: 'p', baseUrl: server.url, statesUrl: `${server.url}/states`, timeoutMs: 20_000 };
  await expect(verifier.verify(order, 30_000)).rejects.toMatchObject({
    code: 'VERIFIER_NOT_AVAILABLE',
    exitCode: 3,
    message: expect.stringContaining('SIGKILL'),
  });
  await expect(verifier.verify(order, 30_000)).rejects.toMatchObject({ code: 'VERIFIER_NOT_AVAILABLE' });
});

test('a verifier that says nothing for too long is ended', async () => {
  await using pact = await writePact(pactText([{ description: 'a thing' }]));
  await using server = await serve(() => {});
  await using verifier = await startPactVerifier(never);
  const order = { pactFile: pact.path, provider: 'p', baseUrl: server.url, statesUrl: `${server.url}/states`, timeoutMs: 20_000 };
  await expect(verifier.verify(order, 300)).rejects.toMatchObject({
    code: 'VERIFIER_NOT_AVAILABLE',
    message: expect.stringContaining('0.3 s'),
  });
  await verifier[Symbol.asyncDispose]();
  expect(() => process.kill(verifier.pid ?? 0, 0)).toThrow('ESRCH');
});

test('a pact that the verifier cannot read is no pass', async () => {
  await using verifier = await startPactVerifier(never);
  const order = {
    pactFile: '/nowhere.json',
    provider: 'p',
    baseUrl: 'http://127.0.0.1:9',
    statesUrl: 'http://127.0.0.1:9',
    timeoutMs: 1_000,
  };
  await expect(verifier.verify(order, 30_000)).rejects.toMatchObject({ code: 'VERIFIER_NOT_AVAILABLE' });
});

test('no verifier runs on behind a signal that is aborted', async () => {
  const giveUp = new AbortController();
  await using verifier = await startPactVerifier(giveUp.signal);
  await using pact = await writePact(pactText([{ description: 'a thing' }]));
  await using server = await serve(() => giveUp.abort(new Error('enough')));
  const order = { pactFile: pact.path, provider: 'p', baseUrl: server.url, statesUrl: `${server.url}/states`, timeoutMs: 20_000 };
  await expect(verifier.verify(order, 30_000)).rejects.toThrow('enough');
  await expect(startPactVerifier(giveUp.signal)).rejects.toThrow('enough');
});

test('where the native part is missing, it is said that it is', async () => {
  process.env.PACT_PREBUILD_PACKAGE_LOCATION = '/nowhere';
  try {
    await expect(startPactVerifier(never)).rejects.toMatchObject({
      code: 'VERIFIER_NOT_AVAILABLE',
      message: expect.stringContaining('cannot be loaded'),
      hint: expect.stringContaining('@pact-foundation/pact-core'),
    });
  } finally {
    delete process.env.PACT_PREBUILD_PACKAGE_LOCATION;
  }
});
