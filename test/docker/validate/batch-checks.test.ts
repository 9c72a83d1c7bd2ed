// The batch and package checks over the model stub with samples and a package file: whatever is decided passes, and the rehearsal is real.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckResult } from '../../../emulator/validate/check.ts';
import { checkList } from '../../../emulator/validate/check-list.ts';
import { validateImage } from '../../../emulator/validate/validate-image.ts';
import type { ValidateOptions } from '../../../emulator/validate/validate-options.ts';
import { silentLog } from '../../flow/model/model-fixture.ts';
import { hasDocker, leftBehind, relayImage } from '../model/docker-fixture.ts';
import { buildStub } from './gallery-images.ts';

const samples = join(import.meta.dirname, 'contract-samples');
const packageFile = join(import.meta.dirname, 'batch-files/model-package.json');
const buyer = join(import.meta.dirname, '../../../infra/customer.yaml');
const ids = [
  ...['response-content-type', 'content-types-covered', 'execution-parameters', 'batch-records', 'validation-rehearsal', 'batch-payload'],
  ...['package-request', 'buyer-template', 'listing-assets'],
];
const validationLimitMs = 120_000;

const defaults: Omit<ValidateOptions, 'image'> = {
  ...{ samples, packageFile, modelArchive: null, only: [], skip: [], startupTimeoutMs: 15_000 },
  ...{ modelDirectory: null, environment: {}, memoryBytes: null, cpus: null, relayImage },
};

describe.skipIf(!hasDocker)('batch and package checks of the stub', () => {
  const temporaryDirectory = mkdtempSync(join(tmpdir(), 'airlock-batch-checks-'));
  const judge = async (options: Partial<ValidateOptions>): Promise<Record<string, CheckResult['verdict']>> => {
    const checks = checkList.filter(({ id }) => ids.includes(id));
    const parts = { checks, temporaryDirectory, log: silentLog, signal: AbortSignal.timeout(validationLimitMs) };
    const { results } = await validateImage({ ...defaults, image: await buildStub(), ...options }, parts);
    return Object.fromEntries(results.map(({ check, verdict }) => [check.id, verdict]));
  };
  beforeAll(async () => {
    expect(await leftBehind()).toEqual([]);
  });
  afterAll(async () => {
    rmSync(temporaryDirectory, { recursive: true });
    expect(await leftBehind(), 'left in Docker').toEqual([]);
  });

  it('pass with samples and a package file', { timeout: validationLimitMs }, async () => {
    const { 'buyer-template': template, 'listing-assets': assets, ...others } = await judge({});
    expect(template).toMatchObject({ outcome: 'notDecided' });
    expect(assets).toMatchObject({ outcome: 'warned', findings: [expect.stringMatching(/^no notebook/)] });
    expect(others).toEqual({
      'response-content-type': { outcome: 'passed', note: 'text/csv, application/json, application/jsonlines' },
      'content-types-covered': { outcome: 'passed', note: 'application/json, application/jsonlines, text/csv' },
      'execution-parameters': { outcome: 'passed', note: 'MaxConcurrentTransforms 4, MULTI_RECORD, MaxPayloadInMB 6' },
      'batch-records': { outcome: 'passed', note: 'SingleRecord: 6 of 6, MultiRecord: 6 of 6' },
      'validation-rehearsal': { outcome: 'passed', note: 'profile validation: 1 file' },
      'batch-payload': { outcome: 'passed', note: expect.stringMatching(/^(5\.9|6\.0) MB taken$/) },
      'package-request': { outcome: 'passed' },
    });
  });

  it("judge the buyer's template, and say what is missing without samples", { timeout: validationLimitMs }, async () => {
    const verdicts = await judge({ samples: null, packageFile: buyer });
    expect(verdicts['buyer-template']).toEqual({ outcome: 'passed' });
    expect(verdicts['execution-parameters']).toMatchObject({ outcome: 'passed' });
    for (const id of ids.filter((each) => each !== 'buyer-template' && each !== 'execution-parameters'))
      expect(verdicts[id], id).toMatchObject({ outcome: 'notDecided' });
  });
});
