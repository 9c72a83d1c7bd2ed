import { expect, test } from 'vitest';
import { conditionOperatorNames, conditionsHold, isConditionOperator } from '../../../emulator/iam/conditions.ts';

test.each(conditionOperatorNames.flatMap((name) => [name, `${name}IfExists`, `ForAllValues:${name}`, `ForAnyValue:${name}IfExists`]))(
  '%s is an operator that the evaluation knows',
  (name) => {
    expect(isConditionOperator(name)).toBe(true);
    const scope = { context: { values: () => ['x'] }, lookup: null } as unknown as Parameters<typeof conditionsHold>[1];
    expect(conditionsHold({ [name]: { 'aws:x': 'x' } }, scope)).toBeTypeOf('boolean');
  },
);

test.each(['StringEqual', 'StringEqualsIfExist', 'ForEachValue:StringLike', 'IfExists', ''])('%j is none', (name) => {
  expect(isConditionOperator(name)).toBe(false);
});
