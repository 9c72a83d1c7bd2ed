import { describe, expect, it } from 'vitest';
import { acceptHandled } from '../../../../emulator/validate/checks/accept-handled.ts';
import { concurrentRequests } from '../../../../emulator/validate/checks/concurrent-requests.ts';
import { ignoresOtherHeaders } from '../../../../emulator/validate/checks/ignores-other-headers.ts';
import { largeRequest } from '../../../../emulator/validate/checks/large-request.ts';
import { logsToStdout } from '../../../../emulator/validate/checks/logs-to-stdout.ts';
import { malformedBody } from '../../../../emulator/validate/checks/malformed-body.ts';
import { noErrorWith200 } from '../../../../emulator/validate/checks/no-error-with-200.ts';
import { unknownContentType } from '../../../../emulator/validate/checks/unknown-content-type.ts';
import { NotDecided } from '../../../../emulator/validate/evidence.ts';
import type { Invoked } from '../../../../emulator/validate/invoke.ts';
import { acceptAnswers } from '../../../../emulator/validate/probes/accept-answers.ts';
import { brokenBodyAnswers } from '../../../../emulator/validate/probes/broken-body-answers.ts';
import { concurrentAnswers } from '../../../../emulator/validate/probes/concurrent-answers.ts';
import { invocationLog } from '../../../../emulator/validate/probes/invocation-log.ts';
import { largeRequestAnswers } from '../../../../emulator/validate/probes/large-request-answers.ts';
import { otherHeaderAnswers } from '../../../../emulator/validate/probes/other-header-answers.ts';
import { sampleAnswers } from '../../../../emulator/validate/probes/sample-answers.ts';
import { unknownContentTypeAnswer } from '../../../../emulator/validate/probes/unknown-content-type-answer.ts';
import { samples } from '../../../../emulator/validate/samples.ts';
import { answered, evidenceOf, failed, sample, sampleAnswer } from './made-up.ts';

const noSamples = new NotDecided('no samples were given');
const good = answered();

it.each([
  [answered({ status: 415 }), 'passed'],
  [answered({ status: 400 }), 'passed'],
  [answered({ status: 200 }), 'failed'],
  [answered({ status: 500 }), 'failed'],
  [failed('timedOut'), 'failed'],
])('an unknown content type wants 4xx, row %#', async (invoked, outcome) => {
  expect(await unknownContentType.judge(evidenceOf([[unknownContentTypeAnswer, invoked]]))).toMatchObject({ outcome });
});

describe('malformed-body', () => {
  const judge = (invoked: Invoked, { isSurelyBroken = true, exitCode = null as number | null, ping = 200 as number | string } = {}) => {
    const answers = [{ what: 'an empty body', contentType: 'application/json', isSurelyBroken, invoked }];
    return malformedBody.judge(evidenceOf([[brokenBodyAnswers, { answers, exitCode, ping, logTail: ['the last line'] }]]));
  };
  it.each([
    ['a 4xx', judge(answered({ status: 400 })), 'passed'],
    ['a 5xx', judge(answered({ status: 500 })), 'failed'],
    ['a 2xx', judge(good), 'failed'],
    ['a 2xx to what might be a body', judge(good, { isSurelyBroken: false }), 'warned'],
    ['a 5xx to what might be a body', judge(answered({ status: 500 }), { isSurelyBroken: false }), 'failed'],
    ['a connection that breaks', judge(failed('connectionLost'), { isSurelyBroken: false }), 'failed'],
    ['a container that ends', judge(answered({ status: 400 }), { exitCode: 1 }), 'failed'],
    ['a container that is not well any more', judge(answered({ status: 400 }), { ping: 'timedOut' }), 'failed'],
  ])('judges %s', async (_, verdict, outcome) => {
    expect(await verdict).toMatchObject({ outcome });
  });
});

it.each([
  ['406', good, good, answered({ status: 406 }), 0],
  ['the default', good, good, good, 0],
  ['a 5xx', good, good, answered({ status: 500 }), 1],
  ['none that works without', answered({ status: 406 }), good, good, 1],
  ['none that works with */*', good, answered({ status: 406 }), failed('connectionLost'), 2],
])('Accept is handled: %s', async (_, without, anything, unsatisfiable, count) => {
  const verdict = await acceptHandled.judge(evidenceOf([[acceptAnswers, { sample: 'a.json', without, anything, unsatisfiable }]]));
  expect(verdict).toMatchObject(count === 0 ? { outcome: 'passed' } : { outcome: 'failed', findings: { length: count } });
});

it.each([
  ['the same answer', good, good, [good, good], 'passed'],
  ['a refusal of what is added', good, answered({ status: 400 }), [good, good], 'failed'],
  ['a refusal of what is left out', answered({ status: 401 }), good, [good, good], 'failed'],
  ['another answer', good, answered({ body: '[]' }), [good, good], 'failed'],
  ['another answer of a model that never repeats itself', good, answered({ body: '[1]' }), [good, answered({ body: '[2]' })], 'passed'],
])('other headers change nothing: %s', async (_, fewest, more, five, outcome) => {
  const verdict = ignoresOtherHeaders.judge(evidenceOf([[otherHeaderAnswers, { sample: 'a.json', fewest, more, five }]]));
  expect(await verdict).toMatchObject({ outcome });
});

it.each([
  ['taken', good, null, 'passed'],
  ['taken, with an answer that is larger than we hold', failed('answerTooLarge'), null, 'passed'],
  ['refused for its size', answered({ status: 413 }), null, 'failed'],
  ['a 5xx', answered({ status: 502 }), null, 'failed'],
  ['a connection that breaks', failed('connectionLost'), null, 'failed'],
  ['the end of the container', good, 137, 'failed'],
  ['refused for what is in it', answered({ status: 422 }), null, 'warned'],
  ['too much for 60 s', failed('timedOut'), null, 'warned'],
])('a large request: %s', async (_, invoked, exitCode, outcome) => {
  const answers = [{ sample: 'a.json', bytes: 26_000_000, records: 9, invoked }];
  expect(await largeRequest.judge(evidenceOf([[largeRequestAnswers, { answers, exitCode, logTail: [] }]]))).toMatchObject({ outcome });
});

describe('concurrent-requests', () => {
  const one = answered({ body: '1' });
  const two = answered({ body: '2' });
  const alone = [
    [one, one],
    [two, two],
  ];
  const judge = (together: readonly Invoked[], over: object = {}) => {
    const asked = together.map((invoked, index) => ({ request: index % 2, invoked }));
    return concurrentRequests.judge(
      evidenceOf([[concurrentAnswers, { alone, together: asked, pings: [200], exitCode: null, logTail: [], ...over }]]),
    );
  };
  it.each([
    ['each its own answer', judge([one, two]), 'passed'],
    ["each the other's answer", judge([two, one]), 'failed'],
    ['an answer nobody had alone', judge([one, answered({ body: '3' })]), 'failed'],
    ['a refusal', judge([one, answered({ status: 503 })]), 'failed'],
    ['the end of the container', judge([one, two], { exitCode: 1 }), 'failed'],
    ['no ping that is answered', judge([one, two], { pings: ['timedOut'] }), 'failed'],
    ['one ping of several that is answered', judge([one, two], { pings: ['timedOut', 200] }), 'passed'],
    ['a model that never repeats itself', judge([answered({ body: '3' })], { alone: [[one, two]] }), 'passed'],
  ])('judges %s', async (_, verdict, outcome) => {
    expect(await verdict).toMatchObject({ outcome });
  });

  it('is not decided where nothing works alone', async () => {
    await expect(judge([one], { alone: [[one, answered({ status: 500 })]] })).rejects.toThrow(NotDecided);
  });
});

describe('no-error-with-200', () => {
  const judge = (sampleBody: string, over: { unknown?: Invoked; broken?: Invoked; withSamples?: boolean } = {}) => {
    const { unknown = answered({ status: 415 }), broken = answered({ status: 400 }), withSamples = true } = over;
    return noErrorWith200.judge(
      evidenceOf([
        [unknownContentTypeAnswer, unknown],
        [brokenBodyAnswers, { answers: [{ what: 'an empty body', contentType: 'text/csv', invoked: broken }] }],
        [sampleAnswers, withSamples ? [sampleAnswer({ body: sampleBody })] : noSamples],
        [acceptAnswers, withSamples ? { sample: 'a.json', unsatisfiable: answered({ status: 406 }) } : noSamples],
      ]),
    );
  };
  it.each([
    ['{"results":[]}', 'passed'],
    ['{"results":[],"error":null,"errors":[]}', 'passed'],
    ['{"error":"no such column"}', 'failed'],
    ['{"Traceback":"…"}', 'failed'],
    ['Traceback (most recent call last):\n', 'failed'],
    ['[{"error":"of one record"}]', 'passed'],
  ])('judges %s', async (body, outcome) => {
    expect(await judge(body)).toMatchObject({ outcome });
  });

  it('looks at what is refused as well, also without samples', async () => {
    const broken = answered({ status: 200, body: '{"error":{"code":1}}' });
    expect(await judge('', { broken, withSamples: false })).toMatchObject({
      outcome: 'failed',
      findings: [expect.stringContaining('an empty body as text/csv')],
    });
    expect(await judge('', { withSamples: false })).toMatchObject({ outcome: 'passed' });
  });
});

describe('logs-to-stdout', () => {
  const body = '{"records":[{"id":"c-0001","email":"zoe@example.com","country":"Germany","at":"2026-01-01"}]}';
  const judge = (lines: readonly string[], over: object = {}) =>
    logsToStdout.judge(
      evidenceOf([
        [invocationLog, { lines, samplesAsked: 1, logFiles: [], ...over }],
        [samples, [sample({ body })]],
      ]),
    );

  it.each([
    ['lines of its own', ['listening', 'records 1, country Germany, 2026-01-01T10:00:00Z'], {}, 'passed'],
    ['a line with a value of the sample', ['got zoe@example.com'], {}, 'failed'],
    ['nothing at all', [], {}, 'warned'],
    ['a log file instead', [], { logFiles: ['/var/log/app.log'] }, 'failed'],
    ['a log file instead, without samples', [], { logFiles: ['/var/log/app.log'], samplesAsked: null }, 'failed'],
    ['lines, without samples', ['listening'], { samplesAsked: null }, 'notDecided'],
  ])('judges %s', async (_, lines, over, outcome) => {
    expect(await judge(lines, over)).toMatchObject({ outcome });
  });

  it('repeats nothing of the sample in what it finds', async () => {
    expect(JSON.stringify(await judge(['got zoe@example.com of c-0001']))).not.toMatch(/zoe|c-0001/);
  });
});
