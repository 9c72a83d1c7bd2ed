import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { copyError } from '../../../../contracts/client/copy-error.ts';
import type { PreparedCall } from '../../../../contracts/client/exchange.ts';

const call: PreparedCall = {
  url: 'https://abc123.execute-api.eu-west-1.amazonaws.com/v1/init',
  headers: { authorization: 'Bearer tokencanary.a-b_c', scope: 'eu-west-1/execute-api' },
  body: Buffer.from('{"records":[{"email":"lena.canary@example.com","name":"Jürgen"}]}'),
};

describe('the copy of an error', () => {
  it('has name, message, code and causes, and nothing else', () => {
    const inner = Object.assign(new TypeError('getaddrinfo ENOTFOUND abc123.execute-api.eu-west-1.amazonaws.com'), {
      code: 'ENOTFOUND',
      data: 'canary',
      stack: 'canary',
    });
    const copied = copyError(new Error('fetch failed', { cause: inner }), call);
    expect(copied).toMatchObject({ name: 'Error', message: 'fetch failed' });
    expect(copied.cause).toMatchObject({ name: 'TypeError', message: inner.message, code: 'ENOTFOUND' });
    expect(inspect(copied, { depth: null, showHidden: true })).not.toContain('canary');
  });

  it('shows no word in its texts that was sent, but those of the URL', () => {
    const { message } = copyError(
      new TypeError('Headers.append: "Bearer TokenCanary.a-b_c" Jürgen lena.canary@x is wrong at abc123'),
      call,
    );
    expect(message).toBe('Headers.append: "… ….a-b_c" … ….…@x is wrong at abc123');
    const odd = copyError(Object.assign(new Error('x'), { name: 'tokencanary', code: 'TOKENCANARY' }), call);
    expect(inspect(odd)).not.toMatch(/canary/i);
  });

  it('goes four deep, takes the first of several, and ends in a circle', () => {
    const circle = new Error('round');
    circle.cause = circle;
    let depth = 0;
    for (let error: unknown = copyError(circle, call); error instanceof Error; error = error.cause) depth += 1;
    expect(depth).toBe(4);
    const many = new AggregateError([Object.assign(new Error('connect ECONNREFUSED ::1:4'), { code: 'ECONNREFUSED' }), 7]);
    expect(copyError(many, call).cause).toMatchObject({ message: 'connect ECONNREFUSED ::1:4', code: 'ECONNREFUSED' });
  });

  it.each(['canary', undefined, null, 7, { message: 8, code: 'canary\n', name: 'can ary' }])(
    'of what is no error, %j, says that',
    (thrown) => {
      expect(inspect(copyError(thrown, null))).toBe('[Error: What was thrown is not an Error.]');
    },
  );
});
