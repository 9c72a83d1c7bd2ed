// 42. An answer that streams comes piece by piece.
import { invokeEndpointStreamTimeoutMs } from '../../limits.ts';
import { printable } from '../../model/model-lines.ts';
import type { Check } from '../check.ts';
import { NotDecided } from '../evidence.ts';
import { type GoodAnswer, goodAnswers } from '../probes/sample-answers.ts';
import { mediaTypeOf } from '../sample-records.ts';

const eventStream = 'text/event-stream';
/** Ours: what is answered faster says nothing of buffering. */
const tellingMs = 500;
/** Ours: of the whole time; the first byte of an answer that is held back comes with its last. */
const heldBackShare = 0.9;

export const streaming: Check = {
  id: 'streaming',
  group: 'contract',
  severity: 'review',
  title: 'An answer that streams is sent in chunks, its first byte before its last, all of it within 8 minutes',
  why: 'InvokeEndpointWithResponseStream hands on what it gets when it gets it: behind a buffer within the container callers wait for the whole.',
  source:
    'SageMaker developer guide, "Use your own inference code with hosting services"; AWS Marketplace seller guide, "Service restrictions and quotas"',
  fix: 'Use chunked transfer encoding, flush each part, and switch buffering off in a proxy within the container (nginx: proxy_buffering off).',
  async judge(evidence) {
    const answers = await goodAnswers(evidence);
    const events = answers.filter(({ invoked }) => mediaTypeOf(invoked.headers['content-type'] ?? '') === eventStream);
    const streamed = answers.filter((answer) => isChunked(answer) && (events.includes(answer) || comesInPieces(answer)));
    const findings = [
      ...events.filter((answer) => !isChunked(answer)).map(({ sample }) => `${printable(sample.name)}: ${eventStream}, but not in chunks`),
      ...events.filter(isHeldBack).map(heldBack),
      ...streamed
        .filter(({ invoked }) => invoked.durationMs > invokeEndpointStreamTimeoutMs)
        .map(({ sample, invoked }) => `${printable(sample.name)}: ${invoked.durationMs} ms; at most ${invokeEndpointStreamTimeoutMs} ms`),
    ];
    if (findings.length > 0) return { outcome: 'failed', findings };
    const [seen] = streamed.filter(comesInPieces);
    if (seen === undefined) {
      throw new NotDecided(
        events.length === 0
          ? 'no answer streams; for one that does, add a sample with "accept": "text/event-stream" to samples.json'
          : `${eventStream} comes in chunks, too fast to tell whether something holds it back`,
      );
    }
    return { outcome: 'passed', note: `first byte after ${seen.invoked.firstByteMs} ms, last after ${seen.invoked.durationMs} ms` };
  },
};

function isChunked({ invoked }: GoodAnswer): boolean {
  return invoked.headers['transfer-encoding']?.toLowerCase().includes('chunked') === true;
}

function comesInPieces({ invoked }: GoodAnswer): boolean {
  const { firstByteMs, durationMs } = invoked;
  return firstByteMs !== null && durationMs >= tellingMs && firstByteMs <= durationMs * heldBackShare;
}

/** Of several events. */
function isHeldBack({ invoked }: GoodAnswer): boolean {
  const { firstByteMs, durationMs, body } = invoked;
  const events = body
    .toString('latin1')
    .split(/\r?\n\r?\n/)
    .filter((event) => event.trim() !== '').length;
  return events > 1 && durationMs >= tellingMs && firstByteMs !== null && firstByteMs > durationMs * heldBackShare;
}

function heldBack({ sample, invoked }: GoodAnswer): string {
  return `${printable(sample.name)}: the first byte came after ${invoked.firstByteMs} of ${invoked.durationMs} ms; wanted each event when it is there`;
}
