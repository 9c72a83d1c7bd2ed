import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { hasUnencodedCharacters, parseQuery } from '../../../emulator/gateway/parse-query.ts';

const rows: readonly [query: string, expected: readonly [string, string[]][], mark: 'S' | 'M'][] = [
  ['', [], 'S'],
  ['a=1&a=2', [['a', ['1', '2']]], 'S'],
  ['dateTimeOffset=2024-01-01T00:00:00+00:00', [['dateTimeOffset', ['2024-01-01T00:00:00 00:00']]], 'S'],
  ['a=x%2By', [['a', ['x+y']]], 'S'],
  ['a', [['a', ['']]], 'S'],
  ['a=b=c', [['a', ['b=c']]], 'S'],
  [
    'A=1&a=2',
    [
      ['A', ['1']],
      ['a', ['2']],
    ],
    'S',
  ],
  [
    'a=1;b=2',
    [
      ['a', ['1']],
      ['b', ['2']],
    ],
    'S',
  ],
  ['&&a=1&', [['a', ['1']]], 'M'],
  ['a=%zz', [['a', ['%zz']]], 'M'],
  ['%61=%C3%AB', [['a', ['ë']]], 'S'],
  ['__proto__=1', [['__proto__', ['1']]], 'S'],
];

test.each(rows)('"%s" is read as API Gateway reads it', (query, expected) => {
  expect([...parseQuery(query)]).toEqual(expected);
});

test('any text can be read', () => {
  assert(property(string({ unit: 'binary' }), (query) => void parseQuery(query)));
});

test('bars and braces have to be encoded', () => {
  expect(['a=|', 'a={', 'a=}', 'a=%7C'].map(hasUnencodedCharacters)).toEqual([true, true, true, false]);
});
