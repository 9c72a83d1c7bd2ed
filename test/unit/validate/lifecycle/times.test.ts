import { describe, expect, it } from 'vitest';
import { judgeConnectTimes } from '../../../../emulator/validate/checks/accepts-within-250-ms.ts';
import { judgePingBody } from '../../../../emulator/validate/checks/ping-body-empty.ts';
import { judgePingStatus } from '../../../../emulator/validate/checks/ping-consistent.ts';
import { judgePingTimes } from '../../../../emulator/validate/checks/ping-within-2-s.ts';
import type { PingPoll } from '../../../../emulator/validate/probes/ping-polls.ts';

const good: PingPoll = { during: 'rest', result: 200, durationMs: 3, bodyBytes: 0, bodyText: '' };
const pollsOf = (...others: Partial<PingPoll>[]) => ({
  polls: [good, good, ...others.map((other) => ({ ...good, ...other }))],
  invocationMs: 120,
  isSample: true,
});

describe('accepts-within-250-ms', () => {
  it.each([
    [[1, 2, 250], [3], 'passed'],
    [[1, 2, 251], [3], 'warned'],
    [[1, 2], [null], 'warned'],
    [[1, 2], [300, 300], 'warned'],
    [[1, 2], [1_020, 3_040], 'failed'],
    [[300], [null], 'failed'],
  ])('with %j ms at rest and %j under load', (atRest, underLoad, outcome) => {
    expect(judgeConnectTimes({ atRest, underLoad }).outcome).toBe(outcome);
  });

  it('says when, how many and how slow', () => {
    expect(judgeConnectTimes({ atRest: [1, 2], underLoad: [1, 1_020.5, null] })).toMatchObject({
      findings: ['2 of 3 connections while a request was answered took more than 250 ms; the slowest: refused, or not within 3 s'],
    });
  });
});

describe('ping-within-2-s', () => {
  const slow: Partial<PingPoll> = { result: 'timedOut', durationMs: 2_001, during: 'invocation' };
  it.each([
    ['none slow', [], 'passed'],
    ['one slow', [slow], 'warned'],
    ['two slow', [slow, slow], 'failed'],
    ['answers just after the time', [{ durationMs: 2_001 }, { durationMs: 2_050 }], 'failed'],
    ['other statuses in time', [{ result: 503 }, { result: 503 }], 'passed'],
  ])('with %s', (_, others, outcome) => {
    expect(judgePingTimes(pollsOf(...others)).outcome).toBe(outcome);
  });

  it('tells a busy model from one that is slow at rest', () => {
    expect(judgePingTimes(pollsOf(slow, slow))).toMatchObject({
      findings: ['2 of 2 pings while a request was answered had no answer within 2 s'],
    });
  });
});

describe('ping-consistent', () => {
  it.each([
    ['200 only', [], 'passed'],
    ['a slow one, which is another rule', [{ result: 'timedOut' }], 'passed'],
    ['a 502 in between', [{ result: 502 }], 'failed'],
    ['a 204', [{ result: 204 }], 'failed'],
    ['a connection that is refused', [{ result: 'notReady' }], 'failed'],
    ['an answer that breaks off', [{ result: 'connectionLost' }], 'failed'],
  ])('with %s', (_, others, outcome) => {
    expect(judgePingStatus(pollsOf(...others)).outcome).toBe(outcome);
  });
});

describe('ping-body-empty', () => {
  it.each([
    ['none', '', 0, 'passed'],
    ['a word', 'pong', 4, 'passed'],
    ['a status page', '{"status":"Healthy"}', 1_024, 'passed'],
    ['a large one', '<html>', 1_025, 'failed'],
    ['one that contradicts its 200', '{"status": "Unhealthy"}', 23, 'failed'],
  ])('with a body that is %s', (_, bodyText, bodyBytes, outcome) => {
    expect(judgePingBody(pollsOf({ bodyText, bodyBytes })).outcome).toBe(outcome);
  });

  it('is not decided where no ping was answered 200', () => {
    expect(judgePingBody({ ...pollsOf(), polls: [{ ...good, result: 'timedOut' }] }).outcome).toBe('notDecided');
  });
});
