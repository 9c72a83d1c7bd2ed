// Images that break a rule of batch transform, or of what answers are.
import { join } from 'node:path';
import type { GalleryRow } from '../gallery-row.ts';

const samples = join(import.meta.dirname, '../contract-samples');
const toCsv = join(import.meta.dirname, '../batch-files/to-csv.json');

export const rows: readonly GalleryRow[] = [
  {
    id: 'response-content-type',
    directory: 'response-content-type',
    findings: /^people\.jsonl: the answer has no Content-Type$/,
    options: { samples },
  },
  { id: 'execution-parameters', directory: 'execution-parameters', findings: /^BatchStrategy must be MULTI_RECORD or SINGLE_RECORD$/ },
  {
    id: 'batch-records',
    directory: 'batch-records',
    findings: /^MultiRecord: 5 records came back for 6 of people\.jsonl; wanted: as many$/,
    options: { samples },
  },
  {
    id: 'validation-rehearsal',
    directory: 'validation-rehearsal',
    findings: /^people\.jsonl: the output is empty$/,
    options: { samples, packageFile: toCsv },
  },
  {
    id: 'batch-payload',
    directory: 'batch-payload',
    findings: /^6\.0 MB of people\.jsonl?(on)?: status 413; wanted: 2xx, as MaxPayloadInMB is 6/,
    options: { samples },
  },
];
