// How an input's bytes fall into records: one format for each SplitType. batch-records.ts reads by them.

import { lineFormat } from './split-line.ts';
import { recordIoFormat } from './split-recordio.ts';
import { tfRecordFormat } from './split-tfrecord.ts';
import type { TransformDefinition } from './transform-definition.ts';

export interface RecordFormat {
  /**
   * Where the record that begins at `start` ends; -1 where it is not whole yet. What lies before `searched` was looked at in vain before.
   * @throws InputFailure where no record can begin at `start`
   */
  findEnd(bytes: Buffer, start: number, searched: number): number;
  /** A whole record without its framing. AWS takes "padding" off for SingleRecord and leaves it for MultiRecord. Source: TransformInput SplitType. */
  unwrap(record: Buffer): Buffer;
  /** What unwrap() takes off a record in one piece, at most. */
  readonly framingBytesMax: number;
  /** Whether a rest at the end of the input is a record; else the input is cut off. */
  readonly endsWithInput: boolean;
}

/** SplitType None: the whole object is one record. */
const wholeObject: RecordFormat = {
  findEnd: () => -1,
  unwrap: (record) => record,
  framingBytesMax: 0,
  endsWithInput: true,
};

export const recordFormats: Readonly<Record<TransformDefinition['input']['splitType'], RecordFormat>> = {
  None: wholeObject,
  Line: lineFormat,
  RecordIO: recordIoFormat,
  TFRecord: tfRecordFormat,
};
