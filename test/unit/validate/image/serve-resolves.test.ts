import { describe, expect, it } from 'vitest';
import { findObstacle, serveResolves } from '../../../../emulator/validate/checks/serve-resolves.ts';
import type { Probe } from '../../../../emulator/validate/evidence.ts';
import { sealedRun } from '../../../../emulator/validate/probes/sealed-run.ts';
import { file, link, madeUp, madeUpImage } from './made-up-evidence.ts';

const files = [file('usr/bin/node'), link('bin', 'usr/bin'), file('opt/program/serve'), file('opt/program/notes', { mode: 0o644 })];
const visible = new Map(files.map((each) => [each.path, each]));

describe('what "docker run IMAGE serve" starts', () => {
  it.each([
    ['a program on the default PATH', { Entrypoint: ['node'] }],
    ['an absolute path through a link', { Entrypoint: ['/bin/node'] }],
    ['a path from the working directory', { Entrypoint: ['./serve'], WorkingDir: '/opt/program' }],
    ['serve on a PATH of its own', { Env: ['PATH=/opt/program:/usr/bin'] }],
  ])('is found: %s', (_, config) => {
    expect(findObstacle({ WorkingDir: '', Env: [], ...config }, visible)).toBeNull();
  });

  it.each([
    [{}, /^there is no ENTRYPOINT, and "serve" is not on the PATH/],
    [{ Entrypoint: [] }, /^there is no ENTRYPOINT, and "serve" is not on the PATH/],
    [{ Entrypoint: ['python'] }, /^the ENTRYPOINT's program "python" is not on the PATH \(\/usr\/local\/sbin:/],
    [{ Entrypoint: ['/opt/program/start'] }, /^the ENTRYPOINT's program "\/opt\/program\/start" is not in the image$/],
    [{ Entrypoint: ['/opt/program/notes'] }, /is there but not executable \(mode 644\)$/],
  ])('is not found with %o', (config, wanted) => {
    expect(findObstacle({ WorkingDir: '', Env: [], ...config }, visible)).toMatch(wanted);
  });
});

describe('a program that is there', () => {
  const judge = (run: object) =>
    serveResolves.judge(
      madeUp(madeUpImage({ config: { Entrypoint: ['node'] }, visible: files }).set(sealedRun as Probe<unknown> as Probe<never>, run)),
    );
  const container = (code: number) => ({ exit: () => ({ code }), logLines: () => ['sh: serve: not found'] });

  it('and that Docker can start passes', async () => {
    expect(await judge({ kind: 'serving', container: { exit: () => null } })).toEqual({ outcome: 'passed' });
    expect(await judge({ kind: 'notServing', container: container(1) })).toEqual({ outcome: 'passed' });
  });

  it('and that Docker cannot start fails with its words, where they are of the program', async () => {
    const reason = 'exec /usr/bin/node: exec format error';
    expect(await judge({ kind: 'notStarted', reason })).toEqual({ outcome: 'failed', findings: [`Docker cannot start it: ${reason}`] });
    await expect(judge({ kind: 'notStarted', reason: 'no space left on device' })).rejects.toThrow(/no space left on device$/);
  });

  it('and starts one that is not fails, with the last lines', async () => {
    expect(await judge({ kind: 'notServing', container: container(127) })).toMatchObject({
      outcome: 'failed',
      logTail: ['sh: serve: not found'],
    });
  });
});
