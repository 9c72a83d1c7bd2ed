import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkList } from '../../../emulator/validate/check-list.ts';
import type { Report } from '../../../emulator/validate/report.ts';
import { validateImage } from '../../../emulator/validate/validate-image.ts';
import type { ValidateOptions } from '../../../emulator/validate/validate-options.ts';
import { silentLog } from '../../flow/model/model-fixture.ts';
import { required } from '../../required.ts';
import { docker, hasDocker, leftBehind, relayImage } from '../model/docker-fixture.ts';
import { buildGalleryImage, buildStub } from './gallery-images.ts';
import type { GalleryRow } from './gallery-row.ts';

const rowsDirectory = join(import.meta.dirname, 'gallery-rows');
const files = readdirSync(rowsDirectory).filter((name) => name.endsWith('.ts'));
const rows: readonly GalleryRow[] = (
  await Promise.all(files.map(async (name) => ((await import(join(rowsDirectory, name))) as { rows: readonly GalleryRow[] }).rows))
).flat();
const directories = readdirSync(join(import.meta.dirname, '../../images/gallery'));

const runsGallery = required(
  'gallery',
  process.env.AIRLOCK_REQUIRE?.split(',').includes('gallery') ?? false,
  'the gallery of broken images takes some ten minutes: AIRLOCK_REQUIRE=gallery runs it',
);
const goodImageMs = 60_000;
/** Ours: what waits for the whole 30 s of a stop has time for the rest. */
const validationLimitMs = 150_000;

const defaults: Omit<ValidateOptions, 'image'> = {
  ...{ samples: null, packageFile: null, modelArchive: null, only: [], skip: [], startupTimeoutMs: 15_000 },
  ...{ modelDirectory: null, environment: {}, memoryBytes: null, cpus: null, relayImage },
};

function failed({ results }: Report): Map<string, readonly string[]> {
  return new Map(results.flatMap(({ check, verdict }) => (verdict.outcome === 'failed' ? [[check.id, verdict.findings] as const] : [])));
}

async function allOfUs(): Promise<string[]> {
  const networks = await docker('network', 'ls', '--filter', `label=airlock.pid=${process.pid}`, '--format', '{{.Name}}');
  return [...(await leftBehind()), ...networks.split('\n').filter(Boolean)];
}

describe.skipIf(!hasDocker)('validation of whole images', () => {
  const temporaryDirectory = mkdtempSync(join(tmpdir(), 'airlock-gallery-'));
  const validate = (image: string, options: Partial<ValidateOptions> = {}) =>
    validateImage(
      { ...defaults, image, ...options },
      { checks: checkList, temporaryDirectory, log: silentLog, signal: AbortSignal.timeout(validationLimitMs) },
    );
  beforeAll(async () => {
    expect(await allOfUs()).toEqual([]);
  });
  afterAll(async () => {
    rmSync(temporaryDirectory, { recursive: true });
    expect(await allOfUs(), 'left in Docker').toEqual([]);
  });

  it('passes the stub in everything that is decided, in under a minute', { timeout: validationLimitMs }, async () => {
    const report = await validate(await buildStub());
    expect(Object.fromEntries(failed(report))).toEqual({});
    expect(report.results.map(({ check }) => check.id)).toEqual(checkList.map(({ id }) => id));
    expect(report.summary.passed).toBeGreaterThan(20);
    expect(report.durationMs).toBeLessThan(goodImageMs);
  });

  it.runIf(runsGallery).each(rows)(
    'finds what is wrong with $directory: $id',
    { timeout: validationLimitMs },
    async ({ id, directory, findings, ...row }) => {
      const report = await validate(await buildGalleryImage(directory), row.options);
      const found = failed(report);
      const others = [...found].filter(([other]) => other !== id);
      const blocks = (other: string) => checkList.some((check) => check.id === other && check.severity === 'blocks');
      const unexpected = others.filter(([other]) => blocks(other) || row.alsoFails?.[other] === undefined);
      expect(Object.fromEntries(unexpected)).toEqual({});
      expect(found.get(id)).toEqual(expect.arrayContaining([expect.stringMatching(findings)]));
    },
  );
});

it('has a row for each image of the gallery', () => {
  expect([...new Set(rows.map(({ directory }) => directory))].sort()).toEqual(directories.sort());
});
