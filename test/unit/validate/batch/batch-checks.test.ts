// The batch checks over made-up runs.
import { describe, expect, it } from 'vitest';
import { judgePayload } from '../../../../emulator/validate/checks/batch-payload.ts';
import { judgeRuns } from '../../../../emulator/validate/checks/batch-records.ts';
import { judgeParameters } from '../../../../emulator/validate/checks/execution-parameters.ts';
import { judgeRehearsal } from '../../../../emulator/validate/checks/validation-rehearsal.ts';
import { NotDecided } from '../../../../emulator/validate/evidence.ts';
import { parsePackageFile } from '../../../../emulator/validate/model-package/read-package-file.ts';
import { environmentOf } from '../../../../emulator/validate/probes/batch-container.ts';
import type { BatchPayloadAnswer } from '../../../../emulator/validate/probes/batch-payload-answer.ts';
import { type BatchRecordRun, chooseLines, countRecords } from '../../../../emulator/validate/probes/batch-record-runs.ts';
import { failuresOf } from '../../../../emulator/validate/probes/batch-runs.ts';
import { chooseInputs } from '../../../../emulator/validate/probes/validation-rehearsal.ts';
import { answered, failed, sample } from '../contract/made-up.ts';
import { container, job, packageRequest } from '../package/made-up-package.ts';

const packageOf = (changes = {}) => parsePackageFile(packageRequest(changes), 'model-package.json').modelPackage;
const lines = sample({ name: 'a.jsonl', contentType: 'application/jsonlines', body: '{"id":1}\n\n{"id":2}\n' });
const csv = sample({ name: 'a.csv', contentType: 'text/csv', body: 'a,b\n1,2\n' });

describe('execution-parameters', () => {
  const parameters = { maxConcurrentTransforms: 1, batchStrategy: 'MULTI_RECORD', maxPayloadInMB: 6 } as const;

  it('passes with what batch transform can use', () => {
    expect(judgeParameters({ kind: 'read', parameters: { ...parameters, problems: [] } })).toMatchObject({ outcome: 'passed' });
  });

  it('fails with what it cannot use', () => {
    const verdict = judgeParameters({ kind: 'read', parameters: { ...parameters, problems: ['BatchStrategy must be …'] } });
    expect(verdict).toEqual({ outcome: 'failed', findings: ['BatchStrategy must be …'] });
  });

  it('fails where the container does not start for batch', () => {
    const verdict = judgeParameters({ kind: 'notServing', reason: 'it ended', logTail: ['last'] });
    expect(verdict).toEqual({ outcome: 'failed', findings: ['it ended'], logTail: ['last'] });
  });

  it("starts the container with the package's and the job's variables", () => {
    expect(environmentOf(null)).toEqual({ SAGEMAKER_BATCH: 'true' });
    const changes = { [`${container}.Environment`]: { MODE: 'a', LEVEL: '1' }, [`${job}.Environment`]: { MODE: 'b' } };
    const given = {
      MODE: 'b',
      LEVEL: '1',
      SAGEMAKER_BATCH: 'true',
      SAGEMAKER_MAX_PAYLOAD_IN_MB: '6',
      SAGEMAKER_BATCH_STRATEGY: 'MULTI_RECORD',
    };
    expect(environmentOf(packageOf(changes))).toEqual(given);
  });
});

describe('batch-records', () => {
  const run: BatchRecordRun = {
    ...{ strategy: 'MultiRecord', sample: 'a', sent: 6, requests: 2, lines: 6 },
    mayHaveHeaders: false,
    failures: [],
  };

  it.each([run, { ...run, lines: 8, mayHaveHeaders: true }])('passes with as many records as were sent, headers apart', (given) => {
    expect(judgeRuns([given])).toMatchObject({ outcome: 'passed' });
  });

  it.each([
    { lines: 5 },
    { lines: 7 },
    { lines: 0 },
    { lines: 8 },
    { lines: 7, mayHaveHeaders: true },
    { failures: ['a: ClientError: 400'] },
  ])('fails with %o', (change) => {
    expect(judgeRuns([run, { ...run, ...change }])).toMatchObject({
      outcome: 'failed',
      findings: [expect.stringMatching(/^MultiRecord: /)],
    });
  });

  it('takes lines of JSON, and of CSV only where the profile splits them', () => {
    expect(chooseLines([csv, lines], null)).toEqual({ sample: lines, lines: ['{"id":1}', '{"id":2}', '{"id":1}'] });
    expect(() => chooseLines([csv, sample()], null)).toThrow(NotDecided);
    const splitsCsv = packageOf({ [`${job}.TransformInput.ContentType`]: 'text/csv' });
    expect(chooseLines([csv, lines], splitsCsv)).toMatchObject({ sample: csv, lines: ['a,b', '1,2', 'a,b'] });
  });

  it.each([
    ['a\n\nb\r\n', 'application/jsonlines', 2],
    ['{"results":[1,2]}\n{"results":[3]}\n', 'application/json', 3],
    ['[1,2]\n', 'application/json', 2],
    ['{"a":1}\nnull\nno json\n', 'application/json', 3],
    ['', 'text/csv', 0],
  ])('counts the records of %j as %s', (output, type, count) => {
    expect(countRecords(output, type)).toBe(count);
  });
});

describe('validation-rehearsal', () => {
  const rehearsal = { profile: 'p', failures: [], outputs: [{ name: 'a', holdsSomething: true }], logTail: ['last'] };

  it('passes with results', () => {
    expect(judgeRehearsal(rehearsal)).toEqual({ outcome: 'passed', note: 'profile p: 1 file' });
  });

  it.each([
    [{ outputs: [...rehearsal.outputs, { name: 'b', holdsSomething: false }] }, 'b: the output is empty'],
    [{ failures: ['a: ClientError: 413'], outputs: [{ name: 'a', holdsSomething: false }] }, 'a: ClientError: 413'],
  ])('fails with %o', (change, finding) => {
    expect(judgeRehearsal({ ...rehearsal, ...change })).toEqual({ outcome: 'failed', findings: [finding], logTail: ['last'] });
  });

  it('takes the file that the profile names, else those of its type', () => {
    const base = packageOf()?.profiles[0]?.job;
    if (base === undefined) throw new Error('no job');
    expect(chooseInputs([csv, lines], base)).toEqual([lines]);
    expect(chooseInputs([csv, lines], { ...base, inputUri: 's3://b/x/a.csv' })).toEqual([csv]);
    expect(chooseInputs([csv, lines], { ...base, contentType: null })).toEqual([csv, lines]);
    expect(() => chooseInputs([csv], base)).toThrow(NotDecided);
  });

  it('says of each input why it has no output, else why the job failed', () => {
    const progress = { files: null, bytes: { done: 0, all: 0 }, records: 0, requests: 0 };
    const outcome = { kind: 'failed' as const, failureReason: 'AlgorithmError: …', failedInputs: [], progress };
    expect(failuresOf({ outcome })).toEqual(['AlgorithmError: …']);
    expect(failuresOf({ outcome: { ...outcome, failedInputs: [{ key: 'in/a', reason: 'no' }] } })).toEqual(['a: no']);
    expect(failuresOf({ outcome: { ...outcome, kind: 'completed', failureReason: null } })).toEqual([]);
  });
});

describe('batch-payload', () => {
  const asked: Omit<BatchPayloadAnswer, 'invoked'> = {
    ...{ declaredBy: 'the profile', maxPayloadInMB: 6, sample: 'a.jsonl', bytes: 6 * 1024 * 1024, exitCode: null, logTail: ['last'] },
  };

  it('passes where the body is taken', () => {
    expect(judgePayload({ ...asked, invoked: answered() })).toEqual({ outcome: 'passed', note: '6.0 MB taken' });
  });

  it.each([answered({ status: 413 }), failed('connectionLost')])('fails where it is not: %o', (invoked) => {
    expect(judgePayload({ ...asked, invoked })).toMatchObject({ outcome: 'failed', logTail: ['last'] });
  });

  it('fails where the container ends, and is not decided where it is slow', () => {
    const invoked = failed('timedOut');
    expect(judgePayload({ ...asked, invoked })).toMatchObject({ outcome: 'notDecided' });
    expect(judgePayload({ ...asked, invoked, exitCode: 137 })).toMatchObject({ outcome: 'failed' });
  });
});
