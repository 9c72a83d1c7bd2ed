// `airlock transform` as a user runs it: a real process over real files, with the built-in model sealed as the machine allows.
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startAirlock } from '../../../emulator/airlock.ts';
import { required } from '../../required.ts';
import { until } from '../model/model-fixture.ts';
import { runAirlock } from '../run-airlock.ts';
import { batchClients, jsonLines } from '../sagemaker/transform-fixture.ts';

let directory: string;
let input: string;
let output: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'transform-command-'));
  [input, output] = [join(directory, 'in'), join(directory, 'out')];
  mkdirSync(input);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Runs to its end, in the directory of the test. */
async function transform(...args: readonly string[]) {
  await using run = runAirlock(['transform', ...args], { cwd: directory });
  const exitCode = await run.exitCode;
  return { exitCode, stdout: run.stdout(), stderr: run.stderr() };
}
const write = (name: string, text: string) => writeFileSync(join(input, name), text);
const idsOf = (name: string) =>
  readFileSync(join(output, name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).id);

describe('airlock transform', () => {
  test('makes a directory of outputs from a directory of inputs, and sums up', async () => {
    for (const name of ['a', 'b']) write(`${name}.jsonl`, jsonLines(20));
    mkdirSync(join(input, 'more'));
    write('more/c.jsonl', jsonLines(3));
    const { exitCode, stdout, stderr } = await transform('--input', 'in', '--output', 'out', '--split-type', 'Line');
    expect(stderr).toMatch(/^model: process \d+, /);
    expect(stderr).not.toContain('\u001b');
    expect(stdout).toMatch(/^ok {4}3 of 3 files have their output in out\n {6}43 records in 3 requests, [\d,]+ bytes, /);
    expect(exitCode).toBe(0);
    expect(readdirSync(output, { recursive: true }).sort()).toEqual(['a.jsonl.out', 'b.jsonl.out', 'more', 'more/c.jsonl.out']);
    expect(idsOf('b.jsonl.out')).toEqual(Array.from({ length: 20 }, (_, index) => `c-${index}`));
  });

  test('takes one file, and not what lies beside it', async () => {
    for (const name of ['a.jsonl', 'a.jsonl.old', 'b.jsonl']) write(name, jsonLines(2));
    const { exitCode } = await transform(
      '--input',
      'in/a.jsonl',
      '--output',
      'out',
      '--split-type',
      'Line',
      '--batch-strategy',
      'SingleRecord',
    );
    expect(exitCode).toBe(0);
    expect(readdirSync(output)).toEqual(['a.jsonl.out']);
  });

  test('ends with 1 where an input has a bad record, names it, and keeps the outputs of the others', async () => {
    for (const name of ['a', 'c']) write(`${name}.jsonl`, jsonLines(5));
    write('b.jsonl', `${jsonLines(2)}no record\n`);
    const { exitCode, stdout } = await transform('--input', 'in', '--output', 'out', '--split-type', 'Line', '--json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      ...{
        kind: 'failed',
        files: 3,
        outputs: 2,
        failed: 1,
        records: 10,
        requests: expect.any(Number),
        bytes: expect.any(Number),
        seconds: expect.any(Number),
      },
      failureReason: expect.stringMatching(/^(Client|Algorithm)Error: /),
      failedInputs: [{ key: 'b.jsonl', reason: expect.stringContaining('400') }],
    });
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(readdirSync(output).sort()).toEqual(['a.jsonl.out', 'c.jsonl.out']);
  });

  test('ends on Ctrl-C with 130: no half output, no temporary file, no model', async () => {
    write('a.jsonl', jsonLines(50_000));
    const temporary = join(directory, 'tmp');
    mkdirSync(temporary);
    const args = ['transform', '--input', 'in', '--output', 'out', '--split-type', 'Line', '--batch-strategy', 'SingleRecord', '--json'];
    await using run = runAirlock(args, { cwd: directory, env: { TMPDIR: temporary } });
    await until(() => run.stderr().includes('model: process'), 20_000);
    const pid = Number(/process (\d+)/.exec(run.stderr())?.[1]);
    run.process.kill('SIGINT');
    expect(await run.exitCode).toBe(130);
    expect(run.stderr()).toContain('stopped: 0 of 1 file has its output, nothing half is left');
    expect(JSON.parse(run.stdout())).toMatchObject({ kind: 'stopped', files: 1, outputs: 0, failed: 0, failureReason: null });
    expect(existsSync(output) ? readdirSync(output) : []).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });

  test('reads and writes s3:// of a running Airlock as its customer-admin', async () => {
    const credentialsFile = join(directory, 'credentials');
    await using airlock = await startAirlock({ credentialsFile });
    using clients = batchClients(airlock);
    await clients.put('batch/in/a.jsonl', jsonLines(4));
    const bucket = `s3://${clients.Bucket}/batch`;
    const common = ['--split-type', 'Line', '--aws-url', airlock.awsUrl, '--credentials-file', credentialsFile] as const;
    const there = await transform('--input', `${bucket}/in/`, '--output', `${bucket}/out`, ...common);
    expect(there).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('1 of 1 file has its output') });
    expect(await clients.keys('batch/out')).toEqual(['batch/out/a.jsonl.out']);
    const here = await transform('--input', `${bucket}/in/a.jsonl`, '--output', 'out', ...common);
    expect(here.exitCode).toBe(0);
    expect(readFileSync(join(output, 'a.jsonl.out'), 'utf8')).toBe(await clients.read('batch/out/a.jsonl.out'));
    const inside = await transform('--input', `${bucket}/in`, '--output', `${bucket}/in/out`, ...common);
    expect(inside).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('/batch/in/out (--output) is inside s3://') });
    const noBucket = await transform('--input', `${bucket}/in/`, '--output', 's3://no-such-bucket/out', ...common);
    expect(noBucket).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^error s3:\/\/no-such-bucket\/out \(--output\) cannot be used: NoSuchBucket/),
    });
    const nowhere = await transform('--input', 's3://no-such-bucket/in', '--output', 'out', ...common);
    expect(nowhere).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('s3://no-such-bucket/in (--input) cannot be read: NoSuchBucket'),
    });
  });

  test('guesses the media type by the ending, and asks where there are several', async () => {
    write('a.csv', 'id,email\nc-1,lena@example.com\n');
    expect((await transform('--input', 'in', '--output', 'out')).exitCode).toBe(0);
    expect(readFileSync(join(output, 'a.csv.out'), 'utf8')).toContain('c-1');
    write('b.jsonl', jsonLines(1));
    expect(await transform('--input', 'in', '--output', 'out')).toMatchObject({
      ...{ exitCode: 2, stderr: expect.stringMatching(/different endings: a\.csv, b\.jsonl\.\n.*--content-type/) },
    });
  });

  test('guesses it by the names in a manifest as well', async () => {
    write('a.csv', 'id,email\nc-1,lena@example.com\n');
    write('other.jsonl', jsonLines(1));
    write('manifest', JSON.stringify([{ prefix: '' }, 'a.csv']));
    expect(await transform('--manifest', '--input', 'in/manifest', '--output', 'out')).toMatchObject({ exitCode: 0 });
    expect(readdirSync(output)).toEqual(['a.csv.out']);
  });

  test('reads a file through a link, and names the output as the link', async () => {
    writeFileSync(join(directory, 'people.jsonl'), jsonLines(1));
    symlinkSync('../people.jsonl', join(input, 'today.jsonl'));
    const { exitCode, stdout } = await transform('--input', 'in/today.jsonl', '--output', 'out', '--split-type', 'Line');
    expect(stdout).toMatch(/^ok {4}1 of 1 file has its output in out\n {6}1 record in 1 request, /);
    expect(exitCode).toBe(0);
    expect(readdirSync(output)).toEqual(['today.jsonl.out']);
  });

  test('fails for what it cannot take, and skips nothing in silence', async () => {
    write('a.jsonl', jsonLines(1));
    symlinkSync('nowhere', join(input, 'b.jsonl'));
    const { exitCode, stdout } = await transform('--input', 'in', '--output', 'out', '--split-type', 'Line');
    expect(stdout).toContain('      b.jsonl: ClientError: the object could not be read: it is a link to nothing\n');
    expect(exitCode).toBe(1);
  });

  test('counts all as failed where the container does not start, and one JSON object says so', async () => {
    for (const name of ['a', 'b']) write(`${name}.jsonl`, jsonLines(1));
    const { exitCode, stdout } = await transform(
      '--input',
      'in',
      '--output',
      'out',
      '--json',
      '--model',
      'unix:nowhere',
      '--startup-timeout',
      '1',
    );
    expect(exitCode).not.toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'failed', files: 2, outputs: 0, failed: 2, failedInputs: [] });
  });

  test('ends well where nobody hears standard error', () => {
    write('a.jsonl', jsonLines(1));
    const main = fileURLToPath(new URL('../../../emulator/main.ts', import.meta.url));
    // For reading: a write to it fails as on a closed one (EBADF).
    const unwritable = openSync(join(input, 'a.jsonl'), 'r');
    const args = [main, 'transform', '--input', 'in', '--output', 'out', '--split-type', 'Line'];
    const { status } = spawnSync(process.execPath, args, { cwd: directory, stdio: ['ignore', 'pipe', unwritable] });
    closeSync(unwritable);
    expect(status).toBe(0);
    expect(readdirSync(output)).toEqual(['a.jsonl.out']);
  });

  test('shows how it is used', async () => {
    const { exitCode, stdout } = await transform('--help');
    expect(exitCode).toBe(0);
    for (const text of ['--split-type', 'Examples:', 'airlock transform --input customers.csv', 'Exit code:'])
      expect(stdout).toContain(text);
  });
});

describe('airlock transform refuses', () => {
  const places = ['--input', 'in', '--output', 'out'];
  test.each([
    [['--input', 'in'], /required option '--output <where>'/],
    [['--input', 'gone', '--output', 'out'], /gone \(--input\) is not there/],
    [places, /nothing in in \(--input\)/],
    [['--input', 'in', ...places], /'--input <where>' argument 'in' is invalid\. It can be given once/],
    [['--input', 'in', '--output', 'in/out'], /in\/out \(--output\) is inside in \(--input\)/],
    [[...places, '--split-typ', 'Line'], /unknown option '--split-typ'\n\(Did you mean --split-type\?\)/],
    [[...places, '--split-type', 'line'], /Allowed choices are None, Line, RecordIO, TFRecord/],
    [[...places, '--max-payload-in-mb', '101'], /--max-payload-in-mb is "101"\.\n +Write a whole number from 0 to 100/],
    [[...places, '--max-payload-in-mb', '60', '--max-concurrent-transforms', '2'], /is more than 100/],
    [[...places, '--invocation-retries', '4'], /from 0 to 3/],
    [[...places, '--invocation-timeout', '0'], /from 1 to 3600/],
    [[...places, '--environment', '1A=x'], /NAME=VALUE/],
    [[...places, '--model', 'docker'], /--model docker has no image/],
    [['--input', 's3://a/b', '--output', 'out', '--aws-url', 'https://s3.us-east-1.amazonaws.com'], /is AWS itself/],
    [['--input', 's3://a/b', '--output', 'out', '--aws-url', 'nowhere'], /Write it as http:\/\/HOST:PORT/],
    [['--input', 's3://a/b', '--output', 'out'], /\.airlock\/credentials \(--credentials-file\) is not there/],
  ])('%j', async (args, message) => {
    const { exitCode, stdout, stderr } = await transform(...args);
    expect(stderr).toMatch(message);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(existsSync(output)).toBe(false);
  });

  test('an output inside the input, also through a link', async () => {
    write('a.jsonl', jsonLines(1));
    symlinkSync('in', join(directory, 'link'));
    expect(await transform('--input', 'in', '--output', 'link/out')).toMatchObject({
      ...{ exitCode: 2, stderr: expect.stringContaining('link/out (--output) is inside in (--input)') },
    });
    expect(readdirSync(input)).toEqual(['a.jsonl']);
  });

  test('an output that would replace another input', async () => {
    for (const name of ['a', 'a.out']) write(name, jsonLines(1));
    write('manifest', JSON.stringify([{ prefix: '' }, 'a', 'a.out']));
    expect(await transform('--manifest', '--input', 'in/manifest', '--output', 'in')).toMatchObject({
      ...{ exitCode: 2, stderr: expect.stringMatching(/in\/a\.out is an input, and the output of another/) },
    });
    expect(readFileSync(join(input, 'a.out'), 'utf8')).toBe(jsonLines(1));
  });

  test('an output that cannot be a directory, before a container is started', async () => {
    write('a.jsonl', jsonLines(1));
    expect(await transform('--input', 'in', '--output', 'in/a.jsonl/out')).toMatchObject({
      ...{ exitCode: 2, stderr: expect.stringMatching(/^error in\/a\.jsonl\/out \(--output\) /) },
    });
  });

  test('a name that is not UTF-8', async () => {
    writeFileSync(Buffer.concat([Buffer.from(`${input}/a`), Buffer.from([0xff])]), jsonLines(1));
    expect(await transform('--input', 'in', '--output', 'out')).toMatchObject({
      ...{ exitCode: 2, stderr: expect.stringContaining('in (--input) cannot be read: it is named so that it is not UTF-8 (a\ufffd)') },
    });
  });

  test('s3:// where no Airlock answers, with 3', async () => {
    writeFileSync(join(directory, 'credentials'), '[customer-admin]\naws_access_key_id = a\naws_secret_access_key = b\n');
    const s3 = ['--aws-url', 'http://127.0.0.1:1', '--credentials-file', 'credentials'];
    expect(await transform('--input', 's3://a/b', '--output', 'out', ...s3)).toMatchObject({
      ...{ exitCode: 3, stderr: expect.stringMatching(/No Airlock answers for s3:\/\/a\/b: ECONNREFUSED/) },
    });
    write('a.jsonl', jsonLines(1));
    expect(await transform('--input', 'in', '--output', 's3://a/b', ...s3)).toMatchObject({
      ...{ exitCode: 3, stderr: expect.stringMatching(/^error No Airlock answers for s3:\/\/a\/b: ECONNREFUSED/) },
    });
  });
});

/** Runs a program on a terminal of its own. */
const terminalMaker = 'script';
const hasScript = required(
  'script',
  spawnSync(terminalMaker, ['--version']).status === 0,
  'script(1) of util-linux, which makes a terminal, is not there',
);

describe.skipIf(!hasScript)('on a terminal', () => {
  const main = fileURLToPath(new URL('../../../emulator/main.ts', import.meta.url));
  const onTerminal = (env: Record<string, string>) => {
    const command = `${process.execPath} ${main} transform --input in --output out --split-type Line --batch-strategy SingleRecord`;
    const { stdout, status } = spawnSync(terminalMaker, ['-qec', command, '/dev/null'], {
      ...{ cwd: directory, encoding: 'utf8', input: '', timeout: 60_000 },
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', TMPDIR: tmpdir(), TERM: 'xterm', ...env },
    });
    // ^ is Escape.
    return { status, screen: stdout.replaceAll('\u001b', '^') };
  };

  test('one live line tells how far it is, and is gone at the end', () => {
    write('a.jsonl', jsonLines(2_000));
    const { screen, status } = onTerminal({});
    expect(status).toBe(0);
    expect(screen).toMatch(/\r\^\[2K\[\S*#+\S*-*\] +\d+ % {2}[\d,]+ records {2}[\d,]+\/s {2}0 of 1 file\r/);
    expect(screen).toMatch(/\r\^\[2K\^\[32mok {2}\^\[39m/);
  });

  test('has no colour with NO_COLOR', () => {
    write('a.jsonl', jsonLines(200));
    const { screen } = onTerminal({ NO_COLOR: '1' });
    expect(screen).toContain('ok    1 of 1 file has');
    expect(screen).not.toMatch(/\^\[\d+m/);
  });
});
