import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LargeMediaType } from '../../../lambdas/large-request/request-state.ts';
import { countCsvRecords } from '../../../lambdas/request/count-csv-records.ts';
import { countJsonLines } from '../../../lambdas/request/count-json-lines.ts';
import { checkRecords } from '../../../lambdas/worker/check-records.ts';
import { type CutPart, cutParts } from '../../../lambdas/worker/cut-parts.ts';
import { invokeBytesMax } from '../../../lambdas/worker/limits.ts';
import { readHeader } from '../../../lambdas/worker/read-header.ts';
import { scanCsv } from '../../../lambdas/worker/scan-csv.ts';
import { scanJsonLines } from '../../../lambdas/worker/scan-json-lines.ts';

interface Limits {
  readonly partBytes: number;
  readonly partRecords: number;
  readonly rangeBytes: number;
}

/** As the worker cuts it, and all ranges that were read. */
async function cut(input: Uint8Array, mediaType: LargeMediaType, limits: Limits) {
  const ranges: number[] = [];
  const read = async (start: number, end: number) => {
    ranges.push(end - start);
    return input.subarray(start, end);
  };
  const header = mediaType === 'text/csv' ? await readHeader(read, { inputBytes: input.length, rangeBytes: limits.rangeBytes }) : null;
  const parts: CutPart[] = [];
  let recordsBefore = 0;
  for await (const part of cutParts({
    read,
    from: header?.bytes.length ?? 0,
    inputBytes: input.length,
    recordsBefore: 0,
    headerBytes: header?.bytes.length ?? 0,
    scanner: header === null ? scanJsonLines() : scanCsv({ rowsBefore: 1, fields: header.fields }),
    limits,
  })) {
    checkRecords(part, { mediaType, recordsBefore });
    recordsBefore += part.part.records;
    parts.push(part);
  }
  return { header, parts, ranges };
}

/** Code and position of what is wrong; null where nothing is. */
async function problemOf(act: () => unknown): Promise<string | null> {
  try {
    await act();
    return null;
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code} ${/(?:Row|Line) \d+\.$/.exec(message)?.[0] ?? ''}`;
  }
}

const lineEnds = fc.constantFrom('\n', '\r\n');
const limits = fc.record({
  partBytes: fc.integer({ min: 1, max: 60 }),
  partRecords: fc.integer({ min: 1, max: 5 }),
  rangeBytes: fc.integer({ min: 1, max: 40 }),
});
const words = fc.string({ unit: fc.constantFrom('a', 'ü', '漢', '😀', '"', ' ', '\\', '\n', '\r'), maxLength: 8 });

const jsonLines = fc
  .tuple(fc.array(fc.record({ v: words }), { minLength: 1, maxLength: 12 }), lineEnds, fc.boolean())
  .map(([records, lineEnd, isLastEnded]) => {
    const text = records.map((record) => JSON.stringify(record)).join(lineEnd);
    return { records: records.length, text: isLastEnded ? text + lineEnd : text };
  });

const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
const field = fc.oneof(words.map(quoted), fc.string({ unit: fc.constantFrom('a', 'ü', '漢', '😀', ' '), maxLength: 6 }));
const csv = fc
  .tuple(fc.array(fc.tuple(field, field, field), { minLength: 2, maxLength: 12 }), lineEnds, fc.boolean())
  .map(([rows, lineEnd, isLastEnded]) => {
    const text = rows.map((row) => row.join(',')).join(lineEnd);
    return { records: rows.length - 1, text: isLastEnded ? text + lineEnd : text };
  });

/** Greedy over the whole text at once: what the parts must be, whatever the ranges. */
function expectGreedy(parts: readonly CutPart[], { partBytes, partRecords }: Limits): void {
  for (const [index, { part, recordEnds, bytes }] of parts.entries()) {
    expect(recordEnds.length).toBe(part.records);
    expect(bytes.length).toBe(part.end - part.start);
    expect(part.records).toBeLessThanOrEqual(partRecords);
    if (part.records > 1) expect(bytes.length).toBeLessThanOrEqual(partBytes);
    const next = parts[index + 1];
    if (next === undefined) continue;
    expect(next.part.start).toBe(part.end);
    // One record more would have been too many.
    expect(part.records === partRecords || bytes.length + (next.recordEnds[0] ?? 0) > partBytes).toBe(true);
  }
}

describe('an input is cut', () => {
  it('at lines of JSON, wherever the ranges end', async () => {
    await fc.assert(
      fc.asyncProperty(jsonLines, limits, async ({ text, records }, within) => {
        const { parts } = await cut(Buffer.from(text), 'application/jsonlines', within);
        expect(Buffer.concat(parts.map(({ bytes }) => bytes)).toString()).toBe(text);
        expect(parts.map(({ bytes }) => countJsonLines(bytes.toString()))).toEqual(parts.map(({ part }) => part.records));
        expect(parts.reduce((sum, { part }) => sum + part.records, 0)).toBe(records);
        expectGreedy(parts, within);
      }),
    );
  });

  it('at rows of CSV with quoted line breaks, wherever the ranges end', async () => {
    await fc.assert(
      fc.asyncProperty(csv, limits, async ({ text, records }, within) => {
        const { header, parts } = await cut(Buffer.from(text), 'text/csv', within);
        const head = header?.bytes.toString() ?? '';
        expect(head + Buffer.concat(parts.map(({ bytes }) => bytes)).toString()).toBe(text);
        expect(parts.map(({ bytes }) => countCsvRecords(head + bytes.toString()))).toEqual(parts.map(({ part }) => part.records));
        expect(parts.reduce((sum, { part }) => sum + part.records, 0)).toBe(records);
        expectGreedy(parts, within);
      }),
    );
  });

  it('into the same parts whatever the size of a range', async () => {
    await fc.assert(
      fc.asyncProperty(csv, limits, async ({ text }, within) => {
        const whole = await cut(Buffer.from(text), 'text/csv', { ...within, rangeBytes: 10_000 });
        const pieces = await cut(Buffer.from(text), 'text/csv', within);
        expect(pieces.parts.map(({ part }) => part)).toEqual(whole.parts.map(({ part }) => part));
      }),
    );
  });

  it('or refused with the position that the check of a whole text gives', async () => {
    const anything = fc.string({ unit: fc.constantFrom('a', 'ü', '"', ',', '\n', '\r', '\r\n', '{"v":1}', '[]'), maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(anything, limits, async (text, within) => {
        const bytes = Buffer.from(text);
        // With a whole text the count comes at the end, so an invalid row behind no record at all shows first on both sides.
        expect(await problemOf(() => cut(bytes, 'text/csv', within).then(({ parts }) => noRecords(parts)))).toBe(
          await problemOf(() => countCsvRecords(text)),
        );
        if (text.trim() === '') return;
        expect(await problemOf(() => cut(bytes, 'application/jsonlines', within))).toBe(await problemOf(() => countJsonLines(text)));
      }),
      { numRuns: 500 },
    );
  });

  it('without an empty line, whatever ends it: some models refuse one', async () => {
    for (const text of ['{}\n\n{}\n', '{}\r\n\r\n{}', '{}\n\n']) {
      const problem = await problemOf(() =>
        cut(Buffer.from(text), 'application/jsonlines', { partBytes: 5, partRecords: 9, rangeBytes: 3 }),
      );
      expect(problem).toBe('INVALID_JSON_LINE Line 2.');
    }
  });

  it('with a byte order mark in front of the first record only', async () => {
    const within = { partBytes: 100, partRecords: 1, rangeBytes: 2 };
    expect(await problemOf(() => cut(Buffer.from('\uFEFF{}\n{}\n'), 'application/jsonlines', within))).toBeNull();
    expect(await problemOf(() => cut(Buffer.from('{}\n\uFEFF{}\n'), 'application/jsonlines', within))).toBe('INVALID_JSON_LINE Line 2.');
    expect(await problemOf(() => cut(Buffer.from('\uFEFF"a","b"\n1,2\n'), 'text/csv', within))).toBeNull();
  });

  it('only where it is UTF-8', async () => {
    const within = { partBytes: 100, partRecords: 2, rangeBytes: 4 };
    const json = Buffer.concat([Buffer.from('{}\n{}\n{"v":"'), Buffer.from([0xff]), Buffer.from('"}\n')]);
    expect(await problemOf(() => cut(json, 'application/jsonlines', within))).toBe('INVALID_ENCODING Line 3.');
    const rows = Buffer.concat([Buffer.from('a,b\n1,2\n3,'), Buffer.from([0xe4]), Buffer.from('\n')]);
    expect(await problemOf(() => cut(rows, 'text/csv', within))).toBe('INVALID_ENCODING Row 3.');
    const header = Buffer.concat([Buffer.from([0xe4]), Buffer.from(',b\n1,2\n')]);
    expect(await problemOf(() => cut(header, 'text/csv', within))).toBe('INVALID_ENCODING Row 1.');
  });

  it('with little of it in memory: a part and a range', async () => {
    const input = Buffer.from('{"v":"12345678"}\n'.repeat(10_000));
    let readTo = 0;
    let aheadMax = 0;
    const parts = cutParts({
      read: async (start, end) => {
        readTo = end;
        return input.subarray(start, end);
      },
      from: 0,
      inputBytes: input.length,
      recordsBefore: 0,
      headerBytes: 0,
      scanner: scanJsonLines(),
      limits: { partBytes: 1_000, partRecords: 1_000, rangeBytes: 500 },
    });
    for await (const { part } of parts) aheadMax = Math.max(aheadMax, readTo - part.start);
    expect(readTo).toBe(input.length);
    expect(aheadMax).toBeLessThanOrEqual(1_000 + 500);
  });

  it.each([
    ['parts may have more bytes than the endpoint takes', 2 * invokeBytesMax, 0],
    ['the header leaves less room than a part may have', 4 * 1024 * 1024, invokeBytesMax - 2 * 1024 * 1024],
  ])('never with more than the endpoint takes at once, where %s', async (_why, partBytes, headerBytes) => {
    const record = Buffer.from(`{"v":"${'x'.repeat(900_000)}"}\n`);
    const input = { bytes: 60 * record.length, rangeBytes: 1024 * 1024 };
    const parts = cutParts({
      read: async (start, end) =>
        Buffer.concat(Array.from({ length: 4 }, () => record))
          .subarray(start % record.length)
          .subarray(0, end - start),
      from: 0,
      inputBytes: input.bytes,
      recordsBefore: 0,
      headerBytes,
      scanner: scanJsonLines(),
      limits: { partBytes, partRecords: 1_000_000, rangeBytes: input.rangeBytes },
    });
    let records = 0;
    for await (const { part } of parts) {
      expect(part.end - part.start + headerBytes).toBeLessThanOrEqual(invokeBytesMax);
      records += part.records;
    }
    expect(records).toBe(60);
  });

  it('not where the header alone is larger than the endpoint takes', async () => {
    const header = Buffer.concat([Buffer.alloc(invokeBytesMax, 'h'), Buffer.from('\n1\n')]);
    const reading = readHeader(async (start, end) => header.subarray(start, end), {
      inputBytes: header.length,
      rangeBytes: header.length,
    }).then(({ fields }) => fields);
    await expect(reading).rejects.toMatchObject({ code: 'RECORD_TOO_LARGE', message: expect.stringContaining('Row 1.') });
  });

  it('unless a record is larger than the endpoint takes, which is noticed before it is read to its end', async () => {
    const range = 1024 * 1024;
    let readBytes = 0;
    const reading = cutParts({
      read: async (start, end) => {
        readBytes += end - start;
        return Buffer.alloc(end - start, 'x');
      },
      from: 0,
      inputBytes: 10 * invokeBytesMax,
      recordsBefore: 6,
      headerBytes: 0,
      scanner: scanJsonLines(),
      limits: { partBytes: range, partRecords: 10, rangeBytes: range },
    }).next();
    await expect(reading).rejects.toMatchObject({ code: 'RECORD_TOO_LARGE', message: expect.stringContaining('Record 7,') });
    expect(readBytes).toBeLessThanOrEqual(invokeBytesMax + range);
  });
});

function noRecords(parts: readonly CutPart[]): void {
  if (parts.length === 0) throw Object.assign(new Error(''), { code: 'NO_RECORDS' });
}
