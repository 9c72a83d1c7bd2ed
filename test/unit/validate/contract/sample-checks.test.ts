import { describe, expect, it } from 'vitest';
import { customAttributesValid } from '../../../../emulator/validate/checks/custom-attributes-valid.ts';
import { deterministic } from '../../../../emulator/validate/checks/deterministic.ts';
import { invocationsAnswer } from '../../../../emulator/validate/checks/invocations-answer.ts';
import { metering } from '../../../../emulator/validate/checks/metering.ts';
import { streaming } from '../../../../emulator/validate/checks/streaming.ts';
import { NotDecided } from '../../../../emulator/validate/evidence.ts';
import { brokenBodyAnswers } from '../../../../emulator/validate/probes/broken-body-answers.ts';
import { sampleAnswers } from '../../../../emulator/validate/probes/sample-answers.ts';
import { sealedRun } from '../../../../emulator/validate/probes/sealed-run.ts';
import { answered, evidenceOf, failed, sample, sampleAnswer, servingRun } from './made-up.ts';

const noSamples = new NotDecided('no samples were given');
type Asked = ReturnType<typeof sampleAnswer>[];

describe('invocations-answer', () => {
  const judge = (...answers: Asked) =>
    invocationsAnswer.judge(
      evidenceOf([
        [sampleAnswers, answers],
        [sealedRun, servingRun],
      ]),
    );

  it.each([
    ['a 2xx', sampleAnswer({ status: 204 }), { outcome: 'passed' }],
    [
      'another status',
      sampleAnswer({ status: 404 }),
      { outcome: 'failed', findings: ['a.json (application/json): status 404; wanted 2xx'] },
    ],
    [
      'no answer in time',
      sampleAnswer(failed('timedOut')),
      { outcome: 'failed', findings: [expect.stringContaining('no complete answer in time (60.0 s)')] },
    ],
    [
      'an answer of more than 25 MB',
      sampleAnswer(failed('answerTooLarge')),
      { outcome: 'failed', findings: [expect.stringContaining('at most 25 MB')] },
    ],
    ['a sample that was not asked', sampleAnswer(null), { outcome: 'failed', findings: [expect.stringContaining('not asked')] }],
    ['50 to 60 s', sampleAnswer({ durationMs: 55_000 }), { outcome: 'warned', findings: [expect.stringContaining('55.0 s')] }],
  ])('judges %s', async (_, answer, verdict) => {
    expect(await judge(sampleAnswer(), answer)).toMatchObject(verdict);
  });

  it('shows the last lines of the log where it fails', async () => {
    expect(await judge(sampleAnswer({ status: 500 }))).toMatchObject({ logTail: ['the last line'] });
  });

  it('is not decided without samples', async () => {
    await expect(invocationsAnswer.judge(evidenceOf([[sampleAnswers, noSamples]]))).rejects.toThrow(NotDecided);
  });
});

describe('custom-attributes-valid', () => {
  const judge = (value: string) =>
    customAttributesValid.judge(
      evidenceOf([[sampleAnswers, [sampleAnswer({ headers: { 'x-amzn-sagemaker-custom-attributes': value } })]]]),
    );

  it.each([
    ['a'.repeat(1_024), 'passed'],
    ['a'.repeat(1_025), 'failed'],
    ['naïve', 'failed'],
    ['a\tb', 'failed'],
  ])('judges %#', async (value, outcome) => {
    expect(await judge(value)).toMatchObject({ outcome });
  });
});

describe('metering', () => {
  const header = (value: string) => ({ headers: { 'x-amzn-inference-metering': value } });
  const units = (count: number, dimension = 'inference.count') => header(JSON.stringify({ Dimension: dimension, ConsumedUnits: count }));
  const judge = (answers: Asked, meteringDimension: string | null, refused = answered({ status: 400 })) =>
    metering.judge(
      evidenceOf(
        [
          [sampleAnswers, answers],
          [brokenBodyAnswers, { answers: [{ what: 'x', invoked: refused }] }],
        ],
        { meteringDimension },
      ),
    );

  it.each([
    ['the dimension and the records', [sampleAnswer(units(2))], 'inference.count', 'passed'],
    ['no header, and none declared, as not decided', [sampleAnswer()], null, NotDecided],
    ['no header where a price is per inference', [sampleAnswer()], 'inference.count', 'failed'],
    ['a header on some answers only', [sampleAnswer(units(2)), sampleAnswer()], null, 'failed'],
    ['another dimension', [sampleAnswer(units(2, 'other'))], 'inference.count', 'failed'],
    ['another number than that of the records', [sampleAnswer(units(3))], 'inference.count', 'failed'],
    ['that number where no price is declared', [sampleAnswer(units(3))], null, 'warned'],
    ['no JSON', [sampleAnswer(header('2'))], null, 'failed'],
    ['no units', [sampleAnswer(units(0))], null, 'failed'],
    [
      'a CSV whose first row may be a record',
      [sampleAnswer(units(3), sample({ contentType: 'text/csv', body: '1,2\n3,4\n5,6\n' }))],
      'inference.count',
      'passed',
    ],
  ] as const)('judges %s', async (_, answers, dimension, wanted) => {
    const verdict = judge([...answers], dimension);
    if (wanted === NotDecided) await expect(verdict).rejects.toThrow(NotDecided);
    else expect(await verdict).toMatchObject({ outcome: wanted });
  });

  it('warns of the header on an error', async () => {
    expect(await judge([sampleAnswer(units(2))], null, answered({ status: 400, ...units(1) }))).toMatchObject({ outcome: 'warned' });
  });
});

describe('streaming', () => {
  const chunked = { 'transfer-encoding': 'chunked' };
  const events = { ...chunked, 'content-type': 'text/event-stream; charset=utf-8' };
  const twoEvents = 'data: 1\n\ndata: 2\n\n';
  it.each([
    ['events that come one by one', { headers: events, body: twoEvents, firstByteMs: 50, durationMs: 900 }, 'passed'],
    ['events that all come at the end', { headers: events, body: twoEvents, firstByteMs: 890, durationMs: 900 }, 'failed'],
    ['one event', { headers: events, body: 'data: 1\n\n', firstByteMs: 890, durationMs: 900 }, NotDecided],
    ['events that come too fast to tell', { headers: events, body: twoEvents, firstByteMs: 5, durationMs: 6 }, NotDecided],
    ['events without chunks', { headers: { 'content-type': 'text/event-stream' }, body: twoEvents }, 'failed'],
    ['chunks of another type that come one by one', { headers: chunked, firstByteMs: 50, durationMs: 900 }, 'passed'],
    ['chunks of another type', { headers: chunked }, NotDecided],
    ['no chunks', {}, NotDecided],
    ['more than 8 minutes', { headers: events, body: twoEvents, firstByteMs: 50, durationMs: 481_000 }, 'failed'],
  ] as const)('judges %s', async (_, answer, wanted) => {
    const verdict = streaming.judge(evidenceOf([[sampleAnswers, [sampleAnswer(answer)]]]));
    if (wanted === NotDecided) await expect(verdict).rejects.toThrow(NotDecided);
    else expect(await verdict).toMatchObject({ outcome: wanted });
  });
});

describe('deterministic', () => {
  const judge = (body: string, expected: string | null, tolerance = 0) =>
    deterministic.judge(
      evidenceOf([
        [
          sampleAnswers,
          [
            sampleAnswer(
              { body },
              sample({ tolerance, expected: expected === null ? null : { body: Buffer.from(expected), contentType: 'application/json' } }),
            ),
          ],
        ],
      ]),
    );

  it('passes the published answer in another spelling', async () => {
    expect(await judge('{"a":1,"b":[2]}', '{ "b": [2], "a": 1.0 }')).toMatchObject({ outcome: 'passed' });
  });

  it('says where another answer parts, and nothing of it', async () => {
    expect(await judge('{"a":[{"score":0.25}]}', '{"a":[{"score":0.75}]}')).toEqual({
      ...{ outcome: 'failed', findings: ['a.json: the answer is not the published one: at /a/0/score'] },
    });
  });

  it('allows what the sample allows', async () => {
    expect(await judge('{"score":0.3}', '{"score":0.2}', 0.1)).toMatchObject({ outcome: 'passed' });
    expect(await judge('{"score":0.31}', '{"score":0.2}', 0.1)).toMatchObject({ outcome: 'failed' });
  });

  it('is not decided where nothing is published', async () => {
    await expect(judge('{}', null)).rejects.toThrow(/NAME\.expected\.EXT/);
  });
});
