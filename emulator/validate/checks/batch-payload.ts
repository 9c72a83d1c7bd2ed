// 41. A request of a batch job may be as large as MaxPayloadInMB.
import type { Check, Verdict } from '../check.ts';
import { isSuccess, wordsOf } from '../invoke.ts';
import { type BatchPayloadAnswer, batchPayloadAnswer } from '../probes/batch-payload-answer.ts';

export const batchPayload: Check = {
  id: 'batch-payload',
  group: 'batch',
  severity: 'review',
  title: 'A batch request of MaxPayloadInMB is taken',
  why: 'Batch transform fills requests up to MaxPayloadInMB; a server with a lower limit of its own answers 413, and the file has no output.',
  source: 'API reference, CreateTransformJob, MaxPayloadInMB; aws/sagemaker-python-sdk#1882',
  fix: "Raise the limit of the container's server (nginx: client_max_body_size), or lower MaxPayloadInMB in the profile and in /execution-parameters.",
  judge: async (evidence) => judgePayload(await evidence.of(batchPayloadAnswer)),
};

export function judgePayload({ declaredBy, maxPayloadInMB, sample, bytes, invoked, exitCode, logTail }: BatchPayloadAnswer): Verdict {
  const size = `${(bytes / 1024 / 1024).toFixed(1)} MB`;
  if (isSuccess(invoked)) return { outcome: 'passed', note: `${size} taken` };
  const isSlow = invoked.kind === 'failed' && (invoked.reason === 'timedOut' || invoked.reason === 'answerTooLarge') && exitCode === null;
  if (isSlow) return { outcome: 'notDecided', reason: `${size} of ${sample}: ${wordsOf(invoked)}; a batch job would wait longer` };
  const ended = exitCode === null ? '' : `; the container ended with exit code ${exitCode}`;
  const wanted = `wanted: 2xx, as MaxPayloadInMB is ${maxPayloadInMB} (${declaredBy})`;
  return { outcome: 'failed', findings: [`${size} of ${sample}: ${wordsOf(invoked)}${ended}; ${wanted}`], logTail };
}
