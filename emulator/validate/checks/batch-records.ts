// 39. Batch transform splits a file into records and puts the answers together again: each record has one.
import type { Check, Verdict } from '../check.ts';
import { type BatchRecordRun, batchRecordRuns } from '../probes/batch-record-runs.ts';
import { shortList } from '../short-list.ts';

export const batchRecords: Check = {
  id: 'batch-records',
  group: 'batch',
  severity: 'review',
  title: 'Split by line, each record gets one record of output, alone and in mini-batches',
  why: 'Buyers join the output of a batch job to its input by the line; with one record too few or too many everything behind it belongs to another.',
  source: 'SageMaker developer guide, "Use batch transform to run inference"; API reference, CreateTransformJob, BatchStrategy',
  fix: 'Answer one record of a line format with one line, and several with as many lines, in their order.',
  judge: async (evidence) => judgeRuns(await evidence.of(batchRecordRuns)),
};

export function judgeRuns(runs: readonly BatchRecordRun[]): Verdict {
  const findings = runs.flatMap(({ strategy, sample, sent, requests, lines, mayHaveHeaders, failures }) => {
    if (failures.length > 0) return failures.map((failure) => `${strategy}: ${failure}`);
    const isRight = lines === sent || (mayHaveHeaders && lines === sent + requests);
    return isRight ? [] : [`${strategy}: ${lines} records came back for ${sent} of ${sample}; wanted: as many`];
  });
  if (findings.length > 0) return { outcome: 'failed', findings: shortList(findings) };
  return { outcome: 'passed', note: runs.map(({ strategy, sent }) => `${strategy}: ${sent} of ${sent}`).join(', ') };
}
