// Verifies the shipped contracts against an implementation with a mutation, by the same parts as `airlock contract verify`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { verifyPact } from '../../../contracts/verification/verify-pact.ts';
import { startAirlock } from '../../../emulator/airlock.ts';
import { templatesWithHandler } from '../../../emulator/commands/contract/handler-template.ts';
import type { VerificationTarget } from '../../../emulator/commands/contract/verification-target.ts';
import { customerApiIn } from '../../../emulator/commands/contract/verify-customer-api.ts';
import { openModelContainer } from '../../../emulator/commands/contract/verify-model-container.ts';
import { shippedPact } from '../../../emulator/commands/contract/verify-options.ts';
import { partnerTokenIn } from '../../../emulator/commands/contract/verify-partner-token.ts';
import type { TemplateOption } from '../../../emulator/config.ts';

const timeoutMs = 30_000;

/** What was red, by description, and everything that was said of it. */
export interface Verdict {
  readonly ok: boolean;
  readonly verified: number;
  readonly red: readonly string[];
  readonly reasons: string;
}

export async function verifyPartnerHandler(handler: string): Promise<Verdict> {
  await using target = partnerTokenIn(await startAirlock({ template: await templatesWithHandler(handler), logLevel: 'silent' }));
  return await verdictOf(target, 'partner-token', []);
}

export async function verifyCustomerApi(template: readonly TemplateOption[], only: readonly string[]): Promise<Verdict> {
  await using target = customerApiIn(await startAirlock({ template, logLevel: 'silent' }));
  return await verdictOf(target, 'customer-api', only);
}

/** `directory` is a copy of model-stub. */
export async function verifyModel(directory: string): Promise<Verdict> {
  const port = await freePort();
  const model = spawn(process.execPath, ['serve.ts', 'serve'], {
    cwd: directory,
    env: { PATH: process.env.PATH, SAGEMAKER_BIND_TO_PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await new Promise<void>((resolve, reject) => {
      model.stdout.on('data', (line) => String(line).includes('"loaded"') && resolve());
      model.once('close', (code) => reject(new Error(`The model ended with ${code}.`)));
    });
    const signal = new AbortController().signal;
    await using target = await openModelContainer({ image: null, url: `http://127.0.0.1:${port}`, timeoutMs, signal });
    return await verdictOf(target, 'model-container', []);
  } finally {
    model.kill('SIGKILL');
    if (model.exitCode === null && model.signalCode === null) await once(model, 'close');
  }
}

async function verdictOf(
  { send, setState, knownStates }: VerificationTarget,
  provider: Parameters<typeof shippedPact>[0],
  only: readonly string[],
): Promise<Verdict> {
  const { ok, interactions } = await verifyPact({ pactFile: shippedPact(provider), send, setState, knownStates, timeoutMs, only });
  const red = interactions.filter((interaction) => !interaction.ok);
  return {
    ok,
    verified: interactions.length,
    red: red.map(({ description }) => description),
    reasons: red.flatMap(({ mismatches }) => mismatches).join('\n'),
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
