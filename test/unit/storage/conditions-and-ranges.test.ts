// Conditional and range requests, as tables.
import { describe, expect, it } from 'vitest';
import { parseRange } from '../../../emulator/storage/byte-range.ts';
import { failedReadCondition, writePreconditionOf } from '../../../emulator/storage/conditions.ts';

describe('a range', () => {
  it.each([
    ['bytes=0-8', 10, { start: 0, end: 8 }],
    ['bytes=5-', 10, { start: 5, end: 9 }],
    ['bytes=0-100', 10, { start: 0, end: 9 }],
    ['bytes=-3', 10, { start: 7, end: 9 }],
    ['bytes=-15', 10, { start: 0, end: 9 }],
    ['bytes=-0', 10, 'unsatisfiable'],
    ['bytes=100-200', 10, 'unsatisfiable'],
    ['bytes=0-0', 0, 'unsatisfiable'],
    ['bytes=1-0', 10, null],
    ['bytes=-1-', 10, null],
    ['bytes=0--1', 10, null],
    ['bytes=-', 10, null],
    ['lines=0-1', 10, null],
    ['bytes=0-1,3-4', 10, null],
    [undefined, 10, null],
  ])('%s of %i bytes is %j [V]', (header, size, expected) => {
    expect(parseRange(header, size)).toEqual(expected);
  });
});

describe('a read condition', () => {
  const target = { etag: 'abc', lastModified: Date.UTC(2026, 0, 1) };
  const now = Date.UTC(2026, 0, 10);
  const at = (days: number) => new Date(target.lastModified + days * 86_400_000).toUTCString();
  it.each([
    [{ 'if-match': '"abc"' }, null, 'V'],
    [{ 'if-match': 'abc' }, null, 'V'],
    [{ 'if-match': '*' }, null, 'D'],
    [{ 'if-match': '"x", "abc"' }, null, 'M'],
    [{ 'if-match': '"x"' }, 'If-Match', 'V'],
    [{ 'if-none-match': '"abc"' }, 'If-None-Match', 'V'],
    [{ 'if-none-match': 'abc' }, 'If-None-Match', 'V'],
    [{ 'if-none-match': '"x"' }, null, 'V'],
    [{ 'if-modified-since': at(0) }, 'If-Modified-Since', 'V'],
    [{ 'if-modified-since': at(-1) }, null, 'V'],
    [{ 'if-modified-since': at(30) }, null, 'V'],
    [{ 'if-modified-since': 'nonsense' }, null, 'M'],
    [{ 'if-unmodified-since': at(0) }, null, 'V'],
    [{ 'if-unmodified-since': at(-1) }, 'If-Unmodified-Since', 'V'],
    [{ 'if-match': '"abc"', 'if-unmodified-since': at(-1) }, null, 'D'],
    [{ 'if-none-match': '"x"', 'if-modified-since': at(0) }, null, 'D'],
  ] as [Record<string, string>, string | null, string][])('%j fails with %s [%s]', (headers, expected) => {
    expect(failedReadCondition(new Map(Object.entries(headers)), '', target, now)).toBe(expected);
    const copy = Object.entries(headers).map(([name, value]) => [`x-amz-copy-source-${name}`, value] as const);
    expect(failedReadCondition(new Map(copy), 'x-amz-copy-source-', target, now)).toBe(expected);
  });
});

describe('a write precondition', () => {
  it.each([
    [{}, { kind: 'none' }],
    [{ 'if-none-match': '*' }, { kind: 'mustNotExist' }],
    [{ 'if-match': '"abc"' }, { kind: 'mustMatch', etag: 'abc' }],
    [
      { 'if-none-match': '"abc"' },
      {
        status: 501,
        details: { Header: 'If-None-Match', additionalMessage: "We don't accept the provided value of If-None-Match header for this API" },
      },
    ],
    [{ 'if-match': '*' }, { status: 501, details: { Header: 'If-Match' } }],
  ] as [Record<string, string>, object][])('%j is %j [V]', (headers, expected) => {
    expect(writePreconditionOf(new Map(Object.entries(headers)))).toMatchObject(expected);
  });
});
