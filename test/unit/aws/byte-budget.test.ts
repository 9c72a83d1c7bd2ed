import { describe, expect, it } from 'vitest';
import { createByteBudget } from '../../../emulator/aws/byte-budget.ts';

describe('createByteBudget', () => {
  it('gives until nothing is left, takes nothing where it refuses, and gives again what came back', () => {
    const budget = createByteBudget(10);
    expect([budget.take(6), budget.take(5), budget.take(4), budget.take(1)]).toEqual([true, false, true, false]);
    budget.giveBack(6);
    expect([budget.take(6), budget.take(1)]).toEqual([true, false]);
  });
});
