// What a partner copies: the workflow, and the package file of --init.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { packageFile } from '../../../../emulator/package-files.ts';
import { initPackage } from '../../../../emulator/validate/init-package.ts';
import { readPackageFile } from '../../../../emulator/validate/model-package/read-package-file.ts';
import { reportFormats } from '../../../../emulator/validate/validate-options.ts';

const directory = mkdtempSync(join(tmpdir(), 'partner-files-'));
afterAll(() => rmSync(directory, { recursive: true }));

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

describe('the workflow for a partner', () => {
  const workflow = parse(readFileSync(packageFile('infra/github/validate-image.yml'), 'utf8'));
  const steps = workflow.jobs.validate.steps as readonly Step[];

  it('may read the repository and nothing else', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    expect(Object.values(workflow.jobs).some((job) => 'permissions' in (job as object))).toBe(false);
    for (const { uses, with: given } of steps)
      if (uses?.startsWith('actions/checkout@')) expect(given).toMatchObject({ 'persist-credentials': false });
  });

  it('pins every action by commit', () => {
    const used = steps.flatMap(({ uses }) => uses ?? []);
    expect(used.length).toBeGreaterThan(3);
    for (const each of used) expect(each).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
  });

  it('runs no expression as a script, and asks for formats that there are', () => {
    const scripts = steps.flatMap(({ run }) => run ?? []).join('\n');
    expect(scripts).not.toContain('${{');
    expect(scripts).toContain(`--format ${reportFormats.join(',')}`);
  });
});

describe('the package file of --init', () => {
  it('has nothing that a package may not have', async () => {
    const path = join(directory, 'model-package.json');
    await initPackage(path);
    const { kind, problems, modelPackage } = await readPackageFile(path);
    expect({ kind, problems }).toEqual({ kind: 'request', problems: [] });
    expect(modelPackage).not.toBeNull();
  });
});
