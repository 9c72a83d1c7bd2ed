import { assert, jsonValue, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readGrant } from '../../../emulator/authorizer/authorizer-grant.ts';

const statement = { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' };
const output = { principalId: 'p', policyDocument: { Version: '2012-10-17', Statement: [statement] } };
const withStatement = (more: object) => ({ ...output, policyDocument: { Statement: [{ ...statement, ...more }] } });

/** Facts 2.4-2.6. */
const granted: readonly [name: string, output: unknown, expected: object, mark: 'S' | 'M'][] = [
  ['the least there is', output, { principalId: 'p', context: {} }, 'S'],
  ['a number as principalId', { ...output, principalId: 7 }, { principalId: '7' }, 'S'],
  ['one statement without a list', { ...output, policyDocument: { Statement: statement } }, {}, 'S'],
  [
    'context values become strings',
    { ...output, context: { n: 123, b: true, s: 'x', f: 1.5 } },
    { context: { n: '123', b: 'true', s: 'x', f: '1.5' } },
    'S',
  ],
  ['context null', { ...output, context: null }, { context: {} }, 'M'],
  ['actions and resources in lists', withStatement({ Action: ['*'], Resource: ['a', 'b'] }), {}, 'S'],
  ['a condition', withStatement({ Condition: { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8'] } } }), {}, 'M'],
  ['a resource of 512 characters', withStatement({ Resource: 'a'.repeat(512) }), {}, 'S'],
];

const refused: readonly [name: string, output: unknown, mark: 'S' | 'M'][] = [
  ['null', null, 'M'],
  ['a string', 'allow', 'M'],
  ['a proxy result', { statusCode: 401 }, 'S'],
  ['no principalId', { policyDocument: output.policyDocument }, 'S'],
  ['an empty principalId', { ...output, principalId: '' }, 'M'],
  ['an object as principalId', { ...output, principalId: {} }, 'M'],
  ['no policyDocument', { principalId: 'p' }, 'S'],
  ['a policyDocument that is text', { ...output, policyDocument: '{}' }, 'M'],
  ['no Statement', { ...output, policyDocument: {} }, 'S'],
  ['Effect in lower case', withStatement({ Effect: 'allow' }), 'M'],
  ['no Action', withStatement({ Action: undefined }), 'M'],
  ['no Resource', withStatement({ Resource: undefined }), 'M'],
  ['Action and NotAction', withStatement({ NotAction: 'x' }), 'M'],
  ['a number as Resource', withStatement({ Resource: 7 }), 'M'],
  ['a resource of 513 characters', withStatement({ Resource: 'a'.repeat(513) }), 'S'],
  ['a condition that is a list', withStatement({ Condition: [] }), 'M'],
  ['a condition on null', withStatement({ Condition: { StringEquals: { a: null } } }), 'M'],
  ['an object in context', { ...output, context: { a: {} } }, 'S'],
  ['an array in context', { ...output, context: { a: [1] } }, 'S'],
  ['null in context', { ...output, context: { a: null } }, 'S'],
  ['an array as context', { ...output, context: ['a'] }, 'M'],
];

describe('a grant:', () => {
  test.each(granted)('%s', (_name, value, expected) => {
    expect(readGrant(JSON.stringify(value))).toMatchObject(expected);
  });
});

describe('no grant:', () => {
  test.each(refused)('%s', (_name, value) => {
    expect(readGrant(JSON.stringify(value))).toEqual({ problem: expect.any(String) });
  });
});

test('any JSON is a grant or a problem', () => {
  assert(property(jsonValue(), (value) => void readGrant(JSON.stringify(value))));
});
