// SplitType Line: a record ends behind its "\n", and is sent with it, as SageMaker's own local mode does [S: sagemaker-python-sdk, local/data.py;
// whether AWS's batch transform keeps the last one, unverified]. A "\r" before it belongs to the record; a blank line is a record.
import type { RecordFormat } from './record-format.ts';

const newline = 0x0a;

export const lineFormat: RecordFormat = {
  findEnd: (bytes, start, searched) => bytes.indexOf(newline, Math.max(start, searched)) + 1 || -1,
  unwrap: (record) => record,
  framingBytesMax: 0,
  endsWithInput: true,
};
