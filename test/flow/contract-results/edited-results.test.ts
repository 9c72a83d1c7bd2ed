// What is recorded is committed, so anybody can edit it: a record that cannot have been written by a verification is never a yes.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readPact } from '../../../contracts/pact/read-pact.ts';
import { recordVerification } from '../../../contracts/results/record-verification.ts';
import { recordVersion } from '../../../contracts/results/record-version.ts';
import { changeFile } from '../../../contracts/results/results-directory.ts';
import { runAirlock } from '../run-airlock.ts';
import { createResultFolder, report } from './result-folder.ts';

const file = 'customer-init--partner-token--2.0.0.json';
const shippedFile = fileURLToPath(new URL('../../../contracts/pacts/customer-init-partner-token.json', import.meta.url));

async function ask(results: string, version = '1.0.0') {
  await using run = runAirlock(['contract', 'can-i-deploy', '--participant', 'customer-init', '--version', version, '--results', results]);
  return { code: await run.exitCode, stdout: run.stdout(), stderr: run.stderr() };
}

/** The contract that ships, published as 1.0.0 and verified as 2.0.0, with the first `count` of its interactions. */
async function recordShipped(results: string, count?: number): Promise<void> {
  const text = readFileSync(shippedFile, 'utf8');
  const interactions = readPact(text, shippedFile).interactions.map(({ description, providerStates }) => ({
    description,
    providerStates: providerStates.map(({ name }) => name),
    ok: true,
    mismatches: [],
  }));
  const whole = report(text, { interactions: interactions.slice(0, count) });
  const { consumer, provider, pactSha256 } = whole;
  await recordVersion(results, { consumer, provider, version: '1.0.0', pactSha256 });
  await recordVerification(whole, { providerVersion: '2.0.0', resultsDirectory: results });
}

describe('edited results', () => {
  it('of a contract that ships: part of its interactions is no yes', async () => {
    await using whole = await createResultFolder();
    await recordShipped(whole.results);
    expect((await ask(whole.results)).code).toBe(0);
    await using part = await createResultFolder();
    await recordShipped(part.results, 1);
    expect(await ask(part.results)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(file) });
  });

  it.skipIf(process.platform === 'win32').each<[string, (path: string) => void]>([
    ['a device', (path) => symlinkSync('/dev/zero', path)],
    ['a named pipe', (path) => void execFileSync('mkfifo', [path])],
    ['a directory', (path) => mkdirSync(path)],
    ['no text', (path) => writeFileSync(path, Buffer.from([0xff, 0xfe]))],
  ])('that are %s are refused at once', async (_what, make) => {
    await using folder = await createResultFolder();
    mkdirSync(folder.results);
    make(join(folder.results, file));
    expect(await ask(folder.results)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(file) });
  });

  it('name no participant by what a terminal takes for a command', async () => {
    await using folder = await createResultFolder();
    const pactSha256 = 'a'.repeat(64);
    const named = { consumer: 'customer\u001b[2J', provider: 'partner-token', version: '1', pactSha256 };
    await expect(recordVersion(folder.results, named)).rejects.toMatchObject({ code: 'BAD_USAGE' });
    await expect(
      recordVerification(report(undefined, { provider: 'a\u2028b' }), { providerVersion: '1', resultsDirectory: folder.results }),
    ).rejects.toMatchObject({ code: 'BAD_USAGE' });
  });
});

describe('the lock of a file of results', () => {
  it('that another process took over meanwhile: nothing is written, and its lock stays', async () => {
    await using folder = await createResultFolder();
    const lock = join(folder.results, '.x.json.lock');
    const change = () => {
      writeFileSync(lock, 'of another process');
      return 'text';
    };
    await expect(changeFile(folder.results, 'x.json', change)).rejects.toMatchObject({
      code: 'BAD_USAGE',
      message: expect.stringContaining('was changed by another process'),
    });
    expect(await readdir(folder.results)).toEqual(['.x.json.lock']);
    expect(readFileSync(lock, 'utf8')).toBe('of another process');
  });
});

describe('the command that mends what is missing', () => {
  it('cannot be run as it stands, and names the folder as one word', async () => {
    await using folder = await createResultFolder();
    const results = join(folder.path, 'my results');
    await recordVersion(results, { consumer: 'customer-init', provider: 'partner-token', version: '1.0.0', pactSha256: 'a'.repeat(64) });
    const answer = await ask(results);
    expect(answer.code).toBe(1);
    expect(answer.stdout).toContain(
      `airlock contract verify --provider partner-token --handler <file> --provider-version <its version> --results '${results}'`,
    );
  });
});
