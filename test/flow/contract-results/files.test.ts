import { spawn } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { recordVerification } from '../../../contracts/results/record-verification.ts';
import { required } from '../../required.ts';
import { runAirlock } from '../run-airlock.ts';
import { createResultFolder, failedReport, pactText, report } from './result-folder.ts';

const file = 'customer-init--partner-token--2.0.0.json';

async function cli(
  args: readonly string[],
  options: { cwd?: string } = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  await using run = runAirlock(['contract', ...args], options);
  return { code: await run.exitCode, stdout: run.stdout(), stderr: run.stderr() };
}

describe('results in files', () => {
  it('answer yes after publish and verify, and a second run changes no byte', async () => {
    await using folder = await createResultFolder();
    const pact = await folder.pact('pact.json', pactText());
    const record = async () => {
      const published = await cli(['publish', '--version', '1.0.0', '--pact', pact], { cwd: folder.path });
      expect(published).toMatchObject({ code: 0, stderr: '' });
      await recordVerification(report(), { providerVersion: '2.0.0', resultsDirectory: join(folder.path, 'contracts/verifications') });
      const directory = join(folder.path, 'contracts/verifications');
      return Promise.all((await readdir(directory)).sort().map(async (name) => [name, await readFile(join(directory, name), 'utf8')]));
    };
    const first = await record();
    expect(first.map(([name]) => name)).toEqual([file, 'customer-init--partner-token.versions.json']);
    for (const [, text] of first) expect(text).toMatch(/[^\n]\n$/);
    expect(await record()).toEqual(first);

    const answer = await cli(['can-i-deploy', '--participant', 'customer-init', '--version', '1.0.0'], { cwd: folder.path });
    expect(answer).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        'consumer       version  provider       version  verified',
        'customer-init  1.0.0    partner-token  2.0.0    yes',
        '',
        'yes: customer-init 1.0.0 may be deployed',
        '',
      ].join('\n'),
    });
    const provider = await cli(['can-i-deploy', '--participant', 'partner-token', '--version', '2.0.0', '--json'], { cwd: folder.path });
    expect(provider.code).toBe(0);
    expect(JSON.parse(provider.stdout)).toMatchObject({ source: 'files', deployable: true, rows: [{ verified: 'yes' }] });
  });

  it('answer no with the interaction that failed, and hold no value of an answer', async () => {
    await using folder = await createResultFolder();
    const pact = await folder.pact('pact.json', pactText());
    await cli(['publish', '--version', '1.0.0', '--pact', pact, '--results', folder.results]);
    await recordVerification(failedReport(), { providerVersion: '2.0.0', resultsDirectory: folder.results });
    const answer = await cli(['can-i-deploy', '--participant', 'partner-token', '--version', '2.0.0', '--results', folder.results]);
    expect(answer.code).toBe(1);
    expect(answer.stdout).toContain('no: partner-token 2.0.0 may not be deployed');
    expect(answer.stdout).toContain('no token (it has ended)\n      status: expected 403 but was 200\n      body $.token: other value');
    expect(await readFile(join(folder.results, file), 'utf8')).not.toContain('eyJsecret');
    // A later pass takes its place.
    await recordVerification(report(), { providerVersion: '2.0.0', resultsDirectory: folder.results });
    expect((await cli(['can-i-deploy', '--participant', 'partner-token', '--version', '2.0.0', '--results', folder.results])).code).toBe(0);
  });

  it('do not count part of a contract', async () => {
    await using folder = await createResultFolder();
    const options = { providerVersion: '2.0.0', resultsDirectory: folder.results };
    expect(await recordVerification(report(pactText(), { partial: true }), options)).toMatchObject({ recorded: false });
    await expect(readdir(folder.results)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('are no pass where nothing was verified', async () => {
    await using folder = await createResultFolder();
    await recordVerification(report(pactText(), { interactions: [] }), { providerVersion: '2.0.0', resultsDirectory: folder.results });
    expect(JSON.parse(await readFile(join(folder.results, file), 'utf8')).results[0].ok).toBe(false);
  });

  it('keep one contract a version: another content is refused, and nothing is written', async () => {
    await using folder = await createResultFolder();
    const [one, other] = [await folder.pact('one.json', pactText()), await folder.pact('other.json', pactText('/b'))];
    await cli(['publish', '--version', '1.0.0', '--pact', one, '--results', folder.results]);
    const before = await readFile(join(folder.results, 'customer-init--partner-token.versions.json'), 'utf8');
    const again = await cli(['publish', '--version', '1.0.0', '--pact', other, '--results', folder.results]);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('customer-init 1.0.0 is published already, with another contract with partner-token.');
    expect(again.stderr).toContain('publish this one under a new version');
    expect(await readFile(join(folder.results, 'customer-init--partner-token.versions.json'), 'utf8')).toBe(before);
  });

  it.each<[string, readonly string[], number, string]>([
    ['nothing recorded', ['--participant', 'partner-token', '--version', '1'], 1, 'airlock contract publish --version'],
    ['a misspelt participant', ['--participant', 'partner-tokn', '--version', '1'], 2, 'Did you mean partner-token?'],
    [
      'a misspelt counterpart',
      ['--participant', 'customer-init', '--version', '1', '--with', 'partner-tokn=1'],
      2,
      'Did you mean partner-token?',
    ],
    [
      'a counterpart of somebody else',
      ['--participant', 'customer-init', '--version', '1', '--with', 'customer-api=1'],
      2,
      'has no contract with customer-api',
    ],
    [
      'a counterpart without a version',
      ['--participant', 'customer-init', '--version', '1', '--with', 'partner-token'],
      2,
      'is not name=version',
    ],
    [
      'an environment without a broker',
      ['--participant', 'customer-init', '--version', '1', '--to', 'production'],
      2,
      'only a broker knows environments',
    ],
    ['an empty version', ['--participant', 'customer-init', '--version', ''], 2, 'is empty'],
  ])('never say yes to %s', async (_what, args, code, words) => {
    await using folder = await createResultFolder();
    const answer = await cli(['can-i-deploy', ...args, '--results', folder.results]);
    expect(answer.code).toBe(code);
    expect(answer.stdout + answer.stderr).toContain(words);
  });

  it.each([
    ['cut off', '{"schema": 1,'],
    ['of a newer Airlock', '{"schema": 2}'],
    ['under another name', JSON.stringify({ schema: 1, consumer: 'x', provider: 'y', providerVersion: '1', results: [] })],
  ])('that are %s are named, and nothing is taken from them or written over them', async (_what, text) => {
    await using folder = await createResultFolder();
    await mkdir(folder.results);
    await writeFile(join(folder.results, file), text);
    const answer = await cli(['can-i-deploy', '--participant', 'customer-init', '--version', '1.0.0', '--results', folder.results]);
    expect(answer.code).toBe(2);
    expect(answer.stderr).toContain(join(folder.results, file));
    await expect(recordVerification(report(), { providerVersion: '2.0.0', resultsDirectory: folder.results })).rejects.toMatchObject({
      code: 'RESULTS_DAMAGED',
    });
    expect(await readFile(join(folder.results, file), 'utf8')).toBe(text);
  });

  it('of many writers at once are all kept, and nothing else is left', async () => {
    await using folder = await createResultFolder();
    const options = { providerVersion: '2.0.0', resultsDirectory: folder.results };
    // Some in this process, some in others: the lock has to hold between processes.
    const program = fileURLToPath(new URL('record-reports.ts', import.meta.url));
    const others = ['p', 'q'].map(async (name) => {
      const child = spawn(process.execPath, [program, folder.results, name, '8'], { stdio: ['ignore', 'ignore', 'pipe'] });
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      expect({ code: await new Promise((resolve) => child.once('close', resolve)), stderr }).toEqual({ code: 0, stderr: '' });
    });
    const own = Array.from({ length: 8 }, (_, index) => recordVerification(report(pactText(`/own${index}`)), options));
    await Promise.all([...others, ...own]);
    expect(JSON.parse(await readFile(join(folder.results, file), 'utf8')).results).toHaveLength(24);
    expect(await readdir(folder.results)).toEqual([file]);
  });

  it('are written although a writer was killed in the middle and left its lock', async () => {
    await using folder = await createResultFolder();
    await mkdir(folder.results);
    const lock = join(folder.results, `.${file}.lock`);
    await writeFile(lock, '');
    await utimes(lock, new Date(0), new Date(0));
    await recordVerification(report(), { providerVersion: '2.0.0', resultsDirectory: folder.results });
    expect(await readdir(folder.results)).toEqual([file]);
  });

  it('cannot go where a file is in the way', async () => {
    await using folder = await createResultFolder();
    await writeFile(folder.results, '');
    await expect(recordVerification(report(), { providerVersion: '2.0.0', resultsDirectory: folder.results })).rejects.toMatchObject({
      code: 'BAD_USAGE',
      message: expect.stringContaining(folder.results),
      hint: expect.stringContaining('--results'),
    });
    const answer = await cli(['can-i-deploy', '--participant', 'customer-init', '--version', '1.0.0', '--results', folder.results]);
    expect(answer).toMatchObject({ code: 2, stdout: '' });
  });

  // Not even root writes there.
  it.skipIf(process.platform !== 'linux')('cannot be written where nobody may write', async () => {
    const options = { providerVersion: '2.0.0', resultsDirectory: '/sys/airlock' };
    await expect(recordVerification(report(), options)).rejects.toMatchObject({
      code: 'BAD_USAGE',
      message: expect.stringContaining('/sys/airlock'),
    });
  });

  const canBeDenied = required('a user other than root', process.getuid?.() !== 0, 'root may write to a read-only folder');
  it.skipIf(!canBeDenied)('cannot be written to a read-only folder', async () => {
    await using folder = await createResultFolder();
    await mkdir(folder.results);
    await chmod(folder.results, 0o555);
    await expect(recordVerification(report(), { providerVersion: '2.0.0', resultsDirectory: folder.results })).rejects.toMatchObject({
      code: 'BAD_USAGE',
      message: expect.stringContaining('EACCES'),
    });
    await chmod(folder.results, 0o755);
  });
});

describe('publish', () => {
  it.each<[string, string, string]>([
    ['is damaged', '{', 'is not JSON'],
    ['is of a newer version', pactText().replace('"4.0"', '"5.0"'), 'version 5.0'],
  ])('refuses a pact that %s', async (_what, text, words) => {
    await using folder = await createResultFolder();
    const pact = await folder.pact('pact.json', text);
    const answer = await cli(['publish', '--version', '1', '--pact', pact, '--results', folder.results]);
    expect(answer.code).toBe(2);
    expect(answer.stderr).toContain(words);
    await expect(readdir(folder.results)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('refuses a pact that is not there, and the same contract twice', async () => {
    await using folder = await createResultFolder();
    const missing = await cli(['publish', '--version', '1', '--pact', join(folder.path, 'no.json')]);
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('is not there') });
    const [one, other] = [await folder.pact('one.json', pactText()), await folder.pact('other.json', pactText())];
    const twice = await cli(['publish', '--version', '1', '--pact', one, '--pact', other, '--results', folder.results]);
    expect(twice).toMatchObject({ code: 2, stderr: expect.stringContaining('are both the contract') });
  });
});

describe('diff', () => {
  it('says that nothing changed, what breaks, and refuses two different contracts', async () => {
    await using folder = await createResultFolder();
    const [one, other] = [
      await folder.pact('one.json', pactText()),
      await folder.pact('other.json', pactText().replace('"status":403', '"status":404')),
    ];
    expect(await cli(['diff', one, one])).toEqual({
      code: 0,
      stderr: '',
      stdout: 'nothing changed in the contract of customer-init with partner-token\n',
    });
    const changed = await cli(['diff', one, other]);
    expect(changed.code).toBe(1);
    expect(changed.stdout).toMatch(/^breaking +no token.*: .*404/m);
    const json = await cli(['diff', one, other, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      breaking: true,
      changes: [{ effect: 'breaking', interaction: expect.stringContaining('no token') }],
    });
    const foreign = await folder.pact('foreign.json', pactText().replace('partner-token', 'other'));
    expect(await cli(['diff', one, foreign])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('of customer-init with other'),
    });
  });
});
