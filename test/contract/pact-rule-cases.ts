// Expectations and requests of every matcher and part; pact-rules.test.ts asks Pact and Airlock for a verdict on each pair.
import type { Expectation, SentRequest } from './pact-mock-server.ts';

export interface RuleCase extends Expectation {
  readonly name: string;
  readonly sent: readonly SentRequest[];
}

const rule = (...matchers: readonly unknown[]) => ({ combine: 'AND', matchers });
const anyOf = (...matchers: readonly unknown[]) => ({ combine: 'OR', matchers });
const json = (...bodies: readonly unknown[]): SentRequest[] =>
  bodies.map((body) => ({ body: typeof body === 'string' ? body : JSON.stringify(body) }));
const body = (path: string, ...matchers: readonly unknown[]) => ({ body: { [path]: rule(...matchers) } });
const header = (name: string, ...values: readonly string[]): SentRequest[] => values.map((value) => ({ headers: { [name]: value } }));

const pngBytes = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const arnPath = '/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A111111111111%3Afunction%3Af/invocations';

export const ruleCases: readonly RuleCase[] = [
  { name: 'method', method: 'POST', sent: [{}, { method: 'PUT' }, { method: 'GET' }] },
  { name: 'method in lower case', method: 'put', sent: [{ method: 'PUT' }] },
  { name: 'path', path: '/a/b', sent: [{ path: '/a/b' }, { path: '/a/b/' }, { path: '/A/b' }, { path: '/a%2Fb' }] },
  {
    name: 'encoded path',
    path: arnPath,
    sent: [{ path: arnPath }, { path: decodeURIComponent(arnPath) }, { path: arnPath.replaceAll('%3A', '%3a') }],
  },
  {
    name: 'path by regex',
    path: '/a/1',
    rules: { path: rule({ match: 'regex', regex: '/a/\\d+' }) },
    sent: [{ path: '/a/12' }, { path: '/a/12/b' }, { path: '/b/a/12' }, { path: '/a/x' }],
  },
  { name: 'path by type', path: '/a/1', rules: { path: rule({ match: 'type' }) }, sent: [{ path: '/whatever' }] },
  {
    name: 'regex with alternatives',
    path: '/a',
    rules: { path: rule({ match: 'regex', regex: '/a|/ab' }) },
    sent: [{ path: '/a' }, { path: '/ab' }],
  },
  { name: 'no query expected', sent: [{ query: 'a=1' }, { query: '' }] },
  {
    name: 'query',
    query: { a: ['1'], b: ['x y'] },
    sent: [
      { query: 'a=1&b=x%20y' },
      { query: 'b=x+y&a=1' },
      { query: 'a=1' },
      { query: 'a=1&b=x%20y&c=3' },
      { query: 'a=2&b=x%20y' },
      { query: 'a=1&a=1&b=x+y' },
    ],
  },
  { name: 'query with two values', query: { a: ['1', '2'] }, sent: [{ query: 'a=1&a=2' }, { query: 'a=2&a=1' }, { query: 'a=1' }] },
  { name: 'query without value', query: { a: [''] }, sent: [{ query: 'a=' }, { query: 'a' }, { query: 'a=1' }] },
  {
    name: 'query by regex',
    query: { a: ['1'] },
    rules: { query: { a: rule({ match: 'regex', regex: '\\d+' }) } },
    sent: [{ query: 'a=12' }, { query: 'a=x' }, { query: 'a=1&a=2' }, { query: 'a=1&a=x' }, { query: 'b=1' }],
  },
  {
    name: 'query by type with min',
    query: { a: ['1'] },
    rules: { query: { a: rule({ match: 'type', min: 2 }) } },
    sent: [{ query: 'a=1' }, { query: 'a=1&a=2' }],
  },
  {
    name: 'query by integer, number, date',
    query: { i: ['1'], n: ['1.5'], d: ['2026-01-01'] },
    rules: { query: { i: rule({ match: 'integer' }), n: rule({ match: 'number' }), d: rule({ match: 'date', format: 'yyyy-MM-dd' }) } },
    sent: [
      { query: 'i=5&n=1e3&d=2026-12-31' },
      { query: 'i=-5&n=1&d=2026-12-31' },
      { query: 'i=1.0&n=1&d=2026-12-31' },
      { query: 'i=1&n=x&d=2026-12-31' },
      { query: 'i=1&n=1&d=2026-02-30' },
    ],
  },
  {
    name: 'header',
    headers: { 'X-A': ['one'] },
    sent: [...header('x-a', 'one', 'One', ' one ', 'two'), {}, { headers: { 'X-A': 'one', 'X-B': 'more' } }],
  },
  { name: 'header with commas', headers: { 'X-A': ['a, b'] }, sent: header('X-A', 'a, b', 'a,b', 'a,  b', 'b,a') },
  {
    name: 'list header',
    headers: { 'Accept-Encoding': ['gzip', 'br'] },
    sent: header('Accept-Encoding', 'gzip, br', 'gzip,br', 'gzip', 'gzip, br, x'),
  },
  {
    name: 'header with parameters',
    headers: { Accept: ['text/csv;charset=utf-8'] },
    sent: header(
      'Accept',
      'text/csv;charset=utf-8',
      'text/csv; charset=UTF-8',
      'text/csv',
      'text/csv;charset=utf-8;q=1',
      'text/plain;charset=utf-8',
    ),
  },
  {
    name: 'header by regex',
    headers: { 'X-Id': ['7'] },
    rules: { header: { 'X-Id': rule({ match: 'regex', regex: '\\d+|\\$LATEST' }) } },
    sent: header('x-id', '12', '$LATEST', 'v7', '7v', ''),
  },
  {
    name: 'header by include or semver',
    headers: { 'X-V': ['1.0.0'] },
    rules: { header: { 'X-V': anyOf({ match: 'include', value: 'beta' }, { match: 'semver' }) } },
    sent: header('X-V', '1.2.3', 'a beta b', '1.2', '1.2.3-rc.1+5'),
  },
  {
    name: 'header by a rule for null',
    headers: { 'X-N': ['a'] },
    rules: { header: { 'X-N': rule({ match: 'null' }) } },
    sent: header('X-N', 'a', 'b'),
  },
  {
    name: 'equal objects',
    body: { a: 1, b: 'x' },
    sent: json({ a: 1, b: 'x' }, { b: 'x', a: 1 }, { a: 1 }, { a: 1, b: 'x', c: 1 }, { a: '1', b: 'x' }, [], 'null', '{', ''),
  },
  { name: 'integer and decimal differ', body: '{"a":1}', sent: json('{"a":1}', '{"a":1.0}', '{"a":1e0}', '{"a":2}') },
  { name: 'decimal in the contract', body: '{"a":1.5}', sent: json('{"a":1.5}', '{"a":1.50}', '{"a":15e-1}', '{"a":2}') },
  { name: 'null', body: { a: null }, sent: json({ a: null }, {}, { a: 0 }) },
  { name: 'empty object', body: {}, sent: json({}, { a: 1 }, []) },
  { name: 'empty array', body: { a: [] }, sent: json({ a: [] }, { a: [1] }) },
  { name: 'empty array with a type rule', body: { a: [] }, rules: body('$.a', { match: 'type' }), sent: json({ a: [] }, { a: [1, 'x'] }) },
  { name: 'exact array', body: { a: [1, 2] }, sent: json({ a: [1, 2] }, { a: [1] }, { a: [1, 2, 3] }, { a: [2, 1] }) },
  { name: 'array of arrays', body: [[1], [2]], sent: json([[1], [2]], [[1], []], [[1], [2, 2]]) },
  {
    name: 'type of a string',
    body: { a: 'x' },
    rules: body('$.a', { match: 'type' }),
    sent: json({ a: '' }, { a: 1 }, { a: null }, { a: {} }, {}),
  },
  { name: 'type of a number', body: { a: 1 }, rules: body('$.a', { match: 'type' }), sent: json({ a: 2 }, '{"a":2.5}', { a: '2' }) },
  {
    name: 'type reaches down',
    body: { a: { b: 1, c: ['x'] } },
    rules: body('$.a', { match: 'type' }),
    sent: json(
      { a: { b: 9, c: ['y', 'z'] } },
      { a: { b: 9, c: [] } },
      { a: { b: 9 } },
      { a: { b: 9, c: [1] } },
      { a: { b: 1, c: ['x'], d: 1 } },
    ),
  },
  {
    name: 'a deeper rule wins',
    body: { a: { b: 'x', c: 'y' } },
    rules: { body: { '$.a': rule({ match: 'type' }), '$.a.b': rule({ match: 'equality' }) } },
    sent: json({ a: { b: 'x', c: 'z' } }, { a: { b: 'z', c: 'z' } }),
  },
  {
    name: 'type with min',
    body: { a: [{ b: 1 }] },
    rules: body('$.a', { match: 'type', min: 2 }),
    sent: json({ a: [{ b: 1 }] }, { a: [{ b: 1 }, { b: 2 }] }, { a: [{ b: 1 }, { b: 'x' }] }, { a: [{ b: 1 }, {}] }, { a: [] }),
  },
  {
    name: 'type with max',
    body: { a: [1] },
    rules: body('$.a', { match: 'type', max: 2 }),
    sent: json({ a: [1, 2] }, { a: [1, 2, 3] }, { a: [] }),
  },
  {
    name: 'type with min and max',
    body: { a: [1] },
    rules: body('$.a', { match: 'type', min: 1, max: 2 }),
    sent: json({ a: [] }, { a: [5] }, { a: [5, 6, 7] }),
  },
  {
    name: 'min of an array inside does not reach down',
    body: { a: [[1]] },
    rules: body('$.a', { match: 'type', min: 2 }),
    sent: json({ a: [[1], [2]] }, { a: [[1], []] }),
  },
  {
    name: 'wildcard',
    body: { a: [{ b: 'x', c: 1 }] },
    rules: {
      body: {
        '$.a': rule({ match: 'type', min: 1 }),
        '$.a[*].b': rule({ match: 'regex', regex: 'x+' }),
        '$.a[*].*': rule({ match: 'type' }),
      },
    },
    sent: json(
      { a: [{ b: 'xx', c: 2 }] },
      {
        a: [
          { b: 'xx', c: 2 },
          { b: 'y', c: 2 },
        ],
      },
      { a: [{ b: 'x', c: 'y' }] },
    ),
  },
  {
    name: 'nested wildcards',
    body: { a: [{ b: [{ c: 1 }] }] },
    rules: {
      body: { '$.a': rule({ match: 'type' }), '$.a[*].b': rule({ match: 'type', min: 1 }), '$.a[*].b[*].c': rule({ match: 'integer' }) },
    },
    sent: json({ a: [{ b: [{ c: 1 }, { c: 2 }] }, { b: [{ c: 3 }] }] }, { a: [{ b: [{ c: 1.5 }] }] }, { a: [{ b: [] }] }),
  },
  {
    name: 'a shorter path of names outweighs a longer one of wildcards',
    body: { a: { b: 1 } },
    rules: { body: { '$.a': rule({ match: 'type' }), '$.*.*': rule({ match: 'equality' }) } },
    sent: json({ a: { b: 2 } }, { a: { b: 'x' } }),
  },
  {
    name: 'one element by index',
    body: [{ a: 1 }, { a: 2 }],
    rules: body('$[1].a', { match: 'integer' }),
    sent: json([{ a: 1 }, { a: 7 }], [{ a: 7 }, { a: 2 }], [{ a: 1 }], [{ a: 1 }, { a: 2 }, { a: 3 }]),
  },
  { name: 'quoted key', body: { 'a b': 1 }, rules: body("$['a b']", { match: 'integer' }), sent: json({ 'a b': 2 }, { 'a b': 'x' }) },
  {
    name: 'regex',
    body: { a: 'ab1' },
    rules: body('$.a', { match: 'regex', regex: '[a-z]+\\d' }),
    sent: json({ a: 'xyz9' }, { a: 'xyz9 ' }, { a: ' xyz9' }, { a: 9 }, { a: null }),
  },
  {
    name: 'regex over numbers and booleans',
    body: { a: '1', b: 'true' },
    rules: { body: { '$.a': rule({ match: 'regex', regex: '\\d+(\\.\\d+)?' }), '$.b': rule({ match: 'regex', regex: 'true|false' }) } },
    sent: json({ a: 12, b: false }, { a: 1.5, b: true }, '{"a":1e2,"b":true}', { a: '١', b: 'true' }),
  },
  {
    name: 'regex dialect',
    body: { a: 'x' },
    rules: body('$.a', { match: 'regex', regex: '^\\h{2}[[:alpha:]]\\-\\w$' }),
    sent: json({ a: 'fFz-é' }, { a: 'fgz-1' }, { a: 'ff1-1' }),
  },
  {
    name: 'regex and words beyond ASCII',
    body: { a: 'é' },
    rules: body('$.a', { match: 'regex', regex: '.*\\bé.*' }),
    sent: json({ a: 'x é' }, { a: 'é' }, { a: 'xé' }, { a: '1é' }, { a: '_é' }),
  },
  {
    name: 'regex and no border of a word',
    body: { a: 'xé' },
    rules: body('$.a', { match: 'regex', regex: '.*\\Bé.*' }),
    sent: json({ a: 'x é' }, { a: 'xé' }),
  },
  {
    name: 'regex and white space',
    body: { a: ' ' },
    rules: body('$.a', { match: 'regex', regex: '\\s+' }),
    sent: json(...[' ', '\t\v\f', '\u00a0', '\u0085', '\u2028', '\u3000', '\u180e', '\u200b', '\ufeff'].map((a) => ({ a }))),
  },
  {
    name: 'regex and what is no white space',
    body: { a: 'x' },
    rules: body('$.a', { match: 'regex', regex: '[\\S]\\S[^\\s]' }),
    sent: json({ a: 'xyz' }, { a: '\ufeff\ufeff\ufeff' }, { a: 'x\u0085z' }, { a: 'xy\u0085' }),
  },
  {
    name: 'regex and lines',
    body: { a: 'x' },
    rules: body('$.a', { match: 'regex', regex: '^a.b$' }),
    sent: json({ a: 'a b' }, { a: 'a\nb' }, { a: 'acb\n' }, { a: 'a\rb' }),
  },
  {
    name: 'case-blind regex',
    body: { a: 'x' },
    rules: body('$.a', { match: 'regex', regex: '(?i)abc' }),
    sent: json({ a: 'ABC' }, { a: 'abd' }),
  },
  {
    name: 'include',
    body: { a: 'x' },
    rules: body('$.a', { match: 'include', value: 'mid' }),
    sent: json({ a: 'amidb' }, { a: 'a' }, { a: 1 }),
  },
  {
    name: 'integer',
    body: { a: 1 },
    rules: body('$.a', { match: 'integer' }),
    sent: json({ a: -5 }, '{"a":5.0}', { a: '5' }, '{"a":12345678901234567890123}', '{"a":18446744073709551615}', '{"a":-0}'),
  },
  {
    name: 'decimal',
    body: { a: 1.5 },
    rules: body('$.a', { match: 'decimal' }),
    sent: json('{"a":2.5}', '{"a":2}', '{"a":2.0}', '{"a":2e5}', { a: '2.5' }),
  },
  { name: 'number', body: { a: 1 }, rules: body('$.a', { match: 'number' }), sent: json({ a: 1.5 }, { a: '1' }, { a: true }) },
  {
    name: 'boolean',
    body: { a: true },
    rules: body('$.a', { match: 'boolean' }),
    sent: json({ a: false }, { a: 'true' }, { a: 'yes' }, { a: 0 }),
  },
  { name: 'null rule', body: { a: null }, rules: body('$.a', { match: 'null' }), sent: json({ a: null }, { a: 'null' }, {}) },
  {
    name: 'date',
    body: { a: '2026-01-31' },
    rules: body('$.a', { match: 'date', format: 'yyyy-MM-dd' }),
    sent: json({ a: '2024-02-29' }, { a: '2026-02-29' }, { a: '2026-1-1' }, { a: '26-01-01' }, { a: '2026-13-01' }, { a: 20260101 }),
  },
  {
    name: 'time',
    body: { a: '10:00' },
    rules: body('$.a', { match: 'time', format: 'HH:mm' }),
    sent: json({ a: '23:59' }, { a: '24:00' }, { a: '7:5' }, { a: '10:00:00' }),
  },
  {
    name: 'datetime',
    body: { a: '2026-01-01T00:00:00.000Z' },
    rules: body('$.a', { match: 'datetime', format: "yyyy-MM-dd'T'HH:mm:ss.SSSX" }),
    sent: json(
      { a: '2026-05-05T10:11:12.123Z' },
      { a: '2026-05-05T10:11:12Z' },
      { a: '2026-05-05T10:11:12.1+02' },
      { a: '2026-05-05T10:11:12.123+13' },
      { a: '2026-05-05T10:11:12.123+0200' },
      { a: '2026-05-05T10:11:60.123Z' },
    ),
  },
  {
    name: 'datetime by default',
    body: { a: '2026-01-01T00:00:00Z' },
    rules: body('$.a', { match: 'datetime' }),
    sent: json({ a: '2026-01-01T00:00:00+01:00' }, { a: '2026-01-01T00:00:00Z' }, { a: '2026-01-01 00:00:00Z' }),
  },
  {
    name: 'date with names',
    body: { a: 'Mon, 05 Jan 2026' },
    rules: body('$.a', { match: 'date', format: "EEE, dd MMM yyyy '(d)' a" }),
    sent: json({ a: 'tue, 5 feb 2026 (d) AM' }, { a: 'tue, 30 feb 2026 (d) am' }, { a: 'xxx, 05 Jan 2026 (d) am' }),
  },
  {
    name: 'semver',
    body: { a: '1.0.0' },
    rules: body('$.a', { match: 'semver' }),
    sent: json({ a: '1.2.3-a.1' }, { a: '01.2.3' }, { a: 'v1.2.3' }, { a: 1 }),
  },
  {
    name: 'notEmpty',
    body: { a: 'x', b: [1], c: { d: 1 } },
    rules: { body: { '$.a': rule({ match: 'notEmpty' }), '$.b': rule({ match: 'notEmpty' }), '$.c': rule({ match: 'notEmpty' }) } },
    sent: json(
      { a: 'y', b: [1], c: { d: 1 } },
      { a: '', b: [1], c: { d: 1 } },
      { a: 'y', b: [], c: { d: 1 } },
      { a: 'y', b: [1], c: {} },
      { a: null, b: [1], c: { d: 1 } },
    ),
  },
  {
    name: 'equality of an object',
    body: { a: { b: 1 } },
    rules: { body: { $: rule({ match: 'type' }), '$.a': rule({ match: 'equality' }) } },
    sent: json({ a: { b: 1 } }, { a: { b: 2 } }),
  },
  {
    name: 'a rule for integers above an object',
    body: { a: { b: 1 } },
    rules: body('$.a', { match: 'integer' }),
    sent: json({ a: { b: 1 } }, { a: 1 }),
  },
  { name: 'a rule for null above a list', body: { a: [1] }, rules: body('$.a', { match: 'null' }), sent: json({ a: [1] }, { a: null }) },
  {
    name: 'values',
    body: { a: { k: 1 } },
    rules: { body: { '$.a': rule({ match: 'values' }), '$.a.*': rule({ match: 'type' }) } },
    sent: json({ a: { x: 2, y: 3 } }, { a: { x: 'z' } }, { a: {} }),
  },
  {
    name: 'eachKey',
    body: { a: { k1: 1 } },
    rules: {
      body: { '$.a': rule({ match: 'eachKey', rules: [{ match: 'regex', regex: 'k\\d+' }] }), '$.a.*': rule({ match: 'integer' }) },
    },
    sent: json({ a: { k2: 5 } }, { a: { k1: 1, x: 2 } }, { a: { k1: 'x' } }, { a: {} }),
  },
  {
    name: 'eachValue of an object',
    body: { a: { k: 'x1' } },
    rules: body('$.a', { match: 'eachValue', rules: [{ match: 'regex', regex: 'x\\d' }] }),
    sent: json({ a: { b: 'x2', c: 'x3' } }, { a: { b: 'y' } }, { a: {} }),
  },
  {
    name: 'eachValue of a list',
    body: { a: ['x1'] },
    rules: body('$.a', { match: 'eachValue', rules: [{ match: 'regex', regex: 'x\\d' }] }),
    sent: json({ a: ['x2', 'x3'] }, { a: ['x2', 'y'] }, { a: [] }),
  },
  {
    name: 'eachKey and eachValue',
    body: { a: { k: { n: 1 } } },
    rules: body('$.a', { match: 'eachKey', rules: [{ match: 'regex', regex: 'k.*' }] }, { match: 'eachValue', rules: [{ match: 'type' }] }),
    sent: json({ a: { kk: { n: 2 } } }, { a: { x: { n: 2 } } }, { a: { k: { n: 'y' } } }, { a: { k: {} } }),
  },
  {
    name: 'eachValue without rules',
    body: { a: ['x'], b: { c: 1 } },
    rules: { body: { '$.a': rule({ match: 'eachValue', rules: [] }) } },
    sent: json({ a: ['x'], b: { c: 1 } }, { a: ['y'], b: { c: 1 } }),
  },
  {
    name: 'arrayContains',
    body: {
      a: [
        { t: 'x', n: 1 },
        { t: 'y', n: 2 },
      ],
    },
    rules: body('$.a', {
      match: 'arrayContains',
      variants: [
        { index: 0, rules: { '$.n': rule({ match: 'integer' }) } },
        { index: 1, rules: { '$.n': rule({ match: 'integer' }) } },
      ],
    }),
    sent: json({ a: [{ t: 'y', n: 9 }, { t: 'z' }, { t: 'x', n: 8 }] }, { a: [{ t: 'x', n: 1 }] }, { a: [] }),
  },
  {
    name: 'rules combined by OR',
    body: { a: 'x' },
    rules: { body: { '$.a': anyOf({ match: 'null' }, { match: 'integer' }) } },
    sent: json({ a: null }, { a: 5 }, { a: 'x' }),
  },
  {
    name: 'rules combined by AND',
    body: { a: 'abc' },
    rules: body('$.a', { match: 'regex', regex: 'a.*' }, { match: 'include', value: 'c' }),
    sent: json({ a: 'axc' }, { a: 'ax' }, { a: 'c' }),
  },
  {
    name: 'OR over objects',
    body: { a: { b: 1 } },
    rules: { body: { '$.a': anyOf({ match: 'type' }, { match: 'equality' }) } },
    sent: json({ a: { b: 1 } }, { a: { b: 2 } }),
  },
  {
    name: 'OR over lists',
    body: { a: [1] },
    rules: { body: { '$.a': anyOf({ match: 'type', min: 2 }, { match: 'equality' }) } },
    sent: json({ a: [1] }, { a: [1, 2] }, { a: [2] }),
  },
  { name: 'plain value as a body', body: '"x"', rules: body('$', { match: 'type' }), sent: json('"y"', '1', 'null') },
  {
    name: 'content type',
    body: { a: 1 },
    sent: [
      { body: '{"a":1}', headers: { 'Content-Type': 'application/json; charset=utf-8' } },
      { body: '{"a":1}', headers: { 'Content-Type': 'text/plain' } },
      { body: '{"a":1}', headers: { 'Content-Type': 'application/hal+json' } },
      { body: '{"a":1}', headers: { 'Content-Type': 'application/octet-stream' } },
      { body: '{"a":1}', headers: { 'Content-Type': 'nonsense' } },
    ],
  },
  {
    name: 'content type by regex',
    headers: { 'Content-Type': ['application/json'] },
    body: { a: 1 },
    rules: { header: { 'Content-Type': rule({ match: 'regex', regex: 'application/(json|octet-stream)' }) } },
    sent: [
      { body: '{"a":1}', headers: { 'Content-Type': 'application/octet-stream' } },
      { body: '{"a":2}', headers: { 'Content-Type': 'application/octet-stream' } },
      { body: '{"a":1}', headers: { 'Content-Type': 'text/plain' } },
    ],
  },
  {
    name: 'text',
    body: 'a,b\n1,2\n',
    contentType: 'text/csv',
    sent: ['a,b\n1,2\n', 'a,b\n1,2', ''].map((text) => ({ body: text, headers: { 'Content-Type': 'text/csv' } })),
  },
  {
    name: 'text by regex',
    body: 'a,b',
    contentType: 'text/csv',
    rules: body('$', { match: 'regex', regex: '\\w(,\\w)*' }),
    sent: ['x,y,z', 'x;', ''].map((text) => ({ body: text, headers: { 'Content-Type': 'text/csv' } })),
  },
  {
    name: 'JSON lines, which Pact takes for JSON',
    body: '{"a":1}\n{"a":2}',
    contentType: 'application/jsonlines',
    sent: ['{"a":1}\n{"a":2}', '{"a":1}'].map((text) => ({ body: text, headers: { 'Content-Type': 'application/jsonlines' } })),
  },
  {
    name: 'form',
    body: 'a=1&b=x+y',
    contentType: 'application/x-www-form-urlencoded',
    sent: ['a=1&b=x+y', 'b=x%20y&a=1', 'a=1', 'a=2&b=x+y'].map((text) => ({
      body: text,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    })),
  },
  {
    name: 'bytes',
    body: Buffer.from([0, 1, 2, 255]),
    contentType: 'application/octet-stream',
    rules: { body: {} },
    sent: [Buffer.from([0, 1, 2, 255]), Buffer.from([0, 1, 2])].map((bytes) => ({
      body: bytes,
      headers: { 'Content-Type': 'application/octet-stream' },
    })),
  },
  {
    name: 'bytes by content type',
    body: pngBytes,
    contentType: 'image/png',
    rules: body('$', { match: 'contentType', value: 'image/png' }),
    sent: [pngBytes, Buffer.from('no image')].map((bytes) => ({ body: bytes, headers: { 'Content-Type': 'image/png' } })),
  },
  { name: 'no body in the contract', sent: [{}, { body: '{"a":1}' }] },
];
