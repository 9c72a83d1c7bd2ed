// Runs as a child process: Pact's own verifier prints as it likes, and its native part can only be ended with its process.
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { rootCertificates } from 'node:tls';
import type { VerifierOptions } from '@pact-foundation/pact-core';

/** What the parent asks: one pact file, verified once. */
export interface VerifyOrder {
  readonly pactFile: string;
  readonly provider: string;
  readonly baseUrl: string;
  readonly statesUrl: string;
  readonly timeoutMs: number;
}

export type ProgramMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unavailable'; readonly reason: string }
  /** Pact's JSON about one run, good or bad. */
  | { readonly kind: 'verified'; readonly json: string }
  | { readonly kind: 'failed'; readonly reason: string };

function tell(message: ProgramMessage): void {
  process.send?.(message);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

// Whoever started it has gone.
process.once('disconnect', () => process.exit(1));
// A terminal sends Ctrl-C to all of its processes; when this one ends is for the parent to say.
process.on('SIGINT', () => {});

try {
  const { Verifier } = await import('@pact-foundation/pact-core');
  const verify = (options: VerifierOptions) => new Verifier(options).verify();
  process.on('message', (order: VerifyOrder) => {
    void run(verify, order);
  });
  tell({ kind: 'ready' });
} catch (error) {
  tell({ kind: 'unavailable', reason: reasonOf(error) });
}

async function run(verify: (options: VerifierOptions) => Promise<string>, order: VerifyOrder): Promise<void> {
  try {
    await provideCertificates(dirname(order.pactFile));
    const json = await verify({
      provider: order.provider,
      providerBaseUrl: order.baseUrl,
      pactUrls: [order.pactFile],
      providerStatesSetupUrl: order.statesUrl,
      providerStatesSetupBody: true,
      providerStatesSetupTeardown: true,
      failIfNoPactsFound: true,
      followRedirects: false,
      logLevel: 'error',
      timeout: order.timeoutMs,
    });
    tell({ kind: 'verified', json });
  } catch (error) {
    // Where the contract does not hold, the message of the error is the same JSON.
    const reason = reasonOf(error);
    tell(reason.startsWith('{') ? { kind: 'verified', json: reason } : { kind: 'failed', reason });
  }
}

/**
 * The verifier's HTTP client refuses to be made on a machine without certificates ("builder error"), as a slim container image is one,
 * though it only ever talks to our proxy, over plain HTTP. Node brings its own.
 */
async function provideCertificates(directory: string): Promise<void> {
  const file = join(directory, 'certificates.pem');
  await writeFile(file, rootCertificates.join('\n'));
  process.env.SSL_CERT_FILE = file;
}
