import { expect, test } from 'vitest';
import { callsInChain, lengthenChain, newTraceHeader } from '../../../emulator/functions/trace-header.ts';

const arn = (name: string) => `arn:aws:lambda:us-east-1:222222222222:function:${name}`;

test('a function may be invoked 16 times in one chain', () => {
  let header = newTraceHeader(0);
  for (let call = 1; call <= 17; call++) {
    const chain = lengthenChain(header, arn('a'));
    expect(chain.isTooLong).toBe(call > 16);
    header = chain.traceHeader;
  }
  expect(lengthenChain(header, arn('b')).isTooLong).toBe(false);
});

test('functions are counted one by one, and the rest of the header stays', () => {
  const header = ['a', 'b', 'a'].reduce((text, name) => lengthenChain(text, arn(name)).traceHeader, 'Root=1-0-0;Parent=p;Sampled=0');
  expect(header).toMatch(/^Root=1-0-0;Parent=p;Sampled=0;Lineage=[0-9a-f]{8}:2\|[0-9a-f]{8}:1$/);
  expect(['a', 'b', 'c'].map((name) => callsInChain(header, arn(name)))).toEqual([2, 1, 0]);
});

test.each(['Lineage=', 'Lineage=x|y:1|00000000', `Lineage=${'00000000:1|'.repeat(500)}`])(
  'a lineage that makes no sense is no obstacle: %.40s',
  (lineage) => {
    const { traceHeader, isTooLong } = lengthenChain(`Root=1-0-0;${lineage}`, arn('a'));
    expect(isTooLong).toBe(false);
    expect(traceHeader.length).toBeLessThan(600);
  },
);
