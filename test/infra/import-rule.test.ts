import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Lints one file with the project's own rules, in a folder of its own. */
function lint(file: string, source: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'import-rule-'));
  try {
    const rules = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
    writeFileSync(join(directory, 'biome.json'), JSON.stringify({ ...rules, $schema: undefined, vcs: { enabled: false } }));
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), source);
    const { stdout, stderr } = spawnSync(join(root, 'node_modules/.bin/biome'), ['lint', file], { cwd: directory, encoding: 'utf8' });
    return stdout + stderr;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const forbidden: readonly (readonly [file: string, imported: string])[] = [
  ['lambdas/init/handler.ts', '../../emulator/log.ts'],
  ['model-stub/serve.ts', '../emulator/limits.ts'],
  ['lambdas/init/handler.ts', '../../contracts/provider-states.ts'],
  ['contracts/results/record-version.ts', '../../emulator/errors.ts'],
  ['contracts/verification/verify-pact.ts', '../../lambdas/init/handler.ts'],
  ['contracts/client/identity-client.ts', '../pact/pact.ts'],
  ['contracts/client/identity-client.ts', '../../emulator/errors.ts'],
  ['emulator/start.ts', '../lambdas/init/handler.ts'],
  ['emulator/functions/function-host.ts', '../../lambdas/init/handler.ts'],
  ['emulator/commands/up.ts', '../../test/flow/application.ts'],
  ['emulator/storage/s3-service.ts', '../gateway/pipeline.ts'],
  ['emulator/aws/endpoint.ts', '../storage/s3-service.ts'],
  ['emulator/authorizer/authorize.ts', '../gateway/pipeline.ts'],
  ['emulator/iam/evaluate.ts', '../aws/endpoint.ts'],
  ['emulator/gateway/start-gateway.ts', '../start.ts'],
  ['emulator/trace/tracer.ts', '../config.ts'],
];

const allowed: readonly (readonly [file: string, imported: string])[] = [
  ['emulator/gateway/start-gateway.ts', '../authorizer/authorize.ts'],
  ['emulator/storage/s3-service.ts', '../aws/service.ts'],
  ['emulator/start.ts', './gateway/start-gateway.ts'],
  ['emulator/model/pact-model.ts', '../../contracts/pact/pact.ts'],
  ['contracts/client/identity-client.ts', './token-keeper.ts'],
  ['test/flow/journey.test.ts', '../../emulator/airlock.ts'],
];

describe('the import rule', () => {
  it.each(forbidden)('refuses %s -> %s', (file, imported) => {
    expect(lint(file, `import { thing } from '${imported}';\nexport const other = thing;\n`)).toContain('noRestrictedImports');
  });

  it.each(allowed)('lets %s -> %s through', (file, imported) => {
    expect(lint(file, `import { thing } from '${imported}';\nexport const other = thing;\n`)).not.toContain('noRestrictedImports');
  });
});
