// Broken images of the contract group: each fails the check of its name.
import { join } from 'node:path';
import type { GalleryRow } from '../gallery-row.ts';

/** A few records of the model stub's own, with its answers. */
export const contractSamples = join(import.meta.dirname, '../contract-samples');
const streamingSamples = join(import.meta.dirname, '../../../images/gallery/streaming/samples');

function row(id: string, findings: RegExp, samples: string = contractSamples): GalleryRow {
  return { id, directory: id, findings, options: { samples } };
}

export const rows: readonly GalleryRow[] = [
  row('invocations-answer', /people\.csv \(text\/csv\): status 500; wanted 2xx/),
  row('unknown-content-type', /status 500; wanted 415/),
  row('malformed-body', /a body that is cut off as application\/json: status 500; wanted 4xx/),
  row('accept-handled', /with Accept application\/x-airlock-unknown: status 500/),
  row('ignores-other-headers', /with headers that SageMaker may add: status 400; wanted 2xx/),
  row('custom-attributes-valid', /2000 characters; at most 1024/),
  row('large-request', /24\.9 MB .+: status 413; wanted it to be taken/),
  row('concurrent-requests', /requests at the same time: status 503; alone each got 2xx/),
  row('streaming', /the first byte came after \d+ of \d+ ms/, streamingSamples),
  row('metering', /ConsumedUnits": a number above 0/),
  row('no-error-with-200', /status 200 and the key "error"; wanted 4xx/),
  row('logs-to-stdout', /lines of the log repeat something of people/),
  row('deterministic', /the answer is not the published one: at \/results\/0\/confidence/),
];
