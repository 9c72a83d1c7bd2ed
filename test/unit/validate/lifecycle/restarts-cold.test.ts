import { describe, expect, it } from 'vitest';
import { judgeCold } from '../../../../emulator/validate/checks/restarts-cold.ts';
import type { Invoked } from '../../../../emulator/validate/invoke.ts';

const startup = { pings: [], readyMs: 300 };
const answer = (text: string, status = 200): Invoked => ({
  ...{ kind: 'answered', status, headers: {}, body: Buffer.from(text), firstByteMs: 1, durationMs: 2 },
});
const answers = (first: Invoked, again: Invoked, cold: Invoked) => [{ sample: 'people.json', first, again, cold }];

describe('restarts-cold', () => {
  it.each([
    ['the same answer', answers(answer('a'), answer('a'), answer('a')), 'passed'],
    ['another body', answers(answer('a'), answer('a'), answer('b')), 'failed'],
    ['another status', answers(answer('a'), answer('a'), answer('a', 500)), 'failed'],
    ['no answer', answers(answer('a'), answer('a'), { kind: 'failed', reason: 'timedOut', durationMs: 60_000 }), 'failed'],
    ['answers that differ in one container already', answers(answer('a'), answer('b'), answer('c')), 'notDecided'],
    ['no samples', null, 'passed'],
  ])('with %s', (_, given, outcome) => {
    expect(judgeCold({ startup, answers: given }).outcome).toBe(outcome);
  });

  it('fails where the second container does not come into service', () => {
    expect(judgeCold({ startup: { pings: [], readyMs: null }, answers: [] }).outcome).toBe('failed');
  });

  it('quotes nothing of an answer', () => {
    const verdict = judgeCold({ startup, answers: answers(answer('Ada'), answer('Ada'), answer('Grace')) });
    expect(verdict).toEqual({ outcome: 'failed', findings: ['people.json: a second container gives another body'] });
  });
});
