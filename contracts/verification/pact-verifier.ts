// The parent's side of pact-core-program: starts it, gives it one pact file after the other, ends it.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ContractError } from '../contract-error.ts';
import type { ProgramMessage, VerifyOrder } from './pact-core-program.ts';

export interface PactVerifier extends AsyncDisposable {
  readonly pid: number | null;
  /** Pact's JSON about the file. Rejects with VERIFIER_NOT_AVAILABLE where the process ends or says nothing for `limitMs`. */
  verify(order: VerifyOrder, limitMs: number): Promise<string>;
}

const startLimitMs = 30_000;
const outputCharactersMax = 4_000;

const program = fileURLToPath(new URL(`./pact-core-program${extname(fileURLToPath(import.meta.url))}`, import.meta.url));

/**
 * Resolves when Pact's native part is loaded. Aborting the signal kills the process at once.
 * @throws ContractError VERIFIER_NOT_AVAILABLE
 */
export async function startPactVerifier(signal: AbortSignal): Promise<PactVerifier> {
  signal.throwIfAborted();
  const child = fork(program, [], { env: environment(), execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-outputCharactersMax);
    });
  }
  const kill = () => void child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  process.once('exit', kill);
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.once('close', (code, signalName) => resolve(signalName ?? `exit code ${code}`));
  });

  const next = async (limitMs: number): Promise<ProgramMessage> => {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), limitMs);
    try {
      const answered = once(child, 'message', { signal: limit.signal }).then(([message]) => message as ProgramMessage);
      return await Promise.race([
        answered,
        ended.then((how) => {
          throw notAvailable(`Pact's verifier ended before it had a result: ${how}${lastLine(output)}`);
        }),
      ]);
    } catch (error) {
      signal.throwIfAborted();
      if (!limit.signal.aborted) throw error;
      kill();
      throw notAvailable(`Pact's verifier gave no result within ${limitMs / 1_000} s${lastLine(output)}`);
    } finally {
      clearTimeout(timer);
      limit.abort();
    }
  };
  const dispose = async () => {
    kill();
    await ended;
    process.removeListener('exit', kill);
    signal.removeEventListener('abort', kill);
  };

  try {
    const first = await next(startLimitMs);
    if (first.kind === 'unavailable') throw notAvailable(`Pact's verifier cannot be loaded: ${firstLine(first.reason)}`);
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    pid: child.pid ?? null,
    async verify(order, limitMs) {
      const answer = next(limitMs);
      child.send(order, (error) => {
        // It has ended, which `next` says.
        if (error) kill();
      });
      const message = await answer;
      if (message.kind === 'verified') return message.json;
      throw notAvailable(
        `Pact's verifier gave no result: ${'reason' in message ? firstLine(message.reason) : message.kind}${lastLine(output)}`,
      );
    },
    [Symbol.asyncDispose]: dispose,
  };
}

/** Nothing else of ours: PACT_DESCRIPTION and its relatives would leave interactions out, PACT_BROKER_… would fetch others. */
function environment(): NodeJS.ProcessEnv {
  const passed = [
    'PATH',
    'HOME',
    'TMPDIR',
    'TEMP',
    'TMP',
    'SystemRoot',
    'LD_LIBRARY_PATH',
    'PACT_PREBUILD_LOCATION',
    'PACT_PREBUILD_PACKAGE_LOCATION',
  ];
  const env: NodeJS.ProcessEnv = { PACT_DO_NOT_TRACK: 'true', SCARF_ANALYTICS: 'false', TZ: 'UTC' };
  for (const name of passed) if (process.env[name] !== undefined) env[name] = process.env[name];
  return env;
}

function notAvailable(message: string): ContractError {
  return new ContractError(
    'VERIFIER_NOT_AVAILABLE',
    message,
    'It is the native part of @pact-foundation/pact-core (an optional package for this system, e.g. pact-core-linux-x64-glibc): reinstall with optional packages, on a system that Pact supports.',
  );
}

function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').slice(0, 300);
}

function lastLine(output: string): string {
  const line = output.trim().split('\n').at(-1)?.trim() ?? '';
  return line === '' ? '' : ` (its last line: ${line.slice(0, 300)})`;
}
