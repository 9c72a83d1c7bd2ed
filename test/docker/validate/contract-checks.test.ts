// The contract group over the stub: with samples all that can be decided passes, without them the rest says how to add some.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkList } from '../../../emulator/validate/check-list.ts';
import { initSamples } from '../../../emulator/validate/init-samples.ts';
import { validateImage } from '../../../emulator/validate/validate-image.ts';
import type { ValidateOptions } from '../../../emulator/validate/validate-options.ts';
import { silentLog } from '../../flow/model/model-fixture.ts';
import { hasDocker, leftBehind, relayImage } from '../model/docker-fixture.ts';
import { buildStub } from './gallery-images.ts';
import { contractSamples } from './gallery-rows/contract.ts';

const ids = [
  ...['invocations-answer', 'unknown-content-type', 'malformed-body', 'accept-handled', 'ignores-other-headers', 'custom-attributes-valid'],
  ...['large-request', 'concurrent-requests', 'streaming', 'metering', 'no-error-with-200', 'logs-to-stdout', 'deterministic'],
];
const withoutSamples = ['unknown-content-type', 'malformed-body', 'no-error-with-200'];
const checks = checkList.filter(({ id }) => ids.includes(id));

describe.skipIf(!hasDocker)('the checks of requests and answers', () => {
  const temporaryDirectory = mkdtempSync(join(tmpdir(), 'airlock-contract-checks-'));
  afterAll(() => rmSync(temporaryDirectory, { recursive: true }));

  async function outcomes(more: Partial<ValidateOptions>): Promise<Record<string, string>> {
    const options: ValidateOptions = {
      ...{ image: await buildStub(), samples: null, packageFile: null, only: [], skip: [], startupTimeoutMs: 15_000, modelDirectory: null },
      ...{ environment: {}, memoryBytes: null, cpus: null, relayImage, ...more },
    };
    const parts = { checks, temporaryDirectory, log: silentLog, signal: AbortSignal.timeout(100_000) };
    const { results } = await validateImage(options, parts);
    expect(await leftBehind()).toEqual([]);
    return Object.fromEntries(
      results.map(({ check, verdict }) => {
        const why = verdict.outcome === 'failed' || verdict.outcome === 'warned' ? `: ${verdict.findings.join('; ')}` : '';
        const reason = verdict.outcome === 'notDecided' ? `: ${verdict.reason}` : '';
        return [check.id, `${verdict.outcome}${why}${reason}`];
      }),
    );
  }

  it('all pass on the stub with its samples; it does not stream', async () => {
    const found = await outcomes({ samples: contractSamples, meteringDimension: 'inference.count' });
    const passed = ids.filter((id) => id !== 'streaming').map((id) => [id, 'passed'] as const);
    expect(found).toEqual({ ...Object.fromEntries(passed), streaming: expect.stringMatching(/^notDecided: no answer streams/) });
  });

  it('that need no samples pass without them, and the others say how to add some', async () => {
    const found = await outcomes({});
    expect(Object.keys(found).sort()).toEqual(ids.toSorted());
    for (const [id, outcome] of Object.entries(found)) {
      expect(outcome, id).toMatch(withoutSamples.includes(id) ? /^passed$/ : /^notDecided: .*--samples DIR.*--init/);
    }
  });

  it('take the samples that --init writes', async () => {
    const directory = join(temporaryDirectory, 'init');
    await initSamples(directory);
    expect(await outcomes({ samples: directory })).toMatchObject({ 'invocations-answer': 'passed', 'accept-handled': 'passed' });
  });
});
