import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Batch, type BatchOptions, batchRecords } from '../../../../emulator/sagemaker/transform/batch-records.ts';
import { maskedCrc32c } from '../../../../emulator/sagemaker/transform/masked-crc32c.ts';
import { recordFormats } from '../../../../emulator/sagemaker/transform/record-format.ts';
import { crc32c, recordIo, recordIoInParts, recordIoMagic, tfRecord } from './framing.ts';

type SplitType = keyof typeof recordFormats;

async function batch(chunks: readonly Buffer[], splitType: SplitType, { isSingle = false, bytesMax = 1_000 } = {}): Promise<Batch[]> {
  async function* source() {
    yield* chunks;
  }
  const format = recordFormats[splitType];
  const options: BatchOptions = { format, isSingle, bytesMax, recordBytesMax: bytesMax, limitName: 'MaxPayloadInMB=1' };
  const batches: Batch[] = [];
  for await (const batch of batchRecords(source(), options)) batches.push(batch);
  return batches;
}

/** The same bytes, cut anywhere. */
function cut(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

/** What batches of whole records must look like: as many as fit, in order. */
function fill(records: readonly Buffer[], bytesMax: number): { body: Buffer; records: number }[] {
  const batches: Buffer[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const record of records) {
    if (bytes + record.length > bytesMax) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)?.push(record);
    bytes += record.length;
  }
  return batches.map((records) => ({ body: Buffer.concat(records), records: records.length }));
}

const cuts = fc.array(fc.nat(), { maxLength: 20 });
const data = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
const line = fc.stringMatching(/^[a-c"\r]{0,20}$/).map((text) => Buffer.from(`${text}\n`));
/** Large enough for every record above. */
const limit = fc.integer({ min: 90, max: 400 });

describe('several records in one body', () => {
  const kinds = [
    ['Line', line],
    ['RecordIO', data.map((bytes) => recordIo(bytes))],
    ['TFRecord', data.map(tfRecord)],
  ] as const;
  test.each(kinds)('%s: as many whole records as fit, wherever the input is cut into chunks', async (splitType, record) => {
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 40 }), cuts, limit, async (records, places, bytesMax) => {
        expect(await batch(cut(Buffer.concat(records), places), splitType, { bytesMax })).toEqual(fill(records, bytesMax));
      }),
    );
  });

  test('the last line needs no newline', async () => {
    expect(await batch([Buffer.from('a\nb')], 'Line', { bytesMax: 2 })).toEqual([
      { body: Buffer.from('a\n'), records: 1 },
      { body: Buffer.from('b'), records: 1 },
    ]);
  });

  test('bodies are not written over by those behind them', async () => {
    const records = Array.from({ length: 50_000 }, (_, index) => Buffer.from(`{"id":${index}}\n`));
    const batches = await batch(cut(Buffer.concat(records), [100_000, 200_000, 300_000]), 'Line', { bytesMax: 100_000 });
    expect(Buffer.concat(batches.map(({ body }) => body)).equals(Buffer.concat(records))).toBe(true);
  });
});

describe('a record alone', () => {
  test('a line is sent with its newline, if it has one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 40 }), cuts, async (records, places) => {
        const whole = Buffer.concat([...records, Buffer.from('end')]);
        const bodies = (await batch(cut(whole, places), 'Line', { isSingle: true })).map(({ body }) => body);
        expect(bodies).toEqual([...records, Buffer.from('end')]);
      }),
    );
  });

  const framed = fc.oneof(
    data,
    data.map((bytes) => Buffer.concat([bytes, recordIoMagic, bytes])),
  );
  test.each([
    ['RecordIO', (bytes: Buffer) => recordIo(bytes)],
    ['TFRecord', tfRecord],
  ] as const)('%s: without its framing, wherever the input is cut into chunks', async (splitType, frame) => {
    await fc.assert(
      fc.asyncProperty(fc.array(framed, { maxLength: 20 }), cuts, async (records, places) => {
        const chunks = cut(Buffer.concat(records.map(frame)), places);
        expect((await batch(chunks, splitType, { isSingle: true })).map(({ body }) => body)).toEqual(records);
      }),
    );
  });

  test('RecordIO: a record in parts gets back the magic numbers that were left out', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(data, { minLength: 1, maxLength: 4 }), { maxLength: 6 }), cuts, async (records, places) => {
        const chunks = cut(Buffer.concat(records.map(recordIoInParts)), places);
        const expected = records.map((pieces) =>
          Buffer.concat(pieces.flatMap((piece, index) => (index === 0 ? [piece] : [recordIoMagic, piece]))),
        );
        expect((await batch(chunks, 'RecordIO', { isSingle: true })).map(({ body }) => body)).toEqual(expected);
      }),
    );
  });

  test('its framing does not count against the limit', async () => {
    const record = Buffer.alloc(100, 'x');
    expect(await batch([tfRecord(record)], 'TFRecord', { isSingle: true, bytesMax: 100 })).toEqual([{ body: record, records: 1 }]);
    await expect(batch([tfRecord(record)], 'TFRecord', { isSingle: true, bytesMax: 99 })).rejects.toThrow('larger than');
  });
});

test('an object that is not split is one record of any bytes', async () => {
  const bytes = Buffer.from('a\nb\n');
  expect(await batch(cut(bytes, [1, 2]), 'None')).toEqual([{ body: bytes, records: 1 }]);
  expect(await batch(cut(bytes, [1]), 'None', { isSingle: true })).toEqual([{ body: bytes, records: 1 }]);
});

test.each(['None', 'Line', 'RecordIO', 'TFRecord'] as const)('%s: nothing gives nothing', async (splitType) => {
  expect(await batch([], splitType)).toEqual([]);
});

const tooLarge = 'ClientError: a record is larger than MaxPayloadInMB=1 allows';
const long = Buffer.alloc(1_001, 'x');
test.each([
  ['an object that is not split', [long], 'None', tooLarge],
  ['a line without an end', [long], 'Line', tooLarge],
  ['a line behind good ones', [Buffer.from('a\n'), long], 'Line', tooLarge],
  ['a RecordIO record', [recordIo(long)], 'RecordIO', tooLarge],
  ['a TFRecord whose length is true but huge', [tfRecord(long)], 'TFRecord', tooLarge],
  [
    'no RecordIO',
    [Buffer.from('{"id":1}\n')],
    'RecordIO',
    'ClientError: the object has no RecordIO magic number where a record must begin',
  ],
  [
    'a RecordIO part in the middle of nothing',
    [recordIo(Buffer.from('a'), 2)],
    'RecordIO',
    'ClientError: the object has a part of a record in a wrong place',
  ],
  [
    'a RecordIO record that begins within another',
    [recordIo(Buffer.from('a'), 1), recordIo(Buffer.from('b'), 0)],
    'RecordIO',
    'ClientError: the object has a part of a record in a wrong place',
  ],
  [
    'an unknown kind of RecordIO part',
    [recordIo(Buffer.from('a'), 5)],
    'RecordIO',
    'ClientError: the object has a record of an unknown kind',
  ],
  ['RecordIO that is cut off', [recordIo(Buffer.from('abcd')).subarray(0, -1)], 'RecordIO', 'ClientError: the object ends within a record'],
  [
    'a TFRecord that is cut off',
    [tfRecord(Buffer.from('abcd')).subarray(0, -1)],
    'TFRecord',
    'ClientError: the object ends within a record',
  ],
  ['a TFRecord with a wrong length', [Buffer.alloc(30, 7)], 'TFRecord', "ClientError: a TFRecord's length does not fit its checksum"],
  [
    'a TFRecord with wrong data',
    [Buffer.from(tfRecord(Buffer.from('abcd')).map((byte, index) => (index === 13 ? byte ^ 1 : byte)))],
    'TFRecord',
    "ClientError: a TFRecord's data does not fit its checksum",
  ],
] as const)('%s is refused', async (_, chunks, splitType, message) => {
  await expect(batch(chunks, splitType)).rejects.toMatchObject({ name: 'InputFailure', kind: 'ClientError', message });
});

test('the checksum is CRC-32C, masked', () => {
  const check = Buffer.from('123456789');
  expect(crc32c(check)).toBe(0xe306_9283); // the check value of the CRC catalogue
  // ((crc >> 15) | (crc << 17)) + 0xa282ead8, worked out elsewhere.
  expect(maskedCrc32c(check, 0, check.length)).toBe(0xc78a_b0e5);
});
