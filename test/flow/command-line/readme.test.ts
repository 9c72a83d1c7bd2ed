import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { ReadyInfo } from '../../../emulator/airlock.ts';
import { readmeCurlLines } from '../../readme-lines.ts';
import { required } from '../../required.ts';
import { runAirlock } from '../run-airlock.ts';

const hasCurl = required('curl', spawnSync('curl', ['--version']).status === 0, 'curl is not installed');

test.skipIf(!hasCurl)("the README's curl lines work as they stand there", async () => {
  const directory = await mkdtemp(join(tmpdir(), 'readme-'));
  try {
    await using airlock = runAirlock(['up', '--port', '0', '--aws-port', '0', '--control-port', '0', '--ready-file', 'ready.json'], {
      cwd: directory,
    });
    await airlock.waitFor('Ctrl-C ends everything');
    const ready = JSON.parse(readFileSync(join(directory, 'ready.json'), 'utf8')) as ReadyInfo;
    const ports = { api: Number(new URL(ready.apiUrl ?? '').port), aws: Number(new URL(ready.awsUrl).port) };
    const { stdout } = await promisify(execFile)('sh', ['-c', readmeCurlLines(ports)], { cwd: directory });
    expect(JSON.parse(stdout)).toMatchObject({ result: { bucket: ready.resultsBucket, records: 1 } });
  } finally {
    await rm(directory, { recursive: true });
  }
});
