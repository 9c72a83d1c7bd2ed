// `airlock validate` as a partner runs it: the real command, a real daemon, reports that other tools can read, and nothing left.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportHtml } from '../../../emulator/validate/report-html.ts';
import { runAirlock } from '../../flow/run-airlock.ts';
import { buildModelStub, buildTestImage } from '../../images/build-image.ts';
import { required } from '../../required.ts';
import { hasSchemas, junitErrors, reportErrors, sarifErrors } from '../../unit/validate/report/schemas.ts';
import { type ContainerEvent, containerEvent } from '../model/container-event.ts';
import { docker, hasDocker, leftBehind } from '../model/docker-fixture.ts';

const directory = mkdtempSync(join(tmpdir(), 'validate-command-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Those that need one container only. */
const few = ['--only', 'serves-on-ping', '--only', 'serve-resolves', '--only', 'runs-as-root'];

async function validate(...args: readonly string[]) {
  await using airlock = runAirlock(['validate', ...args]);
  const exitCode = await airlock.exitCode;
  await expectNothingLeft(airlock.process.pid ?? 0);
  return { exitCode, stdout: airlock.stdout(), stderr: airlock.stderr() };
}

async function expectNothingLeft(pid: number): Promise<void> {
  expect(await leftBehind(pid)).toEqual([]);
  expect(await docker('network', 'ls', '--filter', `label=airlock.pid=${pid}`, '--format', '{{.Name}}')).toBe('');
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`airlock-${pid}-`) || name.startsWith(`airlock-model-${pid}-`))).toEqual(
    [],
  );
}

describe.skipIf(!hasDocker)('validate', () => {
  let stub = '';
  beforeAll(async () => {
    stub = await buildModelStub();
  });

  it('prints a line a check and a summary, plain in a pipe, and ends with 0 where none failed', async () => {
    const { exitCode, stdout, stderr } = await validate(stub, '--only', 'serves-on-ping');
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/^airlock-test\/model-stub:\S+ {2}linux\/\w+ {2}/);
    expect(stdout).toMatch(/\nok {4}serves-on-ping +ready after /);
    expect(stdout).toMatch(/\n1 passed, none failed, 0 warnings, 0 not decided {2}in [\d.]+ s\n$/);
    expect(stderr).toContain('starting the container sealed …\n');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be there
    expect(stdout + stderr).not.toMatch(/\u001b|\r/);
  });

  it('explains a failed check with what the container printed, and ends with 1', async () => {
    const image = await buildTestImage('exits-at-once');
    const { exitCode, stdout } = await validate(image, '--only', 'serves-on-ping');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/\nFAIL {2}serves-on-ping .*\(blocks submission\)\n {6}found {3}the container ended with exit code \d+/);
    expect(stdout).toMatch(/\n {6}why [\s\S]*\n {6}fix [\s\S]*\n {6}source [\s\S]*\n {6}log {5}\| /);
    expect(stdout).toMatch(/\n0 passed, 1 failed \(1 blocks submission\)/);
  });

  it('writes every format into --out, each as its schema wants it, of one and the same run', async () => {
    const out = join(directory, 'all', 'reports');
    const { exitCode, stderr } = await validate(stub, ...few, '--out', out);
    expect([0, 1], stderr).toContain(exitCode);
    expect(readdirSync(out).toSorted()).toEqual(['validate.html', 'validate.json', 'validate.sarif', 'validate.xml']);
    const [html = '', json = '', sarif = '', junit = ''] = readdirSync(out)
      .toSorted()
      .map((name) => readFileSync(join(out, name), 'utf8'));
    expect(reportErrors(json)).toEqual([]);
    expect(JSON.parse(json).summary.failed > 0).toBe(exitCode === 1);
    expect(html).toBe(reportHtml(JSON.parse(json)));
    expect(junit).toContain('tests="3"');
    expect(JSON.parse(sarif).runs[0].tool.driver.rules).toHaveLength(3);
    if (!hasSchemas) return;
    expect(await junitErrors(junit)).toEqual([]);
    expect(sarifErrors(sarif)).toEqual([]);
  });

  it('prints one machine format alone on standard output', async () => {
    const { stdout } = await validate(stub, '--only', 'serves-on-ping', '--format', 'json');
    expect(reportErrors(stdout)).toEqual([]);
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, image: { reference: stub }, summary: { passed: 1, failed: 0 } });
  });

  it('ends with 3 where the image is not here, in one line with what to do, and makes no directory', async () => {
    const { exitCode, stdout, stderr } = await validate('127.0.0.1:1/no-such-image:1', '--out', join(directory, 'missing'));
    expect(stderr).toContain('127.0.0.1:1/no-such-image:1');
    expect(stderr.trim().split('\n')).toHaveLength(2);
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(existsSync(join(directory, 'missing'))).toBe(false);
  });

  it('ends with 2 for a name that no image can have', async () => {
    expect((await validate('../etc')).exitCode).toBe(2);
  });

  it.each<ContainerEvent>(['create model', 'start model', 'start relay'])(
    'ends with 130 at Ctrl-C after "%s", prints no report and leaves nothing',
    async (event) => {
      const image = await buildTestImage('never-answers-ping');
      const out = join(directory, 'interrupted');
      await using airlock = runAirlock(['validate', image, '--only', 'serves-on-ping', '--out', out]);
      const pid = airlock.process.pid ?? 0;
      await containerEvent(pid, event);
      airlock.process.kill('SIGINT');
      expect(await airlock.exitCode, airlock.stderr()).toBe(130);
      expect(airlock.stdout()).toBe('');
      expect(airlock.stderr()).not.toContain('bug in Airlock');
      expect(existsSync(out)).toBe(false);
      await expectNothingLeft(pid);
    },
  );

  it.skipIf(!canMount())('says so where the disk is full, ends with 2 and leaves no half of a report', async () => {
    const small = mkdtempSync(join(directory, 'small-'));
    const main = fileURLToPath(new URL('../../../emulator/main.ts', import.meta.url));
    // In a mount namespace of its own: the file system goes with its last process. The directory is listed while it is still there.
    const script = `mount -t tmpfs -o size=8k none "$1" && "$2" "$3" validate "$4" --only serves-on-ping --out "$1"; code=$?; ls -A "$1"; exit $code`;
    const { status, stdout, stderr } = spawnSync('unshare', ['--mount', 'sh', '-c', script, 'sh', small, process.execPath, main, stub], {
      encoding: 'utf8',
      timeout: 100_000,
    });
    expect(stderr).toMatch(/error --out \S+ cannot be written: ENOSPC/);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });
});

function canMount(): boolean {
  const { status } = spawnSync('unshare', ['--mount', 'true'], { timeout: 10_000 });
  return required('root', status === 0, 'only root may mount a small file system');
}
