// What a package declares against what the container answers: content types of requests and of answers.
import { describe, expect, it } from 'vitest';
import { contentTypesCovered, judgeCoverage } from '../../../../emulator/validate/checks/content-types-covered.ts';
import { judgeTypes } from '../../../../emulator/validate/checks/response-content-type.ts';
import { NotDecided } from '../../../../emulator/validate/evidence.ts';
import { packageFile } from '../../../../emulator/validate/probes/package-file.ts';
import type { GoodAnswer, GoodAnswers } from '../../../../emulator/validate/probes/sample-answers.ts';
import { answered, evidenceOf, failed, sample } from '../contract/made-up.ts';

const csv = sample({ name: 'a.csv', contentType: 'text/csv; charset=utf-8' });
const good = (type: string | null, body = '{}'): GoodAnswers => {
  const invoked = answered({ headers: type === null ? {} : { 'content-type': type }, body }) as GoodAnswer['invoked'];
  return [{ sample: sample(), invoked }];
};

describe('response-content-type', () => {
  it.each([
    ['application/json', ['application/json']],
    ['Application/JSON; charset=utf-8', ['text/csv', 'application/json']],
    ['application/anything', null],
    ['application/anything', []],
  ])('passes %s with %j', (type, declared) => {
    expect(judgeTypes(good(type), declared)).toMatchObject({ outcome: 'passed' });
  });

  it.each([
    [null, null, /a\.json: the answer has no Content-Type/],
    ['json', null, /"json"; wanted: type\/subtype/],
    ['text/html', ['application/json'], /text\/html; SupportedResponseMIMETypes: application\/json/],
  ])('fails %s with %j', (type, declared, expected) => {
    expect(judgeTypes(good(type), declared)).toMatchObject({ outcome: 'failed', findings: [expect.stringMatching(expected)] });
  });

  it('asks no type of an answer without a body', () => {
    expect(judgeTypes(good(null, ''), null)).toMatchObject({ outcome: 'passed', note: expect.stringContaining('no answer has a body') });
  });
});

describe('content-types-covered', () => {
  it('passes where each type has a sample that works', () => {
    const answers = [
      { sample: sample(), invoked: answered({ status: 500 }) },
      { sample: sample(), invoked: answered() },
      { sample: csv, invoked: answered() },
    ];
    expect(judgeCoverage(['application/json', 'text/csv'], answers)).toMatchObject({ outcome: 'passed' });
  });

  it('fails for a type without a sample, and for one whose samples fail', () => {
    const verdict = judgeCoverage(['application/json', 'image/png'], [{ sample: sample(), invoked: answered({ status: 415 }) }]);
    const findings = ['application/json: a.json got status 415; wanted: 2xx', 'image/png: there is no sample of it'];
    expect(verdict).toEqual({ outcome: 'failed', findings });
    expect(judgeCoverage(['text/csv'], [{ sample: csv, invoked: failed('timedOut') }])).toMatchObject({ outcome: 'failed' });
  });

  it('is not decided for a type that nobody asked with', () => {
    expect(judgeCoverage(['text/csv'], [{ sample: csv, invoked: null }])).toMatchObject({ outcome: 'notDecided' });
    expect(judgeCoverage([], [])).toMatchObject({ outcome: 'notDecided' });
  });

  it('warns of a sample that the package does not declare', () => {
    const answers = [sample(), csv].map((each) => ({ sample: each, invoked: answered() }));
    expect(judgeCoverage(['application/json'], answers)).toMatchObject({
      outcome: 'warned',
      findings: [expect.stringMatching(/^text\/csv/)],
    });
  });

  it('is not decided without a package file', async () => {
    const evidence = evidenceOf([[packageFile, new NotDecided('no package file was given')]]);
    await expect(contentTypesCovered.judge(evidence)).rejects.toBeInstanceOf(NotDecided);
  });
});
