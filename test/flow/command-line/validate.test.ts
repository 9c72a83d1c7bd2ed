// What `airlock validate` says and does before it needs Docker.
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkList } from '../../../emulator/validate/check-list.ts';
import { runAirlock } from '../run-airlock.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'validate-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** No Docker at all: a test that gets that far ends with 3. */
const noDocker = { DOCKER_HOST: 'unix:///no/such/docker.sock' };

async function validate(...args: readonly string[]) {
  await using airlock = runAirlock(['validate', ...args], { env: noDocker });
  const exitCode = await airlock.exitCode;
  return { exitCode, stdout: airlock.stdout(), stderr: airlock.stderr() };
}

describe('bad input to validate', () => {
  it.each([
    ['no image', [], 'No image was named.'],
    [
      'an unknown check',
      ['any:1', '--only', 'serve-on-ping'],
      '--only serve-on-ping: there is no such check. Did you mean serves-on-ping?',
    ],
    ['an unknown check to skip', ['any:1', '--skip', 'serves-on-pong'], 'Did you mean serves-on-ping?'],
    ['nothing left to check', ['any:1', '--only', 'serves-on-ping', '--skip', 'serves-on-ping'], 'No check is left to run.'],
    ['an unknown format', ['any:1', '--format', 'text,jsn'], '--format jsn: there is no such format. Did you mean json?'],
    ['two formats for one output', ['any:1', '--format', 'json,junit'], 'Add --out DIR'],
    ['a directory that nothing goes into', ['any:1', '--format', 'text', '--out', 'x'], '--out x would stay empty'],
    ['a time that is none', ['any:1', '--timeout', 'soon'], '--timeout is "soon".'],
    ['a memory that is none', ['any:1', '--model-memory', 'much'], '--model-memory is "much".'],
    ['samples that are not there', ['any:1', '--samples', '/no/such/samples'], '/no/such/samples'],
    ['a package file that is not there', ['any:1', '--package', '/no/such/package.json'], '/no/such/package.json'],
    ['an unknown flag', ['any:1', '--sample', 'x'], 'Did you mean --samples?'],
  ])('such as %s ends with 2 and says so', async (_, args, line) => {
    const { exitCode, stdout, stderr } = await validate(...args);
    expect(stderr).toContain(line);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).not.toMatch(/\n\s+at |bug in Airlock/);
  });

  it('such as a package file that is no JSON ends with 2 and names it', async () => {
    const file = join(directory, 'package.json');
    await writeFile(file, '{ "ModelPackageName": ');
    const { exitCode, stderr } = await validate('any:1', '--package', file);
    expect(stderr).toContain(file);
    expect(exitCode).toBe(2);
  });

  it('such as a value of the environment is not repeated', async () => {
    const { exitCode, stderr } = await validate('any:1', '--environment', 'A-B=the-secret');
    expect(stderr).toContain('--environment "A-B" cannot be set.');
    expect(stderr).not.toContain('the-secret');
    expect(exitCode).toBe(2);
  });
});

describe('without Docker', () => {
  it('ends with 3, in one line with what to do, and makes no directory', async () => {
    const out = join(directory, 'made', 'for', 'nothing');
    const { exitCode, stdout, stderr } = await validate('any:1', '--out', out);
    expect(stderr).toMatch(/^error No Docker here/);
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(existsSync(join(directory, 'made'))).toBe(false);
  });

  it('removes what an earlier run wrote under the same names, and lets other files be', async () => {
    const out = join(directory, 'reports');
    await mkdir(out);
    for (const name of ['validate.json', 'validate.html', 'notes.txt']) await writeFile(join(out, name), 'earlier');
    const { exitCode } = await validate('any:1', '--out', out, '--format', 'json');
    expect(exitCode).toBe(3);
    expect((await readdir(out)).toSorted()).toEqual(['notes.txt', 'validate.html']);
  });
});

describe('--out that cannot be written', () => {
  it('ends with 2 before anything else', async () => {
    const file = join(directory, 'a-file');
    await writeFile(file, '');
    for (const out of [file, join(file, 'below'), '/proc/reports']) {
      const { exitCode, stderr } = await validate('any:1', '--out', out);
      expect(stderr).toContain(`--out ${out} cannot be written`);
      expect(exitCode).toBe(2);
    }
  });
});

describe('--list', () => {
  it('names every check, for people and as JSON', async () => {
    const { exitCode, stdout, stderr } = await validate('--list');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    for (const { id, title } of checkList)
      expect(stdout).toMatch(new RegExp(`\\n {2}${id} .*${title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`));
    const told = JSON.parse((await validate('--list', '--format', 'json')).stdout);
    expect(told.map(({ id }: { id: string }) => id)).toEqual(checkList.map(({ id }) => id));
    expect(told[0]).toHaveProperty('why');
  });
});

describe('--init', () => {
  it('writes a samples folder and a package file, and says how to use them', async () => {
    const here = join(directory, 'new', 'project');
    const { exitCode, stdout, stderr } = await validate('--init', here);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(await readdir(join(here, 'samples'))).toContain('README.md');
    expect(JSON.parse(readFileSync(join(here, 'model-package.json'), 'utf8'))).toMatchObject({ CertifyForMarketplace: true });
    expect(stdout).toContain(`--samples ${join(here, 'samples')} --package ${join(here, 'model-package.json')}`);
    // They can be read again: it gets as far as Docker.
    const { exitCode: next } = await validate('any:1', '--samples', join(here, 'samples'), '--package', join(here, 'model-package.json'));
    expect(next).toBe(3);
  });

  it('overwrites nothing and leaves nothing half', async () => {
    const here = join(directory, 'used');
    await mkdir(here);
    await writeFile(join(here, 'model-package.json'), 'mine');
    const { exitCode, stderr } = await validate('--init', here);
    expect(stderr).toContain('model-package.json is there already.');
    expect(exitCode).toBe(2);
    expect(await readdir(here)).toEqual(['model-package.json']);
    expect(readFileSync(join(here, 'model-package.json'), 'utf8')).toBe('mine');
  });

  it('takes no image', async () => {
    expect((await validate('any:1', '--init', directory)).exitCode).toBe(2);
  });
});
