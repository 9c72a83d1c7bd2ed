import { assert, jsonValue, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readProxyResult } from '../../../emulator/gateway/proxy-result.ts';

const plain = { status: 200, headers: [], suppressesContentType: false, body: '', isBase64Encoded: false };

/** Marks: S sourced, M memory. */
const accepted: readonly [name: string, result: unknown, expected: object, mark: 'S' | 'M'][] = [
  ['an empty object is 200 with an empty body', {}, plain, 'S'],
  ['a status alone', { statusCode: 200 }, plain, 'S'],
  ['a numeric string as status', { statusCode: '201' }, { ...plain, status: 201 }, 'S'],
  ['null for a status', { statusCode: null }, plain, 'M'],
  ['headers only', { headers: { 'test-header': 'value' } }, { ...plain, headers: [['test-header', 'value']] }, 'S'],
  ['null for headers', { headers: null, multiValueHeaders: null }, plain, 'S'],
  ['a boolean header', { headers: { a: true } }, { ...plain, headers: [['a', 'true']] }, 'S'],
  ['a number header', { headers: { a: 1.5 } }, { ...plain, headers: [['a', '1.5']] }, 'M'],
  ['Content-Type null', { headers: { 'content-TYPE': null } }, { ...plain, suppressesContentType: true }, 'S'],
  [
    'multi-value headers',
    { multiValueHeaders: { a: ['1', '2'] } },
    {
      ...plain,
      headers: [
        ['a', '1'],
        ['a', '2'],
      ],
    },
    'S',
  ],
  [
    'multi values first, then the single one, under the multi spelling',
    { headers: { 'Test-multi': 'value-solo' }, multiValueHeaders: { 'tesT-Multi': ['value-multi'] } },
    {
      ...plain,
      headers: [
        ['tesT-Multi', 'value-multi'],
        ['tesT-Multi', 'value-solo'],
      ],
    },
    'S',
  ],
  ['the same pair in both comes once', { headers: { a: '1' }, multiValueHeaders: { a: ['1'] } }, { ...plain, headers: [['a', '1']] }, 'S'],
  ['base64Encoded as SAM takes it', { base64Encoded: true, body: 'YQ==' }, { ...plain, isBase64Encoded: true, body: 'YQ==' }, 'S'],
  ['no body, with base64', { multiValueHeaders: null, isBase64Encoded: true, body: '' }, { ...plain, isBase64Encoded: true }, 'S'],
];

const malformed: readonly [name: string, result: unknown, mark: 'S' | 'M'][] = [
  ['a word as status', { statusCode: 'test' }, 'S'],
  ['an unknown key', { statusCode: 200, wrongValue: 1 }, 'S'],
  ['a bare string', 'justAString', 'S'],
  ['null, which is what undefined becomes', null, 'M'],
  ['an array', [1], 'S'],
  ['a number', 7, 'S'],
  ['an object as body', { body: { a: 1 } }, 'M'],
  ['a number as body', { body: 1 }, 'M'],
  ['an object as header', { headers: { a: {} } }, 'S'],
  ['an array as header', { headers: { a: ['1'] } }, 'S'],
  ['an array for headers', { headers: [] }, 'M'],
  ['a string as multi value', { multiValueHeaders: { a: 'x' } }, 'S'],
  ['an object inside a multi value', { multiValueHeaders: { a: [{}] } }, 'M'],
  ['a fraction as status', { statusCode: 200.5 }, 'M'],
  ['a status that is none', { statusCode: 999 }, 'M'],
  ['a status without a final answer', { statusCode: 101 }, 'M'],
  ['a string for isBase64Encoded', { isBase64Encoded: 'true' }, 'M'],
];

describe('a proxy result is accepted:', () => {
  test.each(accepted)('%s (%#)', (_name, result, expected) => {
    expect(readProxyResult(JSON.stringify(result))).toEqual(expected);
  });
});

describe('a proxy result is malformed:', () => {
  test.each(malformed)('%s', (_name, result) => {
    expect(readProxyResult(JSON.stringify(result))).toHaveProperty('malformed');
  });
});

test('any JSON is either malformed or a result that can be sent', () => {
  assert(
    property(jsonValue(), (result) => {
      const read = readProxyResult(JSON.stringify(result));
      if ('malformed' in read) return;
      expect(read.status).toBeGreaterThanOrEqual(200);
      expect(typeof read.body).toBe('string');
    }),
  );
});
