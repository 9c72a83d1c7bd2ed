// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is IAM's own syntax for policy variables.
// The Condition element, operator by operator. Source: IAM reference, "Condition operators".
import { describe, expect, it } from 'vitest';
import { createConditionContext } from '../../../emulator/iam/condition-context.ts';
import { conditionsHold } from '../../../emulator/iam/conditions.ts';
import type { PolicyStatement } from '../../../emulator/iam/policy-document.ts';

const context = createConditionContext(() => [
  {
    'aws:SourceIp': '10.1.2.3',
    'aws:SourceArn': 'arn:aws:execute-api:us-east-1:222222222222:abc/v1/POST/init',
    'aws:CurrentTime': '2026-11-22T12:00:00Z',
    'aws:SecureTransport': 'true',
    'aws:username': 'ann',
    'aws:TagKeys': ['a', 'b'],
    's3:prefix': 'home/ann/x',
    's3:max-keys': '10',
  },
]);
const lookup = (name: string) => {
  const values = context.values(name);
  return values?.length === 1 ? (values[0] ?? null) : null;
};

type Values = string | number | boolean | readonly (string | number | boolean)[];
const rows: readonly (readonly [operator: string, key: string, value: Values, expected: boolean | 'unknownOperator'])[] = [
  ['StringEquals', 'aws:username', 'ann', true],
  ['StringEquals', 'AWS:UserName', 'ann', true],
  ['StringEquals', 'aws:username', 'Ann', false],
  ['StringEquals', 'aws:username', ['bob', 'ann'], true],
  ['StringEquals', 'aws:username', 'a*', false],
  ['StringEquals', 'aws:username', '${aws:username}', true],
  ['StringEquals', 'aws:username', [], false],
  ['StringEquals', 'absent', 'x', false],
  ['StringEqualsIfExists', 'absent', 'x', true],
  ['StringEqualsIgnoreCase', 'aws:username', 'ANN', true],
  ['StringNotEquals', 'aws:username', ['bob', 'ann'], false],
  ['StringNotEquals', 'aws:username', 'bob', true],
  ['StringNotEquals', 'absent', 'x', true],
  ['StringNotEqualsIgnoreCase', 'aws:username', 'ANN', false],
  ['StringLike', 's3:prefix', 'home/${aws:username}/*', true],
  ['StringLike', 's3:prefix', 'home/${aws:absent}/*', false],
  ['StringLike', 's3:prefix', 'home/a??/x', true],
  ['StringNotLike', 's3:prefix', 'home/*', false],
  ['ArnLike', 'aws:SourceArn', 'arn:aws:execute-api:us-east-1:222222222222:abc/*/POST/*', true],
  ['ArnEquals', 'aws:SourceArn', 'arn:aws:execute-api:*:*:abc/*', true],
  ['ArnLike', 'aws:SourceArn', 'arn:aws:*:abc/v1/POST/init', false],
  ['ArnLike', 'aws:SourceArn', 'arn:aws:execute-api:*', false],
  ['ArnLike', 'aws:SourceArn', '*', true],
  ['ArnNotLike', 'aws:SourceArn', 'arn:aws:s3:::*', true],
  ['ArnNotLike', 'absent', 'arn:aws:s3:::*', true],
  ['NumericLessThan', 's3:max-keys', 11, true],
  ['NumericLessThanEquals', 's3:max-keys', '10', true],
  ['NumericGreaterThan', 's3:max-keys', '9.5', true],
  ['NumericEquals', 's3:max-keys', '10.0', true],
  ['NumericNotEquals', 's3:max-keys', 10, false],
  ['NumericEquals', 's3:prefix', 0, false],
  ['NumericLessThan', 's3:tlsversion', '1.2', false],
  ['DateLessThan', 'aws:CurrentTime', '2027-01-01T00:00:00Z', true],
  ['DateGreaterThan', 'aws:CurrentTime', '1700000000', true],
  ['DateGreaterThan', 'aws:CurrentTime', 'never', false],
  ['Bool', 'aws:SecureTransport', true, true],
  ['Bool', 'aws:SecureTransport', 'false', false],
  ['Bool', 'absent', 'false', false],
  ['IpAddress', 'aws:SourceIp', '10.0.0.0/8', true],
  ['IpAddress', 'aws:SourceIp', '10.1.2.3', true],
  ['IpAddress', 'aws:SourceIp', ['192.168.0.0/16', '2001:db8::/32'], false],
  ['IpAddress', 'aws:SourceIp', '10.0.0.0/99', false],
  ['NotIpAddress', 'aws:SourceIp', '10.0.0.0/8', false],
  ['NotIpAddress', 'absent', '10.0.0.0/8', true],
  ['Null', 'absent', true, true],
  ['Null', 'aws:username', 'true', false],
  ['Null', 'aws:username', 'false', true],
  ['ForAllValues:StringEquals', 'aws:TagKeys', ['a', 'b', 'c'], true],
  ['ForAllValues:StringEquals', 'aws:TagKeys', ['a'], false],
  ['ForAllValues:StringEquals', 'absent', ['a'], true],
  ['ForAnyValue:StringEquals', 'aws:TagKeys', ['b'], true],
  ['ForAnyValue:StringEquals', 'aws:TagKeys', ['x'], false],
  ['ForAnyValue:StringEquals', 'absent', ['x'], false],
  ['ForAnyValue:StringNotEquals', 'aws:TagKeys', ['a'], true],
  ['ForAllValues:StringNotEquals', 'aws:TagKeys', ['a'], false],
  ['stringequals', 'aws:username', 'ann', true],
  ['StringIs', 'aws:username', 'ann', 'unknownOperator'],
  ['constructor', 'aws:username', 'ann', 'unknownOperator'],
];

describe('conditionsHold', () => {
  it.each(rows)('%s %s %j: %s', (operator, key, value, expected) => {
    expect(conditionsHold({ [operator]: { [key]: value } } as PolicyStatement['Condition'], { context, lookup })).toBe(expected);
  });

  it('wants every operator and every key', () => {
    const holding = { StringEquals: { 'aws:username': 'ann', 's3:max-keys': '10' }, Bool: { 'aws:SecureTransport': 'true' } };
    expect(conditionsHold(holding, { context, lookup })).toBe(true);
    expect(conditionsHold({ ...holding, Bool: { 'aws:SecureTransport': 'false' } }, { context, lookup })).toBe(false);
    expect(conditionsHold({ StringEquals: { 'aws:username': 'ann', 's3:max-keys': '9' } }, { context, lookup })).toBe(false);
  });

  it('puts no variables in where the policy version has none', () => {
    expect(conditionsHold({ StringEquals: { 'aws:username': '${aws:username}' } }, { context, lookup: null })).toBe(false);
  });
});
