import { describe, expect, test } from 'vitest';
import { createRouteTable } from '../../../emulator/gateway/route-table.ts';
import { route } from './api-fixture.ts';

const find = createRouteTable(
  [
    ['GET', '/'],
    ['POST', '/request'],
    ['GET', '/items/{id}'],
    ['GET', '/items/special'],
    ['ANY', '/items/{id}/parts/{part}'],
    ['ANY', '/proxy-value/{proxy+}'],
    ['GET', '/deep/{a}/literal'],
    ['GET', '/deep/b/{c}'],
  ].map(([method = '', path = '']) => route(method, path)),
);

const found: readonly [method: string, path: string, resource: string, parameters: object, mark: 'S' | 'M'][] = [
  ['GET', '/', '/', {}, 'S'],
  ['POST', '/request', '/request', {}, 'S'],
  ['POST', '/request/', '/request', {}, 'S'],
  ['GET', '/items/special', '/items/special', {}, 'S'],
  ['GET', '/items/7', '/items/{id}', { id: '7' }, 'S'],
  ['GET', '/items/a%2Fb+c', '/items/{id}', { id: 'a%2Fb+c' }, 'S'],
  ['GET', '/items/__proto__', '/items/{id}', { id: '__proto__' }, 'S'],
  ['DELETE', '/items/7/parts/9', '/items/{id}/parts/{part}', { id: '7', part: '9' }, 'S'],
  ['GET', '/proxy-value/a/b', '/proxy-value/{proxy+}', { proxy: 'a/b' }, 'S'],
  ['GET', '/proxy-value/a/', '/proxy-value/{proxy+}', { proxy: 'a' }, 'S'],
  ['GET', '/proxy-value//double-slash', '/proxy-value/{proxy+}', { proxy: '/double-slash' }, 'S'],
  ['GET', '/deep/b/literal', '/deep/b/{c}', { c: 'literal' }, 'M'],
];

test.each(found)('%s %s is %s', (method, path, resourcePath, pathParameters) => {
  const match = find(path, method);
  expect(match?.route.resourcePath).toBe(resourcePath);
  expect(match?.pathParameters).toEqual(pathParameters);
});

test.each([
  ['GET', '/request', 'S'],
  ['OPTIONS', '/request', 'S'],
  ['HEAD', '/request', 'S'],
  ['POST', '/Request', 'M'],
  ['POST', '/re%71uest', 'M'],
  ['POST', '/request//', 'M'],
  ['POST', '/items/special', 'M'],
  ['GET', '/items/', 'S'],
  ['GET', '/proxy-value', 'S'],
  ['GET', '/proxy-value/', 'S'],
  ['PROPFIND', '/proxy-value/a', 'M'],
])('%s %s is unknown', (method, path) => {
  expect(find(path, method)).toBeNull();
});

describe('refused at start:', () => {
  test.each([
    ['a greedy part in the middle', ['/a/{b+}/c']],
    ['a part that is half a parameter', ['/a{b}']],
    ['a path without a slash', ['a']],
    ['the same method twice', ['/a', '/a']],
  ])('%s', (_name, paths) => {
    expect(() => createRouteTable(paths.map((path) => route('GET', path)))).toThrow(/api\.yaml:7: the route GET/);
  });
});
