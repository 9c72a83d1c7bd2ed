// A folder of results of its own, a small pact, and a report about it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pactFingerprint } from '../../../contracts/results/pact-fingerprint.ts';
import type { VerificationReport } from '../../../contracts/verification/verification-report.ts';

export interface ResultFolder extends AsyncDisposable {
  readonly path: string;
  readonly results: string;
  /** Writes a pact, and gives its path. */
  pact(name: string, text: string): Promise<string>;
}

export async function createResultFolder(): Promise<ResultFolder> {
  const path = await mkdtemp(join(tmpdir(), 'airlock-results-'));
  return {
    path,
    results: join(path, 'verifications'),
    async pact(name, text) {
      const file = join(path, name);
      await writeFile(file, text);
      return file;
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

const consumer = 'customer-init';
const provider = 'partner-token';

/** Two interactions, the second in a state; `path` makes another content. */
export function pactText(path = '/a'): string {
  const request = { method: 'GET', path };
  return JSON.stringify({
    consumer: { name: consumer },
    provider: { name: provider },
    interactions: [
      { type: 'Synchronous/HTTP', description: 'a token is given', request, response: { status: 200 } },
      { type: 'Synchronous/HTTP', description: 'no token', providerStates: [{ name: 'it has ended' }], request, response: { status: 403 } },
    ],
    metadata: { pactSpecification: { version: '4.0' } },
  });
}

export function report(text = pactText(), more: Partial<VerificationReport> = {}): VerificationReport {
  return {
    consumer,
    provider,
    pactSha256: pactFingerprint(text),
    partial: false,
    ok: true,
    interactions: [
      { description: 'a token is given', providerStates: [], ok: true, mismatches: [] },
      { description: 'no token', providerStates: ['it has ended'], ok: true, mismatches: [] },
    ],
    ...more,
  };
}

export function failedReport(text = pactText()): VerificationReport {
  const [first, second] = report(text).interactions;
  if (first === undefined || second === undefined) throw new Error('the report has two interactions');
  return report(text, {
    ok: false,
    interactions: [
      first,
      {
        ...second,
        ok: false,
        mismatches: ['status: expected 403 but was 200', "body $.token: Expected 'eyJsecret' (String) to be equal to 'x'"],
      },
    ],
  });
}
