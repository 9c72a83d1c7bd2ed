import { describe, expect, it } from 'vitest';
import type { ContainerExit } from '../../../../emulator/model/docker/model-container.ts';
import { judgeInFlight } from '../../../../emulator/validate/checks/finishes-on-sigterm.ts';
import { judgeEmptyModel } from '../../../../emulator/validate/checks/ping-fails-without-model.ts';
import { judgeStart, judgeWatch } from '../../../../emulator/validate/checks/stays-up.ts';
import { judgeStop } from '../../../../emulator/validate/checks/stops-on-sigterm.ts';
import type { ValidationContainer } from '../../../../emulator/validate/containers.ts';
import type { ColdRun } from '../../../../emulator/validate/probes/cold-run.ts';
import type { SealedRun } from '../../../../emulator/validate/probes/sealed-run.ts';

const exitOf = (code: number | null, outOfMemory = false): ContainerExit => ({ code, outOfMemory, error: '' });
const runOf = (kind: 'serving' | 'notServing', exit: ContainerExit | null): SealedRun => {
  const container = { exit: () => exit, logLines: () => ['loading', 'no weights'] } as unknown as ValidationContainer;
  return { kind, container, startup: { pings: [], readyMs: kind === 'serving' ? 300 : null } };
};
const cold: ColdRun = {
  ...{ startup: { pings: [], readyMs: 400 }, answers: null, watchedMs: 3_900, ownEnd: null, logLines: [] },
  stop: { durationMs: 80, exit: exitOf(0) },
};

describe('stays-up', () => {
  it('says how a container ended that never served, with the end of its log', () => {
    expect(judgeStart(runOf('notServing', exitOf(3)), null)).toEqual({
      outcome: 'failed',
      findings: ['it ended with exit code 3, before /ping answered 200'],
      logTail: ['loading', 'no weights'],
    });
  });

  it('says so where a container that served ran out of memory', () => {
    expect(judgeStart(runOf('serving', exitOf(137, true)), 64 * 1024 * 1024)).toMatchObject({
      outcome: 'failed',
      findings: [expect.stringContaining('its limit of 64 MB')],
    });
  });

  it.each([
    ['that runs and never serves, to the check of /ping', runOf('notServing', null)],
    ['that cannot be started, to the checks of the image', { kind: 'notStarted', reason: 'no such file' } as const],
  ])('leaves one %s', (_, run) => {
    expect(judgeStart(run, null)?.outcome).toBe('notDecided');
  });

  it('watches one that serves, whatever ended it later', () => {
    expect(judgeStart(runOf('serving', null), null)).toBeNull();
    expect(judgeStart(runOf('serving', exitOf(1)), null)).toBeNull();
  });

  it.each([
    ['runs on', {}, 'passed'],
    ['ends by itself', { ownEnd: exitOf(0), stop: null }, 'failed'],
    ['ends before it serves', { ownEnd: exitOf(1), stop: null, startup: { pings: [], readyMs: null } }, 'failed'],
    ['never serves', { stop: null, startup: { pings: [], readyMs: null } }, 'notDecided'],
  ])('judges a second one that %s', (_, more, outcome) => {
    expect(judgeWatch({ ...cold, ...more }, null).outcome).toBe(outcome);
  });
});

describe('stops-on-sigterm', () => {
  it.each([
    ['an end of its own', 80, 0, 'passed'],
    ['the end that SIGTERM makes by itself', 20, 143, 'passed'],
    ['most of the time', 26_000, 0, 'warned'],
    ['SIGKILL after 30 s', 30_050, 137, 'failed'],
    ['SIGKILL by somebody else', 200, 137, 'failed'],
    ['an end in the last moment', 30_000, 0, 'failed'],
    ['an unknown end', 100, null, 'notDecided'],
  ])('with %s', (_, durationMs, code, outcome) => {
    expect(judgeStop({ stop: { durationMs, exit: exitOf(code) }, logLines: [] }).outcome).toBe(outcome);
  });

  it('is not decided where nothing was left to stop', () => {
    expect(judgeStop({ stop: null, logLines: [] }).outcome).toBe('notDecided');
  });
});

describe('finishes-on-sigterm', () => {
  it.each([
    ['its answer', 200, true, 'passed'],
    ['a clean refusal', 503, true, 'passed'],
    ['a refusal of what was no sample', 400, false, 'passed'],
    ['an error instead of its answer', 500, true, 'failed'],
    ['a broken connection', 'connectionLost', true, 'failed'],
    ['nothing', 'timedOut', false, 'failed'],
  ] as const)('with %s', (_, result, isSample, outcome) => {
    expect(judgeInFlight({ result, isSample, durationMs: 300 }).outcome).toBe(outcome);
  });
});

describe('ping-fails-without-model', () => {
  it.each([
    ['a 200', 900, null, 'failed'],
    ['an end', null, 1, 'passed'],
    ['no 200 in time', null, null, 'passed'],
  ])('with %s', (_, readyMs, exitCode, outcome) => {
    expect(judgeEmptyModel({ startup: { pings: [], readyMs }, exitCode, waitedMs: 2_600 }).outcome).toBe(outcome);
  });
});
