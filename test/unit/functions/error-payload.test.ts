import fc from 'fast-check';
import { expect, test } from 'vitest';
import { errorLogLine, errorPayload } from '../../../emulator/functions/runtime/error-payload.ts';

test('an error keeps its name and message, and its stack as lines [S]', () => {
  const { errorType, errorMessage, trace } = errorPayload(new TypeError('bad'));
  expect({ errorType, errorMessage, first: trace?.[0] }).toEqual({ errorType: 'TypeError', errorMessage: 'bad', first: 'TypeError: bad' });
});

test.each([
  ['a string', 'boom', { errorType: 'string', errorMessage: 'boom', trace: [] }],
  ['undefined', undefined, { errorType: 'undefined', errorMessage: 'undefined', trace: [] }],
  ['an object', { a: 1 }, { errorType: 'object', errorMessage: '[object Object]', trace: [] }],
])('%s thrown has its type and text [S]', (_, thrown, expected) => {
  expect(errorPayload(thrown)).toEqual(expected);
});

test('whatever is thrown has a payload and a log line', () => {
  const hostile = fc.constantFrom<unknown>(
    Object.create(null),
    Object.assign(new Error('cycle'), { self: globalThis }),
    Object.assign(new Error('big'), { amount: 1n }),
    { toString: () => ({}) },
    Symbol('s'),
    Object.defineProperty(new Error('getter'), 'message', {
      get() {
        throw new Error('no');
      },
    }),
  );
  fc.assert(
    fc.property(fc.oneof(fc.anything(), hostile), (thrown) => {
      const payload = errorPayload(thrown);
      expect(typeof payload.errorType).toBe('string');
      expect(typeof payload.errorMessage).toBe('string');
      expect(() => JSON.parse(errorLogLine(thrown).slice(1))).not.toThrow();
    }),
  );
});

test('own fields of an error are in the log line, and its code [S]', () => {
  const line = JSON.parse(errorLogLine(Object.assign(new Error('x'), { code: 'E_X', detail: 1 })).slice(1));
  expect(line).toMatchObject({
    errorType: 'Error',
    errorMessage: 'x',
    code: 'E_X',
    detail: 1,
    stack: expect.arrayContaining(['Error: x']),
  });
});
